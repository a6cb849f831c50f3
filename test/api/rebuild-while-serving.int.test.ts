import { expect, test } from 'vitest'
import { callLocal } from '../../api/local.ts'
import { createItemsDatabase, openDatabaseAt } from '../support/local-database.ts'
import { runGit, temporaryFolder } from '../support/temporary-repository.ts'

test('readers and writers go on while the read model is built again, and lose nothing', async () => {
  using folder = temporaryFolder()
  const path = await createItemsDatabase(folder.path, { size: { type: 'integer' } }, { $id: 'first', size: 0 })
  await using database = await openDatabaseAt(path)
  const call = callLocal(database)

  let isDone = false
  let written = 0
  let read = 0
  const write = async (writer: number): Promise<void> => {
    for (let round = 0; !isDone; round++) {
      const answer = await call('insertRecords', { table: 'items', records: [{ $id: `w${writer}-${round}`, size: round }] })
      if (!answer.ok) throw new Error(JSON.stringify(answer.failure))
      written += 1
    }
  }
  const ask = async (): Promise<void> => {
    while (!isDone) {
      const before = written
      const answer = await call('countRecords', { table: 'items' })
      if (!answer.ok) throw new Error(JSON.stringify(answer.failure))
      expect(answer.value.count).toBeGreaterThanOrEqual(before + 1)
      read += 1
      await new Promise((resolve) => setImmediate(resolve)) // answers from the read model take no turn of the event loop
    }
  }
  const rebuild = async (): Promise<void> => {
    for (let round = 0; round < 5; round++) expect((await call('rebuild', {})).ok).toBe(true)
  }
  const untilDone = async (work: Promise<void>): Promise<void> => {
    try {
      await work
    } finally {
      isDone = true // whatever ends first, or fails, ends the others
    }
  }
  await Promise.all([write(0), write(1), write(2), ask(), ask(), rebuild()].map(untilDone))

  expect(read).toBeGreaterThan(0)
  const count = await call('countRecords', { table: 'items' })
  expect(count.ok && count.value.count).toBe(written + 1)
  expect(Number(runGit(path, 'rev-list', '--count', 'main'))).toBe(written + 3)
  expect(runGit(path, 'status', '--porcelain')).toBe('')
})
