import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { OperationInput, OperationName } from '../../api/contract/operations.ts'
import { callLocal, initLocal, openLocal } from '../../api/local.ts'
import { runGit, temporaryFolder } from '../support/temporary-repository.ts'

const columns = [
  { name: 'name', type: 'string', required: true },
  { name: 'price', type: 'float' },
  { name: 'tags', type: '[]string' },
]

/** A database with a Parquet table of three records, with files checked out or without. */
const openItems = async (folder: string, kind: 'checkout' | 'bare') => {
  const path = join(folder, 'db')
  const made = await initLocal(path)
  if (!made.ok) throw new Error(JSON.stringify(made.failure))
  if (kind === 'bare') runGit(folder, 'clone', '-q', '--bare', 'db', 'bare.git')
  const place = kind === 'bare' ? join(folder, 'bare.git') : path
  const opened = await openLocal(place)
  if (!opened.ok) throw new Error(JSON.stringify(opened.failure))
  const call = callLocal(opened.value)
  const ask = async <Name extends OperationName>(name: Name, input: OperationInput<Name>) => {
    const answer = await call(name, input)
    if (!answer.ok) throw new Error(JSON.stringify(answer.failure))
    return answer.value
  }
  await ask('createTable', { table: 'items', columns, recordFormat: 'parquet' })
  const records = [
    { $id: 'b', name: 'Bee', price: 2 },
    { $id: 'a', name: 'Ay', price: 1.5, tags: ['x'] },
    { $id: 'c', name: 'Sea' },
  ]
  await ask('insertRecords', { table: 'items', records })
  const select = async (more: Partial<OperationInput<'selectRecords'>> = {}) =>
    (await ask('selectRecords', { table: 'items', ...more })).records.map(({ json }) => JSON.parse(json) as unknown)
  return { place, call, ask, select, [Symbol.asyncDispose]: () => opened.value[Symbol.asyncDispose]() }
}

describe.each(['checkout', 'bare'] as const)('a Parquet table in a %s repository', (kind) => {
  test('answers at every commit, with differences, history and blame by record and field', async () => {
    using folder = temporaryFolder()
    await using db = await openItems(folder.path, kind)
    const before = runGit(db.place, 'rev-parse', 'main')
    await db.ask('patchRecord', { table: 'items', id: 'a', patch: { price: 7, tags: null } })
    await db.ask('deleteRecord', { table: 'items', id: 'c' })
    const now = [
      { $id: 'a', name: 'Ay', price: 7 },
      { $id: 'b', name: 'Bee', price: 2 },
    ]
    expect(await db.select()).toEqual(now)
    expect(await db.select({ at: before })).toContainEqual({ $id: 'a', name: 'Ay', price: 1.5, tags: ['x'] })
    const { records } = await db.ask('diffCommits', { from: before, to: 'main' })
    expect(records).toMatchObject([
      { table: 'items', id: 'a', change: 'updated' },
      { table: 'items', id: 'c', change: 'deleted' },
    ])
    await db.ask('rebuild', {})
    expect(await db.select()).toEqual(now)
  })

  test('merges two branches field by field, and says where they disagree', async () => {
    using folder = temporaryFolder()
    await using db = await openItems(folder.path, kind)
    await db.ask('createBranch', { name: 'proposal' })
    await db.ask('patchRecord', { table: 'items', id: 'a', patch: { price: 7 } })
    await db.ask('patchRecord', { table: 'items', id: 'a', patch: { name: 'Ei' }, branch: 'proposal' })
    await db.ask('insertRecords', { table: 'items', records: [{ $id: 'd', name: 'Dee' }], branch: 'proposal' })
    expect(await db.ask('mergeBranch', { source: 'proposal' })).toMatchObject({ status: 'merged', conflicts: [] })
    expect(await db.select()).toEqual([
      { $id: 'a', name: 'Ei', price: 7, tags: ['x'] },
      { $id: 'b', name: 'Bee', price: 2 },
      { $id: 'c', name: 'Sea' },
      { $id: 'd', name: 'Dee' },
    ])
    await db.ask('patchRecord', { table: 'items', id: 'b', patch: { price: 3 } })
    await db.ask('patchRecord', { table: 'items', id: 'b', patch: { price: 4 }, branch: 'proposal' })
    expect(await db.ask('mergeBranch', { source: 'proposal' })).toMatchObject({
      status: 'conflicts',
      conflicts: [{ table: 'items', id: 'b', ours: '3', theirs: '4' }],
    })
  })
})

test('a damaged file is listed with the reason, is not written over, and its records return with it', async () => {
  using folder = temporaryFolder()
  await using db = await openItems(folder.path, 'checkout')
  const file = join(db.place, 'items/items.parquet')
  const whole = readFileSync(file)
  const commit = (bytes: Uint8Array): void => {
    writeFileSync(file, bytes)
    runGit(db.place, 'commit', '-qam', 'by hand')
  }
  commit(whole.subarray(0, whole.length - 10))
  expect(await db.select()).toEqual([])
  expect((await db.ask('readStatus', {})).unreadable).toMatchObject([
    { file: 'items/items.parquet', message: expect.stringContaining('not a readable Parquet file: it does not end as a Parquet file does') },
  ])
  expect(await db.call('insertRecords', { table: 'items', records: [{ $id: 'n', name: 'N' }] })).toMatchObject({ ok: false })
  commit(whole)
  expect(await db.select()).toHaveLength(3)
})

test('the same records are the same file, whatever was between', async () => {
  using folder = temporaryFolder()
  await using db = await openItems(folder.path, 'checkout')
  const before = runGit(db.place, 'rev-parse', 'main:items/items.parquet')
  await db.ask('insertRecords', { table: 'items', records: [{ $id: '0', name: 'first' }] })
  await db.ask('deleteRecord', { table: 'items', id: '0' })
  expect(runGit(db.place, 'rev-parse', 'main:items/items.parquet')).toBe(before)
})

test('a column that gets another name takes its values along', async () => {
  using folder = temporaryFolder()
  await using db = await openItems(folder.path, 'checkout')
  await db.ask('changeTable', { table: 'items', renameColumns: { price: 'cost' } })
  expect(await db.select()).toContainEqual({ $id: 'b', name: 'Bee', cost: 2 })
})
