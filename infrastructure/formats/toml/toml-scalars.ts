import { type ExactNumber, parseNumber } from '../../../domain/json.ts'
import { TextProblem } from '../text-position.ts'

/** Seconds may be left out, as in TOML 1.1. */
const dateTime = /(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(?:[Zz]|[+-](\d{2}):(\d{2}))?)?/y
const time = /(\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?/y

/** Length of the date, time or date with time that stands at an offset; 0 when there is none. A date that no calendar has is a `TextProblem`. */
export const measureDate = (text: string, at: number): number => {
  dateTime.lastIndex = at
  const date = dateTime.exec(text)
  if (date !== null) {
    const [all, year, month, day, hour = '0', minute = '0', second = '0', offsetHour = '0', offsetMinute = '0'] = date
    const isDay = Number(month) >= 1 && Number(month) <= 12 && Number(day) >= 1 && Number(day) <= daysOf(Number(year), Number(month))
    if (!isDay || !isTime(hour, minute, second) || !isTime(offsetHour, offsetMinute, '0'))
      throw new TextProblem(`${all} is no date of the calendar`, at)
    return all.length
  }
  time.lastIndex = at
  const [all, hour = '', minute = '', second = '0'] = time.exec(text) ?? []
  if (all === undefined) return 0
  if (!isTime(hour, minute, second)) throw new TextProblem(`${all} is no time of a day`, at)
  return all.length
}

const daysOf = (year: number, month: number): number =>
  month === 2 ? (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31

const isTime = (hour: string, minute: string, second: string): boolean => Number(hour) < 24 && Number(minute) < 60 && Number(second) <= 60

/** Whether a whole text is written as a TOML date or time is. */
export const isDateText = (text: string): boolean => {
  try {
    const length = measureDate(text, 0)
    return length > 0 && length === text.length
  } catch (error) {
    if (error instanceof TextProblem) return false
    throw error
  }
}

const number =
  /[+-]?(?:0x[0-9A-Fa-f](?:_?[0-9A-Fa-f])*|0o[0-7](?:_?[0-7])*|0b[01](?:_?[01])*|(?:0|[1-9](?:_?\d)*)(?:\.\d(?:_?\d)*)?(?:[eE][+-]?\d(?:_?\d)*)?)(?![\w.+-])/y

/** The number at an offset, with its digits; `undefined` when there is none. */
export const readTomlNumber = (text: string, at: number): { readonly value: number | ExactNumber; readonly end: number } | undefined => {
  number.lastIndex = at
  const source = number.exec(text)?.[0]
  if (source === undefined || /^[+-]0[xob]/.test(source)) return undefined
  const plain = source.replaceAll('_', '').replace(/^\+/, '')
  return { value: parseNumber(/^0[xob]/.test(plain) ? String(BigInt(plain)) : plain), end: at + source.length }
}

const escapes = new Map([
  ['b', '\b'],
  ['t', '\t'],
  ['n', '\n'],
  ['f', '\f'],
  ['r', '\r'],
  ['"', '"'],
  ['\\', '\\'],
  // Of TOML 1.1, which the Go tools read too.
  ['e', '\u001b'],
])

const escapeSequence = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([ \t]*\r?\n[ \t\r\n]*)|([\s\S]?))/g

/** Text of what stands between double quotes. @param offset where that begins, for problems */
export const unescapeToml = (body: string, { offset, isMultiLine }: { readonly offset: number; readonly isMultiLine: boolean }): string => {
  let result = ''
  let at = 0
  for (const match of body.matchAll(escapeSequence)) {
    const [all, two, four, eight, lineEnd, letter = ''] = match
    const digits = two ?? four ?? eight
    const character = digits !== undefined ? characterOf(digits) : lineEnd !== undefined && isMultiLine ? '' : escapes.get(letter)
    if (character === undefined) throw new TextProblem(`${JSON.stringify(all.trimEnd())} is no escape that TOML knows`, offset + match.index)
    result += body.slice(at, match.index) + character
    at = match.index + all.length
  }
  return result + body.slice(at)
}

const characterOf = (digits: string): string | undefined => {
  const code = Number.parseInt(digits, 16)
  return code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff) ? undefined : String.fromCodePoint(code)
}
