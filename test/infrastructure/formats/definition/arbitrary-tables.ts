import fc from 'fast-check'
import { parseTableId } from '../../../../domain/ids.ts'
import { type Json, parseNumber } from '../../../../domain/json.ts'
import { orderColumns } from '../../../../domain/table/build-table.ts'
import type { Column, RecordFile, Table } from '../../../../domain/table/table.ts'

const text = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 10 }),
  fc.constantFrom('yes', 'null', '~', '017', '1:30', '2024-01-01', 'a\nb\n', ' x', '# x', '{key}', '1e3', 'on'),
)
const columnName = fc.oneof(
  fc.stringMatching(/^[a-z][a-zA-Z0-9_]{0,8}$/),
  fc.constantFrom('y', 'true', '1.0', '017', 'größe', 'a b', 'a: b', 'null', '$ID', '<<', '-'),
)
const titles = fc.dictionary(fc.constantFrom('en', 'no', 'zh-Hant'), text, { minKeys: 1 })
const look = { title: text, titles, format: text, locale: text, valueTitle: text, required: fc.constant(true) }
const count = fc.integer({ min: 1, max: 1_000_000 })

const textColumn = fc.record(
  { type: fc.constantFrom('string', 'any', 'date'), ...look, minLength: count, enum: fc.uniqueArray(text, { minLength: 1, maxLength: 3 }) },
  { requiredKeys: ['type'] },
)
const numberColumn = fc.record(
  {
    type: fc.constant('float'),
    ...look,
    minValue: fc.double({ noNaN: true, noDefaultInfinity: true, max: 0 }).map((value) => value + 0),
    maxValue: fc.integer({ min: 1 }),
    enum: fc.uniqueArray(fc.integer(), { minLength: 1, maxLength: 3 }),
  },
  { requiredKeys: ['type'] },
)
const otherColumn = fc.record(
  { type: fc.constantFrom('map[locale]string', '[]int', 'map[string]any'), ...look, maxLength: count },
  { requiredKeys: ['type'] },
)
const foreignColumn = fc.record({ type: fc.constant('string'), foreignKey: fc.constantFrom('t.t', 't') })
const columns = fc
  .uniqueArray(columnName, { minLength: 1, maxLength: 6 })
  .chain((names) =>
    fc.tuple(...names.map((name) => fc.oneof(textColumn, numberColumn, otherColumn, foreignColumn).map((column): Column => ({ name, ...column })))),
  )

const json = fc.jsonValue({ maxDepth: 2 }).map((value) => jsonOf(value))
/** Plain numbers whose text is not their literal (1e+21, -0) have an exact form of their own. */
const jsonOf = (value: unknown): Json => {
  if (typeof value === 'number') return parseNumber(JSON.stringify(value))
  if (Array.isArray(value)) return value.map(jsonOf)
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).flatMap(([name, member]) => (name === '__proto__' ? [] : [[name, jsonOf(member)]])))
  return typeof value === 'string' || typeof value === 'boolean' ? value : null
}

const single = fc.constantFrom<RecordFile>(
  { name: '{key}.yaml', format: 'yaml', type: 'single' },
  { name: '{key}/{key}.json', format: 'json', type: 'single' },
)
const shared = fc.constantFrom<RecordFile>({ name: 'all.yml', format: 'yml', type: 'list' }, { name: 'all.json', format: 'json', type: 'dictionary' })

/** Tables as they can be created: every kind of column, rules, schemas and layouts, with names and texts that need quoting. */
export const anyTable = fc
  .record({
    columns,
    split: fc.nat(6),
    recordFile: fc.oneof(single, shared),
    titles: fc.option(titles),
    withSchema: fc.boolean(),
    value: json,
    levels: fc.constantFrom(undefined, 1, 2),
  })
  .map(({ columns, split, recordFile, titles, withSchema, value, levels }): Table => {
    const columnsOrder = columns.slice(0, split).map(({ name }) => name)
    const [first] = columns
    const onDelete = columns.filter(({ foreignKey }) => foreignKey !== undefined).map(({ name }) => [name, 'cascade'] as const)
    const id = parseTableId('t.t')
    if (id === undefined || first === undefined) throw new Error('not a table')
    return {
      id,
      directory: 't.t',
      recordFile,
      columns: orderColumns(columns, columnsOrder),
      columnsOrder,
      primaryKey: columnsOrder.slice(0, 1),
      ...(titles === null ? {} : { titles }),
      ...(withSchema ? { schema: { type: 'object', properties: Object.fromEntries(columns.map(({ name }) => [name, {}])), default: value } } : {}),
      rules: {
        unique: [[first.name], columns.map(({ name }) => name)],
        onDelete: Object.fromEntries(onDelete),
        defaults: { [first.name]: value },
        indexes: [[first.name]],
      },
      ...(levels === undefined || recordFile.type !== 'single' ? {} : { layout: { levels } }),
      fingerprint: '',
    }
  })
