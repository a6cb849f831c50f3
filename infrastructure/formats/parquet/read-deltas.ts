import type { ByteCursor } from './byte-cursor.ts'
import { ParquetProblem } from './parquet-problem.ts'

/** Numbers as differences from one to the next, packed in blocks. @param bits  32 or 64: where they wrap */
export const readDeltas = (cursor: ByteCursor, count: number, bits: 32 | 64): readonly bigint[] => {
  const [blockSize, miniblocks, total] = [cursor.varint(), cursor.varint(), cursor.varint()]
  if (total !== count) throw new ParquetProblem(`a page has ${total} values, and is said to have ${count}`)
  const size = blockSize / miniblocks
  if (!(Number.isInteger(size) && size > 0 && size % 8 === 0 && miniblocks <= 1024)) throw new ParquetProblem('a page is divided wrongly')
  let last = cursor.zigzag64()
  const values: bigint[] = count === 0 ? [] : [last]
  while (values.length < count) {
    const least = cursor.zigzag64()
    const widths = cursor.take(miniblocks)
    for (const width of widths) {
      if (values.length >= count) break
      if (width > 64) throw new ParquetProblem(`a page has numbers of ${width} bits`)
      const bytes = cursor.take((size * width) / 8)
      const wanted = Math.min(size, count - values.length)
      for (let index = 0; index < wanted; index++) {
        last = BigInt.asIntN(bits, last + least + readBits(bytes, index * width, width))
        values.push(last)
      }
    }
  }
  return values
}

const readBits = (bytes: Uint8Array, start: number, width: number): bigint => {
  let low = 0
  let value = 0n
  for (let done = 0; done < width; ) {
    const at = start + done
    const part = Math.min(8 - (at & 7), width - done)
    const bits = ((bytes[at >>> 3] ?? 0) >>> (at & 7)) & ((1 << part) - 1)
    if (done < 40) low += bits * 2 ** done
    else value |= BigInt(bits) << BigInt(done)
    done += part
  }
  return value + BigInt(low)
}

/** Texts of bytes: all lengths, then all bytes. */
export const readDeltaLengths = (cursor: ByteCursor, count: number): readonly Uint8Array[] =>
  readDeltas(cursor, count, 32).map((length) => cursor.take(Number(length)))

/** Texts of bytes that share their start with the one before. */
export const readDeltaTexts = (cursor: ByteCursor, count: number, bytesMax: number): readonly Uint8Array[] => {
  const shared = readDeltas(cursor, count, 32)
  let last: Uint8Array = new Uint8Array()
  let bytes = 0
  return readDeltaLengths(cursor, count).map((rest, index) => {
    const prefix = Number(shared[index] ?? 0)
    if (prefix < 0 || prefix > last.length) throw new ParquetProblem('a value shares more with the one before than that has')
    bytes += prefix + rest.length
    if (bytes > bytesMax) throw new ParquetProblem(`the texts of a page have more than ${bytesMax} bytes`, 'too-large')
    last = prefix === 0 ? rest : Buffer.concat([last.subarray(0, prefix), rest])
    return last
  })
}
