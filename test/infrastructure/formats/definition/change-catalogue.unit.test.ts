import { describe, expect, test } from 'vitest'
import { parseTableId, type TableId } from '../../../../domain/ids.ts'
import { ExactNumber } from '../../../../domain/json.ts'
import { noRules, type Table } from '../../../../domain/table/table.ts'
import { catalogueCodec } from '../../../../infrastructure/formats/definition/catalogue-codec.ts'
import { applyTo, filesOf, messagesOf, plainDefinition, textsOf } from './definition-files.ts'

const tableId = (text: string): TableId => {
  const id = parseTableId(text)
  if (id === undefined) throw new Error(text)
  return id
}

const tableOf = (id: string, more: Partial<Table> = {}): Table => ({
  id: tableId(id),
  directory: id,
  recordFile: { name: '{key}.yaml', format: 'yaml', type: 'single' },
  columns: [{ name: 'name', type: 'string' }],
  columnsOrder: ['name'],
  primaryKey: [],
  rules: noRules,
  fingerprint: '',
  ...more,
})

const create = (table: Table, texts: Readonly<Record<string, string>> = {}) => catalogueCodec.create(table, filesOf(texts))
const created = (table: Table, texts: Readonly<Record<string, string>> = {}) => {
  const result = create(table, texts)
  if (!result.ok) throw new Error(JSON.stringify(result.failure))
  return Object.fromEntries(
    [...result.value].map(([path, bytes]) => [path, bytes === null ? null : new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)]),
  )
}

describe('a new table', () => {
  test('has a definition.yaml as the Go tools write it', () => {
    const table = tableOf('users', {
      titles: { en: 'Users', no: 'Brukere' },
      columns: [
        { name: 'name', type: 'string', title: 'Full name', required: true, maxLength: 100 },
        { name: 'age', type: 'int', minValue: 0, maxValue: 1000000 },
        { name: 'country', type: 'string', length: 2, foreignKey: 'geo.countries', enum: ['no', 'se'] },
      ],
      columnsOrder: ['name', 'age'],
      primaryKey: ['name'],
    })
    expect(created(table)).toEqual({
      '.ingitdb/root-collections.yaml': 'users: users\n',
      'users/.collection/definition.yaml': `titles:
    en: Users
    "no": Brukere
record_file:
    name: '{key}.yaml'
    format: yaml
    type: map[string]any
columns:
    name:
        type: string
        title: Full name
        required: true
        max_length: 100
    age:
        type: int
        min_value: 0
        max_value: 1e+06
    country:
        type: string
        length: 2
        foreign_key: geo.countries
        enum:
            - "no"
            - se
columns_order:
    - name
    - age
primary_key:
    - name
`,
    })
  })

  test('keeps its schema with the members in their order and the digits as they were', () => {
    const schema = { type: 'object', properties: { z: { maximum: new ExactNumber('1.50') }, a: {} }, required: [], 'x-<': ['é'] }
    expect(created(tableOf('users', { schema }))['users/.collection/schema.json']).toBe(`{
  "type": "object",
  "properties": {
    "z": {
      "maximum": 1.50
    },
    "a": {}
  },
  "required": [],
  "x-<": [
    "é"
  ]
}
`)
  })

  test('has rules.yaml and layout.yaml only when they say something', () => {
    const rules = {
      keyField: 'id',
      unique: [['a'], ['a', 'b']],
      onDelete: { a: 'cascade' },
      defaults: { b: [1, 'x'] },
      indexes: [['b']],
      search: ['a', 'b'],
    } as const
    const files = created(tableOf('users', { rules, layout: { levels: 2 } }))
    expect(files['users/.collection/rules.yaml']).toBe(`key_field: id
unique:
    - a
    - - a
      - b
on_delete:
    a: cascade
defaults:
    b:
        - 1
        - x
indexes:
    - b
search:
    - a
    - b
`)
    expect(files['users/.collection/layout.yaml']).toBe('fanOut: 2\nlevels: 2\nhash: sha256\n')
    expect(Object.keys(created(tableOf('users')))).toEqual(['users/.collection/definition.yaml', '.ingitdb/root-collections.yaml'])
  })

  test('is listed in the module that its namespace is imported from', () => {
    const texts = {
      '.ingitdb/root-collections.yaml': 'geo.*: modules/geo\n',
      'modules/geo/.ingitdb/root-collections.yaml': '# lands\nzones: zones\n',
    }
    const files = created(tableOf('geo.cities', { directory: 'modules/geo/cities' }), texts)
    expect(files['modules/geo/.ingitdb/root-collections.yaml']).toBe('# lands\ncities: cities\nzones: zones\n')
    expect(files['.ingitdb/root-collections.yaml']).toBeUndefined()
    expect(created(tableOf('geo.cities'), texts)['.ingitdb/root-collections.yaml']).toBe('geo.*: modules/geo\ngeo.cities: geo.cities\n')
  })

  test('keeps a byte order mark in front of root-collections.yaml', () => {
    expect(created(tableOf('b'), { '.ingitdb/root-collections.yaml': '\ufeffa: a\n' })['.ingitdb/root-collections.yaml']).toBe('\ufeffa: a\nb: b\n')
  })

  const users = { '.ingitdb/root-collections.yaml': 'users: people\ngeo.*: modules/geo\n', 'modules/geo/.ingitdb/root-collections.yaml': 'a: a\n' }
  const taken: Readonly<Record<string, readonly [Table, Readonly<Record<string, string>>, string]>> = {
    'the id is taken, also by a table that is broken': [tableOf('users'), users, 'users'],
    'the id is taken in other letter case': [tableOf('Users'), users, 'users'],
    'the directory is another table’s': [tableOf('people'), users, 'users'],
    'the directory is another table’s in other letter case': [tableOf('People'), users, 'users'],
    'the directory is a module': [tableOf('x', { directory: 'Modules/geo' }), users, 'geo.*'],
    'a definition lies in the directory': [tableOf('x'), { 'x/.collection/rules.yaml': '' }, 'x/.collection/rules.yaml'],
    'a definition of the shared layout lies in the directory': [tableOf('x'), { 'x/definition.yaml': '' }, 'x/definition.yaml'],
    'a directory on the way differs in letter case': [
      tableOf('x', { directory: 'MODULES/x' }),
      { 'modules/geo/.ingitdb/root-collections.yaml': '' },
      'modules/geo/.ingitdb/root-collections.yaml',
    ],
  }
  for (const [what, [table, texts, id]] of Object.entries(taken))
    test(`is refused when ${what}`, () => {
      expect(create(table, texts)).toMatchObject({ ok: false, failure: { kind: 'already-exists', id } })
    })

  test('is refused when root-collections.yaml cannot be read', () => {
    expect(create(tableOf('b'), { '.ingitdb/root-collections.yaml': 'a: a\na: b\n' })).toMatchObject({
      ok: false,
      failure: { kind: 'invalid-database', issues: [{ file: '.ingitdb/root-collections.yaml', line: 2 }] },
    })
    expect(create(tableOf('b'), { '.ingitdb/root-collections.yaml': '- a\n' })).toMatchObject({
      ok: false,
      failure: { kind: 'invalid-database', issues: [{ message: 'must be a map of table ids to directories' }] },
    })
  })

  test('can be created beside tables that are broken', () => {
    const texts = { '.ingitdb/root-collections.yaml': 'a: a\n', 'a/.collection/definition.yaml': 'nonsense: 1\n' }
    expect(created(tableOf('b'), texts)['.ingitdb/root-collections.yaml']).toBe('a: a\nb: b\n')
  })
})

describe('a dropped table', () => {
  const texts = {
    '.ingitdb/root-collections.yaml': '# ours\ngeo.*: modules/geo\nusers: users\n',
    'users/.collection/definition.yaml': plainDefinition,
    'users/.collection/rules.yaml': '',
    'modules/geo/.ingitdb/root-collections.yaml': 'cities: cities\nlands: lands\n',
    'modules/geo/cities/.collection/definition.yaml': plainDefinition,
    'modules/geo/lands/.collection/definition.yaml': plainDefinition,
  }
  const drop = (id: string, from: ReturnType<typeof filesOf>) => {
    const table = catalogueCodec.read(from).tables.find((each) => each.id === id)
    const result = catalogueCodec.drop(table ?? tableOf(id), from)
    if (!result.ok) throw new Error(JSON.stringify(result.failure))
    return applyTo(from, result.value)
  }

  test('takes its definition files and its line with it', () => {
    const { 'users/.collection/definition.yaml': _, 'users/.collection/rules.yaml': __, ...rest } = texts
    expect(textsOf(drop('users', filesOf(texts)))).toEqual({ ...rest, '.ingitdb/root-collections.yaml': '# ours\ngeo.*: modules/geo\n' })
  })

  test('of a module goes from the module’s list; the import goes with the last one, for an import of nothing is an error', () => {
    const one = drop('geo.cities', filesOf(texts))
    expect(textsOf(one)['modules/geo/.ingitdb/root-collections.yaml']).toBe('lands: lands\n')
    const none = drop('geo.lands', one)
    expect(textsOf(none)['modules/geo/.ingitdb/root-collections.yaml']).toBe('')
    expect(textsOf(none)['.ingitdb/root-collections.yaml']).toBe('# ours\nusers: users\n')
    expect(messagesOf(catalogueCodec.read(none))).toEqual([])
  })

  test('that is not listed is not found', () => {
    expect(catalogueCodec.drop(tableOf('x'), filesOf(texts))).toMatchObject({ ok: false, failure: { kind: 'not-found', id: 'x' } })
  })
})
