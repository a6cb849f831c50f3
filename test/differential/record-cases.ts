import fc from 'fast-check'
import { ExactNumber, isJsonObject, type Json, type JsonObject } from '../../domain/json.ts'
import type { RecordFile, Table } from '../../domain/table/table.ts'
import { isIngrColumn } from '../../infrastructure/formats/ingr/ingr-format.ts'
import { anyFields, anyText, plainName } from '../infrastructure/formats/arbitrary-records.ts'
import { sampleTable } from '../infrastructure/formats/sample-tables.ts'

/** One kind of record file, and records for it. */
export interface RecordCase {
  readonly name: string
  readonly table: Table
  readonly records: fc.Arbitrary<readonly KeyedRecord[]>
}

export interface KeyedRecord {
  readonly key: string
  readonly fields: JsonObject
}

const columns = ['id', 'b', 'a', 'z']

const rowsOf = (fields: fc.Arbitrary<JsonObject>): fc.Arbitrary<readonly KeyedRecord[]> =>
  fc
    .uniqueArray(fc.tuple(plainName, fields), { selector: ([key]) => key, minLength: 1, maxLength: 4 })
    .map((rows) => rows.map(([key, rest]) => ({ key, fields: { ...rest, id: key } })))

/** Whether a character beyond U+FFFF is a letter depends on the Unicode version that Go and Node were made with, and decides where yaml.v3 sorts a name. */
const sortableFields = anyFields.filter((fields) => !someName(fields, (name) => /[\u{10000}-\u{10ffff}]/u.test(name)))

const someName = (value: Json, holds: (name: string) => boolean): boolean => {
  if (Array.isArray(value)) return value.some((element: Json) => someName(element, holds))
  return isJsonObject(value) && Object.entries(value).some(([name, member]) => holds(name) || someName(member, holds))
}

const single = sortableFields.map((fields) => [{ key: 'k', fields }])
const dictionary = fc
  .uniqueArray(fc.tuple(plainName, sortableFields), { selector: ([key]) => key, minLength: 1, maxLength: 4 })
  .map((entries) => entries.map(([key, fields]) => ({ key, fields })))

/** TOML has no null, and the Go library no integers over 64 bits. */
const forToml = (records: readonly KeyedRecord[]): readonly KeyedRecord[] =>
  records.map(({ key, fields }) => ({
    key,
    fields: Object.fromEntries(Object.entries(fields).filter(([, value]) => !someValue(value, isNotForToml))),
  }))

const isNotForToml = (value: Json): boolean => {
  if (value === null) return true
  const literal = value instanceof ExactNumber ? value.literal : typeof value === 'number' ? String(value) : ''
  return /^-?\d+$/.test(literal) && BigInt.asIntN(64, BigInt(literal)) !== BigInt(literal)
}

const someValue = (value: Json, holds: (value: Json) => boolean): boolean => {
  if (holds(value)) return true
  if (Array.isArray(value)) return value.some((element: Json) => someValue(element, holds))
  return isJsonObject(value) && Object.values(value).some((member) => someValue(member, holds))
}

const cells = fc.record({ b: anyText.filter((text) => text !== '' && !text.includes('\r')), a: fc.integer() })

/** Names that can stand in the header of an INGR file; a column is there when some record has a value for it. */
const forIngr = (records: readonly KeyedRecord[]): readonly KeyedRecord[] =>
  records.map(({ key, fields }) => ({
    key,
    fields: Object.fromEntries(Object.entries(fields).filter(([name, value]) => isIngrColumn(name) && !name.startsWith('$') && value !== null)),
  }))

const tableOf = (format: RecordFile['format'], type: RecordFile['type'], rest: Partial<Table> = {}): Table => sampleTable(format, type, rest)
const listTable = (format: RecordFile['format']): Table => tableOf(format, 'list', { columnsOrder: columns, primaryKey: ['id'] })

export const recordCases: readonly RecordCase[] = [
  { name: 'YAML, one record', table: tableOf('yaml', 'single'), records: single },
  { name: 'YAML, dictionary', table: tableOf('yaml', 'dictionary'), records: dictionary },
  { name: 'YAML, list', table: listTable('yaml'), records: rowsOf(sortableFields) },
  { name: 'JSON, one record', table: tableOf('json', 'single'), records: single },
  { name: 'JSON, dictionary', table: tableOf('json', 'dictionary'), records: dictionary },
  { name: 'JSON, list', table: listTable('json'), records: rowsOf(sortableFields) },
  { name: 'JSONL, list', table: listTable('jsonl'), records: rowsOf(sortableFields) },
  { name: 'TOML, one record', table: tableOf('toml', 'single'), records: single.map(forToml) },
  { name: 'TOML, dictionary', table: tableOf('toml', 'dictionary'), records: dictionary.map(forToml) },
  { name: 'INGR, list', table: tableOf('ingr', 'list', { columnsOrder: ['b', 'a'] }), records: dictionary.map(forIngr) },
  { name: 'INGR, dictionary', table: tableOf('ingr', 'dictionary', { columnsOrder: ['b', 'a'] }), records: dictionary.map(forIngr) },
  {
    name: 'Markdown',
    table: tableOf('markdown', 'single', {
      columnsOrder: columns,
      recordFile: { name: '{key}.md', format: 'markdown', type: 'single', contentField: 'body' },
    }),
    records: fc.tuple(sortableFields, anyText).map(([fields, body]) => [{ key: 'k', fields: { ...fields, body } }]),
  },
  {
    name: 'CSV, list',
    table: tableOf('csv', 'list', {
      columnsOrder: ['id', 'b', 'a'],
      primaryKey: ['id'],
      columns: [
        { name: 'id', type: 'string' },
        { name: 'b', type: 'string' },
        { name: 'a', type: 'int' },
      ],
    }),
    records: rowsOf(cells),
  },
]

/** What Go reads, with its types (`describe` of the Go program), as the values that ours would be: numbers by value, times as texts. */
export const plainValue = (described: Json | undefined): Json => {
  if (Array.isArray(described)) return described.map((element: Json) => plainValue(element))
  if (!isJsonObject(described)) return described ?? null
  const { map, int, float } = described
  if (isJsonObject(map)) return Object.fromEntries(Object.entries(map).map(([name, member]) => [name, plainValue(member)]))
  if (typeof int === 'string' || typeof float === 'string') return Number(int ?? float) + 0 // -0 is 0
  return described
}

/** A value with every number as the double nearest to it: what the Go tools can tell apart, and no more. */
export const asDoubles = (value: Json): Json => {
  if (Array.isArray(value)) return value.map((element: Json) => asDoubles(element))
  if (isJsonObject(value)) return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, asDoubles(member)]))
  return value instanceof ExactNumber ? Number(value.literal) + 0 : typeof value === 'number' ? value + 0 : value
}
