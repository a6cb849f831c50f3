import { beforeEach, expect, test } from 'vitest'
import { ExactNumber } from '../../../domain/json.ts'
import { runCliOn } from '../../support/cli-in-process.ts'
import { FakeDatabase, fakeTable } from '../../support/fake-database.ts'

let database: FakeDatabase

beforeEach(() => {
  const columns = [
    { name: 'role', type: 'string' },
    { name: 'level', type: 'float' },
    { name: 'tags', type: '[]string' },
    { name: 'address', type: 'any' },
  ]
  database = new FakeDatabase([fakeTable('users', columns)], {
    users: {
      u1: { role: 'admin', level: new ExactNumber('1.0'), tags: ['a', 'b'], address: { city: 'Rome' } },
      u2: { role: 'guest', level: 1, tags: ['a'] },
      u3: { role: 'guest', tags: [] },
    },
  })
})

const run = async (line: string) => runCliOn(database, line.split(' '))

test('the different values of a field come in their order, nothing at all first', async () => {
  expect((await run('distinct level --from users --format jsonl')).stdout).toBe('{"level":null}\n{"level":1}\n')
})

test('combinations are counted; each element of a list is a value', async () => {
  expect((await run('distinct tags,role --from users --count --format csv')).stdout).toBe(
    'tags,role,$count\n,guest,1\na,admin,1\na,guest,1\nb,admin,1\n',
  )
})

test('values of records that match, page by page', async () => {
  expect((await run('distinct role --from users --where has=x --limit 1')).status).toBe(65)
  expect((await run('distinct level --from users --limit 0')).stdout).toBe((await run('distinct level --from users')).stdout)
  expect((await run('distinct role --from users --where level==1 --limit 1 --offset 1 --format jsonl')).stdout).toBe('{"role":"guest"}\n')
})

test('facets are the most frequent values of each field', async () => {
  expect((await run('facets role,address.city --from users --top 1 --format jsonl')).stdout).toBe(
    '{"field":"role","value":"guest","count":2}\n{"field":"address.city","value":null,"count":2}\n',
  )
})

test.each([
  ['distinct role', 64, 'say which table'],
  ['facets role', 64, 'say which table'],
  ['distinct --from users', 64, 'fields'],
  ['distinct rôle --from users', 65, 'there is no column'],
  ['facets role,role --from users', 65, 'asked for twice'],
  ['facets role --from users --top 0', 64, 'whole number'],
  ['distinct role --from usres', 66, 'usres'],
])('%s is refused', async (line, status, message) => {
  expect(await run(line)).toMatchObject({ status, stdout: '', stderr: expect.stringContaining(message) })
})
