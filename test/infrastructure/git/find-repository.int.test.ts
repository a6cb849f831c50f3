import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findRepository } from '../../../infrastructure/git/find-repository.ts'
import { initRepository } from '../../../infrastructure/git/init-repository.ts'
import { ada, main, TestRepository } from './test-repository.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

test('the database is the nearest folder upwards that holds .ingitdb, else the top of the repository', async () => {
  await using repository = new TestRepository('ordinary')
  const deep = join(repository.path, 'data/shop/users/$records')
  mkdirSync(deep, { recursive: true })
  expect(findRepository(deep)).toMatchObject({ ok: true, value: { databasePath: '', databaseDirectory: repository.path, workTree: repository.path } })
  mkdirSync(join(repository.path, 'data/shop/.ingitdb'))
  expect(findRepository(deep)).toMatchObject({
    ok: true,
    value: { databasePath: 'data/shop', databaseDirectory: join(repository.path, 'data/shop') },
  })
})

test('a bare repository is a database without a work tree', async () => {
  await using repository = new TestRepository('bare')
  expect(findRepository(repository.path)).toMatchObject({ ok: true, value: { workTree: undefined, databasePath: '', gitDirectory: repository.path } })
})

test('a linked worktree shares objects and refs with the main one', async () => {
  await using repository = new TestRepository('ordinary')
  repository.commitForeign({ a: 'a' })
  const linked = join(repository.top, 'linked')
  repository.git('worktree', 'add', '-q', '-b', 'side', linked)
  expect(findRepository(linked)).toMatchObject({
    ok: true,
    value: { workTree: linked, commonDirectory: join(repository.path, '.git'), gitDirectory: join(repository.path, '.git/worktrees/linked') },
  })
})

test('a folder outside of any repository, and repositories of other kinds, are refused with a reason', async () => {
  await using repository = new TestRepository('ordinary')
  expect(findRepository(repository.top)).toMatchObject({ ok: false, failure: { kind: 'not-found', what: 'database' } })
  repository.git('init', '-q', '--object-format=sha256', join(repository.top, 'other'))
  expect(findRepository(join(repository.top, 'other'))).toMatchObject({ ok: false, failure: { kind: 'unsupported', what: 'sha256 repository' } })
  writeFileSync(join(repository.path, '.git/config'), '[extensions]\n\trefStorage = reftable\n', { flag: 'a' })
  expect(findRepository(repository.path)).toMatchObject({ ok: false, failure: { kind: 'unsupported', what: 'reftable repository' } })
})

test('a new repository has one commit, clean files, and no hooks', async () => {
  await using repository = new TestRepository('bare')
  const top = join(repository.top, 'new/db')
  const made = await initRepository(top, {
    files: new Map([
      ['.ingitdb/README.md', bytes('hi\n')],
      ['.gitignore', bytes('*.tmp\n')],
    ]),
    actor: ada,
    at: { seconds: 1, offsetMinutes: 0 },
    branch: 'main',
  })
  const store = await repository.open({}, top)
  expect(made).toEqual({ ok: true, value: { commit: store.readHead(main) } })
  expect(repository.gitIn(top, 'status', '--porcelain', '-b')).toBe('## main')
  expect(repository.gitIn(top, 'log', '--format=%an %ct %s')).toBe('Ada 1 create database')
  expect(repository.gitIn(top, 'fsck', '--strict')).toBe('')
})

test('a folder with anything in it is refused, and a failure leaves nothing behind', async () => {
  await using repository = new TestRepository('bare')
  const options = { files: new Map([['a', bytes('a')]]), actor: ada, at: { seconds: 1, offsetMinutes: 0 } }
  expect(await initRepository(repository.path, { ...options, branch: 'main' })).toMatchObject({ ok: false, failure: { kind: 'already-exists' } })
  const top = join(repository.top, 'failing/db')
  expect(await initRepository(top, { ...options, branch: 'not..valid' })).toMatchObject({ ok: false, failure: { kind: 'unavailable' } })
  expect(findRepository(repository.top)).toMatchObject({ ok: false })
  expect(await initRepository(join(repository.top, 'failing'), { ...options, branch: 'main' })).toMatchObject({ ok: true })
})

test('a path through a file is no database', () => {
  expect(findRepository('/dev/null')).toMatchObject({ ok: false, failure: { kind: 'not-found', what: 'database' } })
})

test('a bare repository that is called .git has no work tree, and core.worktree says where another one has it', async () => {
  await using repository = new TestRepository('ordinary')
  repository.commitForeign({ a: 'a' })
  const project = join(repository.top, 'project')
  repository.gitIn(repository.top, 'clone', '-q', '--bare', repository.path, join(project, '.git'))
  expect(findRepository(project)).toMatchObject({ ok: true, value: { workTree: undefined, gitDirectory: join(project, '.git') } })
  const elsewhere = join(repository.top, 'elsewhere')
  repository.git('config', 'core.worktree', '../../elsewhere')
  expect(findRepository(repository.path)).toMatchObject({ ok: false, failure: { kind: 'unsupported', why: expect.stringContaining(elsewhere) } })
  mkdirSync(elsewhere)
  expect(findRepository(repository.path)).toMatchObject({ ok: true, value: { workTree: elsewhere, databaseDirectory: elsewhere } })
})
