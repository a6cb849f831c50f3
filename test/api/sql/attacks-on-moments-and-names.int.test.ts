import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { attackDatabase, noTable } from '../../support/attacked-database.ts'

const { folder, ask, rowsOf, refusalOf, refuses } = attackDatabase()

describe('moments that are none are not found, and nothing is run', () => {
  /** What a shell, or an option of git, would make. */
  const bait = join(folder, 'bait')
  const hostile = [
    ...[
      '--output=BAIT',
      '-x',
      '--help',
      'HEAD; touch BAIT',
      '$(touch BAIT)',
      '`touch BAIT`',
      '@{upstream}',
      '@{-99}',
      '',
      ' ',
      '..',
      'HEAD..HEAD',
      'a...b',
    ],
    ...[
      '^HEAD',
      '^{/x}',
      ':/nothing has this message',
      'HEAD:users',
      '*',
      'refs/heads/*',
      'HEAD\nHEAD',
      '\ud800',
      '\u202eHEAD',
      "HEAD' OR '1'='1",
      '__proto__',
    ],
    ...['0'.repeat(40), 'f'.repeat(40), '0000-01-01', '1970-01-01'],
  ]
  const notFound = { kind: 'not-found', said: expect.stringMatching(/does not exist|no commit/) }
  test('"9999-99-99", which is no day', async () => {
    const noDay = { kind: 'invalid-input', said: expect.stringMatching(/is not a moment in time/) }
    expect(await refusalOf("SELECT * FROM users AS OF '9999-99-99'")).toEqual(noDay)
    expect(await refusalOf('SELECT 1', { at: '9999-99-99' })).toEqual(noDay)
  })
  test.each(hostile)('%j', async (text) => {
    const moment = text.replace('BAIT', bait)
    const quoted = `'${moment.replaceAll("'", "''")}'`
    for (const sql of [
      `SELECT * FROM users AS OF ${quoted}`,
      `SELECT * FROM ingitdb_diff('users', ${quoted}, 'HEAD')`,
      `SELECT * FROM ingitdb_diff('users', 'HEAD', ${quoted})`,
      `SELECT * FROM ingitdb_history('users') AS OF ${quoted}`,
      `SELECT * FROM ingitdb_blame('users') AS OF ${quoted} b`,
      `SELECT * FROM ingitdb_log AS OF ${quoted}`,
    ])
      expect(await refusalOf(sql), sql).toEqual(notFound)
    expect(await refusalOf('SELECT 1', { at: moment })).toEqual(notFound)
    expect(existsSync(bait)).toBe(false)
  })

  test('one with a NUL', async () => {
    expect(await refusalOf('SELECT 1', { at: 'HEAD\0' })).toEqual(notFound)
    expect(await refusalOf("SELECT * FROM users AS OF 'HEAD\0'")).toMatchObject({ kind: 'invalid-input', said: expect.stringContaining('NUL') })
  })

  test('one of a megabyte, and one that would be legal but for its length', async () => {
    const tooLong = { kind: 'limit-exceeded', said: expect.stringContaining('the name of a commit is too large') }
    expect(await refusalOf('SELECT 1', { at: 'a'.repeat(2 ** 20) })).toEqual(tooLong)
    expect(await refusalOf(`SELECT * FROM users AS OF 'HEAD${'^0'.repeat(5_000)}'`)).toEqual(tooLong)
    expect(await refusalOf(`SELECT * FROM ingitdb_diff('users', 'HEAD', 'HEAD${'~0'.repeat(5_000)}')`)).toEqual(tooLong)
  })

  test('the work tree', async () => {
    expect(await refusalOf("SELECT * FROM users AS OF 'worktree'")).toEqual({ kind: 'unsupported', said: expect.stringContaining('work tree') })
  })

  test.each(['-x', '--all', 'a..b', 'nowhere', '', 'HEAD', 'refs/heads/main'])('a branch that is none: %j', async (branch) => {
    expect((await refusalOf('SELECT 1', { branch })).said).toMatch(/branch/)
  })
})

describe('tables that system tables are asked for', () => {
  test.each([
    '../users',
    '/etc/passwd',
    '--all',
    'users/..',
    'commits',
    't1',
    'sqlite_schema',
    'ingitdb_log',
    '__proto__',
    '',
    'users; --',
    "users' --",
    '%',
    'x'.repeat(90_000),
  ])('are those of the database, not %j', async (table) => {
    const quoted = `'${table.replaceAll("'", "''")}'`
    for (const sql of [`ingitdb_history(${quoted})`, `ingitdb_blame(${quoted})`, `ingitdb_diff(${quoted}, 'HEAD', 'HEAD')`])
      expect((await refusalOf(`SELECT * FROM ${sql}`)).kind, sql.slice(0, 100)).toMatch(/^(not-found|invalid-input)$/)
  })
})

describe('names that hide others', () => {
  test('a name of WITH hides a table and a system table, and reads neither', async () => {
    expect(await rowsOf('WITH users AS (SELECT 1 AS x) SELECT * FROM users')).toEqual([{ x: 1 }])
    expect(await rowsOf('WITH "Users" (x) AS (VALUES (2)) SELECT * FROM users, USERS u')).toEqual([{ x: 2, x_2: 2 }])
    expect(await rowsOf('WITH ingitdb_log AS (SELECT 3 AS x) SELECT * FROM ingitdb_log')).toEqual([{ x: 3 }])
    expect(await rowsOf('WITH commits AS (SELECT 4 AS x) SELECT * FROM commits')).toEqual([{ x: 4 }])
    expect(await rowsOf('WITH sqlite_schema AS (SELECT 5 AS x) SELECT * FROM sqlite_schema')).toEqual([{ x: 5 }])
  })

  test('an alias that is named like a table of the read model reads the table that it stands for', async () => {
    expect(await rowsOf('SELECT count(*) AS n, max(commits.name) AS x FROM users commits')).toEqual([{ n: 31, x: 'x' }])
    expect(await rowsOf('SELECT count(sqlite_schema.name) AS n FROM users AS sqlite_schema')).toEqual([{ n: 31 }])
  })

  test('a name of WITH that reads itself without an end is ended', async () => {
    const answer = await ask('WITH users AS (SELECT 1 AS x UNION ALL SELECT x FROM users) SELECT count(*) FROM users', { timeout: 300 })
    expect(answer).toMatchObject({ ok: false, failure: { kind: 'limit-exceeded', unit: 'milliseconds' } })
  })
})

describe('names and parameters', () => {
  refuses([
    ['a member of every object is no table', 'SELECT * FROM __proto__', noTable],
    ['another member of every object is no table', 'SELECT * FROM constructor, "toString"', noTable],
    ['a table is not found under half its name', 'SELECT * FROM use', noTable],
    ['a quote that is never closed is shown where it is', "SELECT 1,\n 'abc", /the ' is never closed \(line 2, column 2\)/],
    ['a name in a bracket that is never closed', 'SELECT [abc', /the \[ is never closed/],
    ['a number that runs into letters', 'SELECT 12abc', /line 1, column 8/],
    ['a character that SQL does not know', 'SELECT {', /starts nothing that SQL knows/],
    ['a system table without what it is asked for', 'SELECT * FROM ingitdb_diff', /is asked as ingitdb_diff/],
    ['a system table that is asked for too much', "SELECT * FROM ingitdb_log('users')", /is asked as ingitdb_log/],
    ['a system table that is asked for an expression', "SELECT * FROM ingitdb_history('us' || 'ers')", /parenthesis should be closed/],
    ['a system table that is asked for a parameter', 'SELECT * FROM ingitdb_history(:x)', /texts in single quotes/],
    ['a system table of a table of the read model', "SELECT * FROM ingitdb_history('commits')", noTable],
    ['AS OF a name of WITH', "WITH a AS (SELECT 1) SELECT * FROM a AS OF 'HEAD'", /AS OF goes with the tables that it reads/],
    ['a parameter that is not given', 'SELECT :missing', /the parameter :missing is not given/],
    ['a member of every object that is not given', 'SELECT :__proto__', /:__proto__ is not given/],
    ['a parameter by number', 'SELECT ?1', /name them/],
    ['a parameter of no name', 'SELECT : x', /a parameter is named by letters/],
  ])

  test('members of every object are parameters and columns like others', async () => {
    const parameters = JSON.parse('{"__proto__": 1, "constructor": "two"}')
    expect(JSON.stringify(await rowsOf('SELECT :__proto__ AS a, :constructor AS "constructor"', { parameters }))).toBe(
      '[{"a":1,"constructor":"two"}]',
    )
    const answer = await ask('SELECT 1 AS "__proto__", 2 AS "__proto__"')
    expect(answer).toMatchObject({ ok: true, value: { columns: ['__proto__', '__proto___2'], rows: ['{"__proto__":1,"__proto___2":2}'] } })
  })

  test.each([
    ['an object', { a: 1 }],
    ['a list', [1]],
  ])('a parameter cannot be %s', async (_what, x) => {
    expect(await refusalOf('SELECT :x', { parameters: { x } })).toEqual({
      kind: 'invalid-input',
      said: expect.stringContaining('must be a text, a number, true, false or null'),
    })
  })

  test('what is bound is never SQL', async () => {
    const text = "'; DROP TABLE users; --"
    expect(await rowsOf('SELECT ? AS x, count(*) AS n FROM users WHERE name = ?', { parameters: { 1: text, 2: text } })).toEqual([{ x: text, n: 0 }])
  })

  test('a parameter that the statement does not have is refused, with the one that was meant', async () => {
    expect(await refusalOf('SELECT :country', { parameters: { country: 1, countri: 2 } })).toEqual({
      kind: 'invalid-input',
      said: expect.stringContaining('has no parameter :countri'),
    })
  })
})
