import { ByteCursor } from './byte-cursor.ts'
import { ParquetProblem } from './parquet-problem.ts'

/** Snappy's block format: literals, and copies of what stands before. */
export const unpackSnappy = (bytes: Uint8Array, size: number): Uint8Array => {
  const cursor = new ByteCursor(bytes)
  if (cursor.varint() !== size) throw new ParquetProblem('a page has another size than it is said to have')
  const output = new Uint8Array(size)
  let end = 0
  while (cursor.left > 0) {
    const tag = cursor.byte()
    if ((tag & 3) === 0) {
      const literal = cursor.take(readLiteralLength(cursor, tag >> 2))
      checkRoom(end + literal.length, size)
      output.set(literal, end)
      end += literal.length
      continue
    }
    const { length, distance } = readCopy(cursor, tag)
    checkRoom(end + length, size)
    copyBefore(output, end, { length, distance })
    end += length
  }
  return output.subarray(0, end)
}

const readLiteralLength = (cursor: ByteCursor, code: number): number => {
  if (code < 60) return code + 1
  let length = 0
  for (let index = 0; index < code - 59; index++) length += cursor.byte() * 256 ** index
  return length + 1
}

const readCopy = (cursor: ByteCursor, tag: number): { readonly length: number; readonly distance: number } => {
  if ((tag & 3) === 1) return { length: ((tag >> 2) & 7) + 4, distance: (tag >> 5) * 256 + cursor.byte() }
  if ((tag & 3) === 2) return { length: (tag >> 2) + 1, distance: cursor.byte() + cursor.byte() * 256 }
  return { length: (tag >> 2) + 1, distance: cursor.uint32() }
}

const checkRoom = (end: number, size: number): void => {
  if (end > size) throw new ParquetProblem(`a page has more than the ${size} bytes that it is said to have`)
}

/** Copies bytes that stand before; they may reach into what is being copied. */
export const copyBefore = (output: Uint8Array, end: number, { length, distance }: { readonly length: number; readonly distance: number }): void => {
  if (distance === 0 || distance > end) throw new ParquetProblem('a packed page refers to what is before its start')
  if (distance >= length) output.copyWithin(end, end - distance, end - distance + length)
  else for (let index = 0; index < length; index++) output[end + index] = output[end + index - distance] ?? 0
}
