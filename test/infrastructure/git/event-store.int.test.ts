import { describe, expect, test } from 'vitest'
import { emptyCatalogue } from '../../../domain/table/table.ts'
import { testTable } from './test-codecs.ts'
import { ada, created, deleted, dropped, inserted, main, operation, readAll, recordsOf, TestRepository, updated, write } from './test-repository.ts'

const users = testTable('users')

describe.each(['bare', 'ordinary'] as const)('a %s repository', (kind) => {
  test('without a commit has no head, and takes a first commit', async () => {
    await using repository = new TestRepository(kind)
    const store = await repository.open()
    expect(store.readHead(main)).toBeUndefined()
    expect(store.readCurrentBranch()).toBe('main')
    const result = await write(store, [[created(users)], [inserted('users', 'u1', { name: 'Ada' })]])
    expect(result.status).toBe('committed')
    expect(repository.git('log', '--format=%s')).toBe('insert users/u1\ncreate table users')
    expect(repository.git('rev-parse', 'main')).toBe(store.readHead(main))
    expect(repository.git('fsck', '--strict', '--no-dangling')).toBe('')
  })

  test('gives back what was written, with the same revisions', async () => {
    await using repository = new TestRepository(kind)
    repository.git('config', 'user.name', 'Service')
    repository.git('config', 'user.email', 'service@example.org')
    const store = await repository.open()
    await write(store, [[created(users), inserted('users', 'u1', { a: 1 }), inserted('users', 'u2', { a: 2 })]])
    const head = store.readHead(main)
    const [first] = await readAll(store, head)
    const batch = store.openBatch(main, head, first?.catalogue ?? emptyCatalogue)
    const staged = await batch.stage(operation(), [updated('users', 'u1', { a: 3 }), deleted('users', 'u2')], [])
    const committed = await batch.commit()
    const commits = await readAll(store, store.readHead(main))
    expect(committed).toEqual({ status: 'committed', commits: [commits[1]?.commit] })
    expect(recordsOf(commits)).toEqual({ 'users/u1': { fields: { a: 3 }, revision: staged.ok && staged.value.changes[0]?.revision } })
    expect(commits[1]?.commit).toMatchObject({
      author: ada,
      committer: { name: 'Service', email: 'service@example.org' },
      authorTime: { seconds: 1_700_000_000, offsetMinutes: 60 },
      message: 'change 2 records in 1 table\n',
    })
  })

  test('keeps records of shared files and of sharded tables, and forgets those of a dropped table', async () => {
    await using repository = new TestRepository(kind)
    const store = await repository.open()
    const tables = [created(testTable('shared', { type: 'dictionary' })), created(testTable('big', { layout: { levels: 1 } })), created(users)]
    await write(store, [
      tables,
      [inserted('shared', 'a', { n: 1 }), inserted('shared', 'b', { n: 2 }), inserted('big', 'k1', {}), inserted('users', 'u', {})],
    ])
    await write(store, [[updated('shared', 'a', { n: 3 }), deleted('big', 'k1'), inserted('big', 'k2', { x: true })], [dropped('users')]])
    const records = recordsOf(await readAll(store, store.readHead(main)))
    expect(Object.keys(records)).toEqual(['big/k2', 'shared/a', 'shared/b'])
    expect(repository.git('ls-tree', '-r', '--name-only', 'main').split('\n')).toHaveLength(4)
  })
})
