import type { TableId } from '../ids.ts'
import type { ExportColumn } from '../view/export-file.ts'

/** What is told of an export before its first record. */
export interface ExportHead {
  readonly table: TableId
  /** Names that members of the records have, in order, with the types of those that are columns of the table. */
  readonly columns: readonly ExportColumn[]
}

/** Where exported records go. */
export interface RecordTarget {
  /** Whether the head has to name every member that any record has, as the header of CSV does; for that all records are read twice. */
  readonly needsAllColumns: boolean
  /**
   * Takes the records as they come, as compact JSON objects with exact digits, in batches by key, and asks for no more than it can take. Resolves when all are
   * written. Nothing of it counts when the records end with an error, which is passed on.
   */
  write(head: ExportHead, batches: AsyncIterable<readonly string[]>): Promise<void>
}
