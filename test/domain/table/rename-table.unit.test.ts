import { describe, expect, test } from 'vitest'
import type { Table } from '../../../domain/table/table.ts'
import { given, idOf, tableOf } from '../../support/given-records.ts'

const users = tableOf('users', { columns: { name: 'string' } })
const orders = tableOf('orders', { columns: { who: { type: 'string', foreignKey: 'users' } } })
const rename = (from: string, to: string, keepDirectory?: boolean) =>
  ({ type: 'RenameTable', table: idOf(from), to: idOf(to), ...(keepDirectory === undefined ? {} : { keepDirectory }) }) as const

const withForeignKey = (table: Table, foreignKey: string): Table => ({
  ...table,
  columns: table.columns.map((column) => (column.foreignKey === undefined ? column : { ...column, foreignKey })),
})

describe('a renamed table', () => {
  test('has another id and directory, and foreign keys follow', () => {
    given([orders, users])
      .when(rename('users', 'people'))
      .thenChanges(
        { type: 'TableRenamed', before: users, after: { ...users, id: idOf('people'), directory: 'people', fingerprint: '' } },
        { type: 'TableChanged', before: orders, after: withForeignKey(orders, 'people'), renamedColumns: {} },
      )
  })
  test('can stay where it is', () => {
    given([users])
      .when(rename('users', 'people', true))
      .thenChanges({
        type: 'TableRenamed',
        before: users,
        after: { ...users, id: idOf('people'), fingerprint: '' },
      })
  })
  test('stays where it is when only letter case differs, for many file systems cannot tell the two apart', () => {
    given([users])
      .when(rename('users', 'Users'))
      .thenChanges({
        type: 'TableRenamed',
        before: users,
        after: { ...users, id: idOf('Users'), fingerprint: '' },
      })
  })
  test('to its own name is no change', () => {
    given([users]).when(rename('users', 'users')).thenChanges()
  })
  test('refers to itself under its new name', () => {
    const people = tableOf('people', { columns: { boss: { type: 'string', foreignKey: 'people' } } })
    given([people])
      .when(rename('people', 'staff'))
      .thenChanges({
        type: 'TableRenamed',
        before: people,
        after: { ...withForeignKey(people, 'staff'), id: idOf('staff'), directory: 'staff', fingerprint: '' },
      })
  })
  test('that leaves its module is referred to by its whole name, and refers so', () => {
    const cities = tableOf('geo.cities', { columns: { country: { type: 'string', foreignKey: 'countries' } } })
    const countries = tableOf('geo.countries', { columns: { name: 'string' } })
    given([cities, countries])
      .when(rename('geo.countries', 'world.countries', true))
      .thenChanges(
        { type: 'TableRenamed', before: countries, after: { ...countries, id: idOf('world.countries'), fingerprint: '' } },
        { type: 'TableChanged', before: cities, after: withForeignKey(cities, 'world.countries'), renamedColumns: {} },
      )
    given([cities, countries])
      .when(rename('geo.cities', 'towns', true))
      .thenChanges({
        type: 'TableRenamed',
        before: cities,
        after: { ...withForeignKey(cities, 'geo.countries'), id: idOf('towns'), fingerprint: '' },
      })
  })
  test('does not take a foreign key that means another table', () => {
    const things = tableOf('shop.things', { columns: { kind: { type: 'string', foreignKey: 'kinds' } } })
    given([tableOf('kinds', { columns: { a: 'int' } }), things, tableOf('x', { columns: { a: 'int' } })])
      .when(rename('x', 'shop.kinds', true))
      .thenFailsWith('constraint-violation', { rule: 'foreign-key', table: 'shop.things', value: 'kinds' })
  })
})

describe('a table cannot be renamed', () => {
  test('when it is not there', () => {
    given([users])
      .when(rename('user', 'people'))
      .thenFails({ kind: 'not-found', what: 'table', id: 'user', among: ['users'] })
  })
  test('to a name that is taken, in any letter case', () => {
    given([orders, users]).when(rename('users', 'Orders')).thenFails({ kind: 'already-exists', what: 'table', id: 'orders' })
  })
  test('into a directory that is taken', () => {
    const other = tableOf('other', { columns: { a: 'int' }, directory: 'people' })
    given([other, users]).when(rename('users', 'people')).thenFails({ kind: 'already-exists', what: 'table', id: 'other' })
  })
  test('to a subcollection, or as one, or with some', () => {
    const below = tableOf('users/notes', { columns: { a: 'int' }, parent: idOf('users'), directory: 'users' })
    given([users])
      .when(rename('users', 'orders/users'))
      .thenFails(expect.objectContaining({ kind: 'unsupported' }))
    given([users, below])
      .when(rename('users', 'people'))
      .thenFails(expect.objectContaining({ kind: 'unsupported' }))
    given([users, below])
      .when(rename('users/notes', 'notes'))
      .thenFails(expect.objectContaining({ kind: 'unsupported' }))
  })
  test('to another directory when tables lie below its own', () => {
    const nested = tableOf('nested', { columns: { a: 'int' }, directory: 'users/nested' })
    given([users, nested]).when(rename('users', 'people')).thenFails({
      kind: 'unsupported',
      what: 'moving users to people',
      why: 'the directory of table nested is nested with it; the table can be renamed where it is: keep its directory',
    })
    expect(nested.directory).toBe('users/nested')
  })
})
