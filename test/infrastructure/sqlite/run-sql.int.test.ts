import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { callLocal, initLocal } from '../../../api/local.ts'
import type { CommitId, TableId } from '../../../domain/ids.ts'
import { runSql } from '../../../infrastructure/sqlite/run-sql.ts'
import type { SqlRequest } from '../../../projections/record-versions/sql/sql-runner.ts'
import type { SqlTable } from '../../../projections/record-versions/sql/sql-table.ts'
import { openDatabaseAt } from '../../support/local-database.ts'
import { runGit, temporaryFolder } from '../../support/temporary-repository.ts'

const folder = temporaryFolder()
const path = join(folder.path, 'db')
let file: string
let commits: readonly CommitId[]

/** What runs in a process of its own otherwise, here in this one. */
beforeAll(async () => {
  await initLocal(path)
  await using database = await openDatabaseAt(path)
  const call = callLocal(database)
  const columns = ['name:string', 'age:int', 'vip:bool', 'tags:any'].map((column) => {
    const [name = '', type = ''] = column.split(':')
    return { name, type }
  })
  await call('createTable', { table: 'users', columns })
  await call('createTable', { table: 'empty', columns })
  await call('insertRecords', {
    table: 'users',
    records: [
      { $id: 'ada', name: 'Ada', age: 36, vip: true, tags: ['a'] },
      { $id: 'bo', name: 'Bo' },
    ],
  })
  await call('patchRecord', { table: 'users', id: 'ada', patch: { age: 37, tags: { deep: 1.5 } } })
  await call('deleteRecord', { table: 'users', id: 'bo' })
  await call('countRecords', { table: 'users' })
  commits = runGit(path, 'log', '--format=%H', '--reverse', 'main').trim().split('\n') as CommitId[]
  const place = join(path, '.git/ingitdb')
  const found = readdirSync(place).find((name) => name.endsWith('.sqlite'))
  if (found === undefined) throw new Error(`no read model in ${place}`)
  file = join(place, found)
})
afterAll(() => folder[Symbol.dispose]())

const users = 'users' as TableId
const head = (): CommitId => commits.at(-1) ?? ('' as CommitId)
const beforeUpdate = (): CommitId => commits.at(-3) ?? ('' as CommitId)

/** `x` in the statement is the table. */
const run = (statement: string, source: SqlTable | undefined, more: Partial<SqlRequest> = {}) =>
  runSql(file, {
    statement,
    tables: source === undefined ? [] : [{ name: 'x', source }],
    parameters: {},
    ...{ rowsMax: 100, charactersMax: 10_000, explain: false, ...more },
  })
const rowsOf = (...asked: Parameters<typeof run>): readonly unknown[] => {
  const outcome = run(...asked)
  if (outcome.type !== 'rows') throw new Error(JSON.stringify(outcome))
  return outcome.value.rows.map((row) => JSON.parse(row))
}

describe('a statement over the read model', () => {
  test('reads records as they were at any commit, also of a table that never had one', () => {
    expect(rowsOf('select * from x', { kind: 'records', table: users, commit: head() })).toEqual([
      { $id: 'ada', name: 'Ada', age: 37, vip: true, tags: '{"deep":1.5}' },
    ])
    expect(rowsOf('select "$id", vip, tags from x order by 1', { kind: 'records', table: users, commit: beforeUpdate() })).toEqual([
      { $id: 'ada', vip: true, tags: '["a"]' },
      { $id: 'bo', vip: null, tags: null },
    ])
    const empty = { kind: 'records', table: 'empty' as TableId, commit: head() } as const
    expect(run('select * from x', empty)).toMatchObject({ type: 'rows', value: { columns: ['$id', 'name', 'age', 'vip', 'tags'], rows: [] } })
  })

  test('reads commits, changes, differences, blame and refs', () => {
    expect(rowsOf('select inserted, updated, deleted from x order by position desc limit 2', { kind: 'log', commit: head() })).toEqual([
      { inserted: 0, updated: 0, deleted: 1 },
      { inserted: 0, updated: 1, deleted: 0 },
    ])
    expect(rowsOf('select count(*) as n from x', { kind: 'log', commit: undefined })).toEqual([{ n: 0 }])
    expect(rowsOf('select "$id", operation from x order by position, 1', { kind: 'history', table: users, commit: head() })).toEqual([
      { $id: 'ada', operation: 'insert' },
      { $id: 'bo', operation: 'insert' },
      { $id: 'ada', operation: 'update' },
      { $id: 'bo', operation: 'delete' },
    ])
    expect(
      rowsOf('select "$id", change, field, before, after from x order by 1, 3', { kind: 'diff', table: users, from: beforeUpdate(), to: head() }),
    ).toEqual([
      { $id: 'ada', change: 'updated', field: 'age', before: 36, after: 37 },
      { $id: 'ada', change: 'updated', field: 'tags', before: '["a"]', after: '{"deep":1.5}' },
      { $id: 'bo', change: 'deleted', field: 'name', before: 'Bo', after: null },
    ])
    expect(rowsOf('select field, value, operation from x order by 1', { kind: 'blame', table: users, commit: head() })).toEqual([
      { field: 'age', value: 37, operation: 'update' },
      { field: 'name', value: 'Ada', operation: 'insert' },
      { field: 'tags', value: '{"deep":1.5}', operation: 'update' },
      { field: 'vip', value: 1, operation: 'insert' },
    ])
    for (const kind of ['history', 'blame'] as const)
      expect(rowsOf('select * from x', { kind, table: 'empty' as TableId, commit: head() })).toEqual([])
    expect(rowsOf('select * from x', { kind: 'refs', refs: [{ name: 'main', type: 'branch', commit: head(), isCurrent: true }] })).toEqual([
      { name: 'main', type: 'branch', commit_id: head(), current: 1 },
    ])
  })

  test('answers numbers exactly, bytes as digits, and two columns of one name apart', () => {
    const outcome = run(`select 9223372036854775807 as n, 9e999 as n, x'00ff' as b, 1.5 as f, null as z, 'ö"' as t`, undefined)
    expect(outcome).toMatchObject({ value: { rows: ['{"n":9223372036854775807,"n_2":"Infinity","b":"00ff","f":1.5,"z":null,"t":"ö\\""}'] } })
  })

  test('takes values by name and by position', () => {
    expect(rowsOf('select ? as a, :b as b, ? as c', undefined, { parameters: { 2: null, 1: 'one', b: 2n } })).toEqual([{ a: 'one', b: 2, c: null }])
  })

  test('is cut at the limits of rows and of characters', () => {
    const numbers = "select value from json_each('[1,2,3]')"
    expect(run(numbers, undefined, { rowsMax: 3 })).toMatchObject({ value: { rows: { length: 3 } } })
    expect(run(numbers, undefined, { rowsMax: 2 })).toMatchObject({ value: { rows: { length: 2 }, cutBy: 'rows' } })
    expect(run(numbers, undefined, { charactersMax: 15 })).toMatchObject({ value: { rows: { length: 1 }, cutBy: 'size' } })
  })

  test('says how it would be done', () => {
    const plan = rowsOf('select * from x join x y using ("$id")', { kind: 'records', table: users, commit: head() }, { explain: true })
    expect(plan).toContainEqual({ plan: expect.stringMatching(/^SEARCH v USING INDEX/) })
    expect(plan).toContainEqual({ plan: expect.stringMatching(/^ {2}SEARCH b/) })
  })
})

describe('the second lock refuses', () => {
  test.each([
    ['the schema', 'select * from sqlite_schema'],
    ['the temporary schema', 'select * from sqlite_temp_schema'],
    ['tables of the read model', 'select * from commits'],
    ['them behind an index', 'select oid from commits where oid = 1'],
    ['them in a subselect', 'select (select count(*) from lanes)'],
    ['functions that are tables', "select * from pragma_table_info('commits')"],
    ['what writes', 'delete from commits'],
    ['what makes tables', 'create temp table t (a)'],
    ['what attaches', "attach ':memory:' as m"],
  ])('%s', (_, statement) => {
    expect(run(statement, { kind: 'records', table: users, commit: head() })).toMatchObject({ type: 'refused' })
  })

  test('the schema, also beside a table that is filled and not read from the file', () => {
    for (const statement of ['select * from x, sqlite_schema', 'select * from x, sqlite_temp_schema', 'select * from x, commits'])
      expect(run(statement, { kind: 'refs', refs: [] }), statement).toMatchObject({ type: 'refused', code: 'SQLITE_AUTH' })
  })
})

describe('what cannot be asked', () => {
  test('a commit that was forgotten is to be asked again', () => {
    const lost = '0'.repeat(40) as CommitId
    for (const source of [
      { kind: 'log', commit: lost },
      { kind: 'records', table: users, commit: lost },
    ] as const)
      expect(run('select * from x', source)).toMatchObject({ type: 'lost' })
  })

  test('a file that is no read model is said to be damaged', () => {
    const broken = join(folder.path, 'broken.sqlite')
    writeFileSync(broken, 'this is no database, whatever its name says'.repeat(100))
    const request = { statement: 'select 1', tables: [], parameters: {}, rowsMax: 1, charactersMax: 100, explain: false }
    expect(runSql(broken, request)).toMatchObject({ type: 'damaged' })
  })

  test('so is one whose records turn out to be broken once they are read', () => {
    const broken = join(folder.path, 'broken-inside.sqlite')
    copyFileSync(file, broken)
    const database = new Database(broken)
    const size = Number(database.pragma('page_size', { simple: true }))
    const pages = database.prepare<[], number>("select rootpage from sqlite_schema where name glob 't[0-9]*' and type = 'table'").pluck().all()
    database.close()
    const bytes = readFileSync(broken)
    for (const page of pages) bytes.fill(0xff, (page - 1) * size, page * size)
    writeFileSync(broken, bytes)
    const tables = [{ name: 'x', source: { kind: 'records', table: users, commit: head() } }] as const
    const request = { statement: 'select * from x', tables, parameters: {}, rowsMax: 9, charactersMax: 100, explain: false }
    expect(runSql(broken, request)).toMatchObject({ type: 'damaged' })
  })

  test.each(['select', 'select nothing', 'select * from nowhere', 'select abs()'])('%s is refused in the words of SQLite', (statement) => {
    expect(run(statement, undefined)).toMatchObject({ type: 'refused', code: 'SQLITE_ERROR' })
  })
})
