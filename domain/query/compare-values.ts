import { type ExactNumber, isJsonObject, type Json, type JsonObject, numberOf } from '../json.ts'

/**
 * What a number is worth: integers that fit 64 bits are exact, all others the nearest double. It is how SQLite reads JSON text, so every
 * answer is the same in memory and in the read model. Mixed comparisons (`<`) of the two are exact in JavaScript and in SQLite.
 */
export const numericValue = (value: number | ExactNumber): number | bigint => {
  if (typeof value === 'number' && (Number.isSafeInteger(value) || !Number.isInteger(value))) return value
  const literal = typeof value === 'number' ? String(value) : value.literal
  const integer = /^-?\d{1,19}$/.test(literal) ? BigInt(literal) : undefined
  return integer !== undefined && BigInt.asIntN(64, integer) === integer ? integer : Number(literal)
}

/** Order of all values: null or missing, then false, true, numbers, texts by code point, then lists and objects, which are equal among themselves. */
export const compareValues = (a: Json | undefined, b: Json | undefined): number => {
  const rank = rankOf(a) - rankOf(b)
  if (rank !== 0) return rank
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b)
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b)
  return isNumber(a) && isNumber(b) ? compareNumbers(a, b) : 0
}

/** By code point, as UTF-8 bytes sort; JavaScript's own `<` puts U+FFFF after U+10000. Negative, zero or positive. */
export const compareText = (a: string, b: string): number => {
  const length = Math.min(a.length, b.length)
  for (let at = 0; at < length; at++) {
    const difference = sortUnit(a.charCodeAt(at)) - sortUnit(b.charCodeAt(at))
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

/** Same JSON value: numbers by what they are worth, objects regardless of member order. Missing is null at the top, but not inside an object. */
export const isSameValue = (a: Json | undefined, b: Json | undefined): boolean => {
  if (isNumber(a) && isNumber(b)) return compareNumbers(a, b) === 0
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item: Json, index) => isSameValue(item, b[index] as Json))
  if (isJsonObject(a) && isJsonObject(b)) return hasSameMembers(a, b)
  return (a ?? null) === (b ?? null)
}

export const isNumber = (value: Json | undefined): value is number | ExactNumber => numberOf(value) !== undefined

const compareNumbers = (a: number | ExactNumber, b: number | ExactNumber): number => {
  const [left, right] = [numericValue(a), numericValue(b)]
  return left < right ? -1 : left > right ? 1 : 0
}

const hasSameMembers = (a: JsonObject, b: JsonObject): boolean => {
  const names = Object.keys(a)
  return names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && isSameValue(a[name], b[name]))
}

/** Place of a value's type in the order of all values. */
export const rankOf = (value: Json | undefined): number => {
  if (value === undefined || value === null) return 0
  if (typeof value === 'boolean') return 1
  if (isNumber(value)) return 2
  return typeof value === 'string' ? 3 : 4
}

/** Surrogates, which stand for the code points above U+FFFF, go after the rest of the plane. */
const sortUnit = (unit: number): number => (unit < 0xd800 ? unit : unit < 0xe000 ? unit + 0x2000 : unit - 0x800)
