import { fail, ok, type Result } from '../result.ts'
import { sqlFailure } from './sql-failure.ts'
import type { SqlToken } from './sql-token.ts'

/** Longer statements are refused before they are looked at, in characters. */
const lengthMax = 100_000

const closingQuotes: Readonly<Record<string, string>> = { "'": "'", '"': '"', '`': '`', '[': ']' }

/** One token at a place, by the rules of SQLite's own tokenizer. Words are letters, digits, `_`, `$` and everything beyond ASCII. */
const patterns: readonly (readonly [type: SqlToken['type'], pattern: RegExp])[] = [
  ['blob', /[xX]'[0-9a-fA-F]*'/y],
  ['word', /[A-Za-z_\u0080-\uffff][A-Za-z0-9_$\u0080-\uffff]*/y],
  ['number', /0[xX][0-9a-fA-F]+|(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?/y],
  ['parameter', /\?\d*|[:@$][A-Za-z0-9_$\u0080-\uffff]+/y],
  ['operator', /->>|->|\|\||<<|>>|<=|>=|<>|==|!=|[-+*/%&|~<>=(),.;]/y],
]
/** SQLite passes over a byte order mark wherever a token could start. */
const blank = /(?:[ \t\n\f\r\ufeff]+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?(?:\*\/|$))+/y

/**
 * The tokens of a statement as SQLite reads them. Fails with `invalid-input` at the place of a character that starts none, of a quote that is not
 * closed, and of a NUL, at which SQLite would stop reading.
 */
export const readSqlTokens = (text: string): Result<readonly SqlToken[]> => {
  if (text.length > lengthMax)
    return fail({ kind: 'limit-exceeded', what: 'the statement', limit: lengthMax, actual: text.length, unit: 'characters' })
  const nul = text.indexOf('\0')
  if (nul >= 0) return fail(sqlFailure(text, nul, 'a NUL character is no part of SQL'))
  const tokens: SqlToken[] = []
  let at = skipBlank(text, 0)
  while (at < text.length) {
    const token = readQuoted(text, at) ?? readPlain(text, at)
    if (token === undefined) return fail(sqlFailure(text, at, explainRefusal(text, at)))
    tokens.push(token)
    at = skipBlank(text, token.end)
  }
  return ok(tokens)
}

const skipBlank = (text: string, at: number): number => {
  blank.lastIndex = at
  return blank.test(text) ? blank.lastIndex : at
}

const readPlain = (text: string, start: number): SqlToken | undefined => {
  for (const [type, pattern] of patterns) {
    pattern.lastIndex = start
    const found = pattern.exec(text)?.[0]
    if (found === undefined) continue
    const end = start + found.length
    // `12abc` and `x'0g'` are no tokens for SQLite either; `:a(b)` is one, of which nobody else would know where it ends.
    if (type === 'parameter' ? text[end] === '(' : type !== 'operator' && isWordLetter(text[end])) return undefined
    return { type, text: found, value: found, start, end }
  }
  return undefined
}

const isWordLetter = (character: string | undefined): boolean => /^[A-Za-z0-9_$\u0080-\uffff]$/.test(character ?? '')

const readQuoted = (text: string, start: number): SqlToken | undefined => {
  const opening = text[start] ?? ''
  const closing = Object.hasOwn(closingQuotes, opening) ? closingQuotes[opening] : undefined
  if (closing === undefined) return undefined
  let value = ''
  for (let from = start + 1; ; ) {
    const at = text.indexOf(closing, from)
    if (at === -1) return undefined
    value += text.slice(from, at)
    const isDoubled = closing !== ']' && text[at + 1] === closing
    if (!isDoubled) return { type: opening === "'" ? 'string' : 'quoted', text: text.slice(start, at + 1), value, start, end: at + 1 }
    value += closing
    from = at + 2
  }
}

const explainRefusal = (text: string, at: number): string => {
  const character = text[at] ?? ''
  if (Object.hasOwn(closingQuotes, character)) return `the ${character} is never closed`
  if (':@$?'.includes(character)) return 'a parameter is named by letters and digits, :country, and no parenthesis follows it'
  return `${JSON.stringify([...text.slice(at, at + 2)][0])} starts nothing that SQL knows`
}
