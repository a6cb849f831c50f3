import type { CommitTime } from '../domain/event-sourcing/event-store.ts'
import type { Person } from '../domain/event-sourcing/operation.ts'
import type { CommitId, RecordKey, TableId } from '../domain/ids.ts'
import type { Filter, RecordQuery } from '../domain/query/filter.ts'
import type { Result } from '../domain/result.ts'
import type { Catalogue } from '../domain/table/table.ts'

/** A record ready to be sent. */
export interface RecordRow {
  readonly key: RecordKey
  /** Compact JSON object, `"$id"` first, then the columns in `columns_order`, then the rest by name. Exact digits. */
  readonly json: string
  readonly revision: string
}

export interface HistoryEntry {
  readonly commit: CommitId
  readonly author: Person
  readonly time: CommitTime
  readonly message: string
  readonly operation: 'insert' | 'update' | 'delete'
  /** Sorted names of top-level fields that differ from the version before. */
  readonly fields: readonly string[]
}

export interface LogEntry {
  readonly commit: CommitId
  readonly parents: readonly CommitId[]
  readonly author: Person
  readonly time: CommitTime
  readonly message: string
  /** How many records the commit inserted, updated and deleted. */
  readonly inserted: number
  readonly updated: number
  readonly deleted: number
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
  readonly catalogue: Catalogue
  readRecord(table: TableId, key: RecordKey): RecordRow | undefined
  /** Fails with `invalid-input` for paths that cannot be a field. */
  selectRecords(table: TableId, query: RecordQuery): Promise<Result<readonly RecordRow[]>>
  countRecords(table: TableId, where: Filter | undefined): Promise<Result<number>>
  /** Newest first, along the first-parent line. */
  readHistory(table: TableId, key: RecordKey, page: Page): readonly HistoryEntry[]
  readLog(page: Page): readonly LogEntry[]
  readQuarantine(): readonly QuarantineEntry[]
}

export interface Page {
  readonly limit: number | undefined
  readonly offset: number
}
