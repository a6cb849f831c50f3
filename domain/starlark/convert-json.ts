import { ExactNumber, isJsonObject, type Json, parseNumber } from '../json.ts'
import { fail, ok, type Result } from '../result.ts'
import { hashKey } from './compare-values.ts'
import { fromByteText, toByteText } from './utf8.ts'
import { StarDict, StarList, StarTuple, typeName, type Value } from './value.ts'

/** A field as an expression sees it: numbers without a fraction are ints whatever their size, lists and maps are frozen, maps sorted by key. */
export const toStarlark = (value: Json): Value => {
  if (value === null || typeof value === 'boolean') return value
  if (typeof value === 'string') return toByteText(value)
  // A plain number of 21 digits or more is written with an exponent, so it is a float.
  if (typeof value === 'number') return Number.isInteger(value) && Math.abs(value) < 1e21 ? BigInt(value) : value
  if (value instanceof ExactNumber) return /^-?\d+$/.test(value.literal) ? BigInt(value.literal) : Number(value.literal)
  if (isJsonObject(value)) return toDict(value)
  const list = new StarList(value.map(toStarlark))
  list.isFrozen = true
  return list
}

const toDict = (object: { readonly [name: string]: Json }): StarDict => {
  const dict = new StarDict()
  const members = Object.entries(object).map(([name, member]): readonly [string, Json] => [toByteText(name), member])
  for (const [name, member] of members.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))) dict.entries.set(hashKey(name), [name, toStarlark(member)])
  dict.isFrozen = true
  return dict
}

/**
 * A result as a field: None, bool, string, an int of 64 bits, a finite float. Lists and whatever else an expression can make are refused.
 * @returns the sentence that says why not
 */
export const fromStarlark = (value: Value): Result<Json, string> => {
  if (value === null || typeof value === 'boolean') return ok(value)
  if (typeof value === 'bigint')
    return BigInt.asIntN(64, value) === value ? ok(parseNumber(value.toString())) : fail(`the int ${shorten(value)} does not fit in 64 bits`)
  if (typeof value === 'number')
    return Number.isFinite(value) ? ok(floatToJson(value)) : fail('an infinite float and nan cannot be stored in a field')
  if (typeof value !== 'string')
    return fail(
      `a result of type ${typeName(value)} cannot be stored in a field: a string, int, float, bool or None can${value instanceof StarList || value instanceof StarTuple ? '; ", ".join(...) makes a string of a list of strings' : ''}`,
    )
  const text = fromByteText(value)
  return text === undefined
    ? fail('the result cuts a character in two: index and slice count bytes, list(x.codepoints()) gives characters')
    : ok(text)
}

const shorten = (value: bigint): string => {
  const text = value.toString()
  return text.length > 40 ? `${text.slice(0, 40)}…` : text
}

/** `2.0` stays a float in the text of the record; what a double prints the same is a plain number. */
const floatToJson = (value: number): Json => (Number.isInteger(value) && Math.abs(value) < 1e21 ? parseNumber(`${value}.0`) : value)
