import type { JsonObject } from '../json.ts'

/** One record of some input, with the line (1-based) that it starts on. */
export type SourceRecord = GoodRecord | BadRecord

export interface GoodRecord {
  readonly line: number
  readonly fields: JsonObject
}

/** What stands where a record should be and cannot be read; the next one can. */
export interface BadRecord {
  readonly line: number
  readonly problem: { readonly rule: string; readonly message: string }
  /** As it stands in the input, cut where it is very long. */
  readonly text: string
}

/** Records in chunks, as they come from a file, a pipe or the network. */
export type RecordChunks = AsyncIterable<readonly SourceRecord[]>
