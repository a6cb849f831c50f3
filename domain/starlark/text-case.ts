import { decodeRunes, encodeCodePoint } from './utf8.ts'

/**
 * One character for one, as in Go's `unicode` package: a character whose capital is several characters (`ß`) stays as it is.
 * The small letter of `İ` is the plain `i`.
 */
const mapRune = (codePoint: number, mapped: string): number => {
  const [first, ...rest] = mapped
  if (first === undefined) return codePoint
  if (rest.length === 0) return first.codePointAt(0) ?? codePoint
  return codePoint === 0x130 ? 0x69 : (iotaCapitals.get(codePoint) ?? codePoint)
}

/** Greek letters with a small iota below, whose simple capital is one letter where the full one is two. Source: UnicodeData.txt. */
const iotaCapitals: ReadonlyMap<number, number> = new Map([
  ...[0x1f80, 0x1f90, 0x1fa0].flatMap((start) => Array.from({ length: 8 }, (_, index): [number, number] => [start + index, start + index + 8])),
  [0x1fb3, 0x1fbc],
  [0x1fc3, 0x1fcc],
  [0x1ff3, 0x1ffc],
])

/** Two-letter characters (`ǆ`) have a capital form of their own for the start of a word. */
const titles: ReadonlyMap<number, number> = new Map(
  [0x1c4, 0x1c7, 0x1ca, 0x1f1].flatMap((start) => [0, 1, 2].map((step): [number, number] => [start + step, start + 1])),
)

const upperRune = (codePoint: number): number => mapRune(codePoint, String.fromCodePoint(codePoint).toUpperCase())
const lowerRune = (codePoint: number): number => mapRune(codePoint, String.fromCodePoint(codePoint).toLowerCase())
const titleRune = (codePoint: number): number => titles.get(codePoint) ?? upperRune(codePoint)
const isCasedRune = (codePoint: number): boolean => upperRune(codePoint) !== codePoint || lowerRune(codePoint) !== codePoint

const mapText = (text: string, map: (codePoint: number, index: number) => number): string =>
  decodeRunes(text)
    .map(({ codePoint }, index) => encodeCodePoint(map(codePoint, index)))
    .join('')

export const toUpper = (text: string): string => mapText(text, upperRune)
export const toLower = (text: string): string => mapText(text, lowerRune)
export const capitalize = (text: string): string => mapText(text, (codePoint, index) => (index === 0 ? titleRune(codePoint) : lowerRune(codePoint)))

export const toTitle = (text: string): string => {
  let isInWord = false
  return mapText(text, (codePoint) => {
    const mapped = isInWord ? lowerRune(codePoint) : titleRune(codePoint)
    isInWord = isCasedRune(mapped)
    return mapped
  })
}

const hasCase = (text: string): boolean => decodeRunes(text).some(({ codePoint }) => isCasedRune(codePoint))
export const isUpper = (text: string): boolean => hasCase(text) && text === toUpper(text)
export const isLower = (text: string): boolean => hasCase(text) && text === toLower(text)

/** Capitals only at the start of words, small letters only inside; as in the Go implementation, a capital outside ASCII is no title. */
export const isTitle = (text: string): boolean => {
  let isCased = false
  let isInWord = false
  for (const { codePoint } of decodeRunes(text)) {
    const character = String.fromCodePoint(codePoint)
    const isCapital = /^[A-Z\p{Lt}]$/u.test(character)
    const isSmall = !isCapital && /^\p{Ll}$/u.test(character)
    if ((isCapital && isInWord) || (isSmall && !isInWord) || (!isCapital && !isSmall && /^\p{Lu}$/u.test(character))) return false
    isInWord = isCapital || isSmall
    isCased ||= isInWord
  }
  return isCased
}

/** Whether a text has characters and all of them fit the pattern, which is of one character. */
export const isAll = (text: string, pattern: RegExp): boolean =>
  text !== '' && decodeRunes(text).every(({ codePoint }) => pattern.test(String.fromCodePoint(codePoint)))
