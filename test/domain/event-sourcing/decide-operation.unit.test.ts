import { describe, expect, test } from 'vitest'
import { decideOperation } from '../../../domain/event-sourcing/decide-operation.ts'
import type { Facts } from '../../../domain/event-sourcing/decision.ts'
import type { Command } from '../../../domain/event-sourcing/operation.ts'
import type { JsonObject } from '../../../domain/json.ts'
import { ok } from '../../../domain/result.ts'
import { factsOf, given, idOf, keyOf, tableOf } from '../../support/given-records.ts'

const users = tableOf('users', {
  columns: { name: 'string', email: 'string', country: { type: 'string', foreignKey: 'countries' } },
  rules: { unique: [['email']] },
})
const countries = tableOf('countries', { columns: { name: 'string' } })

const insert = (table: string, records: Readonly<Record<string, JsonObject>>): Command => ({
  type: 'InsertRecords',
  table: idOf(table),
  records: Object.entries(records).map(([key, fields]) => ({ key: keyOf(key), fields })),
})

describe('an operation of several commands', () => {
  test('lets each command see what those before it did', () => {
    given([users, countries])
      .when(
        insert('users', { ada: { name: 'Ada' } }),
        { type: 'PatchRecord', table: idOf('users'), key: keyOf('ada'), patch: { email: 'a@x' } },
        { type: 'UpsertRecord', table: idOf('countries'), key: keyOf('gb'), fields: {} },
      )
      .thenChanges(
        { type: 'RecordInserted', table: idOf('users'), key: keyOf('ada'), after: { name: 'Ada', email: 'a@x' } },
        { type: 'RecordInserted', table: idOf('countries'), key: keyOf('gb'), after: {} },
      )
  })

  test('fails as a whole when one command fails', () => {
    given([users, countries])
      .when(insert('users', { ada: {} }), { type: 'DeleteRecord', table: idOf('users'), key: keyOf('bob') })
      .thenFails({ kind: 'not-found', what: 'record', id: 'users/bob' })
  })

  test('without commands changes nothing', () => {
    given([users]).when().thenChanges()
  })

  test('can create a table and fill it', () => {
    given([])
      .when(
        { type: 'CreateTable', table: idOf('tags'), columns: [{ name: 'title', type: 'string', required: true }], recordFormat: 'yaml' },
        insert('tags', { red: { title: 'Red' } }),
      )
      .thenState({ tags: { red: { title: 'Red' } } })
  })

  test('checks records against a table that it creates', () => {
    given([])
      .when(
        { type: 'CreateTable', table: idOf('tags'), columns: [{ name: 'title', type: 'string', required: true }], recordFormat: 'yaml' },
        insert('tags', { red: {} }),
      )
      .thenFailsWith('invalid-input', { rule: 'required', table: 'tags', key: 'red' })
  })

  test('cannot write to a table that it has dropped', () => {
    given([users, countries], { users: { ada: {} } })
      .when({ type: 'DropTable', table: idOf('users') }, insert('users', { bob: {} }))
      .thenFails({ kind: 'not-found', what: 'table', id: 'users', among: ['countries'] })
  })

  test('may empty a table before it drops what that refers to', () => {
    given([users, countries], { users: { ada: {} }, countries: { gb: {} } })
      .when({ type: 'DropTable', table: idOf('users') }, { type: 'DropTable', table: idOf('countries') })
      .thenState({})
  })
})

test('a record must satisfy the JSON Schema of its table', () => {
  const strict = tableOf('users', { columns: { name: 'string' }, schema: { properties: { name: { pattern: '^A' } } } })
  given([strict], {}, () =>
    ok(({ name }) => (name === 'Ada' ? [] : [{ field: '/name', rule: 'pattern', message: 'must start with A', value: name ?? null }])),
  )
    .when(insert('users', { bob: { name: 'Bob' } }))
    .thenFailsWith('invalid-input', { rule: 'pattern', table: 'users', key: 'bob', field: '/name', value: 'Bob' })
})

test('an insert of 20,000 records with unique and foreign keys asks for each fact a bounded number of times', () => {
  const base = factsOf([users, countries], { users: {}, countries: { gb: {}, fr: {} } })
  let asked = 0
  const counting: Facts = {
    catalogue: () => base.catalogue(),
    allRecords: (table) => base.allRecords(table),
    record: (table, key) => {
      asked++
      return base.record(table, key)
    },
    keysWith: (table, values, limit) => {
      asked++
      return base.keysWith(table, values, limit)
    },
    count: base.count,
  }
  const records = Object.fromEntries(
    Array.from({ length: 20_000 }, (_, index) => [`u${index}`, { email: `${index}@x`, country: index % 2 === 0 ? 'gb' : 'fr' }]),
  )
  const decided = decideOperation({ commands: [insert('users', records)] }, counting, { validateSchema: () => ok(() => []) })
  expect(decided.ok && decided.value.length).toBe(20_000)
  expect(asked).toBeLessThanOrEqual(40_002)
})
