import { beforeEach, describe, expect, test } from 'vitest'
import type { CallOperation } from '../../../api/contract/operations.ts'
import { ExactNumber, stringifyJson } from '../../../domain/json.ts'
import { callOn, commitOf, FakeDatabase, fakeTable } from '../../support/fake-database.ts'

let database: FakeDatabase
let call: CallOperation

beforeEach(() => {
  const columns = [
    { name: 'name', type: 'string' },
    { name: 'age', type: 'int' },
    { name: 'address', type: 'any' },
  ]
  database = new FakeDatabase(
    [
      fakeTable('users', columns),
      fakeTable('pairs', columns, { primaryKey: ['name', 'age'] }),
      fakeTable('coded', [{ name: 'code', type: 'string' }]),
    ],
    {
      users: {
        u1: { name: 'Ada', age: 36, address: { city: 'London' } },
        u2: { name: 'Bob', age: 20 },
        u3: { name: 'Cid', age: new ExactNumber('50.0') },
      },
    },
  )
  call = callOn(database)
})

describe('reading one record', () => {
  test('answers with its JSON text as it is stored, its revision and the commit', async () => {
    expect(await call('getRecord', { table: 'users', id: 'u3' })).toEqual({
      ok: true,
      value: { commit: commitOf(0), revision: 'rev-{"name":"Cid","age":50.0}', json: '{"$id":"u3","name":"Cid","age":50.0}' },
    })
  })

  test('picks fields by path, under the names asked for, leaving out what is not there', async () => {
    const answer = await call('getRecord', { table: 'users', id: 'u1', fields: ['address.city', 'age', 'address.zip'] })
    expect(answer).toMatchObject({ ok: true, value: { json: '{"$id":"u1","address.city":"London","age":36}' } })
  })

  test('fails for a field that the table does not have', async () => {
    expect(await call('getRecord', { table: 'users', id: 'u1', fields: ['nmae'] })).toMatchObject({ ok: false, failure: { kind: 'invalid-input' } })
  })

  test('fails for an unknown table with the tables there are', async () => {
    expect(await call('getRecord', { table: 'usres', id: 'u1' })).toEqual({
      ok: false,
      failure: { kind: 'not-found', what: 'table', id: 'usres', among: ['users', 'pairs', 'coded'] },
    })
  })

  test('fails for a table whose definition cannot be read by saying what is wrong there', async () => {
    database.problems.push({ file: 'shop/orders/.collection/definition.yaml', line: 3, message: 'unknown key' })
    expect(await call('getRecord', { table: 'shop.orders', id: 'o1' })).toMatchObject({
      ok: false,
      failure: { kind: 'invalid-database', issues: [{ line: 3, message: 'unknown key' }] },
    })
  })

  test.each(['..', '.git', 'a/b', 'GIT~1', '', 'x'.repeat(256), 'a\u0000'])('refuses the key %j', async (id) => {
    expect(await call('getRecord', { table: 'users', id })).toMatchObject({
      ok: false,
      failure: { kind: 'invalid-input', issues: [{ rule: 'key' }] },
    })
  })

  test.each(['-x', 'a..b', 'a b', 'HEAD'])('refuses the branch %j', async (branch) => {
    expect(await call('getRecord', { table: 'users', id: 'u1', branch })).toMatchObject({ ok: false, failure: { kind: 'invalid-input' } })
  })
})

describe('reading many records', () => {
  const keysOf = (answer: Awaited<ReturnType<typeof select>>) => (answer.ok ? answer.value.records.map(({ key }) => key) : answer)
  const select = (input: object) => call('selectRecords', { table: 'users', ...input })

  test('filters by all conditions and the JSON filter together', async () => {
    expect(keysOf(await select({ where: ['age>18', "name!='Bob'"], filter: { name: { $gt: 'B' } } }))).toEqual(['u3'])
  })

  test('sorts, and pages with a cursor that stays at its commit', async () => {
    const first = await select({ orderBy: '-age', limit: 2, count: true })
    expect(keysOf(first)).toEqual(['u3', 'u1'])
    const { next, total } = first.ok ? first.value : {}
    expect(total).toBe(3)
    await call('deleteRecord', { table: 'users', id: 'u2' })
    const second = await select({ orderBy: '-age', limit: 2, ...(next !== undefined && { cursor: next }) })
    expect(keysOf(second)).toEqual(['u2'])
    expect(second).not.toHaveProperty('value.next')
  })

  test('a search in a table that declares none says how to declare it', async () => {
    expect(await select({ search: 'ada' })).toMatchObject({
      ok: false,
      failure: { kind: 'unsupported', what: 'search in users', why: expect.stringContaining('search: [title, body]') },
    })
  })

  describe('a cursor', () => {
    const nextOf = async (input: object) => {
      const answer = await select({ limit: 1, ...input })
      return (answer.ok && answer.value.next) || ''
    }
    const refused = (message: RegExp) => ({
      ok: false,
      failure: { kind: 'invalid-input', issues: [{ rule: 'cursor', field: '/cursor', message: expect.stringMatching(message) }] },
    })

    test('goes on with the same question, written in another way and with other fields and another limit', async () => {
      const cursor = await nextOf({ orderBy: 'name', where: ['age>18'] })
      expect(keysOf(await select({ cursor, orderBy: 'name asc', where: ['age > 18'], fields: ['name'], limit: 9 }))).toEqual(['u2', 'u3'])
    })

    test.each([
      [{ orderBy: '-name' }],
      [{ orderBy: 'name', where: ['age>1'] }],
      [{ orderBy: 'name', filter: { age: 1 } }],
      [{}],
      [{ orderBy: 'name', table: 'pairs' }],
    ])('of another question than %j is refused, and says so', async (question) => {
      const cursor = await nextOf({ orderBy: 'name' })
      expect(await select({ ...question, cursor })).toEqual(refused(/belongs to another question/))
    })

    test('that was changed in any place, or is none, is refused', async () => {
      const cursor = await nextOf({ orderBy: 'name' })
      const others = [...cursor].map((letter, at) => `${cursor.slice(0, at)}${letter === 'A' ? 'B' : 'A'}${cursor.slice(at + 1)}`)
      for (const other of [...others, '', cursor.slice(1), `${cursor}A`, `${cursor} `, 'x'.repeat(9_999)]) {
        expect(await select({ orderBy: 'name', cursor: other })).toEqual(refused(/not a cursor/))
      }
    })

    test('says where the page starts, so that an offset beside it is refused', async () => {
      expect(await select({ orderBy: 'name', cursor: await nextOf({ orderBy: 'name' }), offset: 1 })).toEqual(refused(/leave "offset" out/))
    })
  })

  test('names the columns that rows come in', async () => {
    expect(await select({})).toMatchObject({ value: { columns: ['$id', 'name', 'age', 'address'] } })
    expect(await select({ fields: ['age', '$id'] })).toMatchObject({
      value: { columns: ['$id', 'age'], records: [{ json: '{"$id":"u1","age":36}' }, {}, {}] },
    })
  })

  test.each([
    [{ where: ['age>'] }],
    [{ where: ['aeg>1'] }],
    [{ orderBy: 'nmae' }],
    [{ orderBy: 'name,,' }],
    [{ fields: ['a b'] }],
    [{ filter: { age: { $near: 1 } } }],
    [{ cursor: 'x' }],
    [{ offset: -1 }],
  ])('refuses %j', async (input) => {
    expect(await select(input)).toMatchObject({ ok: false, failure: { kind: 'invalid-input' } })
  })

  test('counts', async () => {
    expect(await call('countRecords', { table: 'users', where: ['age>30'] })).toEqual({ ok: true, value: { commit: commitOf(0), count: 2 } })
  })
})

describe('inserting', () => {
  const insert = (records: readonly object[], rest: object = {}) => call('insertRecords', { table: 'users', records: records as never, ...rest })

  test('takes keys from "$id", says what happened, and makes one request of all', async () => {
    expect(await insert([{ $id: 'u8', name: 'Eve' }, { $id: 'u9' }])).toEqual({
      ok: true,
      value: {
        commit: commitOf(1),
        changes: [
          { operation: 'insert', table: 'users', id: 'u8', rev: 'rev-{"name":"Eve"}' },
          { operation: 'insert', table: 'users', id: 'u9', rev: 'rev-{}' },
        ],
        repeated: false,
        dryRun: false,
      },
    })
    expect(database.requests.length).toBe(1)
    expect(database.reads).toEqual([])
  })

  test('a key column that the table does not have is not stored; one that it has is', async () => {
    await insert([{ id: 7, name: 'Eve' }], { keyColumn: 'id' })
    expect(database.fieldsOf('users', '7')).toEqual({ name: 'Eve' })
    await insert([{ name: 'Fay' }], { keyColumn: 'name' })
    expect(database.fieldsOf('users', 'Fay')).toEqual({ name: 'Fay' })
  })

  test('without a named key the primary key, then "id" is taken', async () => {
    await call('insertRecords', { table: 'pairs', records: [{ name: 'a', age: 1 }] })
    expect(database.fieldsOf('pairs', 'a\u001f1')).toEqual({ name: 'a', age: 1 })
    await insert([{ id: 'u8', name: 'Eve' }])
    expect(database.fieldsOf('users', 'u8')).toEqual({ id: 'u8', name: 'Eve' })
  })

  test('reports every record without a key and every key given twice', async () => {
    const answer = await insert([{ name: 'x' }, { $id: 'a' }, { $id: 'a' }, { $id: '..' }])
    expect(answer).toMatchObject({
      ok: false,
      failure: { kind: 'invalid-input', issues: [{ field: '/records/0' }, { rule: 'duplicate-key' }, { rule: 'key' }] },
    })
    expect(database.requests).toEqual([])
  })

  test('a key that is taken fails, unless records may be replaced', async () => {
    expect(await insert([{ $id: 'u1' }])).toMatchObject({ ok: false, failure: { kind: 'already-exists' } })
    expect(await insert([{ $id: 'u1', name: 'New' }], { existing: 'replace' })).toMatchObject({
      ok: true,
      value: { changes: [{ operation: 'update' }] },
    })
  })

  test('a mistyped table is answered with the tables there are', async () => {
    expect(await call('insertRecords', { table: 'usres', records: [{ $id: 'x' }] })).toMatchObject({
      failure: { kind: 'not-found', among: ['users', 'pairs', 'coded'] },
    })
    expect(await call('insertRecords', { table: 'no such', records: [{ $id: 'x' }] })).toMatchObject({
      failure: { kind: 'not-found', id: 'no such', among: ['users', 'pairs', 'coded'] },
    })
  })

  test('passes on how to commit', async () => {
    expect(await insert([{ $id: 'x' }], { requestId: 'a b' })).toMatchObject({ ok: false, failure: { issues: [{ rule: 'request-id' }] } })
    await insert([{ $id: 'x' }], { message: 'm', requestId: 'r', force: true, branch: 'b' })
    expect(database.requests[0]).toMatchObject({ message: 'm', requestId: 'r', force: true, branch: 'b' })
  })

  test('a dry run decides and writes nothing', async () => {
    expect(await insert([{ $id: 'x' }], { dryRun: true })).toMatchObject({
      ok: true,
      value: { commit: commitOf(0), dryRun: true, changes: [{ id: 'x' }] },
    })
    expect(database.fieldsOf('users', 'x')).toBeUndefined()
  })

  test('a field named __proto__ stays a field, for the decision to judge', async () => {
    await insert([JSON.parse('{"$id":"x","__proto__":{"a":1}}')])
    const [command] = database.requests[0]?.commands ?? []
    expect(command?.type === 'InsertRecords' && stringifyJson(command.records[0]?.fields ?? {})).toBe('{"__proto__":{"a":1}}')
  })
})

describe('writing one record', () => {
  const u2 = { table: 'users', id: 'u2' }

  test('replace, patch, upsert and delete become their commands', async () => {
    await call('replaceRecord', { ...u2, record: { $id: 'u2', name: 'B' }, expectedRevision: 'rev-{"name":"Bob","age":20}' })
    await call('patchRecord', { ...u2, patch: { age: 1 } })
    await call('upsertRecord', { ...u2, record: { name: 'C' } })
    await call('deleteRecord', u2)
    expect(database.requests.flatMap(({ commands }) => commands)).toEqual([
      { type: 'ReplaceRecord', table: 'users', key: 'u2', fields: { name: 'B' }, expectedRevision: 'rev-{"name":"Bob","age":20}' },
      { type: 'PatchRecord', table: 'users', key: 'u2', patch: { age: 1 } },
      { type: 'UpsertRecord', table: 'users', key: 'u2', fields: { name: 'C' } },
      { type: 'DeleteRecord', table: 'users', key: 'u2' },
    ])
  })

  test('a JSON Patch becomes its command, alone, in a batch and for all that match', async () => {
    const jsonPatch = [{ op: 'add', path: '/a~1b', value: 1 }]
    const operations = [{ op: 'add', path: ['a/b'], value: 1 }]
    await call('patchRecord', { ...u2, jsonPatch })
    await call('runBatch', { commands: [{ type: 'patch', ...u2, jsonPatch }] })
    await call('updateWhere', { table: 'users', where: ['age<30'], jsonPatch })
    const command = { type: 'JsonPatchRecord', table: 'users', key: 'u2', operations }
    expect(database.requests.flatMap(({ commands }) => commands)).toMatchObject([command, command, command])
  })

  test('a patch is either of the two kinds', async () => {
    const wrong = { ok: false, failure: { kind: 'invalid-input', issues: [{ rule: 'patch' }] } }
    expect(await call('patchRecord', u2)).toMatchObject(wrong)
    expect(await call('patchRecord', { ...u2, patch: {}, jsonPatch: [] })).toMatchObject(wrong)
    expect(await call('updateWhere', { table: 'users', all: true })).toMatchObject(wrong)
    expect(await call('patchRecord', { ...u2, jsonPatch: [{ op: 'add' }] })).toMatchObject({
      ok: false,
      failure: { kind: 'invalid-input', issues: [{ rule: 'json-patch' }] },
    })
  })

  test('a record that says another key than the address is refused', async () => {
    expect(await call('patchRecord', { ...u2, patch: { $id: 'u3' } })).toMatchObject({
      ok: false,
      failure: { kind: 'invalid-input', issues: [{ field: '/$id' }] },
    })
  })

  test('a stale revision fails', async () => {
    expect(await call('deleteRecord', { ...u2, expectedRevision: 'old' })).toMatchObject({ failure: { kind: 'version-conflict' } })
  })

  test('a missing record fails', async () => {
    expect(await call('patchRecord', { table: 'users', id: 'nobody', patch: {} })).toMatchObject({ failure: { kind: 'not-found', what: 'record' } })
  })

  test('a mistyped table is answered with the tables there are', async () => {
    expect(await call('deleteRecord', { table: '../x', id: 'u1' })).toMatchObject({
      failure: { kind: 'not-found', what: 'table', among: ['users', 'pairs', 'coded'] },
    })
  })
})

describe('writing all that match', () => {
  test('is one commit', async () => {
    expect(await call('updateWhere', { table: 'users', where: ['age>30'], patch: { name: 'old' } })).toMatchObject({
      ok: true,
      value: { changes: [{ id: 'u1' }, { id: 'u3' }] },
    })
    expect(await call('deleteWhere', { table: 'users', all: true })).toMatchObject({ ok: true, value: { changes: [{}, {}, {}] } })
    expect(database.requests.length).toBe(2)
  })

  test('neither a filter nor "all" is refused, both are as well', async () => {
    expect(await call('deleteWhere', { table: 'users' })).toMatchObject({ ok: false, failure: { kind: 'invalid-input' } })
    expect(await call('deleteWhere', { table: 'users', all: true, where: ['age>1'] })).toMatchObject({
      ok: false,
      failure: { kind: 'invalid-input' },
    })
    expect(database.requests).toEqual([])
  })

  test('too few matches change nothing', async () => {
    const answer = await call('deleteWhere', { table: 'users', where: ['age>30'], minAffected: 3 })
    expect(answer).toMatchObject({ ok: false, failure: { kind: 'constraint-violation', issues: [{ rule: 'min-affected' }] } })
    expect(database.requests).toEqual([])
  })

  test('a record that somebody changed in between is asked for again', async () => {
    database.beforeWrite = () => {
      database.beforeWrite = undefined
      void database.write({ commands: [{ type: 'PatchRecord', table: 'users' as never, key: 'u1' as never, patch: { age: 1 } }] })
    }
    expect(await call('deleteWhere', { table: 'users', where: ['age>30'] })).toMatchObject({ ok: true, value: { changes: [{ id: 'u3' }] } })
    expect(database.fieldsOf('users', 'u1')).toMatchObject({ age: 1 })
  })

  test('gives up when somebody always wins', async () => {
    let age = 100
    let busy = false
    database.beforeWrite = () => {
      if (busy) return
      busy = true
      void database.write({ commands: [{ type: 'PatchRecord', table: 'users' as never, key: 'u1' as never, patch: { age: age++ } }] })
      busy = false
    }
    expect(await call('deleteWhere', { table: 'users', where: ['age>90 or age>30'] })).toMatchObject({
      ok: false,
      failure: { kind: 'version-conflict' },
    })
  })

  test('keys cannot be changed', async () => {
    expect(await call('updateWhere', { table: 'users', all: true, patch: { $id: 'x' } })).toMatchObject({
      ok: false,
      failure: { kind: 'invalid-input' },
    })
  })
})

describe('a batch', () => {
  test('is one request, in the order given', async () => {
    const answer = await call('runBatch', {
      commands: [
        { type: 'insert', table: 'users', record: { $id: 'n', name: 'New' } },
        { type: 'insert', table: 'coded', record: { id: 'c1' } },
        { type: 'patch', table: 'users', id: 'n', patch: { age: 3 } },
        { type: 'upsert', table: 'coded', id: 'c2', record: {} },
        { type: 'delete', table: 'users', id: 'u1' },
      ],
      requestId: 'r1',
    })
    expect(answer).toMatchObject({
      ok: true,
      value: { changes: [{ id: 'n' }, { id: 'c1' }, { operation: 'update', id: 'n' }, { id: 'c2' }, { operation: 'delete' }] },
    })
    expect(database.requests.length).toBe(1)
  })

  test('with one bad command writes nothing', async () => {
    const answer = await call('runBatch', {
      commands: [
        { type: 'insert', table: 'users', record: { $id: 'n' } },
        { type: 'delete', table: 'usres', id: 'u1' },
      ],
    })
    expect(answer).toMatchObject({ ok: false, failure: { kind: 'not-found', among: ['users', 'pairs', 'coded'] } })
    expect(database.fieldsOf('users', 'n')).toBeUndefined()
  })
})

describe('a request that was answered before', () => {
  test('is answered again, from the commit that it made', async () => {
    const commands = [
      { type: 'upsert' as const, table: 'users', id: 'n', record: { name: 'New' } },
      { type: 'patch' as const, table: 'users', id: 'u2', patch: { age: 1 } },
      { type: 'delete' as const, table: 'users', id: 'u1' },
      { type: 'patch' as const, table: 'users', id: 'u3', patch: {} },
    ]
    const first = await call('runBatch', { commands, requestId: 'r' })
    await call('patchRecord', { table: 'users', id: 'n', patch: { name: 'Newer' } })
    database.write = async () => ({ ok: true, value: { commit: commitOf(1), changes: [], repeated: true } })
    expect(await call('runBatch', { commands, requestId: 'r' })).toEqual({ ok: true, value: { ...(first.ok && first.value), repeated: true } })
  })
})
