import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { KnownCommit, ObservedCommit } from '../../../domain/event-sourcing/event-store.ts'
import { type CommitId, parseCommitId } from '../../../domain/ids.ts'
import { recordPath } from '../../../domain/table/record-path.ts'
import { emptyCatalogue } from '../../../domain/table/table.ts'
import type { GitEventStore } from '../../../infrastructure/git/git-event-store.ts'
import { testCodecs, testTable } from './test-codecs.ts'
import { catalogueAt, created, deleted, inserted, main, operation, readAll, recordsOf, TestRepository, updated, write } from './test-repository.ts'

const users = testTable('users')
const big = testTable('big', { layout: { levels: 1 } })
const shared = testTable('shared', { type: 'dictionary' })
const definition = (id: string, more = '') => ({ [`${id}/.collection/definition.yaml`]: `${JSON.stringify(testTable(id))}${more}` })

const commitId = (text: string): CommitId => {
  const oid = parseCommitId(text)
  if (oid === undefined) throw new Error(text)
  return oid
}

/** The same commits read in as many steps as there are commits: what a projector does that is always up to date. */
const readStepwise = async (store: GitEventStore, commits: readonly ObservedCommit[]): Promise<readonly ObservedCommit[]> => {
  const read: ObservedCommit[] = []
  let base: KnownCommit | undefined
  for (const { commit } of commits) {
    for await (const observed of store.readCommits(commit.oid, base)) {
      read.push(observed)
      base = { oid: observed.commit.oid, catalogue: observed.catalogue ?? base?.catalogue ?? emptyCatalogue }
    }
  }
  return read
}

describe('commits made by anybody', () => {
  test('are read as what they did to tables and records, in one go and step by step alike', async () => {
    await using repository = new TestRepository('bare')
    const store = await repository.open()
    await write(store, [
      [created(users), created(big), created(shared), inserted('users', 'u1', { a: 1 }), inserted('big', 'k', { a: 1 }), inserted('shared', 's', {})],
    ])
    repository.commitForeign({ 'users/$records/u2.json': '{"b":2}', 'README.md': 'x', 'users/README.md': 'y' })
    repository.commitForeign({ 'users/$records/u1.json': 'not json' })
    repository.commitForeign({ 'shared/shared.json': null, 'users/$records/u1.json': null })
    repository.commitForeign({ 'big/$records/flat.json': '{"stray":true}', 'big/$records/k.json': '{"loses":true}' })
    repository.commitForeign({ [recordPath(big, 'k', testCodecs.digest)]: null })
    repository.commitForeign({ 'big/$records/k.json': null })
    repository.commitForeign(definition('users', ' '))
    repository.commitForeign({ ...definition('late'), 'late/$records/l1.json': '{}', 'users/$records/u3.json': '{"c":3}' })
    repository.commitForeign({ 'users/.collection/definition.yaml': null })
    repository.commitForeign(definition('users'))
    const commits = await readAll(store, store.readHead(main))
    const states = commits.map((_, index) =>
      Object.entries(recordsOf(commits.slice(0, index + 1))).map(([name, { fields }]) => `${name} ${JSON.stringify(fields)}`),
    )
    expect(states).toEqual([
      ['big/k {"a":1}', 'shared/s {}', 'users/u1 {"a":1}'],
      ['big/k {"a":1}', 'shared/s {}', 'users/u1 {"a":1}', 'users/u2 {"b":2}'],
      ['big/k {"a":1}', 'shared/s {}', 'users/u2 {"b":2}'],
      ['big/k {"a":1}', 'users/u2 {"b":2}'],
      ['big/flat {"stray":true}', 'big/k {"a":1}', 'users/u2 {"b":2}'],
      ['big/flat {"stray":true}', 'big/k {"loses":true}', 'users/u2 {"b":2}'],
      ['big/flat {"stray":true}', 'users/u2 {"b":2}'],
      ['big/flat {"stray":true}', 'users/u2 {"b":2}'],
      ['big/flat {"stray":true}', 'late/l1 {}', 'users/u2 {"b":2}', 'users/u3 {"c":3}'],
      ['big/flat {"stray":true}', 'late/l1 {}'],
      ['big/flat {"stray":true}', 'late/l1 {}', 'users/u2 {"b":2}', 'users/u3 {"c":3}'],
    ])
    const stepwise = await readStepwise(store, commits)
    expect(stepwise.map(({ commit }) => commit)).toEqual(commits.map(({ commit }) => commit))
    for (let count = 1; count <= commits.length; count++) expect(recordsOf(stepwise.slice(0, count))).toEqual(recordsOf(commits.slice(0, count)))
  })

  test('a merge is what it did to its first parent', async () => {
    await using repository = new TestRepository('ordinary')
    const store = await repository.open()
    await write(store, [[created(users), inserted('users', 'u1', { a: 1 })]])
    repository.git('checkout', '-q', '-b', 'side')
    repository.write('users/$records/u2.json', '{"side":1}')
    repository.git('add', '-A')
    repository.git('commit', '-q', '-m', 'side')
    repository.git('checkout', '-q', 'main')
    await write(store, [[inserted('users', 'u3', {})]])
    repository.git('merge', '-q', '--no-ff', '-m', 'merged', 'side')
    const commits = await readAll(store, store.readHead(main))
    expect(commits.map(({ commit, observations }) => [commit.message.trim(), commit.parents.length, observations.length])).toEqual([
      ['change 1 record in 1 table', 0, 1],
      ['insert users/u3', 1, 1],
      ['merged', 2, 1],
    ])
    const line = await store.readLine(commitId(repository.git('rev-parse', 'main')), (oid) => oid === commits[0]?.commit.oid)
    expect(line).toEqual({ commits: [commits[2]?.commit.oid, commits[1]?.commit.oid], base: commits[0]?.commit.oid })
  })

  test('a database in a subdirectory sees its own files alone', async () => {
    await using repository = new TestRepository('ordinary')
    mkdirSync(join(repository.path, 'data/.ingitdb'), { recursive: true })
    const store = await repository.open({}, join(repository.path, 'data'))
    await write(store, [[created(users), inserted('users', 'u1', { a: 1 })]])
    repository.write('users/$records/u9.json', '{}')
    repository.git('add', '-A')
    repository.git('commit', '-q', '-m', 'elsewhere')
    await write(store, [[updated('users', 'u1', { a: 2 })]])
    expect(repository.read('data/users/$records/u1.json')).toContain('2')
    expect(Object.keys(recordsOf(await readAll(store, store.readHead(main))))).toEqual(['users/u1'])
    expect(repository.git('status', '--porcelain')).toBe('')
  })

  test('a file over 10 MiB is a problem of that file alone', async () => {
    await using repository = new TestRepository('bare')
    const store = await repository.open()
    await write(store, [[created(users)]])
    repository.commitForeign({ 'users/$records/huge.json': `"${'x'.repeat(10 * 1024 * 1024)}"`, 'users/$records/u1.json': '{}' })
    const commits = await readAll(store, store.readHead(main))
    expect(commits[1]?.observations).toMatchObject([
      { key: 'huge', record: undefined, problem: { message: 'the file is larger than 10 MiB' } },
      { key: 'u1', record: { fields: {} } },
    ])
  })

  test('a record in a stray file of a sharded table is edited where it is', async () => {
    await using repository = new TestRepository('bare')
    const store = await repository.open()
    await write(store, [[created(big)]])
    repository.commitForeign({ 'big/$records/flat.json': '{"a":1}', 'big/$records/00/lost.json': '{"a":1}' })
    await write(store, [[updated('big', 'flat', { a: 2 }), updated('big', 'lost', { a: 2 })]])
    expect(repository.git('ls-tree', '-r', '--name-only', 'main', 'big/$records/').split('\n')).toEqual([
      'big/$records/00/lost.json',
      'big/$records/flat.json',
    ])
    expect(Object.values(recordsOf(await readAll(store, store.readHead(main)))).map(({ fields }) => fields)).toEqual([{ a: 2 }, { a: 2 }])
  })
})

test('any sequence of groups and foreign commits reads back as what it wrote', async () => {
  const step = fc.record({
    foreign: fc.boolean(),
    table: fc.constantFrom('users', 'big', 'shared'),
    key: fc.constantFrom('a', 'b', 'c', 'd'),
    value: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { maxLength: 5 }), async (groups) => {
      await using repository = new TestRepository('bare')
      const store = await repository.open()
      await write(store, [[created(users), created(big), created(shared)]])
      const model = new Map<string, number>()
      for (const group of groups) {
        const head = store.readHead(main)
        const batch = store.openBatch(main, head, await catalogueAt(store, head))
        for (const { table, key: name, value } of group) {
          const id = `${table}/${name}`
          const change =
            value === undefined ? deleted(table, name) : model.has(id) ? updated(table, name, { value }) : inserted(table, name, { value })
          if (value === undefined && !model.delete(id)) continue
          if (value !== undefined) model.set(id, value)
          expect(await batch.stage(operation(), [change], [])).toMatchObject({ ok: true })
        }
        expect((await batch.commit()).status).toBe('committed')
        const [{ foreign, key: name, value = 9 } = { foreign: false, key: 'a' }] = group
        if (!foreign) continue
        repository.commitForeign({ [`users/$records/${name}.json`]: JSON.stringify({ value }) })
        model.set(`users/${name}`, value)
      }
      const records = recordsOf(await readAll(store, store.readHead(main)))
      expect(Object.entries(records).map(([id, { fields }]) => [id, fields.value])).toEqual([...model].sort(([a], [b]) => (a < b ? -1 : 1)))
      expect(repository.git('fsck', '--strict', '--no-dangling')).toBe('')
    }),
    { numRuns: 12 },
  )
})
