import { equalJson, type Json, numberOf } from '../json.ts'
import { validateExpressions } from './column-expressions.ts'
import { type ColumnType, parseColumnType, type ScalarType } from './column-type.ts'
import { type DefinitionIssue, definitionError } from './definition-issue.ts'
import type { Column } from './table.ts'

/** What is wrong with columns on their own: names, types, bounds, enums and expressions. */
export const validateColumns = (columns: readonly Column[]): readonly DefinitionIssue[] => {
  if (columns.length === 0) return [definitionError(['columns'], 'columns', 'a table needs at least one column')]
  const seen = new Set<string>()
  const issues = columns.flatMap((column) => {
    const duplicate = seen.has(column.name) ? [about(column)('duplicate-column', 'is declared twice')] : []
    seen.add(column.name)
    return [...duplicate, ...validateColumn(column)]
  })
  return [...issues, ...validateExpressions(columns)]
}

const validateColumn = (column: Column): readonly DefinitionIssue[] => {
  const type = parseColumnType(column.type)
  return [
    ...validateName(column),
    ...validateForeignKey(column),
    ...validateLengths(column),
    ...(type === undefined ? [unknownType(column)] : [...validateUse(column, type), ...validateRange(column, type), ...validateEnum(column, type)]),
  ]
}

const about =
  (column: Column, ...at: readonly string[]) =>
  (rule: string, message: string): DefinitionIssue =>
    definitionError(['columns', column.name, ...at], rule, `column "${column.name}" ${message}`)

/** A bound or an enum that no value can satisfy, or that has no effect. The Go tools serve such a table, and so do we; no new one is made. */
const doubt =
  (column: Column, ...at: readonly string[]) =>
  (rule: string, message: string): DefinitionIssue => ({ ...about(column, ...at)(rule, message), severity: 'warning' })

const validateName = (column: Column): readonly DefinitionIssue[] =>
  column.name === '' || column.name === '__proto__' || /[\u0000-\u001f\u007f]/.test(column.name)
    ? [about(column)('column-name', 'has a name that no field can have')]
    : []

const unknownType = (column: Column): DefinitionIssue =>
  about(column, 'type')(
    'column-type',
    `has the unknown type "${column.type}"; types are string, int, float, bool, date, time, datetime, any, ` +
      'map[K]V with K one of locale, string, int, number, bool, date, and [] of a simple type',
  )

const validateForeignKey = (column: Column): readonly DefinitionIssue[] =>
  column.foreignKey !== undefined && column.type.startsWith('map[')
    ? [{ ...about(column, 'foreign_key')('foreign-key', `is a ${column.type}, which cannot refer to records: use a list`), severity: 'warning' }]
    : []

const validateLengths = (column: Column): readonly DefinitionIssue[] => {
  const lengths = [
    ['length', column.length],
    ['min_length', column.minLength],
    ['max_length', column.maxLength],
  ] as const
  const wrong = lengths.flatMap(([key, value]) =>
    value === undefined || (Number.isSafeInteger(value) && value >= 0)
      ? []
      : [about(column, key)('bounds', `has a ${key} of ${value}, which is no whole number from 0`)],
  )
  const low = column.minLength ?? 0
  const high = column.maxLength ?? Number.POSITIVE_INFINITY
  if (low > high) wrong.push(doubt(column, 'min_length')('bounds', `has a min_length (${low}) above its max_length (${high})`))
  if (column.length !== undefined && (column.length < low || column.length > high))
    wrong.push(doubt(column, 'length')('bounds', `has a length (${column.length}) outside min_length and max_length`))
  return wrong
}

/** Bounds on a type that has no such measure would silently constrain nothing. */
const validateUse = (column: Column, type: ColumnType): readonly DefinitionIssue[] => {
  const measured = column.length ?? column.minLength ?? column.maxLength
  const numeric = type.kind === 'scalar' && (type.of === 'int' || type.of === 'float')
  const hasLength = !numeric && !(type.kind === 'scalar' && type.of === 'bool')
  const ranged = column.minValue ?? column.maxValue
  return [
    ...(measured !== undefined && !hasLength ? [doubt(column)('bounds', `has a length, but values of type ${column.type} have none`)] : []),
    ...(ranged !== undefined && !numeric
      ? [doubt(column)('bounds', `has min_value or max_value, which only int and float columns can have, not ${column.type}`)]
      : []),
  ]
}

const validateRange = (column: Column, type: ColumnType): readonly DefinitionIssue[] => {
  const { minValue, maxValue } = column
  const wrong: DefinitionIssue[] = []
  for (const [key, value] of [['min_value', minValue] as const, ['max_value', maxValue] as const]) {
    if (value === undefined) continue
    if (!Number.isFinite(value)) wrong.push(about(column, key)('bounds', `has a ${key} that is no number`))
    else if (type.kind === 'scalar' && type.of === 'int' && !Number.isInteger(value))
      wrong.push(doubt(column, key)('bounds', `is an int, so its ${key} cannot be ${value}`))
  }
  if (minValue !== undefined && maxValue !== undefined && minValue > maxValue)
    wrong.push(doubt(column, 'min_value')('bounds', `has a min_value (${minValue}) above its max_value (${maxValue})`))
  return wrong
}

const validateEnum = (column: Column, type: ColumnType): readonly DefinitionIssue[] => {
  const members = column.enum
  if (members === undefined) return []
  if (members.length === 0) return [doubt(column, 'enum')('enum', 'has an empty enum, which no value satisfies')]
  return members.flatMap((member, index) => {
    const at = ['enum', String(index)]
    if (members.slice(0, index).some((other) => sameMember(other, member))) return [doubt(column, ...at)('enum', 'lists an enum member twice')]
    if (type.kind === 'scalar' && !isOfType(member, type.of))
      return [doubt(column, ...at)('enum', `has an enum member that is no ${column.type}: ${describe(member)}`)]
    return []
  })
}

/** Enum members are compared as the Go tools do: numbers by value, so 1 and 1.0 are the same member. */
const sameMember = (a: Json, b: Json): boolean => equalJson(a, b) || (numberOf(a) !== undefined && numberOf(a) === numberOf(b))

const isOfType = (value: Json, type: ScalarType): boolean => {
  switch (type) {
    case 'int':
      return Number.isInteger(numberOf(value))
    case 'float':
      return numberOf(value) !== undefined
    case 'bool':
      return typeof value === 'boolean'
    case 'any':
      return true
    default:
      return typeof value === 'string'
  }
}

const describe = (value: Json): string => (typeof value === 'object' ? 'a nested value or null' : String(value))
