import { scanText } from './scan-text.ts'
import { StarlarkFault } from './starlark-fault.ts'

export type Token =
  | { readonly kind: 'name' | 'keyword' | 'symbol'; readonly at: number; readonly text: string }
  | { readonly kind: 'int'; readonly at: number; readonly value: bigint }
  | { readonly kind: 'float'; readonly at: number; readonly value: number }
  | { readonly kind: 'string' | 'bytes'; readonly at: number; readonly value: string }
  | { readonly kind: 'end'; readonly at: number }

const keywords = new Set('and break continue def elif else for if in lambda load not or pass return while'.split(' '))
/** Words that Starlark keeps for itself: no name may be one. */
const reserved = new Set('as assert class del except finally from global import is nonlocal raise try with yield'.split(' '))

const blank = /[ \t\r\n]+|\\\r?\n/y
const comment = /#[^\n]*/y
const name = /[\p{L}_][\p{L}\p{Nd}_]*/uy
const number = /0[xX][0-9a-fA-F]*|0[oO][0-9]*|0[bB][0-9]*|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]*)?/y
const textStart = /(?:[rR]?[bB]?|[bB][rR])(?:"""|'''|"|')/y
const symbol = /\/\/=|<<=|>>=|\*\*|\/\/|<<|>>|==|!=|<=|>=|\+=|-=|\*=|\/=|%=|&=|\|=|\^=|->|[-+*/%&|^~<>=.,:;()[\]{}]/y

/**
 * Cuts an expression into tokens. It goes over several lines only within brackets, and a comment must end with its line: the Go tools parse it
 * once as it stands and once with brackets around it, and both must do.
 */
export const scan = (source: string): readonly Token[] => {
  const tokens: Token[] = []
  let open = 0
  for (let at = skipBlanks(source, 0); at < source.length; ) {
    const { token, end } = scanToken(source, at)
    tokens.push(token)
    if (token.kind === 'symbol') open += '([{'.includes(token.text) ? 1 : ')]}'.includes(token.text) ? -1 : 0
    at = skipBlanks(source, end)
    if (open === 0 && at < source.length && /\n/.test(source.slice(end, at).replace(/\\\r?\n/g, '')))
      throw new StarlarkFault('syntax', 'a new line is possible only inside brackets: put the expression in ( )', end)
  }
  return [...tokens, { kind: 'end', at: source.length }]
}

const skipBlanks = (source: string, from: number): number => {
  let at = from
  for (;;) {
    const remark = match(comment, source, at)
    if (remark !== undefined && at + remark.length === source.length)
      throw new StarlarkFault('syntax', 'a comment must be followed by a new line', at)
    const skipped = remark ?? match(blank, source, at)
    if (skipped === undefined) return at
    at += skipped.length
  }
}

const match = (pattern: RegExp, source: string, at: number): string | undefined => {
  pattern.lastIndex = at
  const found = pattern.exec(source)?.[0]
  return found === undefined || found === '' ? undefined : found
}

interface Scanned {
  readonly token: Token
  readonly end: number
}

const scanToken = (source: string, at: number): Scanned => {
  const start = match(textStart, source, at)
  if (start !== undefined) return scanText(source, at, start)
  const word = match(name, source, at)
  if (word !== undefined) return { token: { kind: wordKind(word, at), at, text: word }, end: at + word.length }
  const digits = match(number, source, at)
  if (digits !== undefined) return { token: readNumber(digits, at), end: at + digits.length }
  const text = match(symbol, source, at)
  if (text === undefined)
    throw new StarlarkFault('syntax', `unexpected character ${JSON.stringify(String.fromCodePoint(source.codePointAt(at) ?? 0))}`, at)
  return { token: { kind: 'symbol', at, text }, end: at + text.length }
}

const wordKind = (word: string, at: number): 'keyword' | 'name' => {
  if (reserved.has(word)) throw new StarlarkFault('syntax', `"${word}" is a reserved word of Starlark and names nothing`, at)
  return keywords.has(word) ? 'keyword' : 'name'
}

const readNumber = (digits: string, at: number): Token => {
  if (/^0[xX][0-9a-fA-F]+$|^0[oO][0-7]+$|^0[bB][01]+$/.test(digits)) return { kind: 'int', at, value: BigInt(digits.toLowerCase()) }
  if (/^(0+|[1-9][0-9]*)$/.test(digits)) return readInt(digits, at)
  if (!/^(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/.test(digits) || /^[0-9]+$/.test(digits))
    throw new StarlarkFault('syntax', `"${digits}" is no number${/^0[0-9]+$/.test(digits) ? ': octal numbers are written 0o17' : ''}`, at)
  const value = Number(digits)
  if (!Number.isFinite(value)) throw new StarlarkFault('syntax', `the number ${digits} is too large for a float`, at)
  return { kind: 'float', at, value }
}

/** Digits of one literal; reading more takes time that grows with their square. */
const digitsMax = 10_000

const readInt = (digits: string, at: number): Token => {
  if (digits.length > digitsMax) throw new StarlarkFault('limit', `a number may have at most ${digitsMax} digits`, at)
  return { kind: 'int', at, value: BigInt(digits) }
}
