import { describe, test } from 'vitest'
import type { Command } from '../../../domain/event-sourcing/operation.ts'
import { ExactNumber, type Json, type JsonObject } from '../../../domain/json.ts'
import { given, idOf, keyOf, type State, tableOf } from '../../support/given-records.ts'

const insert = (table: string, records: Readonly<Record<string, JsonObject>>): Command => ({
  type: 'InsertRecords',
  table: idOf(table),
  records: Object.entries(records).map(([key, fields]) => ({ key: keyOf(key), fields })),
})
const patch = (table: string, key: string, fields: JsonObject): Command => ({
  type: 'PatchRecord',
  table: idOf(table),
  key: keyOf(key),
  patch: fields,
})
const remove = (table: string, key: string): Command => ({ type: 'DeleteRecord', table: idOf(table), key: keyOf(key) })

const users = tableOf('users', { columns: { name: 'string' } })
const orders = tableOf('orders', { columns: { user: { type: 'string', foreignKey: 'users' }, note: 'string' } })

describe('a foreign key', () => {
  test('that leads to a record is kept', () => {
    given([users, orders], { users: { ada: {} } })
      .when(insert('orders', { 1: { user: 'ada' } }))
      .thenState({ users: { ada: {} }, orders: { 1: { user: 'ada' } } })
  })
  test('that leads nowhere is refused, with table, key, field and value', () => {
    given([users, orders], { users: {} })
      .when(insert('orders', { 1: { user: 'ada' } }))
      .thenFails({
        kind: 'constraint-violation',
        issues: [
          {
            rule: 'foreign-key',
            message: 'the field "user" refers to no record of users: "ada"',
            table: 'orders',
            key: '1',
            field: '/user',
            value: 'ada',
          },
        ],
      })
  })
  test.each<[string, Json]>([
    ['null', null],
    ['empty text', ''],
  ])('that is %s refers to nothing', (_what, user) => {
    given([users, orders])
      .when(insert('orders', { 1: { user } }))
      .thenState({ orders: { 1: { user } } })
  })
  test.each<[string, Json]>([
    ['a list', ['ada']],
    ['an object', { id: 'ada' }],
    ['a text that can be no key', '../ada'],
  ])('that is %s is refused', (_what, user) => {
    const loose = tableOf('orders', { columns: { user: { type: 'any', foreignKey: 'users' } } })
    given([users, loose], { users: { ada: {} } })
      .when(insert('orders', { 1: { user } }))
      .thenFailsWith('constraint-violation', { rule: 'foreign-key', field: '/user' })
  })
  test('to a table that does not exist is refused', () => {
    given([orders])
      .when(insert('orders', { 1: { user: 'ada' } }))
      .thenFailsWith('constraint-violation', {
        message: 'the field "user" refers to the table users, which does not exist: "ada"',
      })
  })
  test('may lead to a record inserted later in the same operation', () => {
    given([users, orders])
      .when(insert('orders', { 1: { user: 'ada' } }), insert('users', { ada: {} }))
      .thenState({ orders: { 1: { user: 'ada' } }, users: { ada: {} } })
  })
  test('may lead in a circle within one operation', () => {
    const people = tableOf('people', { columns: { friend: { type: 'string', foreignKey: 'people', required: true } } })
    given([people])
      .when(insert('people', { a: { friend: 'b' }, b: { friend: 'c' }, c: { friend: 'a' } }))
      .thenState({ people: { a: { friend: 'b' }, b: { friend: 'c' }, c: { friend: 'a' } } })
  })
  test('may not lead to a record deleted in the same operation', () => {
    given([users, orders], { users: { ada: {} } })
      .when(insert('orders', { 1: { user: 'ada' } }), remove('users', 'ada'))
      .thenFailsWith('constraint-violation', { rule: 'foreign-key' }, { rule: 'referenced' })
  })
  test('that was broken before does not hinder a change of other fields', () => {
    given([users, orders], { orders: { 1: { user: 'gone' } } })
      .when(patch('orders', '1', { note: 'x' }))
      .thenState({ orders: { 1: { user: 'gone', note: 'x' } } })
  })
  test('that changes is checked', () => {
    given([users, orders], { users: { ada: {} }, orders: { 1: { user: 'ada' } } })
      .when(patch('orders', '1', { user: 'bob' }))
      .thenFailsWith('constraint-violation', { rule: 'foreign-key', value: 'bob' })
  })
  test('is resolved in the module of its own table first', () => {
    const tasks = tableOf('todo.tasks', { columns: { status: { type: 'string', foreignKey: 'statuses' } } })
    const inModule = tableOf('todo.statuses', { columns: { title: 'string' } })
    const outside = tableOf('statuses', { columns: { title: 'string' } })
    const state: State = { 'todo.statuses': { open: {} }, statuses: { other: {} } }
    given([tasks, inModule, outside], state)
      .when(insert('todo.tasks', { 1: { status: 'open' } }))
      .thenState({ ...state, 'todo.tasks': { 1: { status: 'open' } } })
    given([tasks, inModule, outside], state)
      .when(insert('todo.tasks', { 1: { status: 'other' } }))
      .thenFailsWith('constraint-violation', {})
  })
  test.each<[string, Json]>([
    ['int', 7],
    ['int', new ExactNumber('7.0')],
    ['float', 7],
    ['any', 7],
    ['any', '7'],
    ['string', '7'],
  ])('of type %s with value %j leads to the key 7, and back', (type, user) => {
    const typed = tableOf('orders', { columns: { user: { type, foreignKey: 'users' } } })
    given([users, typed], { users: { 7: {} } })
      .when(insert('orders', { 1: { user } }))
      .thenState({ users: { 7: {} }, orders: { 1: { user } } })
    given([users, typed], { users: { 7: {} }, orders: { 1: { user } } })
      .when(remove('users', '7'))
      .thenFailsWith('constraint-violation', { rule: 'referenced', key: '7' })
  })
  test('to a key of more digits than a double has', () => {
    const typed = tableOf('orders', { columns: { user: { type: 'int', foreignKey: 'users' } } })
    given([users, typed], { users: { '12345678901234567891': {} } })
      .when(insert('orders', { 1: { user: new ExactNumber('12345678901234567890') } }))
      .thenFailsWith('constraint-violation', { rule: 'foreign-key' })
  })
})

describe('a list of foreign keys', () => {
  const tags = tableOf('tags', { columns: { title: 'string' } })
  const posts = tableOf('posts', { columns: { tags: { type: '[]string', foreignKey: 'tags' }, title: 'string' } })

  test('leads to a record with every element', () => {
    given([tags, posts], { tags: { red: {}, blue: {} } })
      .when(insert('posts', { a: { tags: ['red', 'blue'] }, b: { tags: [] }, c: {} }))
      .thenState({ tags: { red: {}, blue: {} }, posts: { a: { tags: ['red', 'blue'] }, b: { tags: [] }, c: {} } })
  })
  test('is refused for the elements that lead nowhere', () => {
    given([tags, posts], { tags: { red: {} } })
      .when(insert('posts', { a: { tags: ['green', 'red', 'blue'] } }))
      .thenFailsWith(
        'constraint-violation',
        { field: '/tags/0', value: 'green', message: 'the field "tags/0" refers to no record of tags: "green"' },
        { field: '/tags/2', value: 'blue' },
      )
  })
  test('keeps the records that it names from being deleted', () => {
    given([tags, posts], { tags: { red: {}, blue: {} }, posts: { a: { tags: ['red'] }, b: { tags: ['blue', 'red'] }, c: { tags: ['blue'] } } })
      .when(remove('tags', 'red'))
      .thenFailsWith('constraint-violation', {
        rule: 'referenced',
        message: 'cannot be deleted, 2 records of posts refer to it in the field "tags": a, b',
        referrers: { table: 'posts', column: 'tags', isList: true },
      })
  })
  test('lets go of a record when the element is taken out in the same operation', () => {
    given([tags, posts], { tags: { red: {}, blue: {} }, posts: { a: { tags: ['red', 'blue'] } } })
      .when(patch('posts', 'a', { tags: ['blue'] }), remove('tags', 'red'))
      .thenState({ tags: { blue: {} }, posts: { a: { tags: ['blue'] } } })
  })
  test('holds a record that it names since the same operation', () => {
    given([tags, posts], { tags: { red: {} } })
      .when(insert('posts', { a: { tags: ['red'] } }), remove('tags', 'red'))
      .thenFailsWith('constraint-violation', { rule: 'foreign-key' }, { rule: 'referenced' })
  })
  test('of numbers is compared by value', () => {
    const numbered = tableOf('posts', { columns: { tags: { type: '[]int', foreignKey: 'tags' } } })
    given([tags, numbered], { tags: { 7: {} }, posts: { a: { tags: [1, new ExactNumber('7.0')] } } })
      .when(remove('tags', '7'))
      .thenFailsWith('constraint-violation', { rule: 'referenced' })
  })
  test('never cascades, whatever a foreign rules.yaml says', () => {
    const cascading = tableOf('posts', { columns: { tags: { type: '[]string', foreignKey: 'tags' } }, rules: { onDelete: { tags: 'cascade' } } })
    given([tags, cascading], { tags: { red: {} }, posts: { a: { tags: ['red'] } } })
      .when(remove('tags', 'red'))
      .thenFailsWith('constraint-violation', { rule: 'referenced' })
  })
})

describe('a record that others refer to', () => {
  test('cannot be deleted; the message says who refers to it', () => {
    const referring = Object.fromEntries(['1', '2', '3', '4', '5'].map((key) => [key, { user: 'ada' }]))
    given([users, orders], { users: { ada: {} }, orders: referring })
      .when(remove('users', 'ada'))
      .thenFails({
        kind: 'constraint-violation',
        issues: [
          {
            rule: 'referenced',
            message: 'cannot be deleted, 5 records of orders refer to it in the field "user": 1, 2, 3, …',
            table: 'users',
            key: 'ada',
            value: 'ada',
            referrers: { table: 'orders', column: 'user', isList: false },
          },
        ],
      })
  })
  test('can be deleted with all of them', () => {
    given([users, orders], { users: { ada: {} }, orders: { 1: { user: 'ada' } } })
      .when(remove('users', 'ada'), remove('orders', '1'))
      .thenState({ users: {}, orders: {} })
  })
  test('can be deleted when they refer elsewhere by the end of the operation', () => {
    given([users, orders], { users: { ada: {}, bob: {} }, orders: { 1: { user: 'ada' } } })
      .when(remove('users', 'ada'), patch('orders', '1', { user: 'bob' }))
      .thenState({ users: { bob: {} }, orders: { 1: { user: 'bob' } } })
  })
  test('can be deleted when only itself refers to it', () => {
    const people = tableOf('people', { columns: { boss: { type: 'string', foreignKey: 'people' } } })
    given([people], { people: { a: { boss: 'a' } } })
      .when(remove('people', 'a'))
      .thenState({ people: {} })
  })
  test('may be deleted and inserted again in one operation', () => {
    given([users, orders], { users: { ada: {} }, orders: { 1: { user: 'ada' } } })
      .when(remove('users', 'ada'), insert('users', { ada: { name: 'new' } }))
      .thenState({ users: { ada: { name: 'new' } }, orders: { 1: { user: 'ada' } } })
  })
})

describe('a unique constraint', () => {
  const unique = tableOf('users', {
    columns: { email: 'string', first: 'string', last: 'string' },
    rules: { unique: [['email'], ['first', 'last']] },
  })

  test('refuses a value that another record has', () => {
    given([unique], { users: { ada: { email: 'a@x' } } })
      .when(insert('users', { bob: { email: 'a@x' } }))
      .thenFails({
        kind: 'constraint-violation',
        issues: [
          {
            rule: 'unique',
            message: 'users/ada already has "email" "a@x", which must be unique',
            table: 'users',
            key: 'bob',
            field: '/email',
            value: 'a@x',
          },
        ],
      })
  })
  test('refuses the same value twice in one command', () => {
    given([unique])
      .when(insert('users', { ada: { email: 'a@x' }, bob: { email: 'a@x' } }))
      .thenFailsWith('constraint-violation', { rule: 'unique', key: 'ada' }, { rule: 'unique', key: 'bob' })
  })
  test('over two columns compares both', () => {
    const state: State = { users: { ada: { first: 'Ada', last: 'L' } } }
    given([unique], state)
      .when(insert('users', { bob: { first: 'Ada', last: 'M' } }))
      .thenState({ users: { ...state.users, bob: { first: 'Ada', last: 'M' } } })
    given([unique], state)
      .when(insert('users', { bob: { last: 'L', first: 'Ada' } }))
      .thenFailsWith('constraint-violation', { rule: 'unique' })
  })
  test('exempts a record that lacks one of the columns', () => {
    given([unique], { users: { ada: { first: 'Ada' } } })
      .when(insert('users', { bob: { first: 'Ada', last: null } }))
      .thenState({ users: { ada: { first: 'Ada' }, bob: { first: 'Ada', last: null } } })
  })
  test('lets two records swap their values in one operation', () => {
    given([unique], { users: { ada: { email: '1' }, bob: { email: '2' } } })
      .when(patch('users', 'ada', { email: '2' }), patch('users', 'bob', { email: '1' }))
      .thenState({ users: { ada: { email: '2' }, bob: { email: '1' } } })
  })
  test('lets a value be taken over from a deleted record', () => {
    given([unique], { users: { ada: { email: '1' } } })
      .when(insert('users', { bob: { email: '1' } }), remove('users', 'ada'))
      .thenState({ users: { bob: { email: '1' } } })
  })
  test('compares numbers by value', () => {
    const numbered = tableOf('users', { columns: { number: 'float' }, rules: { unique: [['number']] } })
    given([numbered], { users: { ada: { number: 1 } } })
      .when(insert('users', { bob: { number: new ExactNumber('1.0') } }))
      .thenFailsWith('constraint-violation', { rule: 'unique' })
    given([numbered])
      .when(insert('users', { ada: { number: 0.1 }, bob: { number: new ExactNumber('0.10') } }))
      .thenFailsWith('constraint-violation', {}, {})
  })
  test('that was broken before does not hinder a change of other fields', () => {
    given([unique], { users: { ada: { email: '1' }, bob: { email: '1' } } })
      .when(patch('users', 'bob', { first: 'Bob' }))
      .thenState({ users: { ada: { email: '1' }, bob: { email: '1', first: 'Bob' } } })
  })
})
