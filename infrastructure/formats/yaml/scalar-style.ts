import { isTextInGo } from './resolve-scalar.ts'

/** How a text is written: as it is, in quotes, or as a block of lines. */
export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal'

export interface ScalarPlace {
  /** Inside `{}` or `[]`. */
  readonly flow: boolean
  /** Name of an entry: on one line, so never a block. */
  readonly name: boolean
  /** Whether characters beyond U+FFFF (emoji) stay readable; Go writes them as escapes in quotes. */
  readonly keepEmoji: boolean
}

const oldBoolean = /^(y|Y|yes|Yes|YES|on|On|ON|n|N|no|No|NO|off|Off|OFF)$/
const sexagesimal = /^[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?$/
const unprintable = /[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/u
const emoji = /[\u{10000}-\u{10ffff}]/u
/** Line breaks for the Go tools, ordinary characters for YAML 1.2: quoted with escapes, both read the same. */
const unicodeBreak = /[\u0085\u2028\u2029]/
const neverPlain = /^(---|\.\.\.)|^[#,[\]{}&*!|>'"%@`]|^[?:-](?=[ \t\n]|$)|:(?=[ \t\n]|$)|(?<=[ \t\n\0])#|^ | $/
const neverPlainInFlow = /[,?[\]{}:]/

/** The style in which yaml.v3 writes a text, except where its own parser, or YAML 1.2, would read that back as another text. */
export const chooseScalarStyle = (text: string, place: ScalarPlace): ScalarStyle => {
  const isSpecial = unprintable.test(text) || unicodeBreak.test(text) || (!place.keepEmoji && emoji.test(text))
  if (text.includes('\n')) {
    const isBlock = !isSpecial && !place.flow && !place.name && !/ \n| $|^[\n\t]/.test(text)
    return isBlock ? 'literal' : 'double'
  }
  if (isSpecial || text.includes('\t') || (text === '<<' && place.name) || !isTextInGo(text) || oldBoolean.test(text) || sexagesimal.test(text))
    return 'double'
  return neverPlain.test(text) || (place.flow && neverPlainInFlow.test(text)) ? 'single' : 'plain'
}

export const quoteSingle = (text: string): string => `'${text.replaceAll("'", "''")}'`

const shortEscapes = new Map([
  ['\0', '\\0'],
  ['\x07', '\\a'],
  ['\b', '\\b'],
  ['\t', '\\t'],
  ['\n', '\\n'],
  ['\v', '\\v'],
  ['\f', '\\f'],
  ['\r', '\\r'],
  ['\x1b', '\\e'],
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\x85', '\\N'],
  ['\u2028', '\\L'],
  ['\u2029', '\\P'],
])

export const quoteDouble = (text: string, keepEmoji: boolean): string => {
  let quoted = ''
  for (const character of text) quoted += shortEscapes.get(character) ?? (needsCode(character, keepEmoji) ? escapeCode(character) : character)
  return `"${quoted}"`
}

const needsCode = (character: string, keepEmoji: boolean): boolean => unprintable.test(character) || (!keepEmoji && emoji.test(character))

const escapeCode = (character: string): string => {
  const code = character.codePointAt(0) ?? 0
  const [letter, digits] = code <= 0xff ? ['x', 2] : code <= 0xffff ? ['u', 4] : ['U', 8]
  return `\\${letter}${code.toString(16).toUpperCase().padStart(Number(digits), '0')}`
}
