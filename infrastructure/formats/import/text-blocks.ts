import { isUtf8 } from 'node:buffer'
import { SourceProblem } from '../../../domain/import/source-problem.ts'
import type { Encoding } from './read-options.ts'

const lineFeed = 10

/**
 * Decodes bytes block by block, strictly: what does not belong to the encoding is an `SourceProblem` with its line. A byte order mark is taken off, and says
 * the encoding unless `encoding` does. Blocks end anywhere between two characters.
 */
export async function* decodeBlocks(bytes: AsyncIterable<Uint8Array>, encoding: Encoding | undefined): AsyncGenerator<string> {
  const counted = { line: 1 }
  let decode: Decode | undefined
  let head: Uint8Array = new Uint8Array()
  for await (const chunk of bytes) {
    let block = chunk
    if (decode === undefined) {
      head = head.length === 0 ? chunk : Buffer.concat([head, chunk])
      if (head.length < markBytesMax) continue
      decode = createDecoder(head, encoding, counted)
      block = head
    }
    const text = decode(block, false)
    if (text !== '') yield text
  }
  decode ??= createDecoder(head, encoding, counted)
  const rest = decode(head.length < markBytesMax ? head : new Uint8Array(), true)
  if (rest !== '') yield rest
}

type Decode = (block: Uint8Array, isLast: boolean) => string

interface Counted {
  line: number
}

const markBytesMax = 3

const createDecoder = (head: Uint8Array, encoding: Encoding | undefined, counted: Counted): Decode => {
  const found = encoding ?? readMark(head) ?? 'utf-8'
  return found === 'utf-8' ? createUtf8Decoder(counted) : createOtherDecoder(found, counted)
}

const readMark = (head: Uint8Array): Encoding | undefined => {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le'
  return head[0] === 0xfe && head[1] === 0xff ? 'utf-16be' : undefined
}

/** Checked and decoded by the run time's own fast paths, which no stream decoder has. */
const createUtf8Decoder = (counted: Counted): Decode => {
  let rest = Buffer.alloc(0)
  let isFirst = true
  return (block, isLast) => {
    const bytes = rest.length === 0 ? Buffer.from(block.buffer, block.byteOffset, block.byteLength) : Buffer.concat([rest, block])
    const end = isLast ? bytes.length : lastBoundary(bytes)
    const whole = bytes.subarray(0, end)
    if (!isUtf8(whole))
      throw new SourceProblem('encoding', 'not valid UTF-8: convert the file, or say its --encoding', counted.line + linesBeforeFault(whole))
    rest = Buffer.from(bytes.subarray(end))
    const text = whole.toString('utf8')
    counted.line += countLines(whole)
    if (text === '') return text
    const clean = isFirst && text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
    isFirst = false
    return clean
  }
}

/** Where the last character that is complete ends. */
const lastBoundary = (bytes: Uint8Array): number => {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0
    if (byte < 0x80) return bytes.length
    if (byte >= 0xc0) return sequenceLength(byte) > back ? bytes.length - back : bytes.length
  }
  return bytes.length
}

const sequenceLength = (lead: number): number => (lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2)

const linesBeforeFault = (bytes: Buffer): number => {
  let lines = 0
  for (let start = 0; ; lines++) {
    const end = bytes.indexOf(lineFeed, start)
    if (end === -1 || !isUtf8(bytes.subarray(start, end))) return lines
    start = end + 1
  }
}

const countLines = (bytes: Buffer): number => {
  let lines = 0
  for (let at = bytes.indexOf(lineFeed); at !== -1; at = bytes.indexOf(lineFeed, at + 1)) lines++
  return lines
}

const createOtherDecoder = (encoding: Exclude<Encoding, 'utf-8'>, counted: Counted): Decode => {
  const decoder = new TextDecoder(encoding, { fatal: true })
  return (block, isLast) => {
    try {
      const text = decoder.decode(block, { stream: !isLast })
      for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) counted.line++
      return text
    } catch {
      throw new SourceProblem('encoding', `not valid ${encoding}`, counted.line)
    }
  }
}
