import { type ExactNumber, type Json, parseNumber } from '../../../domain/json.ts'

/** Words with a meaning of their own, as the Go tools' parser (yaml.v3) has them; `yes`, `no`, `on`, `off` are plain texts. */
const words: ReadonlyMap<string, Json> = new Map<string, Json>([
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['true', 'True', 'TRUE'].map((word) => [word, true] as const),
  ...['false', 'False', 'FALSE'].map((word) => [word, false] as const),
])

const infiniteOrNotANumber = /^([-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$/
const startsLikeANumber = /^[-+]?\.?[0-9]/
const integer = /^([-+]?)(0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|0[0-7]+)$/
const decimal = /^([-+]?)0*(\d*)(?:\.(\d*))?(?:[eE]([-+]?\d+))?$/
const uint64Max = (1n << 64n) - 1n
const int64Min = 1n << 63n

/**
 * Value of an unquoted YAML scalar by the rules of yaml.v3: octal `017` and `0o17`, hexadecimal, binary, `1_000`; numbers keep their
 * literal where JSON can write it. Dates stay texts. `undefined` for `.inf` and `.nan`, which JSON cannot hold.
 */
export const resolvePlainScalar = (source: string): Json | undefined => {
  const word = words.get(source)
  if (word !== undefined) return word
  if (startsLikeANumber.test(source)) return resolveNumber(source) ?? source
  return infiniteOrNotANumber.test(source) ? undefined : source
}

/** The number a plain scalar stands for, `undefined` when it is a text such as `2024-01-01` or `1.2.3`. */
const resolveNumber = (source: string): number | ExactNumber | undefined => {
  const plain = source.replaceAll('_', '')
  const [, sign = '', digits] = integer.exec(plain) ?? []
  if (digits !== undefined) {
    const value = BigInt(/^0[0-7]/.test(digits) ? `0o${digits.slice(1)}` : digits)
    if (value <= (sign === '-' ? int64Min : uint64Max)) return parseNumber(`${sign === '-' && value !== 0n ? '-' : ''}${value}`)
  }
  const parts = decimal.exec(plain)
  const literal = parts === null ? undefined : toJsonLiteral(plain, parts)
  // What a double cannot hold is a text for yaml.v3, which therefore writes texts such as the id 12e4567 without quotes.
  return literal === undefined || !Number.isFinite(Number(literal)) ? undefined : parseNumber(literal)
}

const toJsonLiteral = (plain: string, [, sign, whole = '', fraction = '', exponent]: readonly (string | undefined)[]): string => {
  if (/^-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?$/.test(plain)) return plain
  return `${sign === '-' ? '-' : ''}${whole || '0'}${fraction === '' ? '' : `.${fraction}`}${exponent === undefined ? '' : `e${exponent}`}`
}

/** Whether yaml.v3 would read an unquoted scalar as something else than a text, dates included. */
export const isTextInGo = (source: string): boolean => typeof resolvePlainScalar(source) === 'string' && !isTimestamp(source)

/** Go takes `2024-1-2`, `2024-01-02T03:04:05Z` and the like for timestamps, unless they are quoted. */
const isTimestamp = (source: string): boolean =>
  /^\d{4}-\d{1,2}-\d{1,2}([Tt]\d{1,2}:\d{1,2}:\d{1,2}(\.\d+)?(Z|[-+]\d\d:\d\d)| \d{1,2}:\d{1,2}:\d{1,2}(\.\d+)?)?$/.test(source)
