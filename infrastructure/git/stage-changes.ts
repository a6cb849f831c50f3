import type { Change, RecordChange } from '../../domain/event-sourcing/change.ts'
import type { RevisedChange } from '../../domain/event-sourcing/operation.ts'
import type { Failure, Issue } from '../../domain/failure.ts'
import { asJson, equalJson, type JsonObject } from '../../domain/json.ts'
import { ownKey, parentKey } from '../../domain/record/record-key.ts'
import { revisionText } from '../../domain/record/revision-text.ts'
import { fail, ok, type Result } from '../../domain/result.ts'
import type { CatalogueCodec, DefinitionFile } from '../../domain/table/codecs.ts'
import { createTableFinder } from '../../domain/table/find-table-of-path.ts'
import {
  definitionDirectoryOf,
  joinPath,
  parseRecordPath,
  placementOf,
  recordsDirectory,
  recordsDirectoryOf,
} from '../../domain/table/record-path.ts'
import { rewriteSharedFile } from '../../domain/table/rewrite-shared-file.ts'
import { findTable, type Table } from '../../domain/table/table.ts'
import { defaultViewName } from '../../domain/view/view.ts'
import { blobId } from './blob-cache.ts'
import { blobSizeBytesMax } from './cat-file.ts'
import { inDatabase } from './database-path.ts'
import { RecordLocator } from './locate-record.ts'
import type { StageContext } from './stage-context.ts'
import { stageLayout } from './stage-layout.ts'
import { stageViews } from './stage-views.ts'
import type { CurrentFile } from './staged-tree.ts'

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
    const table = await stageDefinitionChange(context, change, changes)
    if (!table.ok) return table
  }
  const staged = await stageRecords(context, pending, revisions)
  return staged.ok ? ok(changes.map((change) => ({ change, revision: revisions.get(change) }))) : staged
}

const stageDefinitionChange = (context: StageContext, change: Exclude<Change, RecordChange>, changes: readonly Change[]): Promise<Result<void>> => {
  switch (change.type) {
    case 'TableRenamed':
      return stageTableRename(context, change)
    case 'TableChanged':
      return stageTableChange(context, change, changes)
    case 'ViewDropped':
      return stageViewDrop(context, change)
    default:
      return stageTable(context, change)
  }
}

interface FileEdit {
  readonly table: Table
  readonly path: string
  /** By the records' own keys. */
  readonly edits: Map<string, JsonObject | null>
  readonly changes: RecordChange[]
  /** Where the one record of this file was until now: its text moves along. */
  readonly movedFrom?: string
}

const stageRecords = async (
  context: StageContext,
  changes: readonly RecordChange[],
  revisions: Map<Change, string | undefined>,
): Promise<Result<void>> => {
  const edits = await planEdits(context, changes)
  const blocked = await findBlocked(
    context,
    edits.map(({ path }) => path),
  )
  if (blocked !== undefined) return fail(blocked)
  const existing = await Promise.all(edits.map(({ path, movedFrom }) => context.tree.read(movedFrom ?? path)))
  for (const [index, edit] of edits.entries()) {
    const file = existing[index]
    if (file === undefined) continue
    if (!file.ok) return file
    if (edit.movedFrom !== undefined && (await context.tree.exists(edit.path))) return fail(sayTaken(edit))
    const written = writeFile(context, edit, file.value)
    if (!written.ok) return written
    if (edit.movedFrom !== undefined) context.tree.write(edit.movedFrom, undefined)
    for (const change of edit.changes) revisions.set(change, revisionOf(edit.table, change, written.value))
  }
  return ok(undefined)
}

/** One edit a file. A record that moves to another file of many is taken out of one and put into the other. */
const planEdits = async (context: StageContext, changes: readonly RecordChange[]): Promise<readonly FileEdit[]> => {
  const locator = new RecordLocator(context)
  const tables = changes.map((change) => findTable(context.catalogue, change.table) ?? unknownTable(change.table))
  const found = await Promise.all(changes.map((change, index) => locator.locate(tables[index] ?? unknownTable(change.table), change)))
  const edits = new Map<string, FileEdit>()
  const edit = (table: Table, path: string, movedFrom?: string): FileEdit => {
    const inTree = inDatabase(context.databasePath, path)
    const known = edits.get(inTree)
    const moved = movedFrom === undefined ? {} : { movedFrom: inDatabase(context.databasePath, movedFrom) }
    const made = known ?? { table, path: inTree, edits: new Map<string, JsonObject | null>(), changes: [], ...moved }
    edits.set(inTree, made)
    return made
  }
  for (const [index, change] of changes.entries()) {
    const [table, files] = [tables[index], found[index]]
    if (table === undefined || files === undefined) continue
    const { from, to } = files
    const isMoved = from !== undefined && from !== to
    const isSingle = table.recordFile.type === 'single'
    if (isMoved && !isSingle) edit(table, from).edits.set(ownKey(change.key), null)
    const target = edit(table, to, isMoved && isSingle ? from : undefined)
    target.edits.set(ownKey(change.key), 'after' in change ? change.after : null)
    target.changes.push(change)
  }
  return [...edits.values()]
}

const sayTaken = ({ table, path, changes: [change] }: FileEdit): Failure => ({
  kind: 'invalid-database',
  issues: [
    {
      rule: 'unreadable',
      message: 'the file that the record would move to is there already; remove it, and commit that',
      table: table.id,
      ...(change === undefined ? {} : { key: change.key }),
      file: path,
    },
  ],
})

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
  const unreadable = findUnreadable(context, edit)
  if (unreadable !== undefined) return fail({ kind: 'invalid-input', issues: [unreadable] })
  const unread = file === undefined ? undefined : findUnread(edit)
  if (unread !== undefined) return fail({ kind: 'invalid-database', issues: [unread] })
  const names = context.renamedColumns.get(edit.table.id)
  const existing = file !== undefined && names !== undefined ? context.recordCodec.rename(edit.table, file.bytes, names) : file?.bytes
  const edited = context.recordCodec.edit(edit.table, existing, edit.edits)
  if (!edited.ok) return edited
  const sizeBytes = edited.value?.length ?? 0
  if (sizeBytes > blobSizeBytesMax)
    return fail({ kind: 'limit-exceeded', what: edit.path, limit: blobSizeBytesMax, actual: sizeBytes, unit: 'bytes' })
  return ok(context.tree.write(edit.path, isEmptied(context, edit, edited.value) ? undefined : edited.value, file?.mode))
}

/** One of several files of a table goes with its last record; the only one stays. */
const isEmptied = ({ recordCodec }: StageContext, { table, edits }: FileEdit, bytes: Uint8Array | undefined): boolean => {
  const isOneOfMany = table.recordFile.type !== 'single' && (table.steps !== undefined || placementOf(table) === 'search')
  if (!isOneOfMany || bytes === undefined || [...edits.values()].some((fields) => fields !== null)) return false
  const { records, problems } = recordCodec.read(table, bytes, undefined)
  return records.length === 0 && problems.length === 0
}

/** A new record whose file is there already: it cannot be read, else the record would not be new. What it holds is not thrown away. */
const findUnread = ({ table, path, changes }: FileEdit): Issue | undefined => {
  const inserted = table.recordFile.type === 'single' ? changes.find(({ type }) => type === 'RecordInserted') : undefined
  const message = 'there is a file of this record that cannot be read; repair it, or remove it, and commit that'
  return inserted && { rule: 'unreadable', message, table: table.id, key: inserted.key, file: path }
}

/** A record that would be written and never read again: its file is left out, or means something else. */
const findUnreadable = ({ recordCodec, databasePath }: StageContext, { table, path, changes }: FileEdit): Issue | undefined => {
  const written = changes.find((change) => 'after' in change)
  const { excludeRegex } = table.recordFile
  if (written === undefined) return undefined
  const where = { table: table.id, key: written.key, file: path }
  if (excludeRegex !== undefined && recordCodec.excludes(table, path.slice(path.lastIndexOf('/') + 1)))
    return { rule: 'key', message: `the key makes a file name that exclude_regex leaves out: ${excludeRegex}`, ...where }
  const isRead = table.definitionDirectory === undefined || parseRecordPath(table, path.slice(inDatabase(databasePath, '').length)) !== undefined
  return isRead ? undefined : { rule: 'key', message: 'the key makes the name of a file that defines the table', ...where }
}

const revisionOf = (table: Table, change: RecordChange, fileOid: string | undefined): string | undefined => {
  if (!('after' in change)) return undefined
  return table.recordFile.type === 'single' ? fileOid : sharedRevision(change.after)
}

/** Revision of a record that has no file of its own. */
export const sharedRevision = (fields: JsonObject): string => blobId(Buffer.from(revisionText(fields)))

/** The same table with its records directly in `$records/`. */
export const withoutShards = ({ layout: _, ...table }: Table): Table => table

const stageTable = async (
  context: StageContext,
  change: Extract<Change, { readonly type: 'TableCreated' | 'TableDropped' }>,
): Promise<Result<void>> => {
  const files = await context.definitions()
  const edits = change.type === 'TableCreated' ? context.catalogueCodec.create(change.table, files) : await dropTable(context, change.table, files)
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
  const { before, after } = change
  const isMoved = before.layout?.levels !== after.layout?.levels
  const moved = isMoved ? await stageLayout(context, { catalogue: context.catalogue, table: before, layout: after.layout }) : ok(undefined)
  if (!moved.ok) return moved
  const shared = await stageSharedFiles(context, change, changes)
  if (!shared.ok) return shared
  const views = await stageViews(context, change)
  if (!views.ok) return views
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
  const staged = await stageDefinitions(context, listed.value)
  if (!staged.ok || findTable(context.catalogue, after.id) !== undefined) return staged
  const why =
    'its definition could not be read at its new place: it may inherit from a file that it names relative to the old one; keep its directory'
  return fail({ kind: 'unsupported', what: `moving ${before.directory} to ${after.directory}`, why })
}

/** A file of the view's own goes; the default view is taken out of the definition that it stands in. */
const stageViewDrop = async (
  context: StageContext,
  { table: id, view }: Extract<Change, { readonly type: 'ViewDropped' }>,
): Promise<Result<void>> => {
  const table = findTable(context.catalogue, id) ?? unknownTable(id)
  const missing = fail({ kind: 'not-found', what: 'view', id: `${id}/${view}` } as const)
  if (view === defaultViewName) {
    const path = joinPath(definitionDirectoryOf(table), 'definition.yaml')
    const definition = (await context.definitions()).get(path)
    const edited = definition === undefined ? ok(undefined) : context.catalogueCodec.dropDefaultView(definition.bytes)
    if (!edited.ok) return edited
    return edited.value === undefined ? missing : stageDefinitions(context, new Map([[path, edited.value]]))
  }
  const paths = context.catalogueCodec.viewPaths(table, view).map((path) => inDatabase(context.databasePath, path))
  let isThere = false
  for (const path of paths) {
    if (!(await context.tree.exists(path))) continue
    context.tree.write(path, undefined)
    isThere = true
  }
  return isThere ? ok(undefined) : missing
}

const stageSharedFiles = async (
  context: StageContext,
  { before, after }: Extract<Change, { readonly type: 'TableChanged' }>,
  changes: readonly Change[],
): Promise<Result<void>> => {
  if (before.recordFile.type === 'single') return ok(undefined)
  const findOwner = createTableFinder({ tables: [before], problems: [] }, context.recordCodec.excludes)
  const start = inDatabase(context.databasePath, '').length
  const listed = await context.tree.list(joinPath(context.databasePath, before.directory))
  const edits = changes.flatMap((change) => ('key' in change && change.table === after.id ? [change] : []))
  for (const { path } of listed) {
    const owner = findOwner(path.slice(start))
    if (owner === undefined) continue
    const inFile = edits.filter(({ key }) => parentKey(key) === owner.parent)
    const fields = new Map(inFile.map((change) => [ownKey(change.key), 'after' in change ? change.after : null]))
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

/** A definition in the table's own directory of data, where other files lie too. */
const isBesideData = (table: Table): boolean => table.parent === undefined && !`/${definitionDirectoryOf(table)}`.includes('/.collection')

const dropTable = async (
  context: StageContext,
  id: string,
  files: ReadonlyMap<string, DefinitionFile>,
): Promise<Result<ReadonlyMap<string, Uint8Array | null>>> => {
  const table = findTable(context.catalogue, id) ?? unknownTable(id)
  const edits = context.catalogueCodec.drop(table, files)
  if (!edits.ok) return edits
  const definitions = definitionDirectoryOf(table)
  const gone = new Map<string, Uint8Array | null>(edits.value)
  const hasOwnDirectory = table.parent === undefined && table.definitionDirectory === undefined && recordsDirectoryOf(table) === recordsDirectory
  if (hasOwnDirectory) context.tree.layer.removeDirectory(inDatabase(context.databasePath, joinPath(table.directory, recordsDirectory)))
  else for (const path of await context.listHead(table.directory)) if (parseRecordPath(table, path) !== undefined) gone.set(path, null)
  if (!isBesideData(table)) context.tree.layer.removeDirectory(inDatabase(context.databasePath, definitions))
  for (const path of files.keys()) if (!isBesideData(table) && path.startsWith(`${definitions}/`)) gone.set(path, null)
  return ok(gone)
}

/** Definitions never lie among records, whatever a codec thinks of the file's name. */
export const isDefinition = (codec: CatalogueCodec, path: string): boolean => !path.includes(`${recordsDirectory}/`) && codec.isDefinitionPath(path)

/** The domain has checked that the table exists. */
const unknownTable = (id: string): never => {
  throw new Error(`table ${id} is not in the catalogue of this batch`)
}
