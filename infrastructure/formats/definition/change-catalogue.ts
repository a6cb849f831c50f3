import type { Failure } from '../../../domain/failure.ts'
import { fail, ok, type Result } from '../../../domain/result.ts'
import type { DefinitionFile } from '../../../domain/table/codecs.ts'
import { findNamespace } from '../../../domain/table/place-table.ts'
import { definitionDirectoryOf, joinPath } from '../../../domain/table/record-path.ts'
import type { DefinitionProblem, Table } from '../../../domain/table/table.ts'
import { decodeText, encodeText } from '../decode-text.ts'
import { renameYamlNames, renderYamlName } from '../yaml/rename-yaml-names.ts'
import { dedicatedDirectory, directoryOf, moduleCollectionsPath, rootCollectionsPath, tableFileNames } from './definition-paths.ts'
import { insertEntry, removeEntry, setEntry } from './edit-root-collections.ts'
import { type RootCollections, readRootCollections } from './read-root-collections.ts'
import { writeTableFiles } from './write-table-files.ts'

type Files = ReadonlyMap<string, DefinitionFile>
type Changes = Result<ReadonlyMap<string, Uint8Array | null>>

/**
 * Files that add a table to a database: its definition files, and its line in the `root-collections.yaml` of the database or of the module
 * that its directory lies in.
 * @returns `already-exists` when the id or something at the directory is taken, also in other letter case (one of two such directories would
 *          be lost on many file systems); `invalid-database` when the file to add the line to cannot be read
 */
export const createTable = (table: Table, files: Files): Changes =>
  table.parent === undefined ? createRootTable(table, files) : createBelow(table, files)

/** A subcollection is listed nowhere: it is found beside the definition of its parent. */
const createBelow = (table: Table, files: Files): Changes => {
  const path = [...files.keys()].find((each) => isInTheWay(each, definitionDirectoryOf(table)))
  return path === undefined ? ok(writeTableFiles(table)) : fail({ kind: 'already-exists', what: 'file', id: path })
}

const createRootTable = (table: Table, files: Files): Changes => {
  const problems: DefinitionProblem[] = []
  const root = readRootCollections(files, problems)
  const taken = findTaken(table, root, files)
  if (taken !== undefined) return fail(taken)
  const registry = registryFor(table, root)
  const broken = problems.filter(({ file, line }) => file === registry.file && line !== undefined)
  if (!isReadable(root, registry.file, files)) return fail(invalidDatabase(broken.length === 0 ? problems : broken))
  const edited = editText(files.get(registry.file), (text) => insertEntry(text, registry.key, registry.path))
  return ok(new Map([...writeTableFiles(table), [registry.file, edited]]))
}

/**
 * Files to write and remove so that a table no longer exists. Its records, and files that define nothing (views), are not among them.
 * A module that loses its last table is no longer imported: the Go tools refuse an import of nothing.
 */
export const dropTable = (table: Table, files: Files): Changes => {
  const directory = definitionDirectoryOf(table)
  const removed = tableFileNames.map((name) => joinPath(directory, name)).filter((path) => files.has(path))
  const changes = new Map<string, Uint8Array | null>(removed.map((path) => [path, null]))
  if (table.parent !== undefined) return ok(changes)
  const root = readRootCollections(files, [])
  const entry = root.entries.find(({ id }) => id === table.id)
  if (entry === undefined) return fail({ kind: 'not-found', what: 'table', id: table.id, among: root.entries.map(({ id }) => id) })
  changes.set(
    entry.source.file,
    editText(files.get(entry.source.file), (text) => removeEntry(text, entry.key)),
  )
  const isLast = root.entries.every(({ id, source }) => id === table.id || source.file !== entry.source.file)
  const module = root.namespaces.find(({ directory }) => moduleCollectionsPath(directory) === entry.source.file)
  if (isLast && module !== undefined)
    changes.set(
      rootCollectionsPath,
      editText(files.get(rootCollectionsPath), (text) => removeEntry(text, `${module.prefix}.*`)),
    )
  return ok(changes)
}

/**
 * Files that list a table under another id and directory: its line is edited where it stands, or moves to the list of the module that it now belongs
 * to. A module that loses its last table is no longer imported.
 */
export const renameTable = (before: Table, after: Table, files: Files): Changes => {
  const root = readRootCollections(files, [])
  const entry = root.entries.find(({ id }) => id === before.id)
  if (entry === undefined) return fail({ kind: 'not-found', what: 'table', id: before.id, among: root.entries.map(({ id }) => id) })
  const registry = registryFor(after, root)
  if (!isReadable(root, registry.file, files)) return fail(invalidDatabase([{ file: registry.file, message: 'cannot be read' }]))
  if (registry.file === entry.source.file) {
    const rename = (text: string): string => renameYamlNames(text, [], new Map([[entry.key, renderYamlName(registry.key)]]))
    const edited = editText(files.get(registry.file), (text) => setEntry(rename(text), registry.key, registry.path))
    return ok(new Map([[registry.file, edited]]))
  }
  const dropped = dropTable(before, files)
  if (!dropped.ok) return dropped
  const changes = new Map([...dropped.value].filter(([path]) => path === entry.source.file || path === rootCollectionsPath))
  const current = changes.get(registry.file) ?? files.get(registry.file)?.bytes
  const listed = current === undefined ? undefined : { oid: '', bytes: current }
  return ok(
    changes.set(
      registry.file,
      editText(listed, (text) => insertEntry(text, registry.key, registry.path)),
    ),
  )
}

interface Registry {
  readonly file: string
  readonly key: string
  readonly path: string
}

const registryFor = (table: Table, root: RootCollections): Registry => {
  const module = findNamespace(root.namespaces, table.id)
  const listed = table.definitionDirectory ?? table.directory
  if (module === undefined || !listed.startsWith(`${module.directory}/`))
    return { file: rootCollectionsPath, key: table.id, path: listed === '' ? '.' : listed }
  return {
    file: moduleCollectionsPath(module.directory),
    key: table.id.slice(module.prefix.length + 1),
    path: listed.slice(module.directory.length + 1),
  }
}

const findTaken = (table: Table, root: RootCollections, files: Files): Failure | undefined => {
  const id = root.entries.find((entry) => sameName(entry.id, table.id) || sameName(entry.directory, table.directory))?.id
  if (id !== undefined) return { kind: 'already-exists', what: 'table', id }
  const namespace = root.namespaces.find(({ directory }) => sameName(directory, table.directory))
  if (namespace !== undefined) return { kind: 'already-exists', what: 'table', id: `${namespace.prefix}.*` }
  const path = [...files.keys()].find((each) => isInTheWay(each, dedicatedDirectory(table.directory)))
  return path === undefined ? undefined : { kind: 'already-exists', what: 'file', id: path }
}

const isDedicated = (directory: string): boolean => directory === dedicatedDirectory(directoryOf(directory))

const sameName = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()

/** A definition left over in the directory or beside it, or a directory on the way to it that differs in letter case only. */
const isInTheWay = (path: string, directory: string): boolean => {
  if (path === joinPath(directoryOf(directory), 'definition.yaml') && isDedicated(directory)) return true
  if (tableFileNames.some((name) => path === joinPath(directory, name))) return true
  const wanted = directory.split('/')
  for (const [index, segment] of path.split('/').entries()) {
    const name = wanted[index]
    if (name === undefined || !sameName(name, segment)) return false
    if (name !== segment) return true
  }
  return false
}

/** A file that is not there yet can be written; one that is there has to make sense first. */
const isReadable = (root: RootCollections, file: string, files: Files): boolean => !files.has(file) || root.readable.has(file)

const invalidDatabase = (problems: readonly DefinitionProblem[]): Failure => ({
  kind: 'invalid-database',
  issues: problems.map(({ file, line, message }) => ({ rule: 'definition', file, ...(line === undefined ? {} : { line }), message })),
})

const editText = (file: DefinitionFile | undefined, edit: (text: string) => string): Uint8Array => {
  const decoded = file === undefined ? undefined : decodeText(file.bytes)
  return encodeText({ text: edit(decoded?.text ?? ''), hasBom: decoded?.hasBom ?? false })
}
