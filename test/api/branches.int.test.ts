import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type OperationAnswer, type OperationInput, type OperationName, operations } from '../../api/contract/operations.ts'
import { callLocal } from '../../api/local.ts'
import { createItemsDatabase, openDatabaseAt } from '../support/local-database.ts'
import { runGit, temporaryFolder } from '../support/temporary-repository.ts'

/** A database with the table `items`, its record `a`, and what calls it; `must` fails the test with the failure. */
const open = async (folder: string, bare = false) => {
  const made = await createItemsDatabase(folder, { size: { type: 'integer' } }, { $id: 'a', size: 1 })
  const path = bare ? join(folder, 'db.git') : made
  if (bare) runGit(folder, 'clone', '--quiet', '--bare', made, path)
  const database = await openDatabaseAt(path)
  const call = callLocal(database)
  const must = async <Name extends OperationName>(name: Name, input: OperationInput<Name>): Promise<OperationAnswer<Name>> => {
    const answer = await call(name, input)
    if (!answer.ok) throw new Error(JSON.stringify(answer.failure))
    expect(operations[name].output.safeParse(answer.value).error).toBeUndefined()
    return answer.value
  }
  const setSize = (id: string, size: number, branch?: string) =>
    call('upsertRecord', { table: 'items', id, record: { size }, ...(branch !== undefined && { branch }) })
  const readSize = async (id: string, branch?: string) =>
    (await must('getRecord', { table: 'items', id, ...(branch !== undefined && { branch }) })).json
  return { path, database, call, must, setSize, readSize, git: (...args: readonly string[]) => runGit(path, ...args) }
}

const file = 'items/$records/a.json'

describe('branches', () => {
  test('are listed with their newest commit, how far they have diverged, and which is current', async () => {
    using folder = temporaryFolder()
    const { database, must, setSize, git } = await open(folder.path)
    await using _ = database
    await must('createBranch', { name: 'team/idea' })
    await setSize('b', 1, 'team/idea')
    await setSize('c', 1, 'team/idea')
    await setSize('d', 1)
    const { base, branches } = await must('listBranches', {})
    expect(base).toEqual({ name: 'main', commit: git('rev-parse', 'main') })
    expect(branches).toMatchObject([
      { name: 'main', current: true, ahead: 0, behind: 0, merged: true },
      { name: 'team/idea', current: false, commit: git('rev-parse', 'team/idea'), subject: 'insert items/c', ahead: 2, behind: 1, merged: false },
    ])
    const against = await must('listBranches', { base: 'team/idea' })
    expect(against.branches).toMatchObject([
      { name: 'main', ahead: 1, behind: 2 },
      { name: 'team/idea', merged: true },
    ])
  })

  test('diverge as git counts it, merges and unrelated histories included', async () => {
    using folder = temporaryFolder()
    const { database, must, git } = await open(folder.path)
    await using _ = database
    git('checkout', '-q', '-b', 'x')
    git('commit', '-q', '--allow-empty', '-m', 'x1')
    git('checkout', '-q', 'main')
    git('commit', '-q', '--allow-empty', '-m', 'm1')
    git('merge', '-q', '--no-edit', 'x')
    git('checkout', '-q', 'x')
    git('commit', '-q', '--allow-empty', '-m', 'x2')
    git('checkout', '-q', '--orphan', 'island')
    git('commit', '-q', '--allow-empty', '-m', 'alone')
    git('checkout', '-q', 'main')
    const { branches } = await must('listBranches', {})
    for (const { name, ahead, behind } of branches)
      expect(`${behind}\t${ahead}`, name).toBe(git('rev-list', '--left-right', '--count', `main...${name}`))
    expect(branches).toHaveLength(3)
  })

  test('start at a commit, a branch, a tag or a time', async () => {
    using folder = temporaryFolder()
    const { database, must, call, git } = await open(folder.path)
    await using _ = database
    git('tag', 'first', 'main~1')
    const oid = git('rev-parse', 'main~1')
    for (const [name, from] of Object.entries({ a: oid, b: 'first', c: 'main~1' }))
      expect(await must('createBranch', { name, from })).toEqual({ branch: name, commit: oid })
    expect((await must('createBranch', { name: 'd', from: '2100-01-01' })).commit).toBe(git('rev-parse', 'main'))
    expect(await call('createBranch', { name: 'e', from: '1999-01-01' })).toMatchObject({ failure: { kind: 'not-found', what: 'commit' } })
    expect(await call('createBranch', { name: 'e', from: 'worktree' })).toMatchObject({ failure: { kind: 'unsupported' } })
    expect(await call('createBranch', { name: 'e', from: '--all' })).toMatchObject({ failure: { kind: 'not-found' } })
  })

  test('that are there, or would be the same on some disks, are not made again', async () => {
    using folder = temporaryFolder()
    const { database, call, git } = await open(folder.path)
    await using _ = database
    git('branch', 'a/b')
    git('pack-refs', '--all')
    for (const name of ['main', 'a', 'a/b/c', 'MAIN', 'A/x'])
      expect(await call('createBranch', { name }), name).toMatchObject({ failure: { kind: 'already-exists' } })
    expect(await call('createBranch', { name: 'refs/heads/x' })).toMatchObject({ failure: { kind: 'invalid-input' } })
    expect(git('for-each-ref', '--format=%(refname)', 'refs/heads')).toBe('refs/heads/a/b\nrefs/heads/main')
  })

  test('of one name that are made at the same time are one: the others are told that it exists', async () => {
    using folder = temporaryFolder()
    const { database, call, git } = await open(folder.path)
    await using _ = database
    const answers = await Promise.all(['main', 'main~1', 'main~2'].map((from) => call('createBranch', { name: 'same', from })))
    const made = answers.filter(({ ok }) => ok)
    expect(made).toMatchObject([{ value: { commit: git('rev-parse', 'same') } }])
    expect(answers.filter(({ ok }) => !ok)).toMatchObject(Array(2).fill({ failure: { kind: 'already-exists', id: 'same' } }))
  })
})

describe('switching branches', () => {
  test('moves HEAD, index and files, and reads and writes follow', async () => {
    using folder = temporaryFolder()
    const { path, database, must, setSize, readSize, git } = await open(folder.path)
    await using _ = database
    await must('createBranch', { name: 'idea' })
    await setSize('a', 2, 'idea')
    expect(await must('switchBranch', { name: 'idea' })).toEqual({ branch: 'idea', previous: 'main', commit: git('rev-parse', 'idea') })
    expect(git('symbolic-ref', '--short', 'HEAD')).toBe('idea')
    expect(git('status', '--porcelain')).toBe('')
    expect(readFileSync(join(path, file), 'utf8')).toContain('2')
    expect(await readSize('a')).toContain('2')
    await setSize('a', 3)
    expect(await readSize('a', 'main')).toContain('1')
    expect(git('status', '--porcelain')).toBe('')
  })

  test('is refused when edits, staged ones, or files that git does not know would be lost, and names them', async () => {
    using folder = temporaryFolder()
    const { path, database, call, must, setSize, git } = await open(folder.path)
    await using _ = database
    await must('createBranch', { name: 'idea' })
    await setSize('a', 2, 'idea')
    await setSize('new', 2, 'idea')
    const refusal = (paths: readonly string[]) => ({ ok: false, failure: { kind: 'uncommitted-changes', paths, forcible: false } })
    appendFileSync(join(path, file), '\n')
    expect(await call('switchBranch', { name: 'idea' })).toEqual(refusal([file]))
    git('add', '.')
    expect(await call('switchBranch', { name: 'idea' })).toEqual(refusal([file]))
    git('reset', '-q', '--hard')
    writeFileSync(join(path, 'items/$records/new.json'), 'mine')
    expect(await call('switchBranch', { name: 'idea' })).toEqual(refusal(['items/$records/new.json']))
    appendFileSync(join(path, '.gitignore'), 'new.json\n')
    expect(await call('switchBranch', { name: 'idea' })).toEqual(refusal(['items/$records/new.json']))
    expect(git('symbolic-ref', '--short', 'HEAD')).toBe('main')
    expect(readFileSync(join(path, 'items/$records/new.json'), 'utf8')).toBe('mine')
  })

  test('keeps edits that the other branch does not touch', async () => {
    using folder = temporaryFolder()
    const { path, database, must, setSize, git } = await open(folder.path)
    await using _ = database
    await must('createBranch', { name: 'idea' })
    await setSize('b', 2, 'idea')
    appendFileSync(join(path, 'README.md'), 'my note\n')
    await must('switchBranch', { name: 'idea' })
    expect(git('status', '--porcelain')).toBe('M README.md')
  })

  test('in a bare repository moves the default branch', async () => {
    using folder = temporaryFolder()
    const { database, must, setSize, readSize, git } = await open(folder.path, true)
    await using _ = database
    await must('createBranch', { name: 'idea' })
    await setSize('a', 2, 'idea')
    await must('switchBranch', { name: 'idea' })
    expect(git('symbolic-ref', 'HEAD')).toBe('refs/heads/idea')
    expect(await readSize('a')).toContain('2')
  })

  test('from a detached HEAD says which commit is left behind', async () => {
    using folder = temporaryFolder()
    const { database, must, git } = await open(folder.path)
    await using _ = database
    git('checkout', '-q', '--detach')
    git('commit', '-q', '--allow-empty', '-m', 'loose')
    expect((await must('listBranches', {})).branches).toMatchObject([{ name: 'main', current: false, ahead: 0, behind: 1 }])
    const loose = git('rev-parse', 'HEAD')
    expect(await must('switchBranch', { name: 'main' })).toEqual({ branch: 'main', commit: git('rev-parse', 'main'), detached: loose })
  })

  test('to one that does not exist, or is checked out elsewhere, is refused', async () => {
    using folder = temporaryFolder()
    const { database, call, git } = await open(folder.path)
    await using _ = database
    git('worktree', 'add', '-q', join(folder.path, 'other'), '-b', 'elsewhere')
    expect(await call('switchBranch', { name: 'mian' })).toMatchObject({
      failure: { kind: 'not-found', what: 'branch', among: ['elsewhere', 'main'] },
    })
    expect(await call('switchBranch', { name: '--detach' })).toMatchObject({ failure: { kind: 'not-found' } })
    expect(await call('switchBranch', { name: 'elsewhere' })).toEqual({
      ok: false,
      failure: { kind: 'checked-out', branch: 'elsewhere', worktree: 'other' },
    })
  })

  test('while others write leaves every acknowledged write on the branch it was made on', async () => {
    using folder = temporaryFolder()
    const { database, must, setSize, git } = await open(folder.path)
    await using _ = database
    await must('createBranch', { name: 'idea' })
    const writes = Array.from({ length: 12 }, (_value, index) => setSize(`k${index}`, index, index % 2 === 0 ? 'main' : 'idea'))
    const switches = (async () => {
      for (const name of ['idea', 'main', 'idea']) await must('switchBranch', { name })
    })()
    const answers = await Promise.all(writes)
    await switches
    expect(answers.every(({ ok }) => ok)).toBe(true)
    expect(git('rev-list', '--count', 'main~6..main')).toBe('6')
    expect(git('status', '--porcelain')).toBe('')
    expect(git('symbolic-ref', '--short', 'HEAD')).toBe('idea')
  })
})

describe('renaming a branch', () => {
  test('takes along its reflog, its configuration, and HEAD where it is checked out', async () => {
    using folder = temporaryFolder()
    const { database, must, call, setSize, git } = await open(folder.path)
    await using _ = database
    git('config', 'branch.main.description', 'the truth')
    const entries = git('reflog', 'main').split('\n').length
    await must('renameBranch', { name: 'main', to: 'trunk' })
    expect(git('symbolic-ref', '--short', 'HEAD')).toBe('trunk')
    expect(git('config', 'branch.trunk.description')).toBe('the truth')
    expect(git('reflog', 'trunk').split('\n').length).toBeGreaterThanOrEqual(entries)
    expect((await setSize('z', 1)).ok).toBe(true)
    git('branch', 'other')
    expect(await call('renameBranch', { name: 'other', to: 'trunk' })).toMatchObject({ failure: { kind: 'already-exists' } })
    expect(await call('renameBranch', { name: 'gone', to: 'x' })).toMatchObject({ failure: { kind: 'not-found' } })
    expect((await must('renameBranch', { name: 'other', to: 'Other' })).branch).toBe('Other')
    expect((await must('renameBranch', { name: 'Other', to: 'Other/more' })).branch).toBe('Other/more')
  })
})

describe('deleting a branch', () => {
  test('is refused while it is current, checked out elsewhere, or has commits that would be lost', async () => {
    using folder = temporaryFolder()
    const { database, call, must, setSize, git } = await open(folder.path)
    await using _ = database
    await must('createBranch', { name: 'idea' })
    await setSize('b', 1, 'idea')
    git('worktree', 'add', '-q', join(folder.path, 'other'), '-b', 'elsewhere')
    expect(await call('deleteBranch', { name: 'main', force: true })).toEqual({ ok: false, failure: { kind: 'checked-out', branch: 'main' } })
    expect(await call('deleteBranch', { name: 'elsewhere', force: true })).toMatchObject({ failure: { kind: 'checked-out', worktree: 'other' } })
    const commit = git('rev-parse', 'idea')
    expect(await call('deleteBranch', { name: 'idea' })).toEqual({
      ok: false,
      failure: { kind: 'not-merged', branch: 'idea', into: 'main', commit, ahead: 1 },
    })
    expect(await must('deleteBranch', { name: 'idea', force: true })).toEqual({ branch: 'idea', commit })
    expect(await call('deleteBranch', { name: 'idea' })).toMatchObject({ failure: { kind: 'not-found' } })
  })

  test('is done when the current branch, or the one it follows, has its commits; its configuration goes too', async () => {
    using folder = temporaryFolder()
    const { database, must, setSize, git } = await open(folder.path)
    await using _ = database
    await must('createBranch', { name: 'merged' })
    await must('createBranch', { name: 'pushed' })
    await setSize('b', 1, 'pushed')
    git('config', 'remote.origin.url', 'nowhere')
    git('config', 'remote.origin.fetch', '+refs/heads/*:refs/remotes/origin/*')
    git('update-ref', 'refs/remotes/origin/pushed', 'pushed')
    git('branch', '-q', '--set-upstream-to=origin/pushed', 'pushed')
    expect((await must('listBranches', {})).branches.find(({ name }) => name === 'pushed')?.upstream).toBe('origin/pushed')
    await must('deleteBranch', { name: 'merged' })
    await must('deleteBranch', { name: 'pushed' })
    expect(git('config', '--list', '--local')).not.toContain('branch.pushed')
  })

  test('and making another of its name gives the other one, with nothing of the first', async () => {
    using folder = temporaryFolder()
    const { database, must, call, setSize, readSize } = await open(folder.path)
    await using _ = database
    await must('createBranch', { name: 'idea' })
    await setSize('a', 2, 'idea')
    await setSize('b', 2, 'idea')
    await must('deleteBranch', { name: 'idea', force: true })
    expect(await call('getRecord', { table: 'items', id: 'a', branch: 'idea' })).toMatchObject({ failure: { kind: 'not-found', what: 'branch' } })
    await must('createBranch', { name: 'idea' })
    expect(await readSize('a', 'idea')).toContain('1')
    expect((await must('countRecords', { table: 'items', branch: 'idea' })).count).toBe(1)
  })
})

describe('tags', () => {
  test('stand for a commit, annotated ones with who, when and why', async () => {
    using folder = temporaryFolder()
    const { database, must, call, git } = await open(folder.path)
    await using _ = database
    git('config', 'user.name', 'Ada')
    await must('createTag', { name: 'plain', at: 'main~1' })
    await must('createTag', { name: 'noted', message: 'as published\n\nat last' })
    git('tag', 'nested', 'noted', '-m', 'a tag on a tag')
    git('tag', 'tree', 'main^{tree}')
    const main = git('rev-parse', 'main')
    expect((await must('listTags', {})).tags).toMatchObject([
      { name: 'nested', commit: main, annotation: { message: 'a tag on a tag' } },
      { name: 'noted', commit: main, subject: 'insert items/a', annotation: { tagger: { name: 'Ada' }, message: 'as published\n\nat last' } },
      { name: 'plain', commit: git('rev-parse', 'main~1') },
      { name: 'tree', subject: '' },
    ])
    expect(git('cat-file', '-t', 'noted')).toBe('tag')
    expect((await must('countRecords', { table: 'items', at: 'noted' })).count).toBe(1)
    expect(await call('createTag', { name: 'noted' })).toMatchObject({ failure: { kind: 'already-exists', what: 'tag' } })
    expect(await call('createTag', { name: 'a..b' })).toMatchObject({ failure: { kind: 'invalid-input' } })
    expect(await call('createTag', { name: 'x', message: ' ' })).toMatchObject({ failure: { kind: 'invalid-input' } })
    expect((await must('deleteTag', { name: 'noted' })).object).toMatch(/^[0-9a-f]{40}$/)
    expect(await call('deleteTag', { name: 'noted' })).toMatchObject({ failure: { kind: 'not-found', what: 'tag' } })
    expect(git('fsck', '--strict')).toBe('')
  })
})

describe('a repository without a commit', () => {
  test('has no branch to list, to start from, or to tag; its HEAD can be renamed', async () => {
    using folder = temporaryFolder()
    runGit(folder.path, 'init', '-q', '-b', 'main')
    await using database = await openDatabaseAt(folder.path)
    const call = callLocal(database)
    expect(await call('listBranches', {})).toEqual({ ok: true, value: { branches: [] } })
    expect(await call('createBranch', { name: 'x' })).toMatchObject({ failure: { kind: 'not-found', what: 'commit' } })
    expect(await call('createTag', { name: 'x' })).toMatchObject({ failure: { kind: 'not-found', what: 'commit' } })
    expect(await call('switchBranch', { name: 'main' })).toMatchObject({ value: { branch: 'main', previous: 'main' } })
    expect(await call('deleteBranch', { name: 'main' })).toMatchObject({ failure: { kind: 'checked-out' } })
    expect(await call('renameBranch', { name: 'main', to: 'trunk' })).toEqual({ ok: true, value: { branch: 'trunk' } })
    expect(runGit(folder.path, 'symbolic-ref', 'HEAD')).toBe('refs/heads/trunk')
  })
})
