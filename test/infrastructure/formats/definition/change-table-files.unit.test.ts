import { describe, expect, test } from 'vitest'
import type { TableChange } from '../../../../domain/table/codecs.ts'
import { findTable, type Table } from '../../../../domain/table/table.ts'
import { catalogueCodec } from '../../../../infrastructure/formats/definition/catalogue-codec.ts'
import { applyTo, filesOf, readUsers, textsOf, withoutFingerprint } from './definition-files.ts'

const definition = `# Everybody who has an account.
titles: {en: Users, no: Brukere} # both languages
record_file: # one file each
  name: "{key}.yaml"
  format: yaml
  type: "map[string]any"

columns:
  # As in the passport.
  name: {type: string, required: true}
  age:    # in years
    type: int
    max_value: 150 # nobody is older
  mail:
    type: string
columns_order: [name, age, mail]
default_view:
  order_by: age desc
  columns:
    - name
    - age # for sorting
readme:
  hide_columns: [mail]
min_records_count: 0
conflict_resolution:
  record_merge: {enabled: true}
`
const rules = `# what the Go tools do not know
unique:
  - mail # one account each
defaults:
  age: 18 # of age
`
const schema = `{ "type": "object",
  "properties": { "name": {"type":"string"},
    "age": { "type": "integer", "maximum": 150 } , "mail": {"type":"string"} },
  "required": ["name"], "additionalProperties": false }
`

const beside = { 'users/.collection/rules.yaml': rules, 'users/.collection/schema.json': schema }
const files = filesOf({ '.ingitdb/root-collections.yaml': 'users: users\n', 'users/.collection/definition.yaml': definition, ...beside })
const before = findTable(readUsers(definition, beside), 'users')

const change = (edit: (table: Table) => Table, renamedColumns: TableChange['renamedColumns'] = {}) => {
  if (before === undefined) throw new Error('the table of this test cannot be read')
  const after = edit(before)
  const edited = catalogueCodec.change({ before, after, renamedColumns }, files)
  if (!edited.ok) throw new Error(JSON.stringify(edited.failure))
  const read = findTable(catalogueCodec.read(applyTo(files, edited.value)), 'users')
  expect(withoutFingerprint(read)).toEqual(withoutFingerprint(after))
  return textsOf(new Map([...edited.value].map(([path, bytes]) => [path, { bytes: bytes ?? new Uint8Array() }])))
}
const mapColumns = (table: Table, edit: (column: Table['columns'][number]) => Table['columns'][number]): Table => ({
  ...table,
  columns: table.columns.map(edit),
})

describe('the definition files of a table that changes', () => {
  test('stay untouched where nothing changes', () => {
    expect(change((table) => table)).toEqual({})
  })

  test('change by the lines of one setting, and keep everything else byte for byte', () => {
    const edited = change((table) => mapColumns(table, (column) => (column.name === 'age' ? { ...column, maxValue: 120 } : column)))
    expect(edited).toEqual({ 'users/.collection/definition.yaml': definition.replace('max_value: 150', 'max_value: 120') })
  })

  test('give a renamed column its name wherever they name it, where it stands', () => {
    const rename = (name: string) => (name === 'age' ? 'years' : name)
    const edited = change(
      (table) => ({
        ...mapColumns(table, (column) => ({ ...column, name: rename(column.name) })),
        columnsOrder: table.columnsOrder.map(rename),
        rules: { ...table.rules, defaults: { years: 18 } },
        schema: JSON.parse(schema.replace('"age"', '"years"')),
      }),
      { age: 'years' },
    )
    expect(edited).toEqual({
      'users/.collection/definition.yaml': definition
        .replace('  age:    #', '  years:    #')
        .replace('[name, age, mail]', '[name, years, mail]')
        .replace('age desc', 'years desc')
        .replace('- age #', '- years #'),
      'users/.collection/rules.yaml': rules.replace('age: 18', 'years: 18'),
      'users/.collection/schema.json': schema.replace('"age"', '"years"'),
    })
  })

  test('forget a column that goes, in views too', () => {
    const edited = change((table) => ({
      ...table,
      columns: table.columns.filter(({ name }) => name !== 'mail'),
      columnsOrder: ['name', 'age'],
      rules: { ...table.rules, unique: [] },
    }))
    expect(edited['users/.collection/definition.yaml']).toBe(
      definition
        .replace('  mail:\n    type: string\n', '')
        .replace('[name, age, mail]', '[name, age]')
        .replace('hide_columns: [mail]', 'hide_columns: []'),
    )
    expect(edited['users/.collection/rules.yaml']).toBe('# what the Go tools do not know\ndefaults:\n  age: 18 # of age\n')
  })

  test('get a new column in the form of the Go writer, and rules that were none before', () => {
    const edited = change((table) => ({
      ...table,
      columns: [...table.columns, { name: 'active', type: 'bool', required: true }],
      columnsOrder: [...table.columnsOrder, 'active'],
      rules: { ...table.rules, indexes: [['age']] },
    }))
    expect(edited['users/.collection/definition.yaml']).toContain(
      '  mail:\n    type: string\n  active:\n    type: bool\n    required: true\ncolumns_order:',
    )
    expect(edited['users/.collection/rules.yaml']).toBe(`${rules}indexes:\n  - age\n`)
  })

  test('lose the file that would say nothing any more', () => {
    expect(change((table) => ({ ...table, rules: { unique: [], onDelete: {}, defaults: {}, indexes: [] } }))).toEqual({
      'users/.collection/rules.yaml': '',
    })
  })
})
