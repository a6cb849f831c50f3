import { describe, expect, test } from 'vitest'
import { decideOperation } from '../../../domain/event-sourcing/decide-operation.ts'
import type { JsonObject } from '../../../domain/json.ts'
import { parseNumber } from '../../../domain/json.ts'
import { ok } from '../../../domain/result.ts'
import type { Table } from '../../../domain/table/table.ts'
import type { ChangeTable } from '../../../domain/table/table-command.ts'
import { applyChanges, factsOf, idOf, type State, tableOf } from '../../support/given-records.ts'

const countries = tableOf('countries', { columns: { name: 'string' } })
const users = tableOf('users', {
  columns: { name: { type: 'string', required: true }, age: 'string', country: 'string', mail: 'string' },
  columnsOrder: ['name', 'age', 'country', 'mail'],
  rules: { unique: [['mail'], ['name', 'age']], defaults: { age: '1' } },
})
const state: State = {
  countries: { no: { name: 'Norway' } },
  users: { ada: { name: 'Ada', age: '36', country: 'no', mail: 'a@x' }, bob: { name: 'Bob', age: '2.50' }, cid: { name: 'Cid' } },
}

const change = (parts: Omit<ChangeTable, 'type' | 'table'>, tables: readonly Table[] = [countries, users], records = state) => {
  const command: ChangeTable = { type: 'ChangeTable', table: idOf('users'), ...parts }
  const decided = decideOperation({ commands: [command] }, factsOf(tables, records), { validateSchema: () => ok(() => []) })
  if (!decided.ok) return { failure: decided.failure }
  const [definition] = decided.value
  return {
    table: definition?.type === 'TableChanged' ? definition.after : undefined,
    users: applyChanges(records, decided.value).users,
    changes: decided.value,
  }
}
const column = (table: Table | undefined, name: string) => table?.columns.find((each) => each.name === name)

describe('a change of a table', () => {
  test('that changes nothing is no change', () => {
    expect(change({ setColumns: [{ name: 'age', type: 'string' }] }).changes).toEqual([])
  })
  test('of a table that is not there fails with the tables there are', () => {
    expect(change({}, [countries])).toMatchObject({ failure: { kind: 'not-found', what: 'table', among: ['countries'] } })
  })
  test('of a column that is not there fails with the columns there are', () => {
    expect(change({ dropColumns: ['agee'] })).toMatchObject({
      failure: { kind: 'invalid-input', issues: [{ rule: 'unknown-column', mistyped: { name: 'agee', among: ['name', 'age', 'country', 'mail'] } }] },
    })
  })
  test('that breaks the rules of definitions fails', () => {
    expect(change({ setColumns: [{ name: 'age', type: 'strnig' }] })).toMatchObject({ failure: { issues: [{ rule: 'column-type' }] } })
    expect(change({ setColumns: [{ name: 'country', foreignKey: 'contries' }] })).toMatchObject({ failure: { issues: [{ rule: 'foreign-key' }] } })
  })
})

describe('a renamed column', () => {
  test('has its new name in every record, in the order of columns and in the rules', () => {
    const { table, users: after } = change({ renameColumns: { age: 'years', mail: 'email' } })
    expect(table).toMatchObject({
      columnsOrder: ['name', 'years', 'country', 'email'],
      rules: { unique: [['email'], ['name', 'years']], defaults: { years: '1' } },
    })
    expect(after).toMatchObject({ ada: { name: 'Ada', years: '36', country: 'no', email: 'a@x' }, bob: { name: 'Bob', years: '2.50' } })
    expect(Object.keys(after?.ada ?? {})).toEqual(['name', 'years', 'country', 'email'])
  })
  test('can change places with another', () => {
    expect(change({ renameColumns: { age: 'country', country: 'age' } }).users?.ada).toMatchObject({ age: 'no', country: '36' })
  })
  test('cannot take the name of another', () => {
    expect(change({ renameColumns: { age: 'mail' } })).toMatchObject({ failure: { issues: [{ message: 'there is a column "mail" already' }] } })
  })
  test('cannot leave an expression behind that uses it, and may be the name of something else in one', () => {
    const computed = tableOf('users', {
      columns: {
        price: 'int',
        note: { type: 'string', requiredWhen: "price > 10 and 'count' in 'no count'" },
        total: { type: 'int', formula: 'price * 2' },
        count: 'int',
      },
    })
    const refused = (key: string, column: string) => ({
      rule: 'expression',
      message: `the ${key} of column "${column}" uses "price": change it in the same command`,
    })
    const issues = [refused('required_when', 'note'), refused('formula', 'total')]
    expect(change({ renameColumns: { price: 'cost' } }, [computed], {})).toMatchObject({ failure: { kind: 'invalid-input', issues } })
    expect(change({ dropColumns: ['price'] }, [computed], {})).toMatchObject({ failure: { kind: 'invalid-input', issues } })
    expect(change({ renameColumns: { count: 'number' } }, [computed], {}).table).toBeDefined()
    const setColumns = [
      { name: 'note', requiredWhen: 'cost > 10' },
      { name: 'total', formula: 'cost * 2' },
    ]
    expect(column(change({ renameColumns: { price: 'cost' }, setColumns }, [computed], {}).table, 'total')).toMatchObject({ formula: 'cost * 2' })
  })
  test('is the key field of the rules too, and keeps the keys of rows', () => {
    const keyed = tableOf('users', { columns: { code: 'string' }, rules: { keyField: 'code' } })
    expect(change({ renameColumns: { code: 'sku' } }, [keyed], { users: { a: { code: 'a' } } })).toMatchObject({
      table: { rules: { keyField: 'sku' } },
      users: { a: { sku: 'a' } },
    })
    const listed = tableOf('users', { columns: { id: 'string' }, recordFile: { name: 'u.json', format: 'json', type: 'list' } })
    expect(change({ renameColumns: { id: 'code' } }, [listed], { users: { a: { id: 'a' } } })).toMatchObject({
      failure: { issues: [{ rule: 'key-field' }] },
    })
  })
})

describe('a dropped column', () => {
  test('goes from every record and from the rules that are about it alone', () => {
    const { table, users: after } = change({ dropColumns: ['mail'] })
    expect(column(table, 'mail')).toBeUndefined()
    expect(table?.rules.unique).toEqual([['name', 'age']])
    expect(after?.ada).toEqual({ name: 'Ada', age: '36', country: 'no' })
  })
  test('stays while a rule over several columns names it', () => {
    expect(change({ dropColumns: ['age'] })).toMatchObject({ failure: { kind: 'invalid-input', issues: [{ message: 'rules: "age" is no column' }] } })
    expect(change({ dropColumns: ['age'], rules: { unique: [] } }).users?.bob).toEqual({ name: 'Bob' })
  })
  test('stays when it holds the keys', () => {
    const keyed = tableOf('users', { columns: { code: 'string', a: 'int' }, rules: { keyField: 'code' } })
    expect(change({ dropColumns: ['code'] }, [keyed], {})).toMatchObject({ failure: { issues: [{ rule: 'key-field' }] } })
  })
})

describe('a new column', () => {
  test('with a value fills the records that lack it, and is the default from then on', () => {
    const { table, users: after } = change({ addColumns: [{ column: { name: 'active', type: 'bool', required: true }, value: true }] })
    expect(table).toMatchObject({ columnsOrder: ['name', 'age', 'country', 'mail', 'active'], rules: { defaults: { age: '1', active: true } } })
    expect(Object.values(after ?? {}).every(({ active }) => active === true)).toBe(true)
  })
  test('that is required and has no value does not fit records', () => {
    expect(change({ addColumns: [{ column: { name: 'active', type: 'bool', required: true } }] })).toMatchObject({
      failure: {
        kind: 'constraint-violation',
        why: '3 of 3 records of users would not fit the new definition',
        issues: [{ rule: 'required', table: 'users', key: 'ada', field: '/active', file: 'users/$records/ada.yaml' }, {}, {}],
      },
    })
  })
  test('cannot have the name of another', () => {
    expect(change({ addColumns: [{ column: { name: 'age', type: 'int' } }] })).toMatchObject({ failure: { kind: 'invalid-input' } })
  })
})

describe('another type', () => {
  test('converts every value, digits included', () => {
    const { users: after } = change({ setColumns: [{ name: 'age', type: 'float' }], rules: { defaults: {} } })
    expect(after).toMatchObject({ ada: { age: 36 }, bob: { age: parseNumber('2.50') }, cid: { name: 'Cid' } })
  })
  test('is refused with the records that have no exact value of it, and nothing is changed', () => {
    expect(change({ setColumns: [{ name: 'age', type: 'int' }] })).toMatchObject({
      failure: {
        kind: 'constraint-violation',
        why: '1 of 3 records of users would not fit the new definition',
        issues: [{ rule: 'convert', key: 'bob', field: '/age', value: '2.50', file: 'users/$records/bob.yaml' }],
      },
    })
  })
  test('and a value for records without one make a column required', () => {
    const parts = { setColumns: [{ name: 'age', type: 'float', required: true }], fill: { age: 0 } }
    expect(change(parts).users?.cid).toEqual({ name: 'Cid', age: 0 })
  })
  test('lists 100 of the records that do not fit and counts all', () => {
    const many = Object.fromEntries(Array.from({ length: 250 }, (_, index): [string, JsonObject] => [`k${index}`, { name: 'x', age: 'old' }]))
    const { failure } = change({ setColumns: [{ name: 'age', type: 'int' }] }, [countries, users], { users: many })
    expect(failure).toMatchObject({ why: '250 of 250 records of users would not fit the new definition' })
    expect(failure?.kind === 'constraint-violation' && failure.issues.length).toBe(100)
  })
})

describe('settings of a column', () => {
  test('change one by one, and null takes one away', () => {
    const ranged = tableOf('users', { columns: { age: { type: 'int', minValue: 1, title: 'Age' } } })
    const { table } = change({ setColumns: [{ name: 'age', minValue: null, maxValue: 150 }] }, [ranged], {})
    expect(column(table, 'age')).toEqual({ name: 'age', type: 'int', title: 'Age', maxValue: 150 })
  })
  test('that no record breaks are taken, and others are refused with the records', () => {
    expect(change({ setColumns: [{ name: 'name', enum: ['Ada', 'Bob', 'Cid'] }] }).table).toBeDefined()
    expect(change({ setColumns: [{ name: 'name', enum: ['Ada', 'Bob'] }] })).toMatchObject({
      failure: { kind: 'constraint-violation', issues: [{ rule: 'enum', key: 'cid', field: '/name' }] },
    })
  })
})

describe('a new constraint between records', () => {
  test('holds for the records that are there, or is refused with those that break it', () => {
    expect(change({ setColumns: [{ name: 'country', foreignKey: 'countries' }] }).table).toBeDefined()
    const strangers = { ...state, users: { ada: { name: 'A', country: 'xx' }, bob: { name: 'B', country: 'no' } } }
    expect(change({ setColumns: [{ name: 'country', foreignKey: 'countries' }] }, [countries, users], strangers)).toMatchObject({
      failure: { kind: 'constraint-violation', issues: [{ rule: 'foreign-key', key: 'ada', field: '/country', value: 'xx' }] },
    })
    const twins = { users: { a: { name: 'A', mail: 'm' }, b: { name: 'B', mail: 'm' }, c: { name: 'A' } } }
    expect(change({ rules: { unique: [['name']] } }, [users], twins)).toMatchObject({
      failure: {
        kind: 'constraint-violation',
        why: '1 of 3 records of users would not fit the new definition',
        issues: [{ rule: 'unique', key: 'c' }],
      },
    })
  })
  test('that was there before is no reason to refuse something else', () => {
    const twins = { users: { a: { name: 'A', mail: 'm' }, b: { name: 'B', mail: 'm' } } }
    expect(change({ renameColumns: { mail: 'email' } }, [users], twins).table).toBeDefined()
  })
})

describe('the JSON Schema of a table', () => {
  const schema = {
    type: 'object',
    properties: {
      name: { type: 'string', pattern: '^[A-Z]' },
      age: { type: ['integer', 'null'], minimum: 1 },
      kind: { oneOf: [{ type: 'string' }] },
    },
    required: ['name', 'age'],
  }
  const typed = tableOf('users', {
    columns: { name: { type: 'string', required: true }, age: { type: 'int', minValue: 1 }, kind: 'any' },
    columnsOrder: ['name', 'age', 'kind'],
    schema,
  })

  test('follows the columns, and keeps what columns cannot say', () => {
    const { table } = change(
      {
        renameColumns: { name: 'title' },
        setColumns: [{ name: 'age', minValue: 5, required: null }],
        addColumns: [{ column: { name: 'tags', type: '[]string', required: true }, value: [] }],
      },
      [typed],
      { users: {} },
    )
    expect(table?.schema).toEqual({
      type: 'object',
      properties: {
        title: { type: 'string', pattern: '^[A-Z]' },
        age: { type: ['integer', 'null'], minimum: 5 },
        kind: { oneOf: [{ type: 'string' }] },
        tags: { type: 'array', items: { type: 'string' }, default: [] },
      },
      required: ['title', 'tags'],
    })
  })
  test('that says a column by alternatives cannot follow a new type', () => {
    expect(change({ setColumns: [{ name: 'kind', type: 'string' }] }, [typed], {})).toMatchObject({ failure: { kind: 'unsupported' } })
  })
  test('can be replaced: the columns are derived again, and records must fit', () => {
    const next = { type: 'object', properties: { name: { type: 'string' }, age: { type: 'integer' }, born: { type: 'string', format: 'date' } } }
    const { table, users: after } = change({ schema: next, dropColumns: ['kind'] }, [typed], { users: { a: { name: 'A', age: 2, kind: 'x' } } })
    expect(table).toMatchObject({ schema: next, columnsOrder: ['name', 'age', 'born'] })
    expect(after).toEqual({ a: { name: 'A', age: 2 } })
    expect(change({ schema: next }, [typed], { users: { a: { name: 'A', age: 2, kind: 'x' } } })).toMatchObject({
      failure: { kind: 'constraint-violation', issues: [{ rule: 'undeclared-field', key: 'a', field: '/kind' }] },
    })
  })
})
