import { isJsonObject, type Json, parseNumber, stringifyJson } from '../json.ts'
import { parseColumnType, type ScalarType } from '../table/column-type.ts'
import { isIntegral, isNumber } from './decimal.ts'

/**
 * A value as a column of another type holds it, where nothing of it is lost and it could be turned back: numbers and true and false become
 * their text and texts that spell them become those, integral numbers are ints, one value becomes a list of it. Null stays null.
 * @returns `undefined` for a value that has no such form; one that fits already as it is
 */
export const convertValue = (value: Json, type: string): Json | undefined => {
  const wanted = parseColumnType(type)
  if (wanted === undefined || value === null) return value
  if (wanted.kind === 'scalar') return convertScalar(value, wanted.of)
  if (wanted.kind === 'list') return convertAll(Array.isArray(value) ? value : [value], wanted.of)
  if (!isJsonObject(value)) return undefined
  const member = parseColumnType(wanted.value)
  if (member?.kind !== 'scalar') return value
  const members = convertAll(Object.values(value), member.of)
  return members && Object.fromEntries(Object.keys(value).map((name, index) => [name, members[index] ?? null]))
}

const convertAll = (values: readonly Json[], type: ScalarType): readonly Json[] | undefined => {
  const converted = values.map((value) => (value === null ? null : convertScalar(value, type)))
  return converted.every((value) => value !== undefined) ? converted : undefined
}

const convertScalar = (value: Json, type: ScalarType): Json | undefined => {
  switch (type) {
    case 'any':
      return value
    case 'int': {
      const number = toNumber(value)
      return number !== undefined && isIntegral(number) ? number : undefined
    }
    case 'float':
      return toNumber(value)
    case 'bool':
      return typeof value === 'boolean' ? value : value === 'true' ? true : value === 'false' ? false : undefined
    default:
      return typeof value === 'string' ? value : isNumber(value) || typeof value === 'boolean' ? stringifyJson(value) : undefined
  }
}

/** Digits stay as the text has them, `1.50` too; `007`, `+1` and `1_000` are no numbers of JSON. */
const toNumber = (value: Json): ReturnType<typeof parseNumber> | undefined => {
  if (isNumber(value)) return value
  return typeof value === 'string' && /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(value) ? parseNumber(value) : undefined
}
