import { ByteCursor } from './byte-cursor.ts'
import { ParquetProblem } from './parquet-problem.ts'
import { copyBefore } from './unpack-snappy.ts'

/** LZ4's block format, without a frame. */
export const unpackLz4 = (bytes: Uint8Array, size: number): Uint8Array => {
  const cursor = new ByteCursor(bytes)
  const output = new Uint8Array(size)
  let end = 0
  while (cursor.left > 0) {
    const token = cursor.byte()
    const literal = cursor.take(readLength(cursor, token >> 4))
    if (end + literal.length > size) throw new ParquetProblem(`a page has more than the ${size} bytes that it is said to have`)
    output.set(literal, end)
    end += literal.length
    if (cursor.left === 0) break
    const distance = cursor.byte() + cursor.byte() * 256
    const length = readLength(cursor, token & 15) + 4
    if (end + length > size) throw new ParquetProblem(`a page has more than the ${size} bytes that it is said to have`)
    copyBefore(output, end, { length, distance })
    end += length
  }
  return output.subarray(0, end)
}

const readLength = (cursor: ByteCursor, code: number): number => {
  if (code < 15) return code
  let length = 15
  for (;;) {
    const byte = cursor.byte()
    length += byte
    if (byte < 255) return length
  }
}
