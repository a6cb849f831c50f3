import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { operations } from '../../../api/contract/operations.ts'
import { callLocal, initLocal, openLocal } from '../../../api/local.ts'
import { callOperation } from '../../../api/operations/call-operation.ts'
import type { JsonObject } from '../../../domain/json.ts'
import { commitForeign } from '../../support/commit-foreign.ts'
import { keepRejects, sourceOf } from '../../support/import-source.ts'
import { runGit, temporaryFolder } from '../../support/temporary-repository.ts'

const open = async (folder: string) => {
  const path = join(folder, 'db')
  const made = await initLocal(path)
  if (!made.ok) throw new Error(JSON.stringify(made.failure))
  const opened = await openLocal(path)
  if (!opened.ok) throw new Error(JSON.stringify(opened.failure))
  const database = opened.value
  const call = callLocal(database)
  const all = async (table: string): Promise<readonly JsonObject[]> => {
    const answer = await call('selectRecords', { table })
    if (!answer.ok) throw new Error(JSON.stringify(answer.failure))
    return answer.value.records.map(({ json }) => JSON.parse(json))
  }
  const make = async (table: string, columns: Parameters<typeof call<'createTable'>>[1]['columns'], more: object = {}) => {
    const answer = await call('createTable', { table, columns, ...more })
    if (!answer.ok) throw new Error(JSON.stringify(answer.failure))
  }
  return { path, database, call, all, make, [Symbol.asyncDispose]: () => database[Symbol.asyncDispose]() }
}

const columns = [
  { name: 'name', type: 'string', required: true },
  { name: 'size', type: 'int' },
] as const

const leftovers = (path: string): readonly string[] => readdirSync(join(path, '.git', 'objects')).filter((name) => name.startsWith('tmp_'))

for (const [kind, more] of [
  ['a table of one file a record', { recordFormat: 'json' }],
  ['a sharded table', { recordFormat: 'yaml', sharded: true }],
  ['a table in one CSV file', { recordFormat: 'csv' }],
  ['a table in one JSONL file', { recordFormat: 'jsonl' }],
] as const) {
  test(`records that come in chunks become one commit of ${kind}, as git and a rebuild see it too`, async () => {
    using folder = temporaryFolder()
    await using db = await open(folder.path)
    await db.make('items', columns, more)
    const records = Array.from({ length: 25 }, (_, index) => ({ $id: `k${index}`, name: `n ${index}`, size: index }))
    const commits = Number(runGit(db.path, 'rev-list', '--count', 'HEAD'))
    const answer = await db.call('importRecords', { table: 'items', source: sourceOf(records, { chunk: 4 }) })
    expect(answer).toMatchObject({
      ok: true,
      value: { read: 25, inserted: 25, updated: 0, skipped: 0, rejected: 0, commits: [runGit(db.path, 'rev-parse', 'HEAD')] },
    })
    expect(Number(runGit(db.path, 'rev-list', '--count', 'HEAD'))).toBe(commits + 1)
    expect(runGit(db.path, 'log', '-1', '--format=%s')).toBe('import 25 records into items')
    const seen = await db.all('items')
    expect(seen).toHaveLength(25)
    await db.database.rebuild()
    expect(await db.all('items')).toEqual(seen)
    expect(runGit(db.path, 'status', '--porcelain')).toBe('')
    expect(runGit(db.path, 'fsck', '--strict', '--no-dangling')).toBe('')
    expect(leftovers(db.path)).toEqual([])
  })
}

test('one record that is wrong, and nothing is imported; its line is said', async () => {
  using folder = temporaryFolder()
  await using db = await open(folder.path)
  await db.make('items', columns)
  const head = runGit(db.path, 'rev-parse', 'HEAD')
  const source = sourceOf([
    { $id: 'a', name: 'A' },
    { $id: 'b', name: 'B' },
    { $id: 'c', name: 'C', size: 'large' },
  ])
  const answer = await db.call('importRecords', { table: 'items', source })
  expect(answer).toMatchObject({ ok: false, failure: { kind: 'invalid-input', issues: [{ rule: 'type', key: 'c', file: 'in.jsonl', line: 3 }] } })
  expect(runGit(db.path, 'rev-parse', 'HEAD')).toBe(head)
  expect(await db.all('items')).toEqual([])
  expect(leftovers(db.path)).toEqual([])
  const later = await db.call('insertRecords', { table: 'items', records: [{ $id: 'a', name: 'A' }] })
  expect(later.ok).toBe(true)
})

test('what is wrong is left out on request, and handed over with its line and the reason', async () => {
  using folder = temporaryFolder()
  await using db = await open(folder.path)
  await db.make('items', columns)
  const rejects = keepRejects()
  const source = sourceOf([
    { $id: 'a', name: 'A' },
    { line: 2, problem: { rule: 'parse', message: 'not valid JSON' }, text: '{"' },
    { name: 'no key' },
    { $id: 'a', name: 'again' },
    { $id: '../../etc/passwd', name: 'path' },
    { $id: 'b' },
    { $id: 'c', name: 'C', unknown: 1 },
    { $id: 'd', name: 'D' },
  ])
  const answer = await db.call('importRecords', { table: 'items', source, continueOnError: true, rejects })
  expect(answer).toMatchObject({ ok: true, value: { read: 8, inserted: 2, rejected: 6 } })
  expect(rejects.kept.map(({ record, issues }) => [record.line, issues[0]?.rule])).toEqual([
    [2, 'parse'],
    [3, 'key'],
    [4, 'duplicate-key'],
    [5, 'key'],
    [6, 'required'],
    [7, 'undeclared-field'],
  ])
  expect((await db.all('items')).map(({ $id }) => $id)).toEqual(['a', 'd'])
})

test('keys that are taken fail, are skipped, replaced or merged', async () => {
  using folder = temporaryFolder()
  await using db = await open(folder.path)
  await db.make('items', columns)
  await db.call('insertRecords', { table: 'items', records: [{ $id: 'a', name: 'A', size: 1 }] })
  const source = sourceOf([
    { $id: 'a', name: 'new' },
    { $id: 'b', name: 'B' },
  ])
  const failed = await db.call('importRecords', { table: 'items', source })
  expect(failed).toMatchObject({ ok: false, failure: { kind: 'constraint-violation', issues: [{ rule: 'already-exists', key: 'a', line: 1 }] } })
  const skipped = await db.call('importRecords', { table: 'items', source, onDuplicate: 'skip' })
  expect(skipped).toMatchObject({ ok: true, value: { inserted: 1, skipped: 1 } })
  expect(await db.all('items')).toEqual([
    { $id: 'a', name: 'A', size: 1 },
    { $id: 'b', name: 'B' },
  ])
  const merged = await db.call('importRecords', { table: 'items', source, onDuplicate: 'merge' })
  expect(merged).toMatchObject({ ok: true, value: { inserted: 0, updated: 1, skipped: 1 } })
  expect(await db.all('items')).toEqual([
    { $id: 'a', name: 'new', size: 1 },
    { $id: 'b', name: 'B' },
  ])
  const replaced = await db.call('importRecords', { table: 'items', source, onDuplicate: 'replace' })
  expect(replaced).toMatchObject({ ok: true, value: { updated: 1, skipped: 1 } })
  expect(await db.all('items')).toEqual([
    { $id: 'a', name: 'new' },
    { $id: 'b', name: 'B' },
  ])
  const nothing = await db.call('importRecords', { table: 'items', source, onDuplicate: 'replace' })
  expect(nothing).toMatchObject({ ok: true, value: { updated: 0, skipped: 2, commits: [] } })
})

test('records may refer to records that come later in the import, and to none that do not come', async () => {
  using folder = temporaryFolder()
  await using db = await open(folder.path)
  await db.make('people', [
    { name: 'name', type: 'string' },
    { name: 'boss', type: 'string', foreignKey: 'people' },
  ])
  const good = sourceOf([{ $id: 'a', boss: 'd' }, { $id: 'b', boss: 'a' }, { $id: 'c' }, { $id: 'd' }])
  expect(await db.call('importRecords', { table: 'people', source: good })).toMatchObject({ ok: true, value: { inserted: 4 } })
  const bad = sourceOf([{ $id: 'e', boss: 'nobody' }, { $id: 'f' }, { $id: 'g', boss: 'e' }])
  expect(await db.call('importRecords', { table: 'people', source: bad })).toMatchObject({
    ok: false,
    failure: { kind: 'constraint-violation', issues: [{ rule: 'foreign-key', key: 'e', line: 1 }] },
  })
  const rejects = keepRejects()
  const left = await db.call('importRecords', { table: 'people', source: bad, continueOnError: true, rejects })
  expect(left).toMatchObject({ ok: true, value: { inserted: 1, rejected: 2 } })
  expect(rejects.kept.map(({ record }) => record.line).sort()).toEqual([1, 3])
})

test('a value that has to be unique is taken by the first record that has it, in the table and in the import', async () => {
  using folder = temporaryFolder()
  await using db = await open(folder.path)
  await db.make('users', [{ name: 'email', type: 'string' }], { rules: { unique: [['email']] } })
  await db.call('insertRecords', { table: 'users', records: [{ $id: 'old', email: 'o@x' }] })
  const rejects = keepRejects()
  const source = sourceOf([
    { $id: 'a', email: 'a@x' },
    { $id: 'b', email: 'a@x' },
    { $id: 'c', email: 'o@x' },
    { $id: 'd', email: 'a@x' },
    { $id: 'e', email: 'e@x' },
  ])
  const answer = await db.call('importRecords', { table: 'users', source, continueOnError: true, rejects })
  expect(answer).toMatchObject({ ok: true, value: { inserted: 2, rejected: 3 } })
  expect(rejects.kept.map(({ record }) => record.line)).toEqual([2, 3, 4])
})

test('a commit for every so many records; those before the one that is wrong stay, and are told', async () => {
  using folder = temporaryFolder()
  await using db = await open(folder.path)
  await db.make('items', columns)
  const records = Array.from({ length: 7 }, (_, index) => ({ $id: `k${index}`, name: index === 5 ? 7 : `n ${index}` }))
  const answer = await db.call('importRecords', { table: 'items', source: sourceOf(records, { chunk: 5 }), batchSize: 2 })
  expect(answer).toMatchObject({
    ok: true,
    value: { read: 4, inserted: 4, stopped: { kind: 'invalid-input', issues: [{ line: 6, key: 'k5' }] } },
  })
  expect(answer.ok && answer.value.commits).toHaveLength(2)
  expect(await db.all('items')).toHaveLength(4)
  const repaired = records.map((record) => ({ ...record, name: String(record.name) }))
  const rest = await db.call('importRecords', { table: 'items', source: sourceOf(repaired), batchSize: 2, onDuplicate: 'skip' })
  expect(rest).toMatchObject({ ok: true, value: { inserted: 3, skipped: 4 } })
})

test('a branch that somebody moves during the import is imported into as it is then', async () => {
  using folder = temporaryFolder()
  await using db = await open(folder.path)
  await db.make('items', columns, { recordFormat: 'json' })
  const plain = sourceOf([
    { $id: 'a', name: 'A' },
    { $id: 'b', name: 'B' },
    { $id: 'c', name: 'C' },
  ])
  let times = 0
  const moving = {
    ...plain,
    read: async function* () {
      for await (const chunk of plain.read()) {
        if (times++ === 1) commitForeign(db.path, { 'items/$records/z.json': '{"name": "Z"}\n' })
        yield chunk
      }
    },
  }
  expect(await db.call('importRecords', { table: 'items', source: moving })).toMatchObject({ ok: true, value: { inserted: 3 } })
  expect((await db.all('items')).map(({ $id }) => $id)).toEqual(['a', 'b', 'c', 'z'])
})

test('an input that can be read only once is refused when the branch moves meanwhile, and nothing is imported', async () => {
  using folder = temporaryFolder()
  await using db = await open(folder.path)
  await db.make('items', columns, { recordFormat: 'json' })
  const plain = sourceOf([{ $id: 'a', name: 'A' }], { isRepeatable: false })
  const moving = {
    ...plain,
    read: async function* () {
      yield* plain.read()
      commitForeign(db.path, { 'items/$records/z.json': '{"name": "Z"}\n' })
    },
  }
  expect(await db.call('importRecords', { table: 'items', source: moving })).toMatchObject({
    ok: false,
    failure: { kind: 'unavailable', what: 'branch main', why: expect.stringContaining('in.jsonl cannot be read twice') },
  })
  expect((await db.all('items')).map(({ $id }) => $id)).toEqual(['z'])
})

test('a dry run decides everything and leaves nothing behind', async () => {
  using folder = temporaryFolder()
  await using db = await open(folder.path)
  await db.make('items', columns)
  const head = runGit(db.path, 'rev-parse', 'HEAD')
  const packs = readdirSync(join(db.path, '.git/objects/pack')).length
  const source = sourceOf([{ $id: 'a', name: 'A' }, { $id: 'b' }])
  const answer = await db.call('importRecords', { table: 'items', source, dryRun: true, continueOnError: true })
  expect(answer).toMatchObject({ ok: true, value: { inserted: 1, rejected: 1, commits: [], dryRun: true } })
  expect(runGit(db.path, 'rev-parse', 'HEAD')).toBe(head)
  expect(readdirSync(join(db.path, '.git/objects/pack'))).toHaveLength(packs)
  expect(leftovers(db.path)).toEqual([])
  expect(existsSync(join(db.path, 'items/$records/a.yaml'))).toBe(false)
})

test('many records of a table whose file holds them all are not spread over directories', async () => {
  using folder = temporaryFolder()
  await using db = await open(folder.path)
  const records = Array.from({ length: 5_001 }, (_, n) => ({ $id: `k${n}`, name: 'A' }))
  const answer = await db.call('importRecords', { table: 'rows', source: sourceOf(records), create: { recordFormat: 'ingr' } })
  expect(answer).toMatchObject({ ok: true, value: { inserted: 5_001, table: { sharded: false } } })
})

test('a table can be made in the commit that fills it', async () => {
  using folder = temporaryFolder()
  await using db = await open(folder.path)
  const head = runGit(db.path, 'rev-parse', 'HEAD')
  const create = { recordFormat: 'json', sharded: true } as const
  const failed = await db.call('importRecords', {
    table: 'items',
    source: sourceOf([
      { $id: 'a', name: 1 },
      { $id: 'a', name: 2 },
    ]),
    create,
  })
  expect(failed.ok).toBe(false)
  expect(runGit(db.path, 'rev-parse', 'HEAD')).toBe(head)
  const answer = await db.call('importRecords', {
    table: 'items',
    source: sourceOf([
      { $id: 'a', name: 'A' },
      { $id: 'b', name: 'B' },
      { $id: 'c', name: 'C' },
    ]),
    create,
  })
  expect(answer).toMatchObject({ ok: true, value: { inserted: 3 } })
  expect(runGit(db.path, 'rev-list', '--count', `${head}..HEAD`)).toBe('1')
  expect(await db.all('items')).toHaveLength(3)
  await db.database.rebuild()
  expect(await db.all('items')).toHaveLength(3)
})

test('an import that is called off leaves nothing behind', async () => {
  using folder = temporaryFolder()
  await using db = await open(folder.path)
  await db.make('items', columns)
  const abort = new AbortController()
  const plain = sourceOf(Array.from({ length: 10 }, (_, index) => ({ $id: `k${index}`, name: 'x' })))
  const source = {
    ...plain,
    read: async function* () {
      for await (const chunk of plain.read()) {
        yield chunk
        if (chunk[0]?.line === 5) abort.abort()
      }
    },
  }
  const answer = await callLocal(db.database, undefined, abort.signal)('importRecords', { table: 'items', source })
  expect(answer).toMatchObject({ ok: false, failure: { kind: 'unavailable', why: 'it was interrupted' } })
  expect(await db.all('items')).toEqual([])
  expect(leftovers(db.path)).toEqual([])
})

test('a caller from outside gives a stream and gets the answer that the contract promises', async () => {
  using folder = temporaryFolder()
  await using db = await open(folder.path)
  await db.make('items', columns)
  const context = { database: db.database, principal: { type: 'local-user' } as const }
  const refused = await callOperation(context, 'importRecords', { table: 'items', source: 'a.jsonl' })
  expect(refused).toMatchObject({ ok: false, failure: { kind: 'invalid-input', issues: [{ field: '/source' }] } })
  const source = sourceOf([{ $id: 'a', name: 'A' }, { $id: 'b' }])
  const answer = await callOperation(context, 'importRecords', { table: 'items', source, continueOnError: true })
  expect(answer).toMatchObject({ ok: true, value: { inserted: 1, rejected: 1 } })
  expect(answer.ok && operations.importRecords.output.safeParse(answer.value).error).toBeUndefined()
})

test('a table that does not exist is named', async () => {
  using folder = temporaryFolder()
  await using db = await open(folder.path)
  await db.make('items', columns)
  const answer = await db.call('importRecords', { table: 'itms', source: sourceOf([{ $id: 'a' }]) })
  expect(answer).toMatchObject({ ok: false, failure: { kind: 'not-found', what: 'table', id: 'itms' } })
})
