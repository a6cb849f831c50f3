import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { callLocal, initLocal } from '../../../api/local.ts'
import { attackDatabase, needsTooMuch } from '../../support/attacked-database.ts'
import { openDatabaseAt } from '../../support/local-database.ts'

const { folder, ask, rowsOf, refuses } = attackDatabase()

/** Processes that this one has started and that run statements. */
const childrenOf = (pid: number): readonly number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        const [, parent] = /\) \S (\d+)/.exec(readFileSync(`/proc/${name}/stat`, 'utf8')) ?? []
        return Number(parent) === pid && readFileSync(`/proc/${name}/cmdline`, 'utf8').includes('sql-process')
      } catch {
        return false // it has ended meanwhile
      }
    })
    .map(Number)

describe('what is too large is refused', () => {
  const moreTime = { timeout: 60_000 }
  refuses(
    [
      ['a gigabyte of random bytes', 'SELECT length(randomblob(1000000000))', needsTooMuch],
      ['a gigabyte of zeros that are read', 'SELECT length(hex(zeroblob(1000000000)))', needsTooMuch],
      ['a number with a gigabyte of digits', "SELECT printf('%.*c', 1000000000, 'x')", needsTooMuch],
      [
        'a text that doubles itself',
        "WITH RECURSIVE n(i) AS (VALUES ('x') UNION ALL SELECT i || i FROM n) SELECT max(length(i)) FROM n",
        needsTooMuch,
      ],
      ['a text whose parts are replaced by long ones', "SELECT replace(hex(zeroblob(20000)), '00', hex(zeroblob(20000)))", needsTooMuch],
      [
        'a list put together without end',
        "WITH RECURSIVE n(i) AS (VALUES (printf('%.*c', 9999999, 'x')) UNION ALL SELECT i FROM n LIMIT 150) SELECT length(group_concat(i)) FROM n",
        needsTooMuch,
      ],
      [
        'a sort of more than fits',
        'WITH RECURSIVE n(i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM n LIMIT 2000) SELECT hex(zeroblob(500000)) || i AS x FROM n ORDER BY x',
        needsTooMuch,
      ],
    ],
    moreTime,
  )

  refuses([
    ['10,000 parentheses', `SELECT ${'('.repeat(10_000)}1${')'.repeat(10_000)}`, /nested deeper than 100/],
    ['a parenthesis that is never closed', 'SELECT (1', /never closed/],
    ['a parenthesis that was never opened', 'SELECT 1)', /never opened/],
    ['a sum of 40,000 numbers', `SELECT 1${'+1'.repeat(40_000)}`, /Expression tree is too large/],
    ['40,000 signs', `SELECT ${'- '.repeat(40_000)}1`, /nested too deeply/],
    ['3,000 UNIONs', `${'SELECT 1 UNION '.repeat(3_000)}SELECT 1`, /too many terms in compound SELECT/],
    ['a join of 65 tables', `SELECT 1 FROM ${Array.from({ length: 65 }, (_, at) => `users u${at}`)}`, /at most 64 tables in a join/],
    ['a join of 10,000 tables', `SELECT 1 FROM ${Array.from({ length: 10_000 }, () => 'users')}`, /max: 200|at most 64 tables/],
    [
      'a join of a million columns',
      `SELECT ${Array.from({ length: 16_000 }, () => '*')} FROM ${Array.from({ length: 21 }, (_, at) => `users u${at}`)}`,
      /too many columns/,
    ],
    ['2,001 columns', `SELECT ${Array.from({ length: 2_001 }, () => 1)}`, /too many columns in result set/],
    ['100 MB of text', `SELECT '${'x'.repeat(100_000_000)}'`, { kind: 'limit-exceeded', said: /the statement is too large: 100000009 characters/ }],
    [
      '100,000 characters and one',
      `SELECT 1${' '.repeat(99_993)}`,
      { kind: 'limit-exceeded', said: /the statement is too large: 100001 characters/ },
    ],
    ['a pattern of LIKE beyond all bounds', `SELECT 'a' LIKE '${'%a'.repeat(30_000)}'`, /pattern too complex/],
    [
      'moments without end',
      `SELECT 1 FROM ${Array.from({ length: 150 }, (_, at) => `users AS OF 'HEAD${'^0'.repeat(at)}' u${at}`)}`,
      { kind: 'limit-exceeded', said: /moments in one statement is too large/ },
    ],
  ])

  test('a parameter of 100 MB is taken, and not answered', async () => {
    const parameters = { x: 'x'.repeat(100_000_000) }
    expect(await rowsOf('SELECT length(:x) AS n', { parameters })).toEqual([{ n: 100_000_000 }])
    expect(await ask('SELECT :x', { parameters })).toMatchObject({ ok: true, value: { rows: [], cutBy: 'size' } })
  })

  test('a join of 64 tables is not', async () => {
    const tables = Array.from({ length: 64 }, (_, at) => `users u${at}`)
    const conditions = tables.map((_, at) => `u${at}."$id" = 'ada'`)
    expect(await rowsOf(`SELECT count(*) AS n FROM ${tables} WHERE ${conditions.join(' AND ')}`)).toEqual([{ n: 1 }])
  })

  test('a list of 15,000 numbers and one of 10,000 parameters are not', async () => {
    expect(await rowsOf(`SELECT 5 IN (${Array.from({ length: 15_000 }, (_, at) => at)}) AS found`)).toEqual([{ found: 1 }])
    const names = Array.from({ length: 10_000 }, (_, at) => `p${at}`)
    const parameters = Object.fromEntries(names.map((name, at) => [name, at]))
    expect(await rowsOf(`SELECT 7 IN (${names.map((name) => `:${name}`)}) AS found`, { parameters })).toEqual([{ found: 1 }])
  })

  test('100,000 comments, blanks and quotes are not', async () => {
    expect(await rowsOf(`SELECT ${'/**/'.repeat(24_000)} 1 AS one`)).toEqual([{ one: 1 }])
    expect(await rowsOf(`SELECT length('${"''".repeat(49_000)}') AS n`)).toEqual([{ n: 49_000 }])
    expect(await rowsOf(`SELECT 1 ${'COLLATE nocase '.repeat(6_000)} AS one`)).toEqual([{ one: 1 }])
  })

  test('values of hundreds of megabytes are cut off before they are copied', async () => {
    const before = process.memoryUsage.rss()
    for (const value of ["printf('%.*c', 200000000, 'x')", 'zeroblob(200000000)', 'hex(zeroblob(100000000))'])
      expect(await ask(`SELECT ${value} AS x`), value).toMatchObject({ ok: true, value: { rows: [], cutBy: 'size' } })
    expect(process.memoryUsage.rss() - before).toBeLessThan(200 * 2 ** 20)
  })

  test('an answer of gigabytes is cut off at 64 MiB', async () => {
    const before = process.memoryUsage.rss()
    const answer = await ask('WITH RECURSIVE n(i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM n) SELECT hex(zeroblob(100000)) AS x FROM n', {
      limit: 1_000_000,
      timeout: 60_000,
    })
    expect(answer).toMatchObject({ ok: true, value: { cutBy: 'size' } })
    expect(process.memoryUsage.rss() - before).toBeLessThan(600 * 2 ** 20)
  })

  test('LIMIT -1 is no way around the limit of rows', async () => {
    const answer = await ask('WITH RECURSIVE n(i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM n LIMIT -1) SELECT i FROM n LIMIT -1', { limit: 3 })
    expect(answer).toMatchObject({ ok: true, value: { rows: ['{"i":0}', '{"i":1}', '{"i":2}'], cutBy: 'rows' } })
  })
})

describe('what takes too long is ended, and the next statement is answered', () => {
  const endless = 'WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n)'
  test.each([
    ['recursion that never ends', `${endless} SELECT max(i) FROM n`],
    ['recursion that looks for a row that never comes', `${endless} SELECT i FROM n WHERE i < 0`],
    [
      'recursion through two names',
      'WITH RECURSIVE a(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM a), b AS (SELECT * FROM a) SELECT count(*) FROM b',
    ],
    [
      'a join of every row with every other',
      `SELECT count(*) FROM ${Array.from({ length: 12 }, (_, at) => `users u${at}`)} WHERE u0.age + u11.age = 1`,
    ],
    [
      'a pattern of GLOB that goes back and forth',
      `SELECT ${Array.from({ length: 50 }, () => `hex(zeroblob(30000)) GLOB '${'*0'.repeat(400)}*1'`).join(' + ')}, (${endless} SELECT max(i) FROM n)`,
    ],
    ['a subquery for each row of an endless list', `${endless} SELECT sum((SELECT count(*) FROM users WHERE age > n.i)) FROM n`],
    ['the history of an endless list', `${endless} SELECT count(*) FROM n, ingitdb_history('users') h`],
  ])('%s', async (_what, sql) => {
    const began = performance.now()
    const answer = await ask(sql, { timeout: 300 })
    expect(answer).toMatchObject({ ok: false, failure: { kind: 'limit-exceeded', unit: 'milliseconds', limit: 300 } })
    expect(performance.now() - began).toBeLessThan(10_000)
  })

  test('so does one that is called off', async () => {
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 300)
    const answer = await ask(`${endless} SELECT max(i) FROM n`, { timeout: 60_000 }, controller.signal)
    expect(answer).toMatchObject({ ok: false, failure: { kind: 'unavailable', why: expect.stringContaining('called off') } })
  })

  test('one that was called off before it began is not begun', async () => {
    expect(await ask('SELECT 1', {}, AbortSignal.abort())).toMatchObject({
      ok: false,
      failure: { kind: 'unavailable' },
    })
  })

  test('a process that somebody killed while it waited is replaced', async () => {
    await rowsOf('SELECT 1')
    const children = childrenOf(process.pid)
    expect(children.length).toBeGreaterThan(0)
    for (const child of children) process.kill(child, 'SIGKILL')
    expect(await rowsOf('SELECT 1 AS one')).toEqual([{ one: 1 }])
  })

  test('many at once take turns, and each is answered', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, (_, at) => rowsOf(`SELECT ${at} AS n`)))
    expect(answers).toEqual(Array.from({ length: 20 }, (_, at) => [{ n: at }]))
    expect(childrenOf(process.pid).length).toBeLessThanOrEqual(Math.max(2, Number(execFileSync('nproc', { encoding: 'utf8' }))) + 2)
  })

  test('no process is left when the database is closed, not even of one that runs', async () => {
    const others = childrenOf(process.pid)
    const elsewhere = join(folder, 'elsewhere')
    await initLocal(elsewhere)
    const other = await openDatabaseAt(elsewhere)
    const running = callLocal(other)('querySql', { sql: `${endless} SELECT max(i) FROM n`, timeout: 60_000 })
    await sleep(1_000)
    await other[Symbol.asyncDispose]()
    expect((await running).ok).toBe(false)
    for (let tries = 0; tries < 100 && childrenOf(process.pid).length > others.length; tries++) await sleep(50)
    expect(childrenOf(process.pid).filter((child) => !others.includes(child))).toEqual([])
  })
})
