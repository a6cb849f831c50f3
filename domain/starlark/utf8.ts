const ascii = /^[\u0000-\u007f]*$/
const encoder = new TextEncoder()
const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** A text as a string with one character for each byte of its UTF-8 form. */
export const toByteText = (text: string): string => (ascii.test(text) ? text : fromBytes(encoder.encode(text)))

/** @returns `undefined` when the bytes are no UTF-8: a slice has cut a character in two */
export const fromByteText = (bytes: string): string | undefined => {
  if (ascii.test(bytes)) return bytes
  try {
    return strictDecoder.decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)))
  } catch {
    return undefined
  }
}

const fromBytes = (bytes: Uint8Array): string => {
  let text = ''
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192))
  return text
}

/** One code point as a byte text. */
export const encodeCodePoint = (codePoint: number): string => toByteText(String.fromCodePoint(isSurrogate(codePoint) ? replacement : codePoint))

const replacement = 0xfffd
const isSurrogate = (codePoint: number): boolean => codePoint >= 0xd800 && codePoint <= 0xdfff

export interface Rune {
  /** U+FFFD for a byte that is no UTF-8. */
  readonly codePoint: number
  readonly at: number
  readonly size: number
}

/** The code points of a byte text; a byte that belongs to none stands for itself as U+FFFD, as Go reads it. */
export const decodeRunes = (bytes: string): readonly Rune[] => {
  const runes: Rune[] = []
  for (let at = 0; at < bytes.length; ) {
    const rune = decodeRune(bytes, at)
    runes.push(rune)
    at += rune.size
  }
  return runes
}

const decodeRune = (bytes: string, at: number): Rune => {
  const lead = bytes.charCodeAt(at)
  if (lead < 0x80) return { codePoint: lead, at, size: 1 }
  const size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2
  const whole = lead < 0xc2 || lead > 0xf4 ? undefined : fromByteText(bytes.slice(at, at + size))
  const codePoint = whole?.codePointAt(0)
  return codePoint === undefined ? { codePoint: replacement, at, size: 1 } : { codePoint, at, size }
}
