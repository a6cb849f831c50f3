import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { callLocal, initLocal, openLocal } from '../../api/local.ts'
import type { Result } from '../../domain/result.ts'
import { runGit, temporaryFolder } from '../support/temporary-repository.ts'

const take = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(JSON.stringify(result.failure))
  return result.value
}

/** A database with `users`, and `orders` whose schema refers to them. */
const openShop = async (folder: string) => {
  const path = join(folder, 'db')
  take(await initLocal(path))
  const database = take(await openLocal(path))
  const call = callLocal(database)
  take(await call('createTable', { table: 'users', columns: [{ name: 'name', type: 'string' }] }))
  const schema = { type: 'object', properties: { who: { type: 'string', 'x-foreign-key': 'users' } } }
  take(await call('createTable', { table: 'orders', schema, recordFormat: 'csv' }))
  take(await call('insertRecords', { table: 'users', records: [{ $id: 'ada', name: 'Ada' }] }))
  take(await call('insertRecords', { table: 'orders', records: [{ $id: 'o1', who: 'ada' }] }))
  const ask = async () => {
    const { tables } = take(await call('listTables', { counts: true }))
    const answers = []
    for (const { id } of tables)
      answers.push(take(await call('selectRecords', { table: id })).records, take(await call('describeTable', { table: id })))
    return [tables, answers, take(await call('readLog', {})).entries, take(await call('readStatus', {})).unreadable]
  }
  return {
    path,
    call,
    expectRebuilt: async () => {
      const before = await ask()
      take(await call('rebuild', {}))
      expect(await ask()).toEqual(before)
      expect(runGit(path, 'status', '--porcelain')).toBe('')
    },
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  }
}

test('a renamed table is the same under another name: its files are the same blobs, and git follows them', async () => {
  using folder = temporaryFolder()
  await using shop = await openShop(folder.path)
  const before = runGit(shop.path, 'rev-parse', 'HEAD')
  writeFileSync(join(shop.path, 'users', 'README.md'), 'Everybody.\n')
  writeFileSync(join(shop.path, 'users', '$records', 'odd.yaml'), 'name: 7\n')
  runGit(shop.path, 'add', '.')
  runGit(shop.path, 'commit', '-qm', 'by hand')
  const blob = runGit(shop.path, 'rev-parse', 'HEAD:users/$records/ada.yaml')
  const { changes } = take(await shop.call('renameTable', { table: 'users', to: 'people' }))
  expect(changes.map(({ operation, table }) => `${operation} ${table}`)).toEqual(['rename-table people', 'change-table orders'])
  expect(runGit(shop.path, 'rev-parse', 'HEAD:people/$records/ada.yaml')).toBe(blob)
  expect(runGit(shop.path, 'ls-files', 'users', 'people/README.md')).toBe('people/README.md')
  expect(runGit(shop.path, 'log', '--follow', '--format=%s', '--', 'people/$records/ada.yaml').split('\n')).toEqual([
    'rename table users to people',
    'insert users/ada',
  ])
  expect(take(await shop.call('describeTable', { table: 'orders' })).definition).toMatchObject({
    schema: { properties: { who: { 'x-foreign-key': 'people' } } },
  })
  expect(await shop.call('deleteRecord', { table: 'people', id: 'ada' })).toMatchObject({ ok: false, failure: { kind: 'constraint-violation' } })
  expect(take(await shop.call('getRecord', { table: 'users', id: 'ada', at: before })).json).toBe('{"$id":"ada","name":"Ada"}')
  await shop.expectRebuilt()
})

test('a table with one file is renamed, and can be renamed back', async () => {
  using folder = temporaryFolder()
  await using shop = await openShop(folder.path)
  const tree = runGit(shop.path, 'rev-parse', 'HEAD^{tree}')
  take(await shop.call('renameTable', { table: 'orders', to: 'sales' }))
  await shop.expectRebuilt()
  take(await shop.call('renameTable', { table: 'sales', to: 'orders' }))
  expect(runGit(shop.path, 'rev-parse', 'HEAD^{tree}')).toBe(tree)
  await shop.expectRebuilt()
})

test('a table that stays in its directory, or differs in letter case alone, moves no file', async () => {
  using folder = temporaryFolder()
  await using shop = await openShop(folder.path)
  const records = runGit(shop.path, 'rev-parse', 'HEAD:users')
  take(await shop.call('renameTable', { table: 'users', to: 'Users' }))
  take(await shop.call('renameTable', { table: 'Users', to: 'people', keepDirectory: true }))
  expect(runGit(shop.path, 'rev-parse', 'HEAD:users')).toBe(records)
  take(await shop.call('insertRecords', { table: 'people', records: [{ $id: 'bob', name: 'Bob' }] }))
  await shop.expectRebuilt()
})

test('files that lie where the table would go, and edits that are not committed, stand in the way', async () => {
  using folder = temporaryFolder()
  await using shop = await openShop(folder.path)
  writeFileSync(join(shop.path, 'people'), 'a file\n')
  runGit(shop.path, 'add', '.')
  runGit(shop.path, 'commit', '-qm', 'by hand')
  expect(await shop.call('renameTable', { table: 'users', to: 'people' })).toMatchObject({ ok: false, failure: { kind: 'invalid-database' } })
  writeFileSync(join(shop.path, 'users/$records/ada.yaml'), 'name: Mine\n')
  expect(await shop.call('renameTable', { table: 'users', to: 'staff' })).toMatchObject({ ok: false, failure: { kind: 'uncommitted-changes' } })
})
