const plainQuoted = /^[\u0020\u0021\u0023-\u005b\u005d-\u007e]*$/

/** A path as fast-import reads it: always in quotes, bytes outside printable ASCII as octal escapes. */
export const quotePath = (path: string): string => {
  if (plainQuoted.test(path)) return `"${path}"`
  let quoted = '"'
  for (const byte of Buffer.from(path)) {
    if (byte === 0x22 || byte === 0x5c) quoted += `\\${String.fromCharCode(byte)}`
    else if (byte >= 0x20 && byte < 0x7f) quoted += String.fromCharCode(byte)
    else quoted += `\\${byte.toString(8).padStart(3, '0')}`
  }
  return `${quoted}"`
}

const escapes: Readonly<Record<string, number>> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13, '"': 34, '\\': 92 }

/** A path as fast-export writes it: C-quoted in double quotes when it needs to be, else raw. Invalid UTF-8 becomes U+FFFD. */
export const unquotePath = (text: string): string => {
  if (!text.startsWith('"')) return text
  const bytes: number[] = []
  for (let index = 1; index < text.length - 1; index++) {
    const character = text.charAt(index)
    if (character !== '\\') {
      bytes.push(...Buffer.from(text.slice(index, index + 1)))
      continue
    }
    const letter = text.charAt(index + 1)
    const byte = escapes[letter]
    bytes.push(byte ?? Number.parseInt(text.slice(index + 1, index + 4), 8))
    index += byte === undefined ? 3 : 1
  }
  return Buffer.from(bytes).toString()
}
