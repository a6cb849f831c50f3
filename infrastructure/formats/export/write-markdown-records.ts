import { readMembers } from '../../../domain/json-text.ts'
import { ok } from '../../../domain/result.ts'
import { markdownRow, writeMarkdownTable } from './markdown-table.ts'
import { readCells } from './read-cells.ts'
import type { RecordBatches, RecordWriter, WriterOptions } from './record-writer.ts'

/** A table as the views have it, `| a | b |`: columns are not aligned, since the widest cell may come last. */
export const writeMarkdownRecords: RecordWriter = (batches, options) => ok(writeTable(batches, options))

async function* writeTable(batches: RecordBatches, { columns }: WriterOptions): AsyncGenerator<string> {
  const names = columns.map(({ name }) => name)
  yield writeMarkdownTable(columns, [])
  for await (const batch of batches)
    yield batch.map((record) => markdownRow(readCells(readMembers(record), names).map((cell) => cell?.text ?? ''))).join('')
}
