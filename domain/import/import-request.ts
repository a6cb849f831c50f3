import type { Operation } from '../event-sourcing/operation.ts'
import type { Failure, Issue } from '../failure.ts'
import type { CommitId, TableId } from '../ids.ts'
import type { KeyedFields } from '../record/validate-record.ts'
import type { Result } from '../result.ts'
import type { Table } from '../table/table.ts'
import type { CreateTable } from '../table/table-command.ts'
import type { BadRecord, GoodRecord, RecordChunks, SourceRecord } from './source-record.ts'

/** What becomes of a record whose key is taken. `merge`: its fields are laid over those that are there, as a merge patch (RFC 7396). */
export type OnDuplicate = 'fail' | 'skip' | 'replace' | 'merge'

/** Where the records come from. */
export interface RecordSource {
  /** Name in messages: that of a file. */
  readonly name: string
  /** Reads from the start. @param types  of the table's columns, by name: what a text means there, where all values are texts */
  read(types?: ReadonlyMap<string, string>): RecordChunks
  /** Whether all values are texts, as those of CSV. */
  readonly isText?: boolean
  /** Types that the source itself gives its columns, where it does: they count for a table that is made. */
  columnTypes?(): Promise<ReadonlyMap<string, string>>
  /** Whether `read` works more than once; else an import that would have to be decided again ends with `unavailable`. */
  readonly isRepeatable: boolean
  /** Which part of it has been read, from 0 to 1, where that is known. */
  share?(): number | undefined
}

/** A record that is not imported, and why. */
export interface Reject {
  readonly record: SourceRecord
  readonly issues: readonly Issue[]
}

/** Takes what is rejected. An import that is decided again rejects again, so what was added counts only after `keep`. */
export interface RejectSink {
  add(reject: Reject): Promise<void>
  /** What was added is final: its commit is written. */
  keep(): Promise<void>
  /** Forgets what was added since `keep`. */
  rewind(): Promise<void>
}

/** Records without end that become one commit, or one for every so many. */
export interface ImportRequest extends Pick<Operation, 'branch' | 'actor' | 'at' | 'message' | 'force'> {
  readonly table: TableId
  /** Makes the table first, in the same commit. */
  readonly create?: CreateTable
  readonly source: RecordSource
  /** Key and fields of a record, by the table's definition. */
  toRecord(table: Table, record: GoodRecord): Result<KeyedFields, readonly Issue[]>
  readonly onDuplicate: OnDuplicate
  /** Leaves out what cannot be imported, instead of importing nothing. */
  readonly continueOnError: boolean
  /** Records in a commit; default: all of them. */
  readonly batchSize?: number
  readonly isDryRun: boolean
  readonly rejects?: RejectSink
  /** Told how many records have been read so far. */
  onProgress?(records: number): void
  readonly signal?: AbortSignal
}

/** What was written, and what was not. */
export interface ImportReport {
  readonly commits: readonly CommitId[]
  readonly read: number
  readonly inserted: number
  readonly updated: number
  /** Taken keys that were left as they are, and records that say what is there already. */
  readonly skipped: number
  readonly rejected: number
  /** Why records were rejected: the first of them. */
  readonly issues: readonly Issue[]
  /** Keys of the first inserted records. */
  readonly firstInserted: readonly string[]
  /** Why the import ended before its end, where commits were written before. */
  readonly stopped?: Failure
}

/** Issues in one answer: enough to see the pattern, however large the import. */
export const issuesMax = 100

export const isBad = (record: SourceRecord): record is BadRecord => 'problem' in record
