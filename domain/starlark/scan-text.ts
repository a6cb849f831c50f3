import { StarlarkFault } from './starlark-fault.ts'
import { encodeCodePoint, toByteText } from './utf8.ts'

const plainEscapes: ReadonlyMap<string, string> = new Map([
  ['\\', '\\'],
  ['"', '"'],
  ["'", "'"],
  ['\n', ''],
  ['a', '\u0007'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
])

/** @param start prefix and opening quote: `"`, `r'`, `b"""`, … */
export const scanText = (source: string, at: number, start: string) => {
  const quote = start.replace(/^[rRbB]+/, '')
  const prefix = start.slice(0, start.length - quote.length).toLowerCase()
  const end = findEnd(source, at + start.length, quote)
  const kind = prefix.includes('b') ? ('bytes' as const) : ('string' as const)
  const raw = source.slice(at + start.length, end).replaceAll('\r\n', '\n')
  const value = prefix.includes('r') ? toByteText(raw) : readEscapes(raw, { isBytes: kind === 'bytes', at: at + start.length })
  return { token: { kind, at, value }, end: end + quote.length }
}

const findEnd = (source: string, from: number, quote: string): number => {
  for (let at = from; at < source.length; at += 1) {
    if (source[at] === '\\') at += 1
    else if (source.startsWith(quote, at)) return at
    else if (source[at] === '\n' && quote.length === 1) break
  }
  throw new StarlarkFault('syntax', 'a text has no closing quote', from)
}

interface Place {
  readonly isBytes: boolean
  readonly at: number
}

const readEscapes = (raw: string, place: Place): string => {
  let text = ''
  for (let at = 0; at < raw.length; ) {
    const next = raw.indexOf('\\', at)
    if (next < 0) return text + toByteText(raw.slice(at))
    text += toByteText(raw.slice(at, next))
    const { value, length } = readEscape(raw.slice(next + 1, next + 10), { ...place, at: place.at + next })
    text += value
    at = next + 1 + length
  }
  return text
}

const readEscape = (raw: string, place: Place): { readonly value: string; readonly length: number } => {
  const plain = plainEscapes.get(raw[0] ?? '')
  if (plain !== undefined) return { value: plain, length: 1 }
  const octal = /^[0-7]{1,3}/.exec(raw)?.[0]
  if (octal !== undefined) return { value: readByte(Number.parseInt(octal, 8), place), length: octal.length }
  const byte = /^x([0-9a-fA-F]{2})/.exec(raw)?.[1]
  if (byte !== undefined) return { value: readByte(Number.parseInt(byte, 16), place), length: 3 }
  const point = /^(?:u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})/.exec(raw)?.[0]
  const codePoint = point === undefined ? Number.NaN : Number.parseInt(point.slice(1), 16)
  if (point === undefined || !(codePoint <= 0x10ffff) || (codePoint >= 0xd800 && codePoint <= 0xdfff))
    throw new StarlarkFault('syntax', `"\\${raw[0] ?? ''}" is no escape here; a backslash is written \\\\`, place.at)
  return { value: encodeCodePoint(codePoint), length: point.length }
}

const readByte = (byte: number, { isBytes, at }: Place): string => {
  if (byte > (isBytes ? 0xff : 0x7f)) throw new StarlarkFault('syntax', 'an escape of a byte above 127 would be no character: write \\u00e9', at)
  return String.fromCharCode(byte)
}
