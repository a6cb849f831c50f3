import type { Change, RecordChange } from '../../domain/event-sourcing/change.ts'
import type { RevisedChange } from '../../domain/event-sourcing/operation.ts'
import type { Failure, Issue } from '../../domain/failure.ts'
import { asJson, equalJson, type JsonObject } from '../../domain/json.ts'
import { revisionText } from '../../domain/record/revision-text.ts'
import { fail, ok, type Result } from '../../domain/result.ts'
import type { CatalogueCodec, DefinitionFile, Digest, RecordCodec } from '../../domain/table/codecs.ts'
import { createTableFinder } from '../../domain/table/find-table-of-path.ts'
import { parseRecordPath, recordPath, recordsDirectory } from '../../domain/table/record-path.ts'
import { type Catalogue, findTable, type Table } from '../../domain/table/table.ts'
import { blobId } from './blob-cache.ts'
import { blobSizeBytesMax } from './cat-file.ts'
import { rewriteSharedFile } from './rewrite-shared-file.ts'
import type { CurrentFile, StagedTree } from './staged-tree.ts'

export interface Codecs {
  readonly recordCodec: RecordCodec
  readonly catalogueCodec: CatalogueCodec
  readonly digest: Digest
}

export interface StageContext extends Codecs {
  readonly tree: StagedTree
  /** Database directory inside the tree, `''` or without a trailing slash. */
  readonly databasePath: string
  catalogue: Catalogue
  /** Columns that get another name in this commit: old → new, by table. */
  readonly renamedColumns: Map<string, Readonly<Record<string, string>>>
  /** Definition files as they are now; paths relative to the database. Asked for only when a table is created or dropped. */
  definitions(): Promise<ReadonlyMap<string, DefinitionFile>>
  setDefinitions(files: ReadonlyMap<string, DefinitionFile>): void
  /** Paths (relative to the database) of all files in a directory of the head: to find a record whose file is not where it belongs. */
  listHead(directory: string): Promise<readonly string[]>
}

/**
 * Turns changes into file edits in `context.tree`, in order.
 * @returns the revision of each change; fails with `limit-exceeded` (file over 10 MiB), `unsupported` (a symbolic link or a directory where
 *          the record's file belongs), `invalid-database` (a new record whose file is there and cannot be read), or what the codecs say
 */
export const stageChanges = async (context: StageContext, changes: readonly Change[]): Promise<Result<readonly RevisedChange[]>> => {
  const revisions = new Map<Change, string | undefined>()
  let pending: RecordChange[] = []
  for (const change of changes) {
    if ('key' in change) {
      pending.push(change)
      continue
    }
    const staged = await stageRecords(context, pending, revisions)
    if (!staged.ok) return staged
    pending = []
    const table =
      change.type === 'TableRenamed'
        ? await stageTableRename(context, change)
        : change.type === 'TableChanged'
          ? await stageTableChange(context, change, changes)
          : await stageTable(context, change)
    if (!table.ok) return table
  }
  const staged = await stageRecords(context, pending, revisions)
  return staged.ok ? ok(changes.map((change) => ({ change, revision: revisions.get(change) }))) : staged
}

/** Puts the directory of the database in front of a path. */
export const inDatabase = (databasePath: string, path: string): string => (databasePath === '' ? path : `${databasePath}/${path}`)

interface FileEdit {
  readonly table: Table
  readonly path: string
  readonly edits: Map<string, JsonObject | null>
  readonly changes: RecordChange[]
}

const stageRecords = async (
  context: StageContext,
  changes: readonly RecordChange[],
  revisions: Map<Change, string | undefined>,
): Promise<Result<void>> => {
  const paths = await Promise.all(changes.map((change) => findPath(context, change)))
  const byPath = new Map<string, FileEdit>()
  for (const [index, change] of changes.entries()) {
    const { table, path } = paths[index] ?? unknownTable(change.table)
    const edit = byPath.get(path) ?? { table, path, edits: new Map<string, JsonObject | null>(), changes: [] }
    edit.edits.set(change.key, 'after' in change ? change.after : null)
    edit.changes.push(change)
    byPath.set(path, edit)
  }
  const edits = [...byPath.values()]
  const blocked = await findBlocked(
    context,
    edits.map(({ path }) => path),
  )
  if (blocked !== undefined) return fail(blocked)
  const existing = await Promise.all(edits.map(({ path }) => context.tree.read(path)))
  for (const [index, edit] of edits.entries()) {
    const file = existing[index]
    if (file === undefined) continue
    if (!file.ok) return file
    const written = writeFile(context, edit, file.value)
    if (!written.ok) return written
    for (const change of edit.changes) revisions.set(change, revisionOf(edit.table, change, written.value))
  }
  return ok(undefined)
}

/** Git would let a new file take the place of a file that is in the way of its directory. */
const findBlocked = async ({ tree }: StageContext, paths: readonly string[]): Promise<Failure | undefined> => {
  for (const path of paths) {
    const parent = await tree.findBlockedParent(path)
    if (parent === undefined) continue
    const message = `there is a ${parent.what} where a directory is needed for ${path}`
    return { kind: 'invalid-database', issues: [{ rule: 'directory-needed', message, file: parent.path }] }
  }
  return undefined
}

const writeFile = (context: StageContext, edit: FileEdit, file: CurrentFile | undefined): Result<string | undefined> => {
  const excluded = findExcluded(context, edit)
  if (excluded !== undefined) return fail({ kind: 'invalid-input', issues: [excluded] })
  const unread = file === undefined ? undefined : findUnread(edit)
  if (unread !== undefined) return fail({ kind: 'invalid-database', issues: [unread] })
  const names = context.renamedColumns.get(edit.table.id)
  const existing = file !== undefined && names !== undefined ? context.recordCodec.rename(edit.table, file.bytes, names) : file?.bytes
  const edited = context.recordCodec.edit(edit.table, existing, edit.edits)
  if (!edited.ok) return edited
  const sizeBytes = edited.value?.length ?? 0
  if (sizeBytes > blobSizeBytesMax)
    return fail({ kind: 'limit-exceeded', what: edit.path, limit: blobSizeBytesMax, actual: sizeBytes, unit: 'bytes' })
  return ok(context.tree.write(edit.path, edited.value, file?.mode))
}

/** A new record whose file is there already: it cannot be read, else the record would not be new. What it holds is not thrown away. */
const findUnread = ({ table, path, changes }: FileEdit): Issue | undefined => {
  const inserted = table.recordFile.type === 'single' ? changes.find(({ type }) => type === 'RecordInserted') : undefined
  const message = 'there is a file of this record that cannot be read; repair it, or remove it, and commit that'
  return inserted && { rule: 'unreadable', message, table: table.id, key: inserted.key, file: path }
}

/** A record that would be written and never read again. */
const findExcluded = ({ recordCodec }: StageContext, { table, path, changes }: FileEdit): Issue | undefined => {
  if (table.recordFile.excludeRegex === undefined || !recordCodec.excludes(table, path.slice(path.lastIndexOf('/') + 1))) return undefined
  const written = changes.find((change) => 'after' in change)
  const message = `the key makes a file name that exclude_regex leaves out: ${table.recordFile.excludeRegex}`
  return written && { rule: 'key', message, table: table.id, key: written.key, file: path }
}

const revisionOf = (table: Table, change: RecordChange, fileOid: string | undefined): string | undefined => {
  if (!('after' in change)) return undefined
  return table.recordFile.type === 'single' ? fileOid : sharedRevision(change.after)
}

/** Revision of a record that has no file of its own. */
export const sharedRevision = (fields: JsonObject): string => blobId(Buffer.from(revisionText(fields)))

const findPath = async (context: StageContext, change: RecordChange): Promise<{ readonly table: Table; readonly path: string }> => {
  const table = findTable(context.catalogue, change.table) ?? unknownTable(change.table)
  const path = inDatabase(context.databasePath, recordPath(table, change.key, context.digest))
  if (table.layout === undefined || (await context.tree.exists(path))) return { table, path }
  const flat = inDatabase(context.databasePath, recordPath(withoutShards(table), change.key, context.digest))
  if (await context.tree.exists(flat)) return { table, path: flat }
  if (change.type === 'RecordInserted') return { table, path }
  return { table, path: (await findStray(context, table, change.key)) ?? path }
}

/** The same table with its records directly in `$records/`. */
export const withoutShards = ({ layout: _, ...table }: Table): Table => table

const findStray = async (context: StageContext, table: Table, key: string): Promise<string | undefined> => {
  const files = await context.listHead(`${table.directory}/${recordsDirectory}`)
  const stray = files.find((path) => parseRecordPath(table, path)?.key === key)
  return stray === undefined ? undefined : inDatabase(context.databasePath, stray)
}

const stageTable = async (
  context: StageContext,
  change: Extract<Change, { readonly type: 'TableCreated' | 'TableDropped' }>,
): Promise<Result<void>> => {
  const files = await context.definitions()
  const edits = change.type === 'TableCreated' ? context.catalogueCodec.create(change.table, files) : dropTable(context, change.table, files)
  return edits.ok ? stageDefinitions(context, edits.value) : edits
}

/**
 * Edits the definition files of a table in place, and makes sure that they say what was decided: a definition that inherits, above all, may not be
 * able to. A shared file whose rows cannot be read by the new definition is written anew.
 */
const stageTableChange = async (
  context: StageContext,
  change: Extract<Change, { readonly type: 'TableChanged' }>,
  changes: readonly Change[],
): Promise<Result<void>> => {
  if (Object.keys(change.renamedColumns).length > 0) context.renamedColumns.set(change.after.id, change.renamedColumns)
  const edits = context.catalogueCodec.change(change, await context.definitions())
  if (!edits.ok) return edits
  const shared = await stageSharedFiles(context, change, changes)
  if (!shared.ok) return shared
  const staged = await stageDefinitions(context, edits.value)
  if (!staged.ok) return staged
  const written = findTable(context.catalogue, change.after.id)
  if (written !== undefined && equalJson(asJson({ ...written, fingerprint: '' }), asJson({ ...change.after, fingerprint: '' }))) return ok(undefined)
  const files = [...edits.value.keys()]
  const problems = context.catalogue.problems.filter(({ file }) => files.includes(file)).map(({ message }) => message)
  const why = `${files.join(', ')} would not say what is wanted${problems.length === 0 ? ': part of the definition is inherited or shared' : `: ${problems.join('; ')}`}`
  return fail({ kind: 'unsupported', what: `this change of table ${change.after.id}`, why })
}

/** Edits the table's own definition where it lies, moves everything in its directory as it is, and lists the table under its new id. */
const stageTableRename = async (
  context: StageContext,
  { before, after }: Extract<Change, { readonly type: 'TableRenamed' }>,
): Promise<Result<void>> => {
  const place = (directory: string): string => inDatabase(context.databasePath, directory)
  const own = { before, after: { ...after, id: before.id, directory: before.directory }, renamedColumns: {} }
  const edits = context.catalogueCodec.change(own, await context.definitions())
  const edited = edits.ok ? await stageDefinitions(context, edits.value) : edits
  if (!edited.ok) return edited
  const definitions = new Map(await context.definitions())
  if (after.directory !== before.directory) {
    const [from, to] = [place(before.directory), place(after.directory)]
    const [taken] = await context.tree.list(to)
    if (taken !== undefined) return fail({ kind: 'already-exists', what: 'file', id: taken.path })
    const blocked = await findBlocked(context, [`${to}/file`])
    if (blocked !== undefined) return fail(blocked)
    const files = await context.tree.list(from)
    for (const { path, ...entry } of files) context.tree.place(to + path.slice(from.length), entry)
    context.tree.layer.removeDirectory(from)
    for (const [path, file] of definitions) {
      if (!path.startsWith(`${before.directory}/`)) continue
      definitions.delete(path)
      definitions.set(after.directory + path.slice(before.directory.length), file)
    }
  }
  const listed = context.catalogueCodec.rename(before, after, await context.definitions())
  if (!listed.ok) return listed
  context.setDefinitions(definitions)
  return stageDefinitions(context, listed.value)
}

const stageSharedFiles = async (
  context: StageContext,
  { before, after }: Extract<Change, { readonly type: 'TableChanged' }>,
  changes: readonly Change[],
): Promise<Result<void>> => {
  if (before.recordFile.type === 'single') return ok(undefined)
  const findOwner = createTableFinder({ tables: [before], problems: [] }, context.recordCodec.excludes)
  const start = inDatabase(context.databasePath, '').length
  const listed = await context.tree.list(inDatabase(context.databasePath, before.directory))
  const edits = new Map(changes.flatMap((change) => ('key' in change && change.table === after.id ? [[change.key as string, change] as const] : [])))
  const fields = new Map([...edits].map(([key, change]) => [key, 'after' in change ? change.after : null]))
  for (const { path } of listed.filter((file) => findOwner(file.path.slice(start)) !== undefined)) {
    const file = await context.tree.read(path)
    if (!file.ok) return file
    const bytes = file.value?.bytes ?? new Uint8Array()
    const rewritten = rewriteSharedFile(context.recordCodec, { before, after, path }, { bytes, edits: fields })
    if (!rewritten.ok) return rewritten
    if (rewritten.value !== undefined) context.tree.write(path, rewritten.value, file.value?.mode)
  }
  return ok(undefined)
}

/** Writes definition files, and reads the catalogue that they make. */
const stageDefinitions = async (context: StageContext, edits: ReadonlyMap<string, Uint8Array | null>): Promise<Result<void>> => {
  const files = await context.definitions()
  const written = [...edits].flatMap(([path, bytes]) => (bytes === null ? [] : [inDatabase(context.databasePath, path)]))
  const blocked = await findBlocked(context, written)
  if (blocked !== undefined) return fail(blocked)
  const after = new Map(files)
  for (const [path, bytes] of edits) {
    const oid = context.tree.write(inDatabase(context.databasePath, path), bytes ?? undefined)
    if (bytes === null || oid === undefined) after.delete(path)
    else if (isDefinition(context.catalogueCodec, path)) after.set(path, { oid, bytes })
  }
  context.setDefinitions(after)
  context.catalogue = context.catalogueCodec.read(after)
  return ok(undefined)
}

const dropTable = (context: StageContext, id: string, files: ReadonlyMap<string, DefinitionFile>): Result<ReadonlyMap<string, Uint8Array | null>> => {
  const table = findTable(context.catalogue, id) ?? unknownTable(id)
  const edits = context.catalogueCodec.drop(table, files)
  if (!edits.ok) return edits
  for (const directory of [recordsDirectory, '.collection'])
    context.tree.layer.removeDirectory(inDatabase(context.databasePath, `${table.directory}/${directory}`))
  const gone = new Map<string, Uint8Array | null>(edits.value)
  if (table.recordFile.type !== 'single') gone.set(recordPath(table, '', context.digest), null)
  for (const path of files.keys()) if (path.startsWith(`${table.directory}/.collection/`)) gone.set(path, null)
  return ok(gone)
}

/** Definitions never lie among records, whatever a codec thinks of the file's name. */
export const isDefinition = (codec: CatalogueCodec, path: string): boolean => !path.includes(`${recordsDirectory}/`) && codec.isDefinitionPath(path)

/** The domain has checked that the table exists. */
const unknownTable = (id: string): never => {
  throw new Error(`table ${id} is not in the catalogue of this batch`)
}
