import { expect, test } from 'vitest'
import { runCliOn } from '../../support/cli-in-process.ts'
import { FakeDatabase, fakeTable } from '../../support/fake-database.ts'

const commandLines = [
  'select --from users',
  'select --id users/u1',
  'count --from users',
  'distinct name --from users',
  'facets name --from users',
  'history users/u1',
  'blame users/u1',
  'blame --from users',
  'log',
  'list tables',
  'list views',
  'describe users',
  'status',
  'insert --into users --data {"$id":"u2"}',
  'update --id users/u1 --set name=Bob',
  'update --from users --all --set name=Bob',
  'delete --id users/u1',
  'delete --from users --all',
  'create table orders --columns n:int',
  'alter table users --add-column n:int',
  'rename table users people',
  'reshard users --levels 1',
  'drop table users',
]

test.each(commandLines)('%s works on the branch that is named, and on no other', async (line) => {
  const database = new FakeDatabase([fakeTable('users', [{ name: 'name', type: 'string' }])], { users: { u1: { name: 'Ada' } } })
  const { stderr } = await runCliOn(database, [...line.split(' '), '--branch', 'idea'])
  const asked = [...database.reads, ...database.requests]
  expect(asked.length, stderr).toBeGreaterThan(0)
  expect(asked).toEqual(asked.map(() => expect.objectContaining({ branch: 'idea' })))
})
