import { ParquetProblem } from './parquet-problem.ts'
import { findFooter, magic, type ParquetFooter, type RowGroup, readFooter, tailBytes } from './read-footer.ts'
import { type ParquetRow, readRows } from './read-rows.ts'
import type { ReadBudget } from './row-context.ts'

/** Packed bytes of one row group: usual ones have up to 128 MiB. */
const groupBytesMax = 512 * 1024 * 1024

/** Bytes of texts in one chunk of rows. */
const chunkBytesMax = 16 * 1024 * 1024

/** All rows of a file in memory. Throws `ParquetProblem`. @param budget  what is left of it afterwards */
export function* readParquetBytes(bytes: Uint8Array, budget: ReadBudget): Generator<ParquetRow> {
  checkHead(bytes.subarray(0, magic.length))
  const start = findFooter(bytes.subarray(Math.max(0, bytes.length - tailBytes)), bytes.length)
  const { schema, groups } = readFooter(bytes.subarray(start, bytes.length - tailBytes), start)
  let rowsBefore = 0
  for (const group of groups) {
    yield* readRows({ schema, group, rowsBefore, budget, chunks: group.chunks.map((chunk) => bytes.subarray(chunk.start, chunk.end)) })
    rowsBefore += group.rows
  }
}

/** Bytes of a file that is read in any order; the end is exclusive. */
export interface RangeSource {
  readonly size: number
  read(start: number, end: number): Promise<Uint8Array>
}

/** All rows of a file, in chunks, one row group of it at a time. Throws `ParquetProblem`. */
export async function* readParquetRanges(source: RangeSource, chunkRows: number): AsyncGenerator<readonly ParquetRow[]> {
  const { schema, groups } = await readParquetEnd(source)
  let rowsBefore = 0
  for (const group of groups) {
    checkSize(group)
    const chunks: Uint8Array[] = []
    for (const { start, end } of group.chunks) chunks.push(await source.read(start, end))
    let rows: ParquetRow[] = []
    let bytes = 0
    for (const row of readRows({
      schema,
      group,
      rowsBefore,
      chunks,
      budget: { values: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY },
    })) {
      rows.push(row)
      bytes += row.bytes
      if (rows.length < chunkRows && bytes < chunkBytesMax) continue
      yield rows
      rows = []
      bytes = 0
    }
    if (rows.length > 0) yield rows
    rowsBefore += group.rows
  }
}

/** What a file says about itself. Throws `ParquetProblem`. */
export const readParquetEnd = async (source: RangeSource): Promise<ParquetFooter> => {
  const { size } = source
  checkHead(await source.read(0, Math.min(size, magic.length)))
  const start = findFooter(await source.read(Math.max(0, size - tailBytes), size), size)
  return readFooter(await source.read(start, size - tailBytes), start)
}

const checkHead = (head: Uint8Array): void => {
  const mark = Buffer.from(head).toString('latin1')
  if (mark !== magic && mark !== 'PARE') throw new ParquetProblem('it does not start as a Parquet file does')
}

const checkSize = ({ chunks }: RowGroup): void => {
  const bytes = chunks.reduce((sum, { start, end }) => sum + end - start, 0)
  if (bytes > groupBytesMax)
    throw new ParquetProblem(`a row group has ${bytes} bytes, and is read as a whole: the limit is ${groupBytesMax}. Write smaller ones`, 'too-large')
}
