import { isJsonObject, type Json, type JsonObject } from '../../../domain/json.ts'
import { decodeText } from '../decode-text.ts'
import { legacyRootMarker, legacyTableMarker, rootCollectionsPath } from '../definition/definition-paths.ts'
import type { Source } from '../definition/yaml-source.ts'
import { ownMember } from '../own-member.ts'
import { type ConvertedDefinition, convertDefinition } from './convert-definition.ts'
import { type LegacyReading, type LegacyTable, resolveInside } from './legacy-table.ts'
import { keyPart, literalParts, type PathPattern, parseNameTemplate } from './path-pattern.ts'

const subcollectionStart = '.ingitdb-subcol.'

/** The tables of the layout before 2024: `.ingitdb.yaml` names directories, each with `.ingitdb-collection.yaml` and files beside it. */
export const readYamlLayout = (reading: LegacyReading): readonly LegacyTable[] => {
  const entries = listEntries(reading)
  const tables: LegacyTable[] = []
  for (const [directory, id] of entries) {
    const file = join(directory, legacyTableMarker)
    const table = reading.has(file) ? readDefinition(reading, { id, directory, names: [], file }) : undefined
    if (!reading.has(file)) reading.leave(legacyRootMarker, `rootCollections: ${id}: there is no ${file}`)
    if (table === undefined) continue
    tables.push(table, ...readSubcollections(reading, table))
  }
  return tables
}

/** Directory → id, of `.ingitdb.yaml`, of today's list, and, where nothing is listed, of every directory that has a definition. */
const listEntries = (reading: LegacyReading): ReadonlyMap<string, string> => {
  const listed = reading.has(legacyRootMarker) ? readRootCollections(reading) : new Map<string, string>()
  const today = reading.has(rootCollectionsPath) ? readPairs(reading.open(rootCollectionsPath)?.value) : []
  const entries = new Map(listed)
  for (const path of reading.files.paths) {
    if (path !== legacyTableMarker && !path.endsWith(`/${legacyTableMarker}`)) continue
    const directory = path.slice(0, -legacyTableMarker.length).replace(/\/$/, '')
    if (entries.has(directory)) continue
    const [id] = today.find(([, where]) => where === directory) ?? []
    if (id !== undefined) entries.set(directory, id)
    else if (listed.size > 0) reading.leave(path, `no entry of ${legacyRootMarker} leads to this directory`)
    else if (directory !== '') entries.set(directory, directory.replaceAll('/', '.'))
    else reading.leave(path, 'nothing says what the table of the database folder itself is called')
  }
  return entries
}

const readPairs = (value: Json | undefined): readonly (readonly [string, string])[] =>
  Object.entries(isJsonObject(value) ? value : {}).flatMap(([id, path]) => (typeof path === 'string' ? [[id, path] as const] : []))

/** `todo: data/todo/*` stands for a table `todo.tags` in every directory `data/todo/tags` that has a definition. */
const readRootCollections = (reading: LegacyReading): Map<string, string> => {
  const entries = new Map<string, string>()
  const value = reading.open(legacyRootMarker)?.value
  const collections = isJsonObject(value) ? ownMember(value, 'rootCollections') : undefined
  for (const [id, path] of readPairs(collections)) {
    const isWildcard = path.endsWith('/*') || path === '*'
    const directory = resolveInside('', isWildcard ? path.slice(0, -1) : path)
    if (directory === undefined) reading.leave(legacyRootMarker, `rootCollections: ${id}: ${path} leads out of the database`)
    else if (!isWildcard) entries.set(directory, id)
    else for (const name of listDefined(reading, directory)) entries.set(join(directory, name), `${id}.${name}`)
  }
  return entries
}

const listDefined = ({ files }: LegacyReading, directory: string): readonly string[] => {
  const start = directory === '' ? '' : `${directory}/`
  const end = `/${legacyTableMarker}`
  return files.paths
    .filter((path) => path.startsWith(start) && path.endsWith(end))
    .map((path) => path.slice(start.length, -end.length))
    .filter((name) => name !== '' && !name.includes('/'))
}

const readSubcollections = (reading: LegacyReading, root: LegacyTable): readonly LegacyTable[] => {
  const start = join(root.directory, subcollectionStart)
  const found = reading.files.paths
    .filter((path) => path.startsWith(start) && path.endsWith('.yaml') && !path.slice(start.length).includes('/'))
    .map((file) => ({ file, names: file.slice(start.length, -'.yaml'.length).split('.') }))
    .sort((a, b) => a.names.length - b.names.length)
  const tables = [root]
  for (const { file, names } of found) {
    if (names[0]?.startsWith('$')) continue
    const parent = tables.find((table) => table.names.length === names.length - 1 && table.names.every((name, index) => name === names[index]))
    if (parent === undefined) reading.leave(file, `there is no definition of ${[root.id, ...names.slice(0, -1)].join('/')}`)
    const table = parent && readDefinition(reading, { id: [root.id, ...names].join('/'), directory: root.directory, names, file })
    if (table !== undefined) tables.push(table)
  }
  const used = new Set(tables.flatMap(({ bases }) => bases))
  for (const { file, names } of found)
    if (names[0]?.startsWith('$') && !used.has(file)) reading.leave(file, 'no definition that was converted takes anything from it')
  return tables.slice(1)
}

const readDefinition = (reading: LegacyReading, named: Pick<LegacyTable, 'id' | 'directory' | 'names' | 'file'>): LegacyTable | undefined => {
  const { file } = named
  const source = reading.open(file)
  if (source === undefined) return undefined
  if (!isJsonObject(source.value)) return void reading.leave(file, 'is no map')
  const { value, bases } = inherit(reading, named.directory, source)
  for (const path of new Set([file, ...bases])) checkSubcollectionList(reading, named.directory, path)
  const converted = convertDefinition(value, (why) => reading.leave(file, why))
  if (typeof converted === 'string') return void reading.leave(file, converted)
  const patterns = listPatterns(named, converted)
  if (patterns === undefined) return void reading.leave(file, `record_file: the name ${converted.oldName} is not understood`)
  const text = decodeText(reading.files.read(file))?.text
  return { ...named, bases, definition: converted.definition, patterns, ...(text === undefined ? {} : { text }) }
}

/** What the definition does not say itself, of the files that it names: columns by name, titles by language, other keys but the record counts. */
const inherit = (reading: LegacyReading, directory: string, source: Source): { readonly value: JsonObject; readonly bases: readonly string[] } => {
  let value = isJsonObject(source.value) ? source.value : {}
  const bases: string[] = []
  for (let named = ownMember(value, 'inherits'); typeof named === 'string'; ) {
    const path = resolveInside(directory, named)
    if (path === undefined || !reading.has(path) || bases.includes(path) || path === source.file) {
      reading.leave(source.file, `inherits ${named}: there is no such file, or it leads back here`)
      break
    }
    const base = reading.open(path)?.value
    if (!isJsonObject(base)) break
    bases.push(path)
    value = overlay(base, value)
    named = ownMember(base, 'inherits')
  }
  if (bases.length > 0) reading.note(source.file, `what it inherits from ${bases.join(', ')} is written into the definition itself`)
  return { value, bases }
}

const overlay = (base: JsonObject, own: JsonObject): JsonObject => {
  const merged = new Map<string, Json>(Object.entries(own))
  for (const [key, value] of Object.entries(base)) {
    const mine = ownMember(own, key)
    if (key === 'inherits' || key === 'min_records_count' || key === 'max_records_count') continue
    if (mine === undefined) merged.set(key, value)
    else if ((key === 'columns' || key === 'titles') && isJsonObject(mine) && isJsonObject(value)) merged.set(key, { ...value, ...mine })
  }
  return Object.fromEntries(merged)
}

/** `subCollections` repeats what the names of files say; an entry that no file fits is left. */
const checkSubcollectionList = (reading: LegacyReading, directory: string, path: string): void => {
  const value = reading.open(path)?.value
  for (const key of ['subCollections', 'sub_collections']) {
    const list = isJsonObject(value) ? ownMember(value, key) : undefined
    for (const item of Array.isArray(list) ? list : []) {
      const def = isJsonObject(item) ? ownMember(item, 'def') : undefined
      const file = typeof def === 'string' ? resolveInside(directory, def) : undefined
      if (file === undefined || !reading.has(file) || !file.slice(directory.length).includes(subcollectionStart))
        reading.leave(path, `${key}: there is no definition ${typeof def === 'string' ? def : JSON.stringify(item)}`)
    }
  }
}

/** Old tools had no one opinion on where a relative name begins: all places are looked at. */
const listPatterns = (
  { directory, names }: Pick<LegacyTable, 'directory' | 'names'>,
  { oldName, dataDirectory }: ConvertedDefinition,
): readonly PathPattern[] | undefined => {
  const own = names.at(-1)
  const bare = oldName.replace(/^\$records\//, '')
  const relative = own !== undefined && bare.startsWith(`${own}/`) ? bare.slice(own.length + 1) : bare
  const name = parseNameTemplate(relative, names.length)
  if (name === undefined) return undefined
  const start = literalParts(directory)
  const above = names.slice(0, -1).flatMap((step, index) => [keyPart(index), step])
  const base = own === undefined ? start : [...start, ...above, keyPart(names.length - 1), own]
  const inData = dataDirectory === undefined || dataDirectory === '$records' ? [] : literalParts(resolveInside('', dataDirectory) ?? '')
  const places: PathPattern[] = [[...base, ...name], [...base, '$records', ...name], ...(inData.length === 0 ? [] : [[...base, ...inData, ...name]])]
  if (own !== undefined && !oldName.includes('{key}')) places.push([...start, ...above, keyPart(names.length - 1), ...name])
  return places
}

const join = (directory: string, name: string): string => (directory === '' ? name : `${directory}/${name}`)
