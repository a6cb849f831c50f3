import type { Change, RecordChange } from '../../domain/event-sourcing/change.ts'
import type { RevisedChange } from '../../domain/event-sourcing/operation.ts'
import type { RefusedChange } from '../../domain/import/import-ports.ts'
import { ownKey } from '../../domain/record/record-key.ts'
import { ok, type Result } from '../../domain/result.ts'
import { placementOf, recordPath } from '../../domain/table/record-path.ts'
import { findTable, type Table } from '../../domain/table/table.ts'
import { blobSizeBytesMax } from './cat-file.ts'
import { inDatabase } from './database-path.ts'
import { sharedRevision, stageChanges, withoutShards } from './stage-changes.ts'
import type { StageContext } from './stage-context.ts'
import { splitPath } from './tree-state.ts'

export interface StagedChanges {
  readonly changes: readonly RevisedChange[]
  readonly refused: readonly RefusedChange[]
}

/** What the parts of one commit share. */
export interface PartMemory {
  /** Directories that were looked at: whether something stands in their way, and what files they have in the head. */
  readonly directories: Map<string, DirectoryLook>
  /** Changes of tables whose records share files, which are written once, at the end. */
  readonly shared: RecordChange[]
}

interface DirectoryLook {
  readonly isFree: boolean
  readonly names: ReadonlyMap<string, unknown>
}

export const noMemory = (): PartMemory => ({ directories: new Map(), shared: [] })

/**
 * As `stageChanges`, for one part of a large commit. New records with files of their own go a short way; what cannot be stored is refused by itself.
 * A shared file would be written anew with every part: its changes wait for `stageShared`.
 */
export const stagePart = async (context: StageContext, changes: readonly Change[], memory: PartMemory): Promise<Result<StagedChanges>> => {
  const staged: RevisedChange[] = []
  const refused: RefusedChange[] = []
  for (const change of changes) {
    const table = 'key' in change ? findTable(context.catalogue, change.table) : undefined
    if ('key' in change && table !== undefined && table.recordFile.type !== 'single') {
      memory.shared.push(change)
      staged.push({ change, revision: 'after' in change ? sharedRevision(change.after) : undefined })
      continue
    }
    const plain = isPlain(change, table) ? stageNewRecord(context, { change, table }, memory) : undefined
    const direct = plain instanceof Promise ? await plain : plain
    if (direct !== undefined) {
      if (direct.ok) staged.push({ change, revision: direct.value })
      else refused.push({ change, failure: direct.failure })
      continue
    }
    const usual = await stageChanges(context, [change])
    if (usual.ok) staged.push(...usual.value)
    else refused.push({ change, failure: usual.failure })
  }
  return ok({ changes: staged, refused })
}

/** The shared files, with everything that came for them. */
export const stageShared = async (context: StageContext, { shared }: PartMemory): Promise<Result<void>> => {
  const staged = shared.length === 0 ? ok([]) : await stageChanges(context, shared)
  return staged.ok ? ok(undefined) : staged
}

type Inserted = Extract<Change, { readonly type: 'RecordInserted' }>

/** A new record whose file's place and name depend on nothing but its key. */
const isPlain = (change: Change, table: Table | undefined): change is Inserted =>
  change.type === 'RecordInserted' &&
  table !== undefined &&
  placementOf(table) === 'key' &&
  table.steps === undefined &&
  table.definitionDirectory === undefined &&
  table.recordFile.excludeRegex === undefined

interface NewRecord {
  readonly change: Inserted
  readonly table: Table | undefined
}

/** @returns the file's blob; `undefined` when something stands where the file should be: the long way says what. Waits only for directories not seen yet. */
const stageNewRecord = (context: StageContext, { change, table }: NewRecord, memory: PartMemory): Revision | Promise<Revision> => {
  if (table === undefined) return undefined
  const path = inDatabase(context.databasePath, recordPath(table, change.key, context.digest))
  const stray =
    table.layout === undefined ? undefined : inDatabase(context.databasePath, recordPath(withoutShards(table), change.key, context.digest))
  const looks = [path, ...(stray === undefined ? [] : [stray])].map((each) => lookAt(context, each, memory))
  const write = (found: readonly DirectoryLook[]): Revision => {
    const isFree = found[0]?.isFree === true && !isTaken(found[0], path) && (stray === undefined || !isTaken(found[1], stray))
    return isFree ? writeNew(context, { change, table, path }) : undefined
  }
  return looks.every((look): look is DirectoryLook => !(look instanceof Promise)) ? write(looks) : Promise.all(looks).then(write)
}

type Revision = Result<string | undefined> | undefined

const lookAt = (context: StageContext, path: string, { directories }: PartMemory): DirectoryLook | Promise<DirectoryLook> => {
  const [directory] = splitPath(path)
  const known = directories.get(directory)
  if (known !== undefined) return known
  const look = async (): Promise<DirectoryLook> => {
    const isFree = (await context.tree.findBlockedParent(path)) === undefined
    const found = { isFree, names: isFree ? await context.tree.listNames(directory) : new Map() }
    directories.set(directory, found)
    return found
  }
  return look()
}

const isTaken = (look: DirectoryLook | undefined, path: string): boolean => look?.names.has(splitPath(path)[1]) === true

const writeNew = (context: StageContext, { change, table, path }: NewRecord & { readonly table: Table; readonly path: string }): Revision => {
  const written = context.recordCodec.edit(table, undefined, new Map([[ownKey(change.key), change.after]]))
  if (!written.ok || written.value === undefined) return written.ok ? undefined : written
  return written.value.length > blobSizeBytesMax ? undefined : ok(context.tree.write(path, written.value))
}
