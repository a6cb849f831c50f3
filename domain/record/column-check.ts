import { isJsonObject, type Json, type JsonObject, numberOf, stringifyJson } from '../json.ts'
import type { Column } from '../table/table.ts'
import { isIntegral, isNumber, isSameValue } from './decimal.ts'

/** What is wrong with the value of one column. */
export interface ValueFault {
  readonly rule: string
  /** The end of a sentence that begins with the field's name: `must be …`. */
  readonly message: string
  /** JSON pointer from the column's value to the faulty one: empty, or `/2` for the third element of a list. */
  readonly at: string
  readonly value: Json
}

export type ValueCheck = (value: Json) => ValueFault | undefined

/**
 * Makes the check of one column's values, in the order type, enum, range, length: the first that fails is the finding.
 * Missing values are not its concern. A type outside the format's grammar accepts anything: the catalogue reports it.
 */
export const compileColumn = (column: Column): ValueCheck => {
  const checks = [checkType(column.type), checkEnum(column), checkRange(column), checkLength(column)].filter((check) => check !== undefined)
  return (value) => {
    for (const check of checks) {
      const fault = check(value)
      if (fault !== undefined) return fault
    }
    return undefined
  }
}

const isString = (value: Json): boolean => typeof value === 'string'
const isAnything = (): boolean => true

const scalarTypes: ReadonlyMap<string, (value: Json) => boolean> = new Map([
  ['string', isString],
  ['int', isIntegral],
  ['float', isNumber],
  ['bool', (value: Json) => typeof value === 'boolean'],
  // Any text is a date: the format has no check, and the Go tools make none.
  ['date', isString],
  ['time', isString],
  ['datetime', isString],
  ['any', isAnything],
])

const checkType = (type: string): ValueCheck | undefined => {
  if (type === 'any') return undefined
  if (type.startsWith('[]')) return checkMembers(type, listMembers, scalarTypes.get(type.slice(2)) ?? isAnything)
  if (type.startsWith('map[')) return checkMembers(type, mapMembers, type === 'map[locale]string' ? isString : isAnything)
  const accepts = scalarTypes.get(type) ?? isAnything
  return (value) => (accepts(value) ? undefined : wrongType(type, '', value))
}

const listMembers = (value: Json): readonly Json[] | undefined => (Array.isArray(value) ? value : undefined)
const mapMembers = (value: Json): JsonObject | undefined => (isJsonObject(value) ? value : undefined)

const checkMembers = (
  type: string,
  membersOf: (value: Json) => readonly Json[] | JsonObject | undefined,
  accepts: (value: Json) => boolean,
): ValueCheck => {
  const memberType = type.slice(type.indexOf(']') + 1)
  return (value) => {
    const members = membersOf(value)
    if (members === undefined) return wrongType(type, '', value)
    if (accepts === isAnything) return undefined
    for (const [name, member] of Object.entries<Json>(members)) if (!accepts(member)) return wrongType(memberType, `/${escapePointer(name)}`, member)
    return undefined
  }
}

const wrongType = (type: string, at: string, value: Json): ValueFault => ({
  rule: 'type',
  message: `must be of type ${type}, but is ${nameKind(value)}`,
  at,
  value,
})

const nameKind = (value: Json): string => {
  if (value === null) return 'null'
  if (isNumber(value)) return `the number ${shorten(stringifyJson(value))}`
  if (typeof value === 'object') return Array.isArray(value) ? 'a list' : 'an object'
  return typeof value === 'string' ? 'a string' : String(value)
}

const checkEnum = (column: Column): ValueCheck | undefined => {
  const permitted = column.enum
  if (permitted === undefined || permitted.length === 0) return undefined
  const shown = permitted.slice(0, 10).map(stringifyJson).join(', ') + (permitted.length > 10 ? ', …' : '')
  return (value) =>
    permitted.some((choice) => isSameValue(choice, value)) ? undefined : { rule: 'enum', message: `must be one of ${shown}`, at: '', value }
}

const checkRange = ({ minValue, maxValue }: Column): ValueCheck | undefined => {
  if (minValue === undefined && maxValue === undefined) return undefined
  return (value) => {
    const number = numberOf(value)
    if (number === undefined) return undefined
    if (minValue !== undefined && number < minValue) return { rule: 'min-value', message: `must be at least ${minValue}`, at: '', value }
    if (maxValue !== undefined && number > maxValue) return { rule: 'max-value', message: `must be at most ${maxValue}`, at: '', value }
    return undefined
  }
}

const checkLength = ({ length, minLength, maxLength }: Column): ValueCheck | undefined => {
  if (length === undefined && minLength === undefined && maxLength === undefined) return undefined
  return (value) => {
    const size = measure(value)
    if (size === undefined) return undefined
    const fault = (rule: string, limit: string): ValueFault => ({
      rule,
      message: `must have ${limit} ${size.unit}, but has ${size.count}`,
      at: '',
      value,
    })
    if (length !== undefined && size.count !== length) return fault('length', `exactly ${length}`)
    if (minLength !== undefined && size.count < minLength) return fault('min-length', `at least ${minLength}`)
    if (maxLength !== undefined && size.count > maxLength) return fault('max-length', `at most ${maxLength}`)
    return undefined
  }
}

/** Length in the format's units: code points of a text, elements of a list, entries of a map; other values have none. */
const measure = (value: Json): { readonly count: number; readonly unit: string } | undefined => {
  if (typeof value === 'string') return { count: countCodePoints(value), unit: 'characters' }
  if (Array.isArray(value)) return { count: value.length, unit: 'elements' }
  return isJsonObject(value) ? { count: Object.keys(value).length, unit: 'entries' } : undefined
}

const countCodePoints = (text: string): number => {
  let count = 0
  for (const _ of text) count++
  return count
}

const shorten = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}…` : text)

/** A member name as one step of a JSON pointer. Source: RFC 6901. */
export const escapePointer = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1')
