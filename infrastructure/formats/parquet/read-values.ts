import { ByteCursor } from './byte-cursor.ts'
import { ParquetProblem } from './parquet-problem.ts'
import { readDeltaLengths, readDeltas, readDeltaTexts } from './read-deltas.ts'
import { readRuns } from './read-runs.ts'
import type { PhysicalType } from './schema-tree.ts'

/** A value as the file holds it, before its logical type says what it means. */
export type RawValue = boolean | number | bigint | Uint8Array

/** How the values of a page are written, by their number in the file format. */
export type Encoding = number

export interface ValueType {
  readonly type: PhysicalType
  readonly length: number
}

/** Bytes of all texts of one page. */
const textBytesMax = 256 * 1024 * 1024

/** @param count  how many values there are, nulls not counted: checked against the bytes before room is made for them */
export const readValues = (
  cursor: ByteCursor,
  column: ValueType,
  { encoding, count }: { readonly encoding: Encoding; readonly count: number },
): readonly RawValue[] => {
  if (count === 0) return []
  switch (encoding) {
    case 0:
      return readPlain(cursor, column, count)
    case 3:
      if (column.type !== 'BOOLEAN') break
      cursor.take(4)
      return Array.from(readRuns(cursor, 1, count), (value) => value === 1)
    case 5:
      if (column.type === 'INT32') return readDeltas(cursor, count, 32).map(Number)
      if (column.type === 'INT64') return readDeltas(cursor, count, 64)
      break
    case 6:
      if (column.type === 'BYTE_ARRAY') return readDeltaLengths(cursor, count)
      break
    case 7:
      if (column.type === 'BYTE_ARRAY' || column.type === 'FIXED_LEN_BYTE_ARRAY')
        return checkLengths(readDeltaTexts(cursor, count, textBytesMax), column)
      break
    case 9:
      return readSplit(cursor, column, count)
  }
  throw new ParquetProblem(`${column.type} values are written in encoding ${encoding}, which is not supported`, 'not-supported')
}

export const readPlain = (cursor: ByteCursor, { type, length }: ValueType, count: number): readonly RawValue[] => {
  if (type === 'BOOLEAN') {
    const bytes = cursor.take(Math.ceil(count / 8))
    return Array.from({ length: count }, (_, index) => (((bytes[index >> 3] ?? 0) >> (index & 7)) & 1) === 1)
  }
  const least = type === 'BYTE_ARRAY' ? 4 : widthOf({ type, length })
  if (count * least > cursor.left) throw new ParquetProblem(`a page is said to have ${count} values, and has ${cursor.left} bytes`)
  const values: RawValue[] = new Array(count)
  for (let index = 0; index < count; index++) values[index] = readOne(cursor, { type, length })
  return values
}

const readOne = (cursor: ByteCursor, { type, length }: ValueType): RawValue => {
  switch (type) {
    case 'INT32':
      return cursor.int32()
    case 'INT64':
      return cursor.int64()
    case 'FLOAT':
      return cursor.float()
    case 'DOUBLE':
      return cursor.double()
    case 'BYTE_ARRAY':
      return cursor.take(cursor.uint32())
    case 'INT96':
      return cursor.take(12)
    default:
      return cursor.take(length)
  }
}

const widths: Readonly<Partial<Record<PhysicalType, number>>> = { INT32: 4, FLOAT: 4, INT64: 8, DOUBLE: 8, INT96: 12 }

const widthOf = ({ type, length }: ValueType): number => widths[type] ?? length

/** The first bytes of all values, then the second ones, and so on. */
const readSplit = (cursor: ByteCursor, column: ValueType, count: number): readonly RawValue[] => {
  const width = widthOf(column)
  if (column.type === 'BYTE_ARRAY' || column.type === 'BOOLEAN') throw new ParquetProblem('values of no fixed length are split by bytes')
  const split = cursor.take(width * count)
  const whole = new Uint8Array(split.length)
  for (let byte = 0; byte < width; byte++) for (let index = 0; index < count; index++) whole[index * width + byte] = split[byte * count + index] ?? 0
  return readPlain(new ByteCursor(whole), column, count)
}

const checkLengths = (values: readonly Uint8Array[], { type, length }: ValueType): readonly Uint8Array[] => {
  if (type === 'FIXED_LEN_BYTE_ARRAY' && values.some((value) => value.length !== length)) throw new ParquetProblem('a value has the wrong length')
  return values
}
