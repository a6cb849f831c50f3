import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Database } from '../../api/database.ts'
import { callLocal } from '../../api/local.ts'
import { createItemsDatabase, openDatabaseAt } from '../support/local-database.ts'
import { runGit, temporaryFolder } from '../support/temporary-repository.ts'

const countCommits = async (database: Database): Promise<number> => {
  const log = await callLocal(database)('readLog', {})
  return log.ok ? log.value.entries.length : Number.NaN
}

test('a shallow clone answers of the commits it has, and of all once git has fetched the rest', async () => {
  using folder = temporaryFolder()
  const origin = await createItemsDatabase(folder.path, { size: { type: 'integer' } }, { $id: 'a', size: 1 })
  const clone = join(folder.path, 'clone')
  runGit(folder.path, 'clone', '-q', '--depth', '1', `file://${origin}`, clone)
  {
    await using database = await openDatabaseAt(clone)
    expect(await countCommits(database)).toBe(1)
    runGit(clone, 'fetch', '-q', '--deepen', '1')
    // Nothing new on the branch, so this process has nothing to look up; the next write notices.
    expect(await callLocal(database)('insertRecords', { table: 'items', records: [{ $id: 'b', size: 2 }] })).toMatchObject({ ok: true })
    expect(await countCommits(database)).toBe(3)
  }
  runGit(clone, 'fetch', '-q', '--unshallow')
  await using database = await openDatabaseAt(clone)
  expect(await countCommits(database)).toBe(4)
})
