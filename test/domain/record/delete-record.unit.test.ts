import { describe, test } from 'vitest'
import type { Command } from '../../../domain/event-sourcing/operation.ts'
import type { JsonObject } from '../../../domain/json.ts'
import { given, idOf, keyOf, revisionOf, tableOf } from '../../support/given-records.ts'

const users = tableOf('users', { columns: { name: 'string' } })
const remove = (table: string, key: string, expectedRevision?: string): Command => ({
  type: 'DeleteRecord',
  table: idOf(table),
  key: keyOf(key),
  ...(expectedRevision === undefined ? {} : { expectedRevision }),
})
const deleted = (table: string, key: string, before: JsonObject) => ({ type: 'RecordDeleted', table: idOf(table), key: keyOf(key), before }) as const

describe('delete', () => {
  test('takes a record away', () => {
    given([users], { users: { ada: { name: 'Ada' } } })
      .when(remove('users', 'ada'))
      .thenChanges(deleted('users', 'ada', { name: 'Ada' }))
  })
  test('of a record that is not there fails', () => {
    given([users]).when(remove('users', 'ada')).thenFails({ kind: 'not-found', what: 'record', id: 'users/ada' })
  })
  test('of a stale revision fails', () => {
    given([users], { users: { ada: {} } })
      .when(remove('users', 'ada', 'stale'))
      .thenFails({ kind: 'version-conflict', what: 'record', id: 'users/ada', expected: 'stale', actual: revisionOf('users', 'ada') })
  })
  test('after an insert in the same operation leaves nothing', () => {
    given([users])
      .when({ type: 'InsertRecords', table: idOf('users'), records: [{ key: keyOf('ada'), fields: {} }] }, remove('users', 'ada'))
      .thenChanges()
  })
})

describe('a delete that cascades', () => {
  const orders = tableOf('orders', { columns: { user: { type: 'string', foreignKey: 'users' } }, rules: { onDelete: { user: 'cascade' } } })
  const lines = tableOf('lines', { columns: { order: { type: 'int', foreignKey: 'orders' } }, rules: { onDelete: { order: 'cascade' } } })

  test('takes the referring records along, and what refers to those', () => {
    given([users, orders, lines], {
      users: { ada: {}, bob: {} },
      orders: { 1: { user: 'ada' }, 2: { user: 'bob' }, 3: { user: 'ada' } },
      lines: { a: { order: 1 }, b: { order: 2 }, c: { order: 3 } },
    })
      .when(remove('users', 'ada'))
      .thenState({ users: { bob: {} }, orders: { 2: { user: 'bob' } }, lines: { b: { order: 2 } } })
  })

  test('names the record itself first', () => {
    given([users, orders], { users: { ada: {} }, orders: { 1: { user: 'ada' } } })
      .when(remove('users', 'ada'))
      .thenChanges(deleted('users', 'ada', {}), deleted('orders', '1', { user: 'ada' }))
  })

  test('sees the records inserted by the same operation', () => {
    given([users, orders], { users: { ada: {} }, orders: {} })
      .when({ type: 'InsertRecords', table: idOf('orders'), records: [{ key: keyOf('1'), fields: { user: 'ada' } }] }, remove('users', 'ada'))
      .thenState({ users: {}, orders: {} })
  })

  test('ends in a circle', () => {
    const people = tableOf('people', { columns: { boss: { type: 'string', foreignKey: 'people' } }, rules: { onDelete: { boss: 'cascade' } } })
    given([people], { people: { a: { boss: 'c' }, b: { boss: 'a' }, c: { boss: 'b' }, d: { boss: 'd' }, e: {} } })
      .when(remove('people', 'a'))
      .thenState({ people: { d: { boss: 'd' }, e: {} } })
  })

  test('stops where a record restricts it, and nothing happens', () => {
    const strict = tableOf('lines', { columns: { order: { type: 'int', foreignKey: 'orders' } } })
    given([users, orders, strict], { users: { ada: {} }, orders: { 1: { user: 'ada' } }, lines: { a: { order: 1 } } })
      .when(remove('users', 'ada'))
      .thenFailsWith('constraint-violation', {
        rule: 'referenced',
        table: 'orders',
        key: '1',
        referrers: { table: 'lines', column: 'order', isList: false },
      })
  })

  test('takes at most 100,000 records along', () => {
    const many = Object.fromEntries(Array.from({ length: 100_001 }, (_, index) => [`o${index}`, { user: 'ada' }]))
    given([users, orders], { users: { ada: {} }, orders: many })
      .when(remove('users', 'ada'))
      .thenFails({ kind: 'limit-exceeded', what: 'a delete that takes other records along', limit: 100_000, actual: 100_001, unit: 'records' })
  })
})

describe('a delete that sets references to null', () => {
  const setNull = { onDelete: { user: 'set-null' } } as const
  const notes = tableOf('notes', { columns: { user: { type: 'string', foreignKey: 'users' }, text: 'string' }, rules: setNull })

  test('takes the field away from the referring records', () => {
    given([users, notes], { users: { ada: {}, bob: {} }, notes: { 1: { user: 'ada', text: 'x' }, 2: { user: 'bob' } } })
      .when(remove('users', 'ada'))
      .thenState({ users: { bob: {} }, notes: { 1: { text: 'x' }, 2: { user: 'bob' } } })
  })

  test('fails when the record is not valid without the field', () => {
    const strict = tableOf('notes', { columns: { user: { type: 'string', foreignKey: 'users', required: true } }, rules: setNull })
    given([users, strict], { users: { ada: {} }, notes: { 1: { user: 'ada' } } })
      .when(remove('users', 'ada'))
      .thenFailsWith('constraint-violation', { rule: 'required', table: 'notes', key: '1', field: '/user' })
  })

  test('takes both fields of a record that refers twice', () => {
    const twice = tableOf('notes', {
      columns: { from: { type: 'string', foreignKey: 'users' }, to: { type: 'string', foreignKey: 'users' } },
      rules: { onDelete: { from: 'set-null', to: 'set-null' } },
    })
    given([users, twice], { users: { ada: {} }, notes: { 1: { from: 'ada', to: 'ada' } } })
      .when(remove('users', 'ada'))
      .thenState({ users: {}, notes: { 1: {} } })
  })

  test('deletes a record that also refers by a cascading field', () => {
    const both = tableOf('notes', {
      columns: { from: { type: 'string', foreignKey: 'users' }, to: { type: 'string', foreignKey: 'users' } },
      rules: { onDelete: { from: 'set-null', to: 'cascade' } },
    })
    given([users, both], { users: { ada: {} }, notes: { 1: { from: 'ada', to: 'ada' } } })
      .when(remove('users', 'ada'))
      .thenState({ users: {}, notes: {} })
  })
})
