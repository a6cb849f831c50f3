import { type Json, parseNumber } from '../json.ts'
import { isAtEnd, readQuoted, refuse, skipSpaces, type TextCursor, takeMatch } from './text-cursor.ts'

export interface WhereValue {
  readonly typed: Json
  /** As written, without quotes. */
  readonly text: string
}

/**
 * Reads a quoted text, or bare words: up to a lone `and` or `or` (in a list: a comma), or a parenthesis that was not opened here.
 * Leaves the cursor after trailing spaces.
 */
export const readWhereValue = (cursor: TextCursor, place: 'condition' | 'list'): WhereValue | undefined => {
  skipSpaces(cursor)
  const quote = takeMatch(cursor, /['"]/y)
  const text = quote === undefined ? readBare(cursor, place) : readQuoted(cursor, quote)
  if (text === undefined) return undefined
  skipSpaces(cursor)
  return { typed: quote === undefined ? typeBare(text) : text, text }
}

const readBare = (cursor: TextCursor, place: 'condition' | 'list'): string | undefined => {
  const start = cursor.at
  if (/[=<>~]/.test(cursor.text[start] ?? '')) return refuse(cursor, 'a value (quote it if it starts with an operator)')
  for (let open = 0; !isAtEnd(cursor); cursor.at++) {
    const char = cursor.text[cursor.at]
    if (char === '(') open++
    if (char === ')' && --open < 0) break
    if (place === 'list' ? char === ',' : isKeyword(cursor, start)) break
    if (isForgottenKeyword(cursor, start)) return refuse(cursor, '"and" or "or" (quote the value if this is part of it)')
  }
  const text = cursor.text.slice(start, cursor.at).trim()
  return text === '' ? refuse(cursor, `a value (an empty text is '')`) : text
}

/** A lone `and` or `or`. As the whole value it is text: `state==or`. */
const isKeyword = ({ text, at }: TextCursor, start: number): boolean => {
  if (at > start && !/\s/.test(text[at - 1] ?? '')) return false
  const keyword = /(?:and|or)(?:(?=[\s(`])|$)/iy
  keyword.lastIndex = at
  return keyword.test(text) && (at > start || text.slice(keyword.lastIndex).trim() !== '')
}

/** `a==1 b==2` and `a==1 && b==2` are two conditions, not one odd text: silence would be a wrong answer. */
const isForgottenKeyword = ({ text, at }: TextCursor, start: number): boolean => {
  if (at === start || !/\s/.test(text[at - 1] ?? '')) return false
  const condition = /(?:&&|\|\|)\s|[\p{L}_$`][\p{L}\p{N}_.$`[\]-]{0,99}\s{0,9}(?:[=!]==?|[<>^$]=|[=<>~])/uy
  condition.lastIndex = at
  return condition.test(text)
}

const typeBare = (text: string): Json => {
  if (text === 'null') return null
  if (text === 'true' || text === 'false') return text === 'true'
  const digits = text.replaceAll(',', '')
  return isNumber(digits) ? parseNumber(digits) : text
}

const isNumber = (text: string): boolean => /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(text)
