import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { SourceProblem } from '../../../domain/import/source-problem.ts'

/** Unpacks what starts as gzip does, and passes on everything else. A damaged or truncated file is a `SourceProblem`. */
export async function* inflateBlocks(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const blocks = bytes[Symbol.asyncIterator]()
  try {
    let head: Uint8Array = new Uint8Array()
    let next = await blocks.next()
    for (; !next.done && head.length < 2; next = await blocks.next()) head = Buffer.concat([head, next.value])
    const rest = rejoin(head, { first: next, blocks })
    yield* head[0] === 0x1f && head[1] === 0x8b ? inflate(rest) : rest
  } finally {
    await blocks.return?.()
  }
}

interface Rest {
  readonly first: IteratorResult<Uint8Array>
  readonly blocks: AsyncIterator<Uint8Array>
}

async function* rejoin(head: Uint8Array, { first, blocks }: Rest): AsyncGenerator<Uint8Array> {
  if (head.length > 0) yield head
  for (let next = first; !next.done; next = await blocks.next()) yield next.value
}

async function* inflate(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const source = Readable.from(bytes, { objectMode: false })
  const gunzip = createGunzip()
  source.on('error', (error) => gunzip.destroy(error))
  try {
    for await (const block of source.pipe(gunzip)) yield block as Uint8Array
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'Z_BUF_ERROR' || error.code === 'Z_DATA_ERROR'))
      throw new SourceProblem('gzip', error.code === 'Z_BUF_ERROR' ? 'the gzip file is truncated' : 'the gzip file is damaged')
    throw error
  } finally {
    source.destroy()
    gunzip.destroy()
  }
}
