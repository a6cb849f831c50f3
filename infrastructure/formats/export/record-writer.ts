import type { Result } from '../../../domain/result.ts'
import type { ExportColumn } from '../../../domain/view/export-file.ts'

/** What a writer is told besides the records. */
export interface WriterOptions {
  /** Names what the records are, where the format has a place for that: the id of a table. */
  readonly title: string
  /** Members of the records, in order. Formats with a header write these and no others. */
  readonly columns: readonly ExportColumn[]
  /** Of CSV: one character between cells. Default: a comma. */
  readonly delimiter?: string
  /** Of CSV and TSV: what a value that is absent is written as. Default: nothing. */
  readonly nullText?: string
  /** Of CSV and TSV: texts that a spreadsheet would take for a formula get an apostrophe before them. */
  readonly escapeFormulas?: boolean
}

/** Records in batches, as compact JSON objects with exact digits. */
export type RecordBatches = AsyncIterable<readonly string[]>

/**
 * Writes records in one format: pieces of text or of bytes, at least one, in memory for one batch. Nothing is read before the first piece is asked for, and the next batch only
 * when the pieces of the one before have been taken.
 * @returns `unsupported` for columns that the format cannot have
 */
export type RecordWriter = (batches: RecordBatches, options: WriterOptions) => Result<AsyncIterable<string | Uint8Array>>
