import { ExactNumber, isJsonObject, type Json, type JsonObject } from '../json.ts'
import type { Column } from '../table/table.ts'

/** A column as the values of some records suggest it, with what suggests it. */
export interface InferredColumn {
  readonly column: Column
  /** One line for people: `int in 249 of 249, required`. */
  readonly evidence: string
}

/** Fewer records than this prove nothing about what a field must be. */
const requiredRecordsMin = 2

/**
 * What a field is, judged by every record that has it. A type is proposed only when all values have it, so that no record is left out afterwards.
 *
 * @param values  one entry a record, `undefined` or null where the record lacks the field
 * @param asText  the values come from a CSV file: numbers and booleans are judged by how they are written
 */
export const inferColumn = (name: string, values: readonly (Json | undefined)[], asText: boolean): InferredColumn => {
  const present = values.filter((value) => value !== undefined && value !== null)
  const type = typeOf(present, asText)
  const isRequired = present.length === values.length && values.length >= requiredRecordsMin
  const share = present.length === values.length ? `all ${values.length}` : `${present.length} of ${values.length}`
  return {
    column: { name, type, ...(isRequired ? { required: true } : {}) },
    evidence: `${describeType(type, present)} in ${share}${isRequired ? ', so required' : ''}`,
  }
}

/** Names of all fields, in the order in which they first come. */
export const fieldNames = (records: readonly JsonObject[]): readonly string[] => [...new Set(records.flatMap((record) => Object.keys(record)))]

const describeType = (type: string, present: readonly Json[]): string => {
  if (present.length === 0) return 'no value'
  return type === 'any' ? `values of several kinds (${[...new Set(present.map(kindOf))].sort().join(', ')})` : type
}

const kindOf = (value: Json): string => {
  if (Array.isArray(value)) return 'list'
  if (isJsonObject(value)) return 'map'
  return value instanceof ExactNumber || typeof value === 'number' ? 'number' : typeof value === 'string' ? 'text' : 'boolean'
}

const typeOf = (present: readonly Json[], asText: boolean): string => {
  if (present.length === 0) return 'any'
  if (asText) return textType(present.map(String))
  return scalarType(present) ?? listType(present) ?? mapType(present) ?? 'any'
}

/** Only how a CSV cell is written says what it is; leading zeros (`007`) are a text's. */
const textType = (cells: readonly string[]): string => {
  if (cells.every((cell) => /^(true|false|True|False|TRUE|FALSE)$/.test(cell))) return 'bool'
  if (cells.every((cell) => /^-?(0|[1-9]\d*)$/.test(cell))) return 'int'
  if (cells.every((cell) => /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(cell))) return 'float'
  return timeType(cells) ?? 'string'
}

const scalarType = (values: readonly Json[]): string | undefined => {
  if (values.every((value) => typeof value === 'boolean')) return 'bool'
  if (values.every(isWhole)) return 'int'
  if (values.every(isNumber)) return 'float'
  return values.every((value) => typeof value === 'string') ? (timeType(values) ?? 'string') : undefined
}

const isNumber = (value: Json): boolean => typeof value === 'number' || value instanceof ExactNumber

const isWhole = (value: Json): boolean => (value instanceof ExactNumber ? /^-?\d+$/.test(value.literal) : Number.isInteger(value))

const timePatterns: readonly (readonly [string, RegExp])[] = [
  ['date', /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/],
  ['datetime', /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$/],
  ['time', /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/],
]

const timeType = (texts: readonly Json[]): string | undefined =>
  timePatterns.find(([, pattern]) => texts.every((text) => pattern.test(String(text))))?.[0]

const listType = (values: readonly Json[]): string | undefined => {
  if (!values.every(Array.isArray)) return undefined
  const elements = values.flat() as readonly Json[]
  const type = elements.length === 0 ? undefined : scalarType(elements.filter((element) => element !== null))
  return elements.includes(null) ? '[]any' : `[]${type ?? 'any'}`
}

/** A tag such as `en` or `pt-BR`; names of other things are rarely that short. */
const locale = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/

const mapType = (values: readonly Json[]): string | undefined => {
  if (!values.every(isJsonObject)) return undefined
  const maps = values as readonly JsonObject[]
  const isText = maps.every((map) => Object.values(map).every((value) => typeof value === 'string'))
  const names = maps.flatMap((map) => Object.keys(map))
  return isText && names.length > 0 && names.every((name) => locale.test(name)) ? 'map[locale]string' : 'map[string]any'
}
