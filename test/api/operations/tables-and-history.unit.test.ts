import { beforeEach, describe, expect, test } from 'vitest'
import type { CallOperation } from '../../../api/contract/operations.ts'
import { formatCommitTime } from '../../../api/operations/format-commit-time.ts'
import { callOn, commitOf, FakeDatabase, fakeTable } from '../../support/fake-database.ts'

let database: FakeDatabase
let call: CallOperation

beforeEach(() => {
  const country = { name: 'country', type: 'string', required: true, foreignKey: 'countries' }
  const rules = { keyField: 'id', unique: [['name']], onDelete: { country: 'cascade' as const }, defaults: { name: 'x' }, indexes: [] }
  database = new FakeDatabase([fakeTable('users', [country], { rules, layout: { levels: 1 } }), fakeTable('countries', [])], {
    users: { u1: {}, u2: {} },
  })
  call = callOn(database)
})

describe('tables', () => {
  test('are listed by id, with counts when asked for', async () => {
    expect(await call('listTables', {})).toEqual({
      ok: true,
      value: {
        commit: commitOf(0),
        tables: [
          { id: 'countries', directory: 'countries', format: 'yaml', columns: 0 },
          { id: 'users', directory: 'users', format: 'yaml', columns: 1 },
        ],
        problems: [],
      },
    })
    expect(await call('listTables', { counts: true })).toMatchObject({ value: { tables: [{ records: 0 }, { records: 2 }] } })
  })

  test('are described in the words of the definition files', async () => {
    expect(await call('describeTable', { table: 'users' })).toMatchObject({
      ok: true,
      value: {
        definition: {
          id: 'users',
          record_file: { name: '{key}.yaml', format: 'yaml', type: 'single' },
          columns: { country: { type: 'string', required: true, foreign_key: 'countries' } },
          rules: { key_field: 'id', unique: [['name']], on_delete: { country: 'cascade' }, defaults: { name: 'x' } },
          layout: { levels: 1 },
        },
      },
    })
  })

  test('are created from a schema or from columns', async () => {
    await call('createTable', { table: 'a', schema: { type: 'object' }, keyField: 'id', rules: { unique: [['x']], defaults: undefined } })
    await call('createTable', { table: 'b', columns: [{ name: 'x', type: 'int', required: undefined }], recordFormat: 'json', sharded: true })
    expect(database.requests.flatMap(({ commands }) => commands)).toEqual([
      { type: 'CreateTable', table: 'a', recordFormat: 'yaml', schema: { type: 'object' }, keyField: 'id', rules: { unique: [['x']] } },
      { type: 'CreateTable', table: 'b', recordFormat: 'json', columns: [{ name: 'x', type: 'int' }], layout: { levels: 1 } },
    ])
  })

  test.each([[{}], [{ schema: {}, columns: [] }]])('are not created from %j', async (input) => {
    expect(await call('createTable', { table: 'a', ...input })).toMatchObject({ ok: false, failure: { kind: 'invalid-input' } })
  })

  test.each(['a-b', '../a', '.a', '', 'a/', 'a/$b', 'x'.repeat(201)])('cannot be called %j', async (table) => {
    expect(await call('createTable', { table, columns: [] })).toMatchObject({
      ok: false,
      failure: { kind: 'invalid-input', issues: [{ field: '/table' }] },
    })
  })

  test('are dropped, when they exist', async () => {
    expect(await call('dropTable', { table: 'users' })).toMatchObject({ ok: true, value: { changes: [{ operation: 'drop-table', table: 'users' }] } })
    expect(await call('dropTable', { table: 'users' })).toMatchObject({ ok: false, failure: { kind: 'not-found', what: 'table' } })
  })
})

describe('history', () => {
  test('of a record is newest first, with times in their own offset', async () => {
    await call('insertRecords', { table: 'users', records: [{ $id: 'n', country: 'no' }] })
    await call('deleteRecord', { table: 'users', id: 'n' })
    const author = { name: 'Ada', email: 'ada@example.org' }
    expect(await call('readHistory', { table: 'users', id: 'n' })).toEqual({
      ok: true,
      value: {
        commit: commitOf(2),
        entries: [
          { commit: commitOf(2), author, time: '2026-09-21T15:13:20+01:00', message: 'delete users/n', operation: 'delete', fields: ['country'] },
          { commit: commitOf(1), author, time: '2026-09-21T15:13:20+01:00', message: 'insert users/n', operation: 'insert', fields: ['country'] },
        ],
      },
    })
    expect(await call('readHistory', { table: 'users', id: 'n', limit: 1, offset: 1 })).toMatchObject({
      value: { entries: [{ operation: 'insert' }] },
    })
  })

  test('of a record that never was is not found', async () => {
    expect(await call('readHistory', { table: 'users', id: 'n' })).toMatchObject({ ok: false, failure: { kind: 'not-found', what: 'record' } })
  })

  test('of the database counts what each commit did', async () => {
    await call('insertRecords', { table: 'users', records: [{ $id: 'n' }] })
    expect(await call('readLog', {})).toMatchObject({ ok: true, value: { entries: [{ commit: commitOf(1), inserted: 1, updated: 0, deleted: 0 }] } })
  })
})

describe('times of commits', () => {
  test.each([
    [0, 0, '1970-01-01T00:00:00Z'],
    [1_790_000_000, -210, '2026-09-21T10:43:20-03:30'],
    [-1, 60, '1970-01-01T00:59:59+01:00'],
    [253_402_300_800, 0, '@253402300800'],
    [9e15, 0, '@9000000000000000'],
  ])('%d at offset %d is %s', (seconds, offsetMinutes, text) => {
    expect(formatCommitTime({ seconds, offsetMinutes })).toBe(text)
  })
})

describe('the database', () => {
  test('says where it stands, and what cannot be read', async () => {
    database.problems.push({ file: 'a/.collection/definition.yaml', line: 2, message: 'bad' })
    expect(await call('readStatus', {})).toMatchObject({
      ok: true,
      value: { commit: commitOf(0), unreadable: [{ file: 'a/.collection/definition.yaml', line: 2 }] },
    })
  })

  test('is healthy when every check is', async () => {
    expect(await call('checkHealth', {})).toMatchObject({ ok: true, value: { healthy: true } })
    database.findings = [{ check: 'git', ok: false, detail: 'git 2.30 is too old', remedy: 'install git 2.38' }]
    expect(await call('checkHealth', {})).toMatchObject({ ok: true, value: { healthy: false } })
  })

  test('reports progress while it is rebuilt', async () => {
    const seen: (readonly [number, number])[] = []
    await callOn(database, (done, total) => seen.push([done, total]))('rebuild', {})
    expect(seen).toEqual([
      [1, 2],
      [2, 2],
    ])
  })

  test('that was damaged is asked the same question once more', async () => {
    let reads = 0
    const read = database.read.bind(database)
    database.read = async (where) => {
      if (reads++ === 0) throw new Error('disk image is malformed')
      return read(where)
    }
    await expect(call('countRecords', { table: 'users' })).rejects.toThrow('malformed')
    reads = 0
    database.recover = async () => true
    expect(await call('countRecords', { table: 'users' })).toMatchObject({ ok: true, value: { count: 2 } })
  })
})
