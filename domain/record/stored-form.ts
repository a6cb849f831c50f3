import { ExactNumber, type Json, type JsonObject } from '../json.ts'
import { contentFieldOf } from '../table/content-field.ts'
import type { RecordFormat, Table } from '../table/table.ts'

/** Formats without a null of their own: a field that is null is one that is not there. */
const withoutNull: ReadonlySet<RecordFormat> = new Set<RecordFormat>(['csv', 'toml', 'ingr', 'parquet'])

/**
 * A record as its file gives it back, where that differs from what was given without being another record: so that the read model holds the same
 * after a write as after a rebuild. Null fields go where the format has no null; a Markdown record always has its content; a column of doubles, as Parquet has
 * them, holds numbers and not how they were written (`3.50`).
 */
export const toStoredForm = (table: Table, fields: JsonObject): JsonObject => {
  const { recordFile } = table
  const content = contentFieldOf(recordFile)
  if (content !== undefined) return (Object.hasOwn(fields, content) ? fields[content] : null) === null ? { ...fields, [content]: '' } : fields
  if (recordFile.format === 'parquet') return toColumns(table, fields)
  if (!withoutNull.has(recordFile.format) || !Object.values(fields).includes(null)) return fields
  return withoutNulls(fields)
}

const withoutNulls = (fields: JsonObject): JsonObject => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null))

const toColumns = ({ columns }: Table, fields: JsonObject): JsonObject => {
  const floats = new Set(columns.filter(({ type }) => type === 'float').map(({ name }) => name))
  const entries = Object.entries(withoutNulls(fields))
  return Object.fromEntries(entries.map(([name, value]) => [name, floats.has(name) ? toDouble(value) : value]))
}

/** The double that a literal stands for, where it has no digits beyond it. */
const toDouble = (value: Json): Json => {
  if (!(value instanceof ExactNumber)) return value
  const double = Number(value.literal)
  return Number.isFinite(double) && !Object.is(double, -0) && digitsOf(String(double)) === digitsOf(value.literal) ? double : value
}

/** Sign, digits without zeros at either end, and the power of ten of the last of them: equal for literals of one number. */
const digitsOf = (literal: string): string => {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(literal) ?? []
  const digits = `${whole}${fraction}`.replace(/^0+/, '')
  const significant = digits.replace(/0+$/, '')
  return significant === '' ? '0' : `${sign}${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`
}
