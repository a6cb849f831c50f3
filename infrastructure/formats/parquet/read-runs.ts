import type { ByteCursor } from './byte-cursor.ts'
import { ParquetProblem } from './parquet-problem.ts'

/**
 * Numbers of `width` bits, in runs of one value and in packed groups of eight: levels, and places in a dictionary. A run that says it is longer than what is
 * wanted ends there.
 */
export const readRuns = (cursor: ByteCursor, width: number, count: number): Int32Array => {
  if (width > 31) throw new ParquetProblem(`a page has numbers of ${width} bits`)
  const output = new Int32Array(count)
  if (width === 0) return output
  for (let done = 0; done < count; ) {
    const head = cursor.varint()
    if (head < 2) throw new ParquetProblem('a page has an empty run')
    const length = Math.min(count - done, Math.floor(head / 2) * (head % 2 === 0 ? 1 : 8))
    if (head % 2 === 0) output.fill(readWhole(cursor, width), done, done + length)
    else readPacked(cursor, width, output.subarray(done, done + length))
    done += length
  }
  return output
}

const readWhole = (cursor: ByteCursor, width: number): number => {
  let value = 0
  for (let shift = 0; shift < width; shift += 8) value += cursor.byte() * 2 ** shift
  if (value >= 2 ** width) throw new ParquetProblem(`a page has a number over ${width} bits`)
  return value
}

/** Groups are whole, but the last one of a page may be cut after the values that count. */
const readPacked = (cursor: ByteCursor, width: number, output: Int32Array): void => {
  const bytes = cursor.take(Math.min(Math.ceil(output.length / 8) * width, cursor.left))
  unpackBits(bytes, width, output)
}

/** Unsigned numbers of up to 31 bits, the lowest bit first. */
const unpackBits = (bytes: Uint8Array, width: number, output: Int32Array): void => {
  if (Math.ceil((output.length * width) / 8) > bytes.length) throw new ParquetProblem('a page ends too early')
  for (let index = 0, bit = 0; index < output.length; index++, bit += width) {
    let value = 0
    for (let done = 0; done < width; ) {
      const at = bit + done
      const part = Math.min(8 - (at & 7), width - done)
      value += (((bytes[at >>> 3] ?? 0) >>> (at & 7)) & ((1 << part) - 1)) * 2 ** done
      done += part
    }
    output[index] = value
  }
}
