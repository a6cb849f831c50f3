import { wantInt } from './call-arguments.ts'
import { numberToInt } from './number-to-int.ts'
import { toFloat } from './operators.ts'
import { refuse } from './starlark-fault.ts'
import type { Thread } from './thread.ts'
import { typeName, type Value } from './value.ts'

/** `int(x)` and `int(text, base)`: a float is cut, a text is read in its base, 0 meaning by its prefix. */
export const convertToInt = ([value = null, base]: readonly (Value | undefined)[], thread: Thread): bigint => {
  if (typeof value === 'string') return parseInteger(value, base === undefined ? 10 : wantInt(base, 'the base'), thread)
  if (base !== undefined) refuse('only a string has a base')
  return typeof value === 'boolean' ? BigInt(value) : numberToInt(value)
}

const prefixes: ReadonlyMap<string, number> = new Map([
  ['0b', 2],
  ['0o', 8],
  ['0x', 16],
])

const parseInteger = (text: string, base: number, thread: Thread): bigint => {
  if (base !== 0 && (base < 2 || base > 36)) refuse(`the base must be 0 or from 2 to 36, not ${base}`)
  const refuseText = (): never => refuse(`${JSON.stringify(text.slice(0, 40))} is no int of base ${base}`)
  const [, sign = '', rest = ''] = /^([+-]?)(.*)$/s.exec(text) ?? []
  const prefix = rest.length > 2 ? prefixes.get(rest.slice(0, 2).toLowerCase()) : undefined
  const isPrefixed = prefix !== undefined && (base === 0 || base === prefix)
  if (base === 0 && !isPrefixed && /^0./s.test(rest) && !/^0+$/.test(rest)) refuseText()
  const digits = isPrefixed ? rest.slice(2) : rest
  const radix = isPrefixed ? prefix : base === 0 ? 10 : base
  if (!/^[0-9a-zA-Z]+$/.test(digits)) refuseText()
  const magnitude = readDigits(digits, radix, thread) ?? refuseText()
  return sign === '-' ? -magnitude : magnitude
}

const readDigits = (digits: string, radix: number, thread: Thread): bigint | undefined => {
  thread.makeInt(Math.ceil(digits.length * Math.log2(radix)), digits.length ** 2)
  if (radix === 10) return /^[0-9]+$/.test(digits) ? BigInt(digits) : undefined
  let value = 0n
  for (const character of digits) {
    const digit = Number.parseInt(character, 36)
    if (digit >= radix) return undefined
    value = value * BigInt(radix) + BigInt(digit)
  }
  return value
}

/** `float(x)`: a number, a bool, or a text such as `1.5e3`, `inf` or `nan`. */
export const convertToFloat = (value: Value | undefined): number => {
  if (value === undefined) return 0
  if (typeof value === 'boolean') return Number(value)
  if (typeof value === 'number' || typeof value === 'bigint') return toFloat(value)
  if (typeof value !== 'string') return refuse(`float takes a number or a string, not ${typeName(value)}`)
  return readSpecial(value) ?? readFloat(value)
}

const readSpecial = (text: string): number | undefined => {
  const [, sign, word] = /^([+-]?)(inf|infinity|nan)$/i.exec(text) ?? []
  if (word === undefined) return undefined
  return word.toLowerCase() === 'nan' ? Number.NaN : sign === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
}

const floatText = /^[+-]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d+(?:_\d+)*)?$/

const readFloat = (text: string): number => {
  if (!floatText.test(text)) return refuse(`${JSON.stringify(text.slice(0, 40))} is no float`)
  const value = Number(text.replaceAll('_', ''))
  return Number.isFinite(value) ? value : refuse(`${text.slice(0, 40)} is too large for a float`)
}
