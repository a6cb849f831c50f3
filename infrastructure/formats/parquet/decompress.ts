import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { decompress as decompressZstd } from 'fzstd'
import { ByteCursor } from './byte-cursor.ts'
import { ParquetProblem } from './parquet-problem.ts'
import { unpackLz4 } from './unpack-lz4.ts'
import { unpackSnappy } from './unpack-snappy.ts'

/** Compressions, by their number in the file format. LZO has no free decoder; LZ4 was never written down and has become LZ4_RAW. */
export const codecs = ['UNCOMPRESSED', 'SNAPPY', 'GZIP', 'LZO', 'BROTLI', 'LZ4', 'ZSTD', 'LZ4_RAW'] as const
export type Codec = (typeof codecs)[number]

/** The bytes of a page, `size` of them and not one more, whatever the packed bytes say. */
export const decompress = (codec: Codec, bytes: Uint8Array, size: number): Uint8Array => {
  const unpacked = size === 0 ? new Uint8Array() : unpack(codec, bytes, size)
  if (unpacked.length !== size) throw new ParquetProblem(`a page has ${unpacked.length} bytes, and is said to have ${size}`)
  return unpacked
}

const unpack = (codec: Codec, bytes: Uint8Array, size: number): Uint8Array => {
  switch (codec) {
    case 'UNCOMPRESSED':
      return bytes
    case 'SNAPPY':
      return unpackSnappy(bytes, size)
    case 'LZ4_RAW':
      return unpackLz4(bytes, size)
    case 'LZO':
    case 'LZ4':
      throw new ParquetProblem(
        `it is compressed by ${codec}, which is not supported: write it with zstd, snappy, gzip, brotli or lz4_raw`,
        'not-supported',
      )
    case 'GZIP':
      return guard(() => gunzipSync(bytes, { maxOutputLength: size }))
    case 'BROTLI':
      return guard(() => brotliDecompressSync(bytes, { maxOutputLength: size }))
    case 'ZSTD':
      checkZstdWindow(bytes, size)
      return guard(() => decompressZstd(bytes, new Uint8Array(size)))
  }
}

/** What these throw is about the bytes: there is nothing else that they are given. */
const guard = (run: () => Uint8Array): Uint8Array => {
  try {
    return run()
  } catch (error) {
    if (error instanceof Error) throw new ParquetProblem(`a page cannot be unpacked: ${error.message}`)
    throw error
  }
}

/** Usual windows are up to 8 MiB. */
const windowBytesMax = 64 * 1024 * 1024

/** The decoder makes room for what the head of a frame asks for, so that is looked at first (RFC 8878, 3.1.1). */
const checkZstdWindow = (bytes: Uint8Array, size: number): void => {
  const cursor = new ByteCursor(bytes)
  if (cursor.uint32() !== 0xfd2fb528) throw new ParquetProblem('a page is not packed by zstd as it is said to be')
  const flags = cursor.byte()
  const isSingle = (flags & 0x20) !== 0
  if (!isSingle) {
    const window = cursor.byte()
    const base = 2 ** (10 + (window >> 3))
    if (base + (base / 8) * (window & 7) > windowBytesMax)
      throw new ParquetProblem('a page is packed by zstd with a window over the limit', 'too-large')
  }
  cursor.take([0, 1, 2, 4][flags & 3] ?? 0)
  const said = readContentSize(cursor, flags >> 6, isSingle)
  if (said !== undefined && said !== size) throw new ParquetProblem(`a page has ${said} bytes, and is said to have ${size}`)
}

const readContentSize = (cursor: ByteCursor, flag: number, isSingle: boolean): number | undefined => {
  if (flag === 0) return isSingle ? cursor.byte() : undefined
  if (flag === 1) return cursor.byte() + 256 * cursor.byte() + 256
  return flag === 2 ? cursor.uint32() : Number(cursor.int64())
}
