import { ExactNumber, equalJson, type Json } from '../json.ts'

/** Numbers with more digits than this before the point keep the exponent form, so that `1e999999999` stays short. */
const plainDigitsMax = 400

/**
 * One text for every way to write the same number: `1`, `1.0` and `10e-1` all give `1`; `0.10` gives `1e-1`. Whole numbers of up to 400 digits
 * are plain digits, everything else is digits without zeros at either end, `e` and an exponent. No digit is lost, however long the number.
 */
export const normalizeNumber = (value: number | ExactNumber): string => {
  if (Number.isSafeInteger(value)) return String(value === 0 ? 0 : value)
  const { sign, digits, exponent } = readDecimal(value)
  if (digits === '') return '0'
  const isPlain = exponent >= 0 && digits.length + exponent <= plainDigitsMax
  return isPlain ? `${sign}${digits}${'0'.repeat(exponent)}` : `${sign}${digits}e${exponent}`
}

/** Whether a value is a number without a fraction, by its digits: `12345678901234567890`, `1.0` and `1e3` are, `1e-1` is not. */
export const isIntegral = (value: Json): boolean => {
  if (typeof value === 'number') return Number.isInteger(value)
  if (!(value instanceof ExactNumber)) return false
  const { digits, exponent } = readDecimal(value)
  return digits === '' || exponent >= 0
}

export const isNumber = (value: Json | undefined): value is number | ExactNumber => typeof value === 'number' || value instanceof ExactNumber

/** Whether two values are the same to enums, unique constraints and references: numbers by value, however they are written. */
export const isSameValue = (a: Json | undefined, b: Json | undefined): boolean =>
  isNumber(a) && isNumber(b) ? normalizeNumber(a) === normalizeNumber(b) : equalJson(a, b)

const literalParts = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/

/** The number as sign, digits without zeros at either end (none for zero), and power of ten. */
const readDecimal = (value: number | ExactNumber): { readonly sign: string; readonly digits: string; readonly exponent: number } => {
  const literal = typeof value === 'number' ? String(value) : value.literal
  const [, sign = '', whole = '', fraction = '', power = '0'] = literalParts.exec(literal) ?? []
  const all = stripZeros(whole + fraction, 'start')
  const digits = stripZeros(all, 'end')
  return { sign, digits, exponent: Number(power) - fraction.length + (all.length - digits.length) }
}

/** By index, because `/0+$/` takes quadratic time on a long run of zeros that is not at the end. */
const stripZeros = (digits: string, side: 'start' | 'end'): string => {
  let start = 0
  let end = digits.length
  if (side === 'start') while (start < end && digits[start] === '0') start++
  else while (end > start && digits[end - 1] === '0') end--
  return digits.slice(start, end)
}
