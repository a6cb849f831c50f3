import { describe, expect, test } from 'vitest'
import type { Change } from '../../../domain/event-sourcing/change.ts'
import { type Decision, decideWith, type Facts } from '../../../domain/event-sourcing/decision.ts'
import type { Issue } from '../../../domain/failure.ts'
import { stringifyJson } from '../../../domain/json.ts'
import { fail, ok, type Result } from '../../../domain/result.ts'
import type { SchemaValidator } from '../../../domain/table/codecs.ts'
import { decideCreateTable, decideDropTable } from '../../../domain/table/decide-table.ts'
import type { Catalogue, Column, NamespaceImport, Table } from '../../../domain/table/table.ts'
import type { CreateTable } from '../../../domain/table/table-command.ts'
import { tableId, tableOf } from './sample-tables.ts'

/** Only `strnig` is no schema. */
const validateSchema: SchemaValidator = (schema) =>
  stringifyJson(schema).includes('strnig')
    ? fail({ kind: 'invalid-input', issues: [{ rule: 'json-schema', message: 'the JSON Schema is not valid', field: '/properties/a/type' }] })
    : ok(() => [])

const factsOf = (catalogue: Catalogue): Facts => ({
  catalogue: () => catalogue,
  record: () => undefined,
  keysWith: () => [],
  allRecords: () => [],
  count: () => 0,
})
const given = (tables: readonly Table[] = [], namespaces: readonly NamespaceImport[] = []) => {
  const facts = factsOf({ tables, problems: [], namespaces })
  const decide = (decision: Decision<readonly Change[]>): Result<readonly Change[]> => decideWith(decision, facts)
  return {
    create: (id: string, more: Partial<CreateTable>) =>
      decide(decideCreateTable({ type: 'CreateTable', table: tableId(id), recordFormat: 'yaml', ...more }, { validateSchema })),
    drop: (id: string) => decide(decideDropTable({ type: 'DropTable', table: tableId(id) })),
  }
}

const name: Column = { name: 'name', type: 'string' }
const createdTable = (result: Result<readonly Change[]>): Table => {
  const change = result.ok ? result.value[0] : undefined
  if (change?.type !== 'TableCreated') throw new Error(JSON.stringify(result))
  return change.table
}
const issuesOf = (result: Result<readonly Change[]>): readonly Issue[] => (!result.ok && 'issues' in result.failure ? result.failure.issues : [])

describe('a table is created', () => {
  test('from columns, in the order given', () => {
    const table = createdTable(given().create('users', { columns: [{ name: 'z', type: 'int' }, name] }))
    expect(table).toEqual({
      id: 'users',
      directory: 'users',
      recordFile: { name: '{key}.yaml', format: 'yaml', type: 'single' },
      columns: [{ name: 'z', type: 'int' }, name],
      columnsOrder: ['z', 'name'],
      primaryKey: [],
      rules: { unique: [], onDelete: {}, defaults: {}, indexes: [] },
      fingerprint: '',
    })
  })

  test('from a schema, which is kept; rules of the command add to those of the schema', () => {
    const schema = {
      type: 'object',
      title: 'Users',
      properties: { id: { type: 'string' }, mail: { type: 'string', 'x-unique': true, default: 'a' } },
    }
    const rules = { unique: [['mail'], ['id', 'mail']], defaults: { mail: 'b' }, indexes: [['mail']] }
    const table = createdTable(given().create('users', { schema, rules, recordFormat: 'json', layout: { levels: 1 } }))
    expect(table).toMatchObject({
      recordFile: { name: '{key}.json', format: 'json', type: 'single' },
      titles: { en: 'Users' },
      schema,
      rules: { keyField: 'id', unique: [['mail'], ['id', 'mail']], defaults: { mail: 'b' }, indexes: [['mail']] },
      layout: { levels: 1 },
    })
  })

  test('with the key field that is named, or id where values of it can be keys', () => {
    const keyField = (columns: readonly Column[], more: Partial<CreateTable> = {}) =>
      createdTable(given().create('t', { columns, ...more })).rules.keyField
    expect(keyField([name])).toBeUndefined()
    expect(keyField([{ name: 'id', type: 'int' }])).toBe('id')
    expect(keyField([{ name: 'id', type: '[]string' }])).toBeUndefined()
    expect(keyField([{ name: 'id', type: 'string' }, name], { keyField: 'name' })).toBe('name')
    expect(keyField([name], { rules: { keyField: 'name' } })).toBe('name')
  })

  test('in the directory of its module, or in one of its own', () => {
    const namespaces = [
      { prefix: 'geo', directory: 'modules/geo' },
      { prefix: 'geo.eu', directory: 'eu' },
    ]
    const directory = (id: string) => createdTable(given([], namespaces).create(id, { columns: [name] })).directory
    expect(directory('geo.cities')).toBe('modules/geo/cities')
    expect(directory('geo.eu.cities')).toBe('eu/cities')
    expect(directory('geography')).toBe('geography')
    expect(directory('a.b')).toBe('a.b')
  })

  test('with a list of foreign keys', () => {
    expect(
      given().create('nodes', { columns: [{ name: 'next', type: '[]string', foreignKey: 'nodes' }], rules: { onDelete: { next: 'restrict' } } }).ok,
    ).toBe(true)
  })

  test('that refers to itself', () => {
    expect(given().create('nodes', { columns: [{ name: 'parent', type: 'string', foreignKey: 'nodes' }] }).ok).toBe(true)
  })

  test('as csv: one file with the key field as primary key', () => {
    const table = createdTable(given().create('geo.cities', { columns: [name, { name: 'id', type: 'string' }], recordFormat: 'csv' }))
    expect(table).toMatchObject({
      recordFile: { name: 'cities.csv', format: 'csv', type: 'list' },
      columnsOrder: ['name', 'id'],
      primaryKey: ['id'],
      rules: { keyField: 'id' },
    })
  })

  test.each([
    ['jsonl', { name: 'cities.jsonl', format: 'jsonl', type: 'list' }, ['id']],
    ['ingr', { name: 'cities.ingr', format: 'ingr', type: 'dictionary' }, []],
    ['markdown', { name: '{key}.md', format: 'markdown', type: 'single' }, []],
  ] as const)('as %s: files of its kind', (recordFormat, recordFile, primaryKey) => {
    const table = createdTable(given().create('geo.cities', { columns: [name, { name: 'id', type: 'string' }], recordFormat }))
    expect(table).toMatchObject({ recordFile, columnsOrder: ['name', 'id'], primaryKey })
    expect(createdTable(given().create('cities', { columns: [name], recordFormat })).columnsOrder).toEqual(['name'])
  })

  test('as markdown with a content field, which is a column', () => {
    const markdown = { columns: [name], recordFormat: 'markdown', contentField: 'body' } as const
    const table = createdTable(given().create('posts', markdown))
    expect(table).toMatchObject({ recordFile: { contentField: 'body' }, columnsOrder: ['name', 'body'] })
    expect(createdTable(given().create('posts', { ...markdown, contentField: 'name' })).columnsOrder).toEqual(['name'])
    expect(createdTable(given().create('posts', { ...markdown, contentField: '$text' })).recordFile.contentField).toBe('$text')
  })

  test('as csv without a key field: $ID becomes the first column', () => {
    const table = createdTable(given().create('cities', { columns: [name], recordFormat: 'csv' }))
    expect(table).toMatchObject({ columnsOrder: ['$ID', 'name'], primaryKey: [], columns: [{ name: '$ID', type: 'string' }, name] })
    expect(table.rules.keyField).toBeUndefined()
    const own = createdTable(given().create('cities', { columns: [name, { name: '$ID', type: 'string' }], recordFormat: 'csv' }))
    expect(own.columnsOrder).toEqual(['name', '$ID'])
  })
})

describe('a table that exists is not created again', () => {
  test('nor one whose id differs in letter case only', () => {
    for (const id of ['users', 'Users'])
      expect(given([tableOf('users')]).create(id, { columns: [name] })).toEqual({
        ok: false,
        failure: { kind: 'already-exists', what: 'table', id: 'users' },
      })
  })

  test('nor one whose directory is taken', () => {
    const people = tableOf('people', [name], { directory: 'Users' })
    expect(given([people]).create('users', { columns: [name] })).toEqual({
      ok: false,
      failure: { kind: 'already-exists', what: 'table', id: 'people' },
    })
  })
})

describe('a table is refused', () => {
  const one = [name]
  const cases: Readonly<Record<string, readonly [Partial<CreateTable>, string]>> = {
    'without schema and columns': [{}, 'columns'],
    'with both schema and columns': [{ columns: one, schema: { type: 'object', properties: { a: {} } } }, 'columns'],
    'without any column': [{ columns: [] }, 'columns'],
    'with a schema that cannot be used': [{ schema: { type: 'string' } }, 'json-schema'],
    'with a schema that is not valid': [{ schema: { type: 'object', properties: { a: { type: 'strnig' } } } }, 'json-schema'],
    'with a column twice': [{ columns: [name, name] }, 'duplicate-column'],
    'with an unknown type': [{ columns: [{ name: 'a', type: 'text' }] }, 'column-type'],
    'with a column without a name': [{ columns: [{ name: '', type: 'string' }] }, 'column-name'],
    'with a column named __proto__': [{ columns: [{ name: '__proto__', type: 'string' }] }, 'column-name'],
    'with a line break in a column’s name': [{ columns: [{ name: 'a\nb', type: 'string' }] }, 'column-name'],
    'with a column that starts with $': [{ columns: [{ name: '$x', type: 'string' }] }, 'column-name'],
    'with a formula that is no expression': [{ columns: [{ name: 'a', type: 'int', formula: '1 +' }] }, 'formula'],
    'with a formula of a type that is none': [{ columns: [{ name: 'a', type: 'date', formula: '1' }] }, 'formula'],
    'with a formula named like a built-in': [{ columns: [{ name: 'len', type: 'int', formula: '1' }] }, 'formula'],
    'with a formula about a computed column': [
      {
        columns: [
          { name: 'a', type: 'int', formula: '1' },
          { name: 'b', type: 'int', formula: 'a + 1' },
        ],
      },
      'formula',
    ],
    'with a required_when about no column': [{ columns: [{ name: 'a', type: 'int', requiredWhen: 'x > 1' }] }, 'required-when'],
    'with required and required_when': [{ columns: [{ name: 'a', type: 'int', required: true, requiredWhen: 'True' }] }, 'required-when'],
    'with a unique rule about a computed column': [{ columns: [{ name: 'a', type: 'int', formula: '1' }], rules: { unique: [['a']] } }, 'rules'],
    'with a bound that is not finite': [{ columns: [{ name: 'a', type: 'float', minValue: Number.NaN }] }, 'bounds'],
    'with a length outside its own bounds': [{ columns: [{ name: 'a', type: 'string', length: 5, maxLength: 3 }] }, 'bounds'],
    'with an enum of the wrong type': [{ columns: [{ name: 'a', type: 'bool', enum: [true, 'x'] }] }, 'enum'],
    'with an enum of fractions for whole numbers': [{ columns: [{ name: 'a', type: 'int', enum: [1.5] }] }, 'enum'],
    'with an enum of texts for numbers': [{ columns: [{ name: 'a', type: 'float', enum: ['1'] }] }, 'enum'],
    'with a nested enum member': [{ columns: [{ name: 'a', type: 'string', enum: [['x']] }] }, 'enum'],
    'with a foreign key to nowhere': [{ columns: [{ name: 'a', type: 'string', foreignKey: 'b' }] }, 'foreign-key'],
    'with a key field that is no column': [{ columns: one, keyField: 'id' }, 'key-field'],
    'with a key field that cannot hold keys': [{ columns: [{ name: 'a', type: 'bool' }], keyField: 'a' }, 'key-field'],
    'with a unique rule about no column': [{ columns: one, rules: { unique: [['x']] } }, 'unknown-column'],
    'with a foreign key in a map': [{ columns: [{ name: 'a', type: 'map[string]string', foreignKey: 't' }] }, 'foreign-key'],
    'with a list of foreign keys that cascades': [
      { columns: [{ name: 'a', type: '[]string', foreignKey: 't' }], rules: { onDelete: { a: 'cascade' } } },
      'rules',
    ],
    'with an action for no foreign key': [{ columns: one, rules: { onDelete: { name: 'cascade' } } }, 'rules'],
    'as csv with lists in cells': [{ columns: [{ name: 'a', type: '[]string' }], recordFormat: 'csv' }, 'csv'],
    'as json with a content field': [{ columns: one, recordFormat: 'json', contentField: 'a' }, 'content-field'],
    'with a content field that is a number': [
      { columns: [{ name: 'a', type: 'int' }], recordFormat: 'markdown', contentField: 'a' },
      'content-field',
    ],
    'with a content field that its schema lacks': [
      { schema: { type: 'object', properties: { a: {} } }, recordFormat: 'markdown', contentField: 'b' },
      'content-field',
    ],
    'as csv with a layout': [{ columns: one, recordFormat: 'csv', layout: { levels: 1 } }, 'layout'],
  }
  for (const [what, [more, rule]] of Object.entries(cases))
    test(what, () => {
      const result = given().create('t', more)
      expect(result).toMatchObject({ ok: false, failure: { kind: 'invalid-input' } })
      expect(issuesOf(result).map((issue) => issue.rule)).toContain(rule)
    })

  test('naming the place of what is wrong, and all of it', () => {
    const columns = [
      { name: 'a', type: 'int', minValue: 0.5 },
      { name: 'b', type: 'string', foreignKey: 'nowhere' },
    ]
    expect(issuesOf(given([tableOf('users')]).create('t', { columns }))).toEqual([
      { rule: 'bounds', table: 't', field: '/columns/a/min_value', message: 'column "a" is an int, so its min_value cannot be 0.5' },
      {
        rule: 'foreign-key',
        table: 't',
        field: '/columns/b/foreign_key',
        value: 'nowhere',
        message: 'column "b" refers to table nowhere, which does not exist',
        mistyped: { name: 'nowhere', among: ['users', 't'] },
      },
    ])
  })

  test('in a namespace when what is left of its id is no id', () => {
    expect(issuesOf(given([], [{ prefix: 'geo', directory: 'geo' }]).create('geo._x', { columns: one }))).toMatchObject([{ rule: 'table-id' }])
  })
})

describe('a table is dropped', () => {
  const cities = tableOf('geo.cities', [{ name: 'country', type: 'string', foreignKey: 'countries' }])
  const countries = tableOf('geo.countries', [{ name: 'neighbour', type: 'string', foreignKey: 'countries' }])

  test('with its records, also when it refers to itself or to others', () => {
    expect(given([countries]).drop('geo.countries')).toEqual({ ok: true, value: [{ type: 'TableDropped', table: 'geo.countries' }] })
    expect(given([cities, countries]).drop('geo.cities').ok).toBe(true)
  })

  test('but not while another table refers to it', () => {
    expect(given([cities, countries]).drop('geo.countries')).toEqual({
      ok: false,
      failure: {
        kind: 'constraint-violation',
        issues: [
          {
            rule: 'referenced',
            table: 'geo.cities',
            field: '/columns/country',
            message: 'column "country" still refers to table geo.countries',
          },
        ],
      },
    })
  })

  test('only if it exists', () => {
    expect(given([countries, cities]).drop('users')).toEqual({
      ok: false,
      failure: { kind: 'not-found', what: 'table', id: 'users', among: ['geo.cities', 'geo.countries'] },
    })
  })
})
