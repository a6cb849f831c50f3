import { expect, test } from 'vitest'
import { callLocal } from '../../api/local.ts'
import { createItemsDatabase, openDatabaseAt } from '../support/local-database.ts'
import { cliPath } from '../support/run-cli.ts'
import { runProgramToEnd } from '../support/run-to-end.ts'
import { runGit, temporaryFolder } from '../support/temporary-repository.ts'

const createDatabase = (folder: string): Promise<string> =>
  createItemsDatabase(folder, { size: { type: 'integer' }, writer: { type: 'string' } }, { $id: 'counter', size: 0 })

const countCommits = (path: string): number => Number(runGit(path, 'rev-list', '--count', 'main'))

test('64 concurrent callers in one process lose nothing: every increment of a shared counter counts, each in a commit of its own', async () => {
  using folder = temporaryFolder()
  const path = await createDatabase(folder.path)
  const before = countCommits(path)
  await using database = await openDatabaseAt(path)
  const call = callLocal(database)
  let conflicts = 0

  /** Reads, adds one, and writes only if nobody else has written meanwhile. */
  const increment = async (): Promise<void> => {
    for (;;) {
      const read = await call('getRecord', { table: 'items', id: 'counter' })
      if (!read.ok) throw new Error(JSON.stringify(read.failure))
      const { size } = JSON.parse(read.value.json)
      const written = await call('patchRecord', { table: 'items', id: 'counter', patch: { size: size + 1 }, expectedRevision: read.value.revision })
      if (written.ok) return
      if (written.failure.kind !== 'version-conflict') throw new Error(JSON.stringify(written.failure))
      conflicts += 1
    }
  }
  const insert = async (caller: number): Promise<void> => {
    for (let round = 0; round < 3; round++) {
      const answer = await call('insertRecords', { table: 'items', records: [{ $id: `c${caller}-${round}`, size: round }] })
      expect(answer.ok).toBe(true)
    }
  }
  await Promise.all(Array.from({ length: 64 }, async (_, caller) => Promise.all([insert(caller), caller < 8 ? increment() : undefined])))

  const counter = await call('getRecord', { table: 'items', id: 'counter' })
  expect(counter.ok && JSON.parse(counter.value.json).size).toBe(8)
  expect(conflicts).toBeGreaterThan(0)
  const count = await call('countRecords', { table: 'items' })
  expect(count.ok && count.value.count).toBe(1 + 64 * 3)
  expect(countCommits(path) - before).toBe(64 * 3 + 8)
  expect(runGit(path, 'status', '--porcelain')).toBe('')
  runGit(path, 'fsck', '--strict')
})

test('one of many callers that insert the same key wins, the others are told', async () => {
  using folder = temporaryFolder()
  await using database = await openDatabaseAt(await createDatabase(folder.path))
  const call = callLocal(database)
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, n) => call('insertRecords', { table: 'items', records: [{ $id: 'one', size: n }] })),
  )
  expect(answers.filter((answer) => answer.ok)).toHaveLength(1)
  expect(answers.flatMap((answer) => (answer.ok ? [] : [answer.failure.kind]))).toEqual(Array(19).fill('already-exists'))
})

test('two command lines in two processes write the same database: nothing is lost, one commit each', async () => {
  using folder = temporaryFolder()
  const path = await createDatabase(folder.path)
  const before = countCommits(path)
  const rounds = 8
  const write = async (writer: string): Promise<void> => {
    for (let round = 0; round < rounds; round++) {
      const data = JSON.stringify({ size: round, writer })
      const args = [cliPath, 'insert', '--path', path, '--into', 'items', '--key', `${writer}${round}`, '--data', data]
      const { status, stderr } = await runProgramToEnd(process.execPath, args, folder.path)
      expect(status, stderr).toBe(0)
    }
  }
  await Promise.all([write('a'), write('b')])

  const list = await runProgramToEnd(process.execPath, [cliPath, 'count', '--path', path, '--from', 'items'], folder.path)
  expect(list.stdout.trim()).toBe(String(1 + 2 * rounds))
  expect(countCommits(path) - before).toBe(2 * rounds)
  expect(runGit(path, 'status', '--porcelain')).toBe('')
  runGit(path, 'fsck', '--strict')
})
