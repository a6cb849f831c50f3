import { beforeEach, describe, expect, test } from 'vitest'
import { runCliOn } from '../../support/cli-in-process.ts'
import { FakeDatabase, fakeTable } from '../../support/fake-database.ts'

let database: FakeDatabase
const run = (...args: readonly string[]) => runCliOn(database, args)
const count = async (...where: readonly string[]) => (await run('count', '--from', 'users', ...where.flatMap((text) => ['--where', text]))).stdout

beforeEach(() => {
  const columns = ['name', 'tags', '{odd}'].map((name) => ({ name, type: 'any' }))
  database = new FakeDatabase([fakeTable('users', [...columns, { name: 'age', type: 'int' }])], {
    users: { u1: { name: 'Ada', age: 36, tags: ['x'] }, u2: { name: 'Bob', age: 20 }, u3: { name: 'Cid', age: 50, '{odd}': 1 } },
  })
})

describe('a condition that starts with a brace', () => {
  test.each([
    ['is a filter in JSON', '{"age": {"$gt": 30}}', '2\n'],
    ['may be written in the flow style of YAML', '{age: {$gt: 30}, name: Ada}', '1\n'],
    ['may have blanks before it', '  {"$or": [{"name": "Bob"}, {"tags": {"$contains": "x"}}]}', '2\n'],
    ['matches everything when it is empty', '{}', '3\n'],
    ['finds records without a field by null', '{tags: null}', '2\n'],
  ])('%s', async (_what, where, counted) => {
    expect(await count(where)).toBe(counted)
  })

  test('must hold together with every other condition, whatever its syntax', async () => {
    expect(await count('{age: {$gt: 30}}', 'age<40')).toBe('1\n')
    expect(await count('age<40', '{age: {$gt: 30}}', '{name: {$ne: Ada}}')).toBe('0\n')
    expect(await count('{age: {$gt: 30}}', '{name: {$ne: Ada}}')).toBe('1\n')
  })

  test('says which records to select, update and delete too', async () => {
    const { stdout } = await run('select', '--from', 'users', '--where', '{age: {$in: [20, 50]}}', '--fields', '$id', '--format', 'jsonl')
    expect(stdout).toBe('{"$id":"u2"}\n{"$id":"u3"}\n')
    await run('update', '--from', 'users', '--where', '{name: Ada}', '--set', 'age=37')
    expect(database.fieldsOf('users', 'u1')).toMatchObject({ age: 37 })
    await run('delete', '--from', 'users', '--where', '{age: {$lt: 30}}')
    expect(await count()).toBe('2\n')
  })

  test('leaves a field with a brace in its name to backticks', async () => {
    expect(await count('`{odd}`==1')).toBe('1\n')
  })

  test.each([
    ['a text that is no JSON', '{"age": }', /not valid JSON.*--where:1/s],
    ['a mistyped operator', '{age: {$gr: 30}}', /\$gr/],
    ['a mistyped field', '{aeg: 30}', /no column aeg/],
  ])('is refused for %s', async (_what, where, message) => {
    const { status, stdout, stderr } = await run('count', '--from', 'users', '--where', where)
    expect([status, stdout]).toEqual([65, ''])
    expect(stderr).toMatch(message)
  })
})
