import { parseTableId, type TableId } from '../../../domain/ids.ts'
import { isJsonObject, type Json } from '../../../domain/json.ts'
import type { DefinitionFile } from '../../../domain/table/codecs.ts'
import { joinPath } from '../../../domain/table/record-path.ts'
import type { DefinitionProblem, NamespaceImport } from '../../../domain/table/table.ts'
import { moduleCollectionsPath, rootCollectionsPath } from './definition-paths.ts'
import { openYaml, problemAt, type Source } from './yaml-source.ts'

/** One table as a `root-collections.yaml` names it. */
export interface RootEntry {
  readonly id: TableId
  readonly directory: string
  /** The file that holds the entry, and its key there: `countries` in the file of the module that is imported as `geo.*`. */
  readonly source: Source
  readonly key: string
}

export interface RootCollections {
  readonly entries: readonly RootEntry[]
  readonly namespaces: readonly NamespaceImport[]
  /** Files that could be read as a map: only these can be edited. */
  readonly readable: ReadonlySet<string>
}

/**
 * Reads the tables of a database and their directories, namespace imports followed one level.
 * An entry that is wrong is left out and goes to `problems`; of two entries with the same id or directory the first one counts.
 */
export const readRootCollections = (files: ReadonlyMap<string, DefinitionFile>, problems: DefinitionProblem[]): RootCollections => {
  const reading: Reading = { files, problems, entries: [], namespaces: [], readable: new Set() }
  const source = openRoot(reading, rootCollectionsPath)
  if (source === undefined) return reading
  for (const { key, path } of readPairs(reading, source)) {
    if (key.endsWith('.*')) readImport(reading, source, { key, path })
    else addEntry(reading, source, { key, id: key, directory: path })
  }
  return { ...reading, entries: withoutRepeats(reading) }
}

interface Reading {
  readonly files: ReadonlyMap<string, DefinitionFile>
  readonly problems: DefinitionProblem[]
  readonly entries: RootEntry[]
  readonly namespaces: NamespaceImport[]
  readonly readable: Set<string>
}

interface Pair {
  readonly key: string
  readonly path: string
}

const openRoot = ({ files, problems }: Reading, path: string): Source | undefined => {
  const file = files.get(path)
  return file === undefined ? undefined : openYaml(path, file, problems)
}

const readPairs = (reading: Reading, source: Source): readonly Pair[] => {
  if (!isJsonObject(source.value)) {
    reading.problems.push({ file: source.file, message: 'must be a map of table ids to directories' })
    return []
  }
  reading.readable.add(source.file)
  return Object.entries(source.value).flatMap(([key, value]) => {
    const path = readPath(value, source.textOf([key]))
    if (typeof path === 'string') return [{ key, path }]
    reading.problems.push(problemAt(source, [key], `"${key}" ${path.wrong}`))
    return []
  })
}

/** A directory relative to the one that holds `.ingitdb/`, without `./` and trailing slashes. */
const readPath = (value: Json, spelled: string | undefined): string | { readonly wrong: string } => {
  if (Array.isArray(value) || isJsonObject(value)) return { wrong: 'must be the path of a directory' }
  const text = value === null ? '' : typeof value === 'string' ? value : (spelled ?? '')
  if (text === '') return { wrong: 'has an empty path' }
  if (text.includes('*')) return { wrong: `has a path with a wildcard: ${text}` }
  if (text.startsWith('/') || text === '~' || text.startsWith('~/')) return { wrong: `has the path ${text}: only relative paths work` }
  const segments = text.split('/').filter((segment) => segment !== '' && segment !== '.')
  if (segments.includes('..')) return { wrong: `has the path ${text}, which may not go upwards` }
  if (segments.includes('$records') || segments[0]?.toLowerCase() === '.git')
    return { wrong: `has the path ${text}, which belongs to something else than tables` }
  return segments.join('/')
}

const readImport = (reading: Reading, source: Source, { key, path }: Pair): void => {
  const prefix = key.slice(0, -2)
  const wrong = (message: string) => reading.problems.push(problemAt(source, [key], message))
  if (parseTableId(prefix) === undefined) return void wrong(`"${key}" is no namespace import: before ".*" stands the beginning of a table id`)
  if (path === '') return void wrong(`namespace import "${key}": a database cannot import itself`)
  const file = moduleCollectionsPath(path)
  if (!reading.files.has(file)) return void wrong(`namespace import "${key}": there is no ${file}`)
  const module = openRoot(reading, file)
  if (module === undefined) return
  const pairs = readPairs(reading, module)
  if (isJsonObject(module.value) && Object.keys(module.value).length === 0) wrong(`namespace import "${key}": ${file} has no entries`)
  reading.namespaces.push({ prefix, directory: path })
  for (const pair of pairs) {
    if (pair.key.endsWith('.*'))
      reading.problems.push(problemAt(module, [pair.key], `"${pair.key}": a namespace import inside an imported file is not followed`))
    else addEntry(reading, module, { key: pair.key, id: `${prefix}.${pair.key}`, directory: joinPath(path, pair.path) })
  }
}

const addEntry = (reading: Reading, source: Source, named: { readonly key: string; readonly id: string; readonly directory: string }): void => {
  const id = parseTableId(named.id)
  if (id !== undefined && named.key !== '') reading.entries.push({ id, directory: named.directory, source, key: named.key })
  else
    reading.problems.push(
      problemAt(source, [named.key], `"${named.id}" is no table id: letters, digits, "." and "_", with a letter or digit at both ends`),
    )
}

const withoutRepeats = ({ entries, problems, namespaces }: Reading): readonly RootEntry[] => {
  const owners = new Map<string, string>(namespaces.map(({ prefix, directory }) => [directory, `${prefix}.*`]))
  const ids = new Set<string>()
  return entries.filter(({ id, directory, source, key }) => {
    const owner = owners.get(directory)
    if (ids.has(id)) problems.push(problemAt(source, [key], `table ${id} is listed twice`))
    else if (owner !== undefined) problems.push(problemAt(source, [key], `"${key}" has the same path as "${owner}": ${directory}`))
    else {
      ids.add(id)
      owners.set(directory, id)
      return true
    }
    return false
  })
}
