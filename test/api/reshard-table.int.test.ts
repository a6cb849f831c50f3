import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { callLocal, initLocal, openLocal } from '../../api/local.ts'
import type { Result } from '../../domain/result.ts'
import { runGit, temporaryFolder } from '../support/temporary-repository.ts'

const take = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(JSON.stringify(result.failure))
  return result.value
}

const openItems = async (folder: string, keys: readonly string[], more: object = {}) => {
  const path = join(folder, 'db')
  take(await initLocal(path))
  const database = take(await openLocal(path))
  const call = callLocal(database)
  take(await call('createTable', { table: 'items', columns: [{ name: 'n', type: 'int' }], ...more }))
  if (keys.length > 0) take(await call('insertRecords', { table: 'items', records: keys.map((key, n) => ({ $id: key, n })) }))
  const ask = async () => [
    take(await call('selectRecords', { table: 'items' })).records,
    await Promise.all(keys.map(async (key) => take(await call('readHistory', { table: 'items', id: key })))),
    await Promise.all(keys.map(async (key) => take(await call('readBlame', { table: 'items', id: key })))),
    take(await call('readLog', {})).entries,
    take(await call('readStatus', {})).unreadable,
  ]
  return {
    path,
    call,
    ask,
    files: () =>
      runGit(path, 'ls-tree', '-r', '--name-only', 'HEAD', 'items')
        .split('\n')
        .filter((file) => !file.includes('/.collection/')),
    reshard: async (levels: 0 | 1 | 2) => take(await call('reshardTable', { table: 'items', levels })),
    expectSame: async () => {
      const before = await ask()
      take(await call('rebuild', {}))
      expect(await ask()).toEqual(before)
      expect(runGit(path, 'status', '--porcelain')).toBe('')
      expect(runGit(path, 'fsck', '--strict', '--no-dangling')).toBe('')
    },
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  }
}

/** SHA-256 of `a` starts with ca97, of `b` with 3e23. */
test('records move to directories by their keys, and back, as the same blobs', async () => {
  using folder = temporaryFolder()
  await using db = await openItems(folder.path, ['a', 'b'])
  const blobs = () => runGit(db.path, 'ls-tree', '-r', '--format=%(objectname)', 'HEAD', 'items/$records').split('\n').sort()
  const [before, flat] = [blobs(), db.files()]
  expect(await db.reshard(1)).toMatchObject({
    changes: [{ operation: 'change-table', table: 'items', details: ['its records lie in 256 directories (1 level) instead of one directory'] }],
  })
  expect(db.files()).toEqual(['items/$records/3e/b.yaml', 'items/$records/ca/a.yaml'])
  await db.reshard(2)
  expect(db.files()).toEqual(['items/$records/3e/23/b.yaml', 'items/$records/ca/97/a.yaml'])
  expect(blobs()).toEqual(before)
  await db.expectSame()
  await db.reshard(0)
  expect(db.files()).toEqual(flat)
  expect(runGit(db.path, 'log', '-3', '--format=%s')).toBe('reshard table items\nreshard table items\nreshard table items')
  await db.expectSame()
})

test('git sees renames, and the history of a record no change', async () => {
  using folder = temporaryFolder()
  await using db = await openItems(folder.path, ['a', 'b'])
  const history = async () => [
    take(await db.call('readHistory', { table: 'items', id: 'a' })).entries,
    take(await db.call('readBlame', { table: 'items', id: 'a' })).entries,
    take(await db.call('getRecord', { table: 'items', id: 'a' })).revision,
  ]
  const before = await history()
  await db.reshard(2)
  expect(await history()).toEqual(before)
  expect(runGit(db.path, 'show', '--format=', '--name-status', '-M100%', 'HEAD', '--', 'items/$records')).toBe(
    'R100\titems/$records/b.yaml\titems/$records/3e/23/b.yaml\nR100\titems/$records/a.yaml\titems/$records/ca/97/a.yaml',
  )
  expect(take(await db.call('diffCommits', { from: 'HEAD~1', to: 'HEAD' })).records).toEqual([])
  take(await db.call('patchRecord', { table: 'items', id: 'a', patch: { n: 7 } }))
  expect(db.files()).toContain('items/$records/ca/97/a.yaml')
  expect(take(await db.call('readHistory', { table: 'items', id: 'a' })).entries).toHaveLength(2)
  await db.expectSame()
})

test('the layout that a table has is no commit, and a dry run writes nothing', async () => {
  using folder = temporaryFolder()
  await using db = await openItems(folder.path, ['a'], { levels: 2 })
  const head = runGit(db.path, 'rev-parse', 'HEAD')
  expect(await db.reshard(2)).toMatchObject({ changes: [] })
  expect(take(await db.call('reshardTable', { table: 'items', levels: 0, dryRun: true })).changes).toMatchObject([{ operation: 'change-table' }])
  expect(runGit(db.path, 'rev-parse', 'HEAD')).toBe(head)
})

test('a request that is sent twice is one reshard', async () => {
  using folder = temporaryFolder()
  await using db = await openItems(folder.path, ['a'])
  const send = () => db.call('reshardTable', { table: 'items', levels: 1, requestId: 'r1' })
  const first = take(await send())
  expect(take(await send())).toMatchObject({ commit: first.commit, repeated: true, changes: [{ operation: 'change-table', table: 'items' }] })
})

test.each(['csv', 'jsonl', 'ingr'] as const)('a table in one %s file is refused', async (recordFormat) => {
  using folder = temporaryFolder()
  await using db = await openItems(folder.path, ['a'], { recordFormat })
  expect(await db.call('reshardTable', { table: 'items', levels: 1 })).toMatchObject({ ok: false, failure: { kind: 'unsupported' } })
})

test('a table that does not exist is not resharded', async () => {
  using folder = temporaryFolder()
  await using db = await openItems(folder.path, [])
  expect(await db.call('reshardTable', { table: 'itmes', levels: 1 })).toMatchObject({ ok: false, failure: { kind: 'not-found', id: 'itmes' } })
})

test('files that cannot be read, that lie in a wrong shard, or are no records keep their bytes', async () => {
  using folder = temporaryFolder()
  await using db = await openItems(folder.path, ['a'], { sharded: true })
  const records = join(db.path, 'items', '$records')
  mkdirSync(join(records, '00'))
  writeFileSync(join(records, '00', 'b.yaml'), '# in a wrong shard\nn: 2\n')
  writeFileSync(join(records, 'ca', 'c.yaml'), 'n: no number\n')
  writeFileSync(join(records, 'ca', 'notes.txt'), 'no record\n')
  runGit(db.path, 'add', '.')
  runGit(db.path, 'commit', '-qm', 'by hand')
  await db.reshard(0)
  expect(db.files()).toEqual(['items/$records/a.yaml', 'items/$records/b.yaml', 'items/$records/c.yaml', 'items/$records/ca/notes.txt'])
  expect(runGit(db.path, 'show', 'HEAD:items/$records/b.yaml')).toBe('# in a wrong shard\nn: 2')
  expect(take(await db.call('readStatus', {})).unreadable).toMatchObject([{ file: 'items/$records/c.yaml' }])
  await db.expectSame()
})

test('two files of one record, and a file where a record has to go, are not lost but said', async () => {
  using folder = temporaryFolder()
  await using db = await openItems(folder.path, ['a'], { sharded: true })
  const head = () => runGit(db.path, 'rev-parse', 'HEAD')
  const commit = (file: string) => {
    writeFileSync(join(db.path, 'items', '$records', file), 'n: 9\n')
    runGit(db.path, 'add', '.')
    runGit(db.path, 'commit', '-qm', 'by hand')
    return head()
  }
  const twice = commit('a.yaml')
  expect(await db.call('reshardTable', { table: 'items', levels: 2 })).toMatchObject({
    ok: false,
    failure: { kind: 'invalid-database', issues: [{ rule: 'reshard', message: expect.stringContaining('holds the same record') }] },
  })
  expect(head()).toBe(twice)
  runGit(db.path, 'rm', '-q', 'items/$records/a.yaml')
  const inTheWay = commit('ca/97')
  expect(await db.call('reshardTable', { table: 'items', levels: 2 })).toMatchObject({
    ok: false,
    failure: {
      kind: 'invalid-database',
      issues: [{ rule: 'reshard', file: 'items/$records/ca/97', message: expect.stringContaining('a directory has to be at') }],
    },
  })
  expect(head()).toBe(inTheWay)
})

test('edits of the user that are not committed are not moved away under them', async () => {
  using folder = temporaryFolder()
  await using db = await openItems(folder.path, ['a', 'b'])
  writeFileSync(join(db.path, 'items', '$records', 'a.yaml'), 'n: 77\n')
  const head = runGit(db.path, 'rev-parse', 'HEAD')
  expect(await db.call('reshardTable', { table: 'items', levels: 1 })).toMatchObject({
    ok: false,
    failure: { kind: 'uncommitted-changes', paths: ['items/$records/a.yaml'] },
  })
  expect(runGit(db.path, 'rev-parse', 'HEAD')).toBe(head)
  expect(runGit(db.path, 'status', '--porcelain')).toBe('M items/$records/a.yaml')
})

test('a file of the user that nobody has added is not written over', async () => {
  using folder = temporaryFolder()
  await using db = await openItems(folder.path, ['a'])
  mkdirSync(join(db.path, 'items', '$records', 'ca'))
  writeFileSync(join(db.path, 'items', '$records', 'ca', 'a.yaml'), 'n: 77\n')
  expect(await db.call('reshardTable', { table: 'items', levels: 1 })).toMatchObject({
    ok: false,
    failure: { kind: 'uncommitted-changes', paths: ['items/$records/ca/a.yaml'] },
  })
})

test('records below records are spread each below its own, and their parents move without them', async () => {
  using folder = temporaryFolder()
  await using db = await openItems(folder.path, ['a', 'b'])
  take(await db.call('createTable', { table: 'items/parts', columns: [{ name: 'size', type: 'int' }] }))
  take(await db.call('insertRecords', { table: 'items/parts', parent: 'a', records: [{ $id: 'x', size: 1 }] }))
  take(await db.call('insertRecords', { table: 'items/parts', parent: 'b', records: [{ $id: 'x', size: 2 }] }))
  const parts = async () => take(await db.call('selectRecords', { table: 'items/parts' })).records
  const before = await parts()
  take(await db.call('reshardTable', { table: 'items/parts', levels: 1 }))
  await db.reshard(2)
  expect(db.files()).toEqual([
    'items/$records/3e/23/b.yaml',
    'items/$records/ca/97/a.yaml',
    'items/a/parts/$records/2d/x.yaml',
    'items/b/parts/$records/2d/x.yaml',
  ])
  expect(await parts()).toEqual(before)
  await db.expectSame()
  take(await db.call('reshardTable', { table: 'items/parts', levels: 0 }))
  expect(await parts()).toEqual(before)
  await db.expectSame()
})

test('records beside their definition are spread there, and the definition stays', async () => {
  using folder = temporaryFolder()
  await using db = await openItems(folder.path, ['a'], { recordsDirectory: '.' })
  await db.reshard(1)
  expect(db.files()).toEqual(['items/ca/a.yaml'])
  expect(runGit(db.path, 'show', 'HEAD:items/.collection/layout.yaml')).toContain('records_directory: .')
  await db.expectSame()
  await db.reshard(0)
  expect(db.files()).toEqual(['items/a.yaml'])
  await db.expectSame()
})

test('whatever the keys are, 0, 1, 2 and 0 levels again are the tree of before', async () => {
  const key = fc.oneof(
    fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,12}$/),
    fc.stringMatching(/^[0-9a-f]{2}$/),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 8 }),
  )
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(key, { minLength: 1, maxLength: 12, selector: (text) => text.normalize('NFC').toLowerCase() }), async (keys) => {
      using folder = temporaryFolder()
      await using db = await openItems(folder.path, [])
      for (const [n, id] of keys.entries()) await db.call('insertRecords', { table: 'items', records: [{ $id: id, n }] }) // some are no keys
      const tree = () => runGit(db.path, 'rev-parse', 'HEAD:items')
      const rows = async () => take(await db.call('selectRecords', { table: 'items' })).records
      const [before, records] = [tree(), await rows()]
      for (const levels of [1, 2, 0] as const) {
        await db.reshard(levels)
        expect(await rows()).toEqual(records)
      }
      expect(tree()).toBe(before)
      await db.reshard(2)
      await db.reshard(1)
      const sharded = tree()
      await db.expectSame()
      await db.reshard(2)
      await db.reshard(1)
      expect(tree()).toBe(sharded)
    }),
    { numRuns: 12 },
  )
}, 60_000)
