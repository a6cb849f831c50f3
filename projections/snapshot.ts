import type { StoredRecord } from '../domain/event-sourcing/decision.ts'
import type { CommitTime } from '../domain/event-sourcing/event-store.ts'
import type { Person } from '../domain/event-sourcing/operation.ts'
import type { CommitId, RecordKey, TableId } from '../domain/ids.ts'
import type { Json } from '../domain/json.ts'
import type { FieldPath, Filter, RecordQuery, Search } from '../domain/query/filter.ts'
import type { FieldChange, MemberPath } from '../domain/record/field-changes.ts'
import type { Result } from '../domain/result.ts'
import type { Catalogue } from '../domain/table/table.ts'

/** A record ready to be sent. */
export interface RecordRow {
  readonly key: RecordKey
  /** Compact JSON object, `"$id"` first, then the columns in `columns_order`, then the rest by name. Exact digits. */
  readonly json: string
  readonly revision: string
}

/** Who made a commit, when and why. */
export interface CommitAuthorship {
  readonly commit: CommitId
  readonly author: Person
  readonly time: CommitTime
  readonly message: string
}

export interface HistoryEntry extends CommitAuthorship {
  readonly operation: 'insert' | 'update' | 'delete'
  /** Sorted names of top-level fields that differ from the version before. */
  readonly fields: readonly string[]
}

export interface BlameOptions {
  /** Down to scalars, lists and empty objects, instead of whole fields. */
  readonly nested: boolean
  /** Also fields that the record has lost since it was inserted. */
  readonly removed: boolean
}

/** A field with the commit that gave it its present value. */
export interface FieldBlame extends CommitAuthorship {
  readonly path: MemberPath
  /** `undefined`: the commit removed the field. */
  readonly value: Json | undefined
  /** Whether the commit inserted the record or changed it. */
  readonly operation: 'insert' | 'update'
  /** The commit changed the table's definition too: the value may be the old one, read in a new way. */
  readonly definitionChanged: boolean
}

/** A record with the commit that touched it last. */
export interface LastChange extends CommitAuthorship {
  readonly key: RecordKey
  readonly operation: 'insert' | 'update'
}

/** A record that is another one at another commit. At least one of `before` and `after` is there. */
export interface RecordDifference {
  readonly table: TableId
  readonly key: RecordKey
  readonly before: StoredRecord | undefined
  readonly after: StoredRecord | undefined
  /** Never empty for a record that is on both sides. */
  readonly changes: readonly FieldChange[]
  /** Where it seems to be missing, its file, or the definition of its table, cannot be read. */
  readonly isUnreadable: boolean
}

/** How many records a commit inserted, updated and deleted, compared with its first parent. */
export interface CommitCounts {
  readonly inserted: number
  readonly updated: number
  readonly deleted: number
}

export interface LogEntry extends CommitAuthorship, CommitCounts {
  readonly parents: readonly CommitId[]
}

/** What commits are looked for by what they changed: records of a table and its definition, or (with `key`) one record. */
export interface ChangeTarget {
  readonly table: TableId
  readonly key?: RecordKey
}

/** Which commits of a log are wanted: everything that is given must hold. */
export interface LogFilter {
  readonly target?: ChangeTarget
  /** Committer times in seconds, both included. */
  readonly since?: number
  readonly until?: number
  isWanted?(commit: CommitAuthorship): boolean
}

/** Values that occur together, one for each field that was asked for, and in how many records. */
export interface ValueGroup {
  /** JSON texts; `null` for a field that is missing. */
  readonly values: readonly string[]
  readonly count: number
}

/** A file, or a record in it, that could not be read at this commit: the rest is served. */
export interface QuarantineEntry {
  readonly table: TableId
  readonly path: string
  readonly key: string | undefined
  readonly line: number | undefined
  readonly message: string
}

/**
 * Everything about the database as it was at one commit. Point reads are synchronous, the read model answers from SQLite; `selectRecords` and
 * `countRecords` are promises only because the query compiler is loaded on first use.
 */
export interface Snapshot {
  /** `undefined` for a branch without a commit: an empty database. */
  readonly commit: CommitId | undefined
  /** The files of the work tree as they are, edits of `commit`. */
  readonly isWorkTree?: true
  readonly catalogue: Catalogue
  readRecord(table: TableId, key: RecordKey): RecordRow | undefined
  /** Fields as the record's file has them, without those that are computed. */
  readStored(table: TableId, key: RecordKey): StoredRecord | undefined
  /** Fails with `invalid-input` for paths that cannot be a field. */
  selectRecords(table: TableId, query: RecordQuery): Promise<Result<readonly RecordRow[]>>
  countRecords(table: TableId, where: Filter | undefined, search?: Search): Promise<Result<number>>
  /** How often each combination of values of these fields occurs, in the order of the values. Of a list each element is a value. */
  countValues(table: TableId, fields: readonly FieldPath[], where: Filter | undefined): Promise<Result<readonly ValueGroup[]>>
  /** Newest first, along the first-parent line; with `field` only commits that changed what it leads to. */
  readHistory(table: TableId, key: RecordKey, page: Page & { readonly field?: MemberPath }): readonly HistoryEntry[]
  /** `undefined` when there is no such record at this commit. */
  readBlame(table: TableId, key: RecordKey, options: BlameOptions): readonly FieldBlame[] | undefined
  /** In the order asked for; keys without a record are left out. */
  readLastChanges(table: TableId, keys: readonly RecordKey[]): readonly LastChange[]
  /**
   * Records that differ from those at another commit that has been read (`undefined`: an empty database), by table and key; `table`: of that table
   * alone. Cost: the changes since the last common commit of both first-parent lines.
   */
  readDifferences(from: CommitId | undefined, table: TableId | undefined): readonly RecordDifference[]
  /** Newest first, along the first-parent line. */
  readLog(page: Page, filter?: LogFilter): readonly LogEntry[]
  /** What any commit did, and whether to the target; `undefined` for one that has not been projected. */
  readCommitCounts(commit: CommitId, target: ChangeTarget | undefined): (CommitCounts & { readonly isOnTarget: boolean }) | undefined
  readQuarantine(): readonly QuarantineEntry[]
}

export interface Page {
  readonly limit: number | undefined
  readonly offset: number
}
