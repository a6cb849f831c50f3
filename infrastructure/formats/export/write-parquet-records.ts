import { ExportFailed } from '../../../domain/export/export-failed.ts'
import type { JsonObject } from '../../../domain/json.ts'
import { ok } from '../../../domain/result.ts'
import { parseJson } from '../json/parse-json.ts'
import { ownMember } from '../own-member.ts'
import { encodableAs, kindOfType, type WrittenColumn } from '../parquet/column-kind.ts'
import { ParquetWriter } from '../parquet/parquet-writer.ts'
import type { RecordBatches, RecordWriter, WriterOptions } from './record-writer.ts'

const groupRows = 50_000
const groupCharacters = 16 * 1024 * 1024

/**
 * A Parquet file, its pages packed by gzip: a column for each of the table in its type, JSON where it has no scalar one. Floats are doubles, whatever digits
 * they were written with. In memory for a row group: up to 50,000 rows, or 16 Mi characters of JSON and a batch.
 */
export const writeParquetRecords: RecordWriter = (batches, options) => ok(writeFile(batches, options))

async function* writeFile(batches: RecordBatches, { columns }: WriterOptions): AsyncGenerator<Uint8Array> {
  const written = columns.map(({ name, type }): WrittenColumn => ({ name, kind: type === undefined ? 'json' : kindOfType(type) }))
  const writer = new ParquetWriter(written, true)
  yield writer.start()
  let rows: JsonObject[] = []
  let characters = 0
  for await (const batch of batches) {
    for (const text of batch) {
      rows.push(checkRow(parseRecord(text), written))
      characters += text.length
    }
    if (rows.length < groupRows && characters < groupCharacters) continue
    yield writer.group(rows)
    rows = []
    characters = 0
  }
  if (rows.length > 0) yield writer.group(rows)
  yield writer.end()
}

const parseRecord = (text: string): JsonObject => {
  const parsed = parseJson(text)
  if (!parsed.ok || typeof parsed.value !== 'object') throw new Error('a record to write is no JSON object')
  return parsed.value as JsonObject
}

const checkRow = (row: JsonObject, columns: readonly WrittenColumn[]): JsonObject => {
  for (const { name, kind } of columns) {
    const value = ownMember(row, name) ?? undefined
    if (value === undefined || encodableAs(value, kind)) continue
    const key = ownMember(row, columns[0]?.name ?? '')
    throw new ExportFailed({
      kind: 'unsupported',
      what: `the value of ${JSON.stringify(name)} of record ${JSON.stringify(key)} in a Parquet column of type ${kind}`,
      why: 'the column cannot hold it: export without that field (--fields), or in another format',
    })
  }
  return row
}
