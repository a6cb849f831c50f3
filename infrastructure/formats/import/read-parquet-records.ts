import { SourceProblem } from '../../../domain/import/source-problem.ts'
import type { SourceRecord } from '../../../domain/import/source-record.ts'
import { stringifyJson } from '../../../domain/json.ts'
import { columnTypesOf } from '../parquet/column-types.ts'
import { ParquetProblem } from '../parquet/parquet-problem.ts'
import { type RangeSource, readParquetEnd, readParquetRanges } from '../parquet/read-parquet-file.ts'
import type { ParquetRow } from '../parquet/read-rows.ts'
import { badRecord } from './bad-record.ts'

const chunkRows = 1_000

/** The rows of a Parquet file, in memory for one row group; their numbers stand in the place of lines. Throws `SourceProblem` for a damaged file. */
export async function* readParquetRecords(source: RangeSource): AsyncGenerator<readonly SourceRecord[]> {
  let row = 0
  try {
    for await (const rows of readParquetRanges(source, chunkRows)) {
      row = rows.at(-1)?.number ?? row
      yield rows.map(toRecord)
    }
  } catch (error) {
    throw toSourceProblem(error, row)
  }
}

/** The types that a file gives its columns, as ours; those that have none of ours are absent. */
export const readParquetTypes = async (source: RangeSource): Promise<ReadonlyMap<string, string>> => {
  try {
    return columnTypesOf((await readParquetEnd(source)).schema)
  } catch (error) {
    throw toSourceProblem(error, 0)
  }
}

const toRecord = ({ number, fields, problem }: ParquetRow): SourceRecord =>
  problem === undefined ? { line: number, fields } : badRecord(number, stringifyJson(fields), `row ${number}, ${problem}`)

const toSourceProblem = (error: unknown, row: number): unknown =>
  error instanceof ParquetProblem
    ? new SourceProblem(error.rule, `the Parquet file cannot be read${row === 0 ? '' : ` after row ${row}`}: ${error.message}`)
    : error
