import { Readable } from 'node:stream'
import { createGzip } from 'node:zlib'

/** Packs pieces of a file by gzip; the inverse of `inflateBlocks`. */
export async function* deflateBlocks(pieces: AsyncIterable<string | Uint8Array>): AsyncGenerator<Uint8Array> {
  const source = Readable.from(pieces, { objectMode: false })
  const gzip = createGzip()
  source.on('error', (error) => gzip.destroy(error))
  try {
    for await (const block of source.pipe(gzip)) yield block as Uint8Array
  } finally {
    source.destroy()
    gzip.destroy()
  }
}
