import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type OperationInput, operations } from '../../../api/contract/operations.ts'
import type { Database } from '../../../api/database.ts'
import { callLocal, initLocal } from '../../../api/local.ts'
import { openDatabaseAt } from '../../support/local-database.ts'
import { temporaryFolder } from '../../support/temporary-repository.ts'

const folder = temporaryFolder()
const path = join(folder.path, 'db')
let database: Database

const columns = (text: string) =>
  text.split(' ').map((column) => {
    const [name = '', type = ''] = column.split(':')
    return { name, type }
  })

beforeAll(async () => {
  await initLocal(path)
  database = await openDatabaseAt(path)
  const call = callLocal(database)
  await call('createTable', { table: 'users', columns: columns('name:string age:int vip:bool score:float tags:[]string') })
  await call('createTable', { table: 'commerce.orders', columns: columns('user:string total:float'), recordFormat: 'json' })
  await call('insertRecords', {
    table: 'users',
    records: [
      { $id: 'ada', name: 'Ada', age: 36, vip: true, score: 1.5, tags: ['a', 'b'] },
      { $id: 'bo', name: 'Bo', age: 20, vip: false },
    ],
  })
  await call('createTag', { name: 'v1' })
  await call('insertRecords', { table: 'commerce.orders', records: [{ $id: 'o1', user: 'ada', total: 10 }] })
  await call('patchRecord', { table: 'users', id: 'ada', patch: { age: 37, vip: false } })
})
afterAll(async () => {
  await database[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

const ask = async (sql: string, more: Partial<OperationInput<'querySql'>> = {}) => callLocal(database)('querySql', { sql, ...more })
const rowsOf = async (sql: string, more: Partial<OperationInput<'querySql'>> = {}): Promise<readonly unknown[]> => {
  const answer = await ask(sql, more)
  if (!answer.ok) throw new Error(JSON.stringify(answer.failure))
  expect(operations.querySql.output.safeParse(answer.value).success).toBe(true)
  return answer.value.rows.map((row) => JSON.parse(row))
}

describe('tables in SQL', () => {
  test('have their key and their columns, each in its type', async () => {
    expect(await rowsOf('SELECT * FROM users ORDER BY "$id"')).toEqual([
      { $id: 'ada', name: 'Ada', age: 37, vip: false, score: 1.5, tags: '["a","b"]' },
      { $id: 'bo', name: 'Bo', age: 20, vip: false, score: null, tags: null },
    ])
    expect(
      await rowsOf('SELECT typeof(age), typeof(vip), typeof(score), age / 2 AS half FROM users WHERE name = ?', { parameters: { 1: 'Ada' } }),
    ).toEqual([{ 'typeof(age)': 'integer', 'typeof(vip)': 'integer', 'typeof(score)': 'real', half: 18 }])
  })

  test('join, group, and open lists', async () => {
    expect(await rowsOf('SELECT u.name, sum(o.total) AS total FROM users u JOIN "commerce.orders" o ON o.user = u."$id" GROUP BY 1')).toEqual([
      { name: 'Ada', total: 10 },
    ])
    expect(await rowsOf('SELECT u."$id", tag.value FROM users u, json_each(u.tags) tag')).toEqual([
      { $id: 'ada', value: 'a' },
      { $id: 'ada', value: 'b' },
    ])
  })

  test('are asked at one moment, or at several', async () => {
    expect(await rowsOf('SELECT age, vip FROM users WHERE "$id" = :id', { at: 'v1', parameters: { id: 'ada' } })).toEqual([{ age: 36, vip: true }])
    expect(await rowsOf(`SELECT old.age AS was, now.age FROM users now JOIN users AS OF 'v1' old USING ("$id") WHERE old.age < now.age`)).toEqual([
      { was: 36, age: 37 },
    ])
    expect(await ask('SELECT * FROM "commerce.orders"', { at: 'v1' })).toMatchObject({ ok: true, value: { rows: [] } })
  })

  test('at an old moment are looked up only where they were there then', async () => {
    const planOf = async (more: Partial<OperationInput<'querySql'>>) => {
      const rows = await rowsOf('SELECT * FROM users ORDER BY "$id"', { explain: true, ...more })
      return rows.map((row) => String(Object(row).plan).trim()).filter((line) => / [vw] /.test(line))
    }
    expect(await planOf({})).toEqual([expect.stringMatching(/^SEARCH v USING INDEX t\d+_page \(place=\?\)$/)])
    const [tested, lookedUp] = await planOf({ at: 'v1' })
    expect(tested).toMatch(/^SEARCH v USING COVERING INDEX t\d+_page \(place=\?\)$/)
    expect(lookedUp).toBe('SEARCH w USING PRIMARY KEY (lane=? AND key=? AND from_seq=?) LEFT-JOIN')
  })

  test('say which columns an answer without rows would have, and which commit was asked', async () => {
    const answer = await ask('SELECT "$id", name AS called FROM users WHERE false')
    expect(answer).toMatchObject({ ok: true, value: { columns: ['$id', 'called'], rows: [], commit: expect.stringMatching(/^[0-9a-f]{40}$/) } })
  })
})

describe('system tables', () => {
  test('are the commits, the refs, and what happened to records', async () => {
    expect(await rowsOf('SELECT message FROM ingitdb_log ORDER BY position DESC LIMIT 1')).toEqual([{ message: 'update users/ada' }])
    expect(await rowsOf('SELECT name, type, current FROM ingitdb_refs ORDER BY name')).toEqual([
      { name: 'main', type: 'branch', current: 1 },
      { name: 'v1', type: 'tag', current: 0 },
    ])
    expect(await rowsOf(`SELECT "$id", operation, before ->> 'age' AS age FROM ingitdb_history('users') ORDER BY position, "$id"`)).toEqual([
      { $id: 'ada', operation: 'insert', age: null },
      { $id: 'bo', operation: 'insert', age: null },
      { $id: 'ada', operation: 'update', age: 36 },
    ])
    expect(await rowsOf(`SELECT * FROM ingitdb_diff('users', 'v1', 'main') ORDER BY field`)).toEqual([
      { $id: 'ada', change: 'updated', field: 'age', before: 36, after: 37 },
      { $id: 'ada', change: 'updated', field: 'vip', before: 1, after: 0 },
    ])
    expect(await rowsOf(`SELECT field, value, message FROM ingitdb_blame('users') WHERE "$id" = 'ada' AND field IN ('age', 'name')`)).toEqual([
      { field: 'name', value: 'Ada', message: 'insert 2 records into users' },
      { field: 'age', value: 37, message: 'update users/ada' },
    ])
  })

  test('are asked at the moment of the statement, or of their own', async () => {
    expect(await rowsOf(`SELECT count(*) AS changes FROM ingitdb_history('users')`, { at: 'v1' })).toEqual([{ changes: 2 }])
    expect(await rowsOf(`SELECT value FROM ingitdb_blame('users') AS OF 'v1' b WHERE field = 'age' AND "$id" = 'ada'`)).toEqual([{ value: 36 }])
  })
})

describe('limits', () => {
  test('cut an answer off and say so', async () => {
    expect(await ask('SELECT value FROM json_each(?)', { parameters: { 1: '[1,2,3]' }, limit: 2 })).toMatchObject({
      ok: true,
      value: { rows: ['{"value":1}', '{"value":2}'], cutBy: 'rows' },
    })
  })

  test('end a statement that never would, and the next one is answered', async () => {
    const endless = 'WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n'
    expect(await ask(endless, { timeout: 200 })).toMatchObject({ ok: false, failure: { kind: 'limit-exceeded', limit: 200, unit: 'milliseconds' } })
    expect(await rowsOf('SELECT 1 AS one')).toEqual([{ one: 1 }])
  })
})

describe('what is given and asked wrongly', () => {
  test('parameters are texts, numbers, true, false and null', async () => {
    expect(
      await rowsOf('SELECT typeof(:text) AS a, typeof(:whole) AS b, typeof(:part) AS c, :yes AS d, :nothing AS e', {
        parameters: { text: 'x', whole: 5, part: 0.5, yes: true, nothing: null },
      }),
    ).toEqual([{ a: 'text', b: 'integer', c: 'real', d: 1, e: null }])
  })

  test.each([
    ['SELECT :age', {}, 'the parameter :age is not given'],
    ['SELECT ?', {}, 'the parameter ? (1) is not given'],
    ['SELECT :age', { age: 1, aeg: 2 }, 'the statement has no parameter :aeg'],
    ['SELECT :age', { age: [1] }, 'the parameter :age must be a text, a number, true, false or null'],
    ['SELECT :age', { age: { a: 1 } }, 'the parameter :age must be'],
    ["SELECT * FROM ingitdb_log('users')", {}, 'ingitdb_log is asked as ingitdb_log'],
    ['SELECT * FROM ingitdb_history', {}, "ingitdb_history is asked as ingitdb_history('table')"],
    ["SELECT * FROM ingitdb_diff('users')", {}, "ingitdb_diff is asked as ingitdb_diff('table', 'from', 'to')"],
    ["SELECT * FROM ingitdb_refs AS OF 'v1'", {}, 'ingitdb_refs has no moment of its own'],
    ["SELECT * FROM ingitdb_diff('users', 'v1', 'main') AS OF 'v1'", {}, 'ingitdb_diff has no moment of its own'],
    ['SELECT nam FROM users', {}, 'no such column: nam'],
  ] as const)('%s with %j', async (sql, parameters, message) => {
    expect(await ask(sql, { parameters })).toMatchObject({
      ok: false,
      failure: { kind: 'invalid-input', issues: [{ message: expect.stringContaining(message) }] },
    })
  })

  test.each([
    ['SELECT * FROM user', 'table', 'user'],
    ['SELECT * FROM ingitdb_logs', 'table', 'ingitdb_logs'],
    ["SELECT * FROM users AS OF 'nowhere'", 'commit', 'nowhere'],
    ["SELECT * FROM ingitdb_diff('users', 'nowhere', 'main')", 'commit', 'nowhere'],
    ["SELECT * FROM ingitdb_diff('users', 'main', 'nowhere')", 'commit', 'nowhere'],
    ["SELECT * FROM ingitdb_diff('nobody', 'main', 'v1')", 'table', 'nobody'],
    ["SELECT * FROM ingitdb_history('nobody')", 'table', 'nobody'],
  ])('%s finds nothing', async (sql, what, id) => {
    expect(await ask(sql)).toMatchObject({ ok: false, failure: { kind: 'not-found', what, id } })
  })

  test('a difference is found for a table that only one of the moments has', async () => {
    expect(await rowsOf(`SELECT change, count(*) AS fields FROM ingitdb_diff('commerce.orders', 'v1', 'main') GROUP BY 1`)).toEqual([
      { change: 'added', fields: 2 },
    ])
    expect(await rowsOf(`SELECT DISTINCT change FROM ingitdb_diff('commerce.orders', 'main', 'v1~1')`)).toEqual([{ change: 'deleted' }])
  })

  test('the work tree, and what needs too much memory, cannot be asked', async () => {
    expect(await ask('SELECT 1', { at: 'worktree' })).toMatchObject({ ok: false, failure: { kind: 'unsupported', what: 'SQL over the work tree' } })
    expect(await ask('SELECT hex(zeroblob(900000000))')).toMatchObject({ ok: false, failure: { kind: 'unsupported' } })
    expect(await rowsOf('SELECT 1 AS one')).toEqual([{ one: 1 }])
  })

  test('names of commits that are too long for git, and too many of them, are not looked up', async () => {
    expect(await ask('SELECT 1', { at: 'a'.repeat(5_000) })).toMatchObject({
      ok: false,
      failure: { kind: 'limit-exceeded', what: 'the name of a commit', limit: 4_096, actual: 5_000 },
    })
    const tables = Array.from({ length: 101 }, (_, at) => `users AS OF 'v1${'^0'.repeat(at)}'`)
    expect(await ask(`SELECT 1 FROM ${tables}`)).toMatchObject({
      ok: false,
      failure: { kind: 'limit-exceeded', what: 'the number of moments in one statement', limit: 100 },
    })
  })

  test('a statement is called off', async () => {
    const endless = 'WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n'
    const call = callLocal(database, undefined, AbortSignal.timeout(300))
    expect(await call('querySql', { sql: endless })).toMatchObject({ ok: false, failure: { kind: 'unavailable' } })
  })
})
