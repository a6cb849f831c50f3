import type { Failure } from '../failure.ts'

/** Where a reader stands in a query text; the first thing found wrong stays in `problem`. */
export interface TextCursor {
  /** Name of the option for messages: `where`, `order-by`. */
  readonly source: string
  readonly text: string
  at: number
  problem: string | undefined
  /** Where fields are named so far, in the order of the text. */
  readonly fields: FieldPlace[]
}

/** The name of a field in a text, quotes included. */
export interface FieldPlace {
  readonly start: number
  readonly end: number
  readonly name: string
}

export const createCursor = (source: string, text: string): TextCursor => ({ source, text, at: 0, problem: undefined, fields: [] })

export const skipSpaces = (cursor: TextCursor): void => {
  takeMatch(cursor, /\s*/y)
}

export const isAtEnd = (cursor: TextCursor): boolean => cursor.at >= cursor.text.length

/** Moves over `token` when it comes next. */
export const take = (cursor: TextCursor, token: string): boolean => {
  if (!cursor.text.startsWith(token, cursor.at)) return false
  cursor.at += token.length
  return true
}

/** @param pattern  sticky; moves over the match and returns it, `undefined` when it does not match here. */
export const takeMatch = (cursor: TextCursor, pattern: RegExp): string | undefined => {
  pattern.lastIndex = cursor.at
  const found = pattern.exec(cursor.text)?.[0]
  if (found !== undefined) cursor.at += found.length
  return found
}

/** Text between quotes, the cursor being after the opening one; a doubled quote stands for itself. */
export const readQuoted = (cursor: TextCursor, quote: string): string | undefined => {
  const start = cursor.at
  for (let end = cursor.text.indexOf(quote, start); end >= 0; end = cursor.text.indexOf(quote, end + 2)) {
    if (cursor.text[end + 1] === quote) continue
    cursor.at = end + 1
    return cursor.text.slice(start, end).replaceAll(quote + quote, quote)
  }
  cursor.at = cursor.text.length
  return refuse(cursor, `the closing ${quote}`)
}

/** Notes what was expected here, unless something was wrong before. Always `undefined`, for `return refuse(…)`. */
export const refuse = (cursor: TextCursor, expected: string): undefined => {
  const rest = cursor.text.slice(cursor.at)
  const found = rest === '' ? 'the end' : `"${rest.length > 20 ? `${rest.slice(0, 20)}…` : rest}"`
  cursor.problem ??= `${cursor.source}:1:${cursor.at + 1}: expected ${expected}, found ${found}`
}

/** @param example  a text of the same kind that would be right */
export const cursorFailure = (cursor: TextCursor, example: string): Failure => ({
  kind: 'invalid-input',
  issues: [{ rule: 'parse', message: `${cursor.problem ?? `${cursor.source}: cannot be read`}. Example: ${example}`, value: cursor.text }],
})
