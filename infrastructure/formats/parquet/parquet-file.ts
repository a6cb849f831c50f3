import type { JsonObject } from '../../../domain/json.ts'
import type { FileContents } from '../../../domain/table/codecs.ts'
import type { Table } from '../../../domain/table/table.ts'
import type { KeyedFields } from '../record-format.ts'
import { collectRecords, type FileEntry, toRows } from '../shared-file.ts'
import { type ColumnKind, fitsKind, kindOfType, type WrittenColumn } from './column-kind.ts'
import { ParquetProblem } from './parquet-problem.ts'
import { ParquetWriter } from './parquet-writer.ts'
import { readParquetBytes } from './read-parquet-file.ts'

/** Of a record file: it is held in memory as a whole, rewritten as a whole, and git stores it as a whole. */
export const parquetFileBytesMax = 64 * 1024 * 1024
const valuesMax = 20_000_000
const textBytesMax = 256 * 1024 * 1024
const groupRows = 50_000

/** The records of a Parquet list file; a file that cannot be read to its end is a problem as a whole. The numbers of rows stand for lines. */
export const readParquetFile = (table: Table, bytes: Uint8Array): FileContents => {
  if (bytes.length > parquetFileBytesMax) return problemOf(`the file has ${bytes.length} bytes: over the limit of 64 MiB`, 'too-large')
  try {
    const entries: FileEntry[] = []
    for (const { number, fields, problem } of readParquetBytes(bytes, { values: valuesMax, bytes: textBytesMax }))
      entries.push({ value: fields, line: number, ...(problem !== undefined && { problem: { message: `row ${number}, ${problem}`, line: number } }) })
    return collectRecords(table, entries)
  } catch (error) {
    if (error instanceof ParquetProblem) return problemOf(`not a readable Parquet file: ${error.message}`, error.rule)
    throw error
  }
}

const problemOf = (message: string, rule: string): FileContents => ({ records: [], problems: [{ message, ...(rule === 'parse' ? {} : { rule }) }] })

/**
 * A Parquet list file: a column for each of the table, then one for each field that is none, by name; rows by key. The same records give the same bytes, and
 * every value is read back as it is: a column with a value that does not fit its type is written as JSON.
 */
export const writeParquetFile = (table: Table, records: readonly KeyedFields[]): Uint8Array => {
  const sorted = [...records].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
  const rows = toRows(table, sorted)
  const writer = new ParquetWriter(planColumns(table, rows), false)
  const parts = [writer.start()]
  for (let at = 0; at < rows.length; at += groupRows) parts.push(writer.group(rows.slice(at, at + groupRows)))
  return Buffer.concat([...parts, writer.end()])
}

const planColumns = (table: Table, rows: readonly JsonObject[]): readonly WrittenColumn[] => {
  const wanted = new Map<string, ColumnKind>()
  if (table.primaryKey.length === 0) wanted.set('$ID', 'text')
  for (const name of table.columnsOrder) wanted.set(name, 'json')
  for (const { name, type } of table.columns) wanted.set(name, kindOfType(type))
  const others = new Set<string>()
  const misfits = new Set<string>()
  for (const row of rows)
    for (const [name, value] of Object.entries(row)) {
      const kind = wanted.get(name)
      if (kind === undefined) others.add(name)
      else if (value !== null && !fitsKind(value, kind)) misfits.add(name)
    }
  return [
    ...[...wanted].map(([name, kind]): WrittenColumn => ({ name, kind: misfits.has(name) ? 'json' : kind })),
    ...[...others].sort().map((name): WrittenColumn => ({ name, kind: 'json' })),
  ]
}
