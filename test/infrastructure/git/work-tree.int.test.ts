import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { FaultPoint } from '../../../infrastructure/git/fault-points.ts'
import { testTable } from './test-codecs.ts'
import { branch, created, deleted, dropped, inserted, main, readAll, recordsOf, TestRepository, updated, write } from './test-repository.ts'

const users = testTable('users')
const u1 = 'users/$records/u1.json'
const u2 = 'users/$records/u2.json'
const clean = ''

const started = async () => {
  const repository = new TestRepository('ordinary')
  const store = await repository.open()
  await write(store, [[created(users), inserted('users', 'u1', { a: 1 }), inserted('users', 'u2', { a: 2 })]])
  return { repository, store }
}

describe('the work tree of the checked-out branch', () => {
  test('follows inserts, updates, deletes and dropped tables', async () => {
    const { repository, store } = await started()
    await using _ = repository
    expect(repository.git('status', '--porcelain')).toBe(clean)
    await write(store, [[updated('users', 'u1', { a: 3 }), deleted('users', 'u2')], [inserted('users', 'u3', {})]])
    expect(repository.git('status', '--porcelain')).toBe(clean)
    expect(JSON.parse(repository.read(u1))).toEqual({ a: 3 })
    expect(existsSync(join(repository.path, u2))).toBe(false)
    await write(store, [[dropped('users')]])
    expect(repository.git('status', '--porcelain')).toBe(clean)
    expect(existsSync(join(repository.path, 'users'))).toBe(false)
    expect(store.readWorkTreeState().isBehind).toBe(false)
  })

  test('keeps files that the user has edited: writing those records is refused, others go on', async () => {
    const { repository, store } = await started()
    await using _ = repository
    repository.write(u1, '{"mine": true}')
    const head = store.readHead(main)
    const refused = await write(store, [[updated('users', 'u2', { a: 9 })], [updated('users', 'u1', { a: 9 })]])
    expect(refused).toEqual({ status: 'uncommitted-changes', rejected: new Map([[1, [u1]]]) })
    expect(store.readHead(main)).toBe(head)
    expect((await write(store, [[updated('users', 'u2', { a: 9 })]])).status).toBe('committed')
    expect(repository.read(u1)).toBe('{"mine": true}')
    expect(repository.git('status', '--porcelain')).toBe(`M ${u1}`)
  })

  test('keeps what the user has staged', async () => {
    const { repository, store } = await started()
    await using _ = repository
    repository.write(u1, '{"mine": true}')
    repository.git('add', u1)
    expect(await write(store, [[updated('users', 'u1', { a: 9 })]])).toEqual({ status: 'uncommitted-changes', rejected: new Map([[0, [u1]]]) })
    repository.git('rm', '-q', '--cached', u2)
    expect(await write(store, [[updated('users', 'u2', { a: 9 })]])).toEqual({ status: 'uncommitted-changes', rejected: new Map([[0, [u2]]]) })
  })

  test('never overwrites an untracked file at the path of a new record', async () => {
    const { repository, store } = await started()
    await using _ = repository
    repository.write('users/$records/u3.json', 'notes of my own')
    const result = await write(store, [[inserted('users', 'u3', { a: 9 })]])
    expect(result).toEqual({ status: 'uncommitted-changes', rejected: new Map([[0, ['users/$records/u3.json']]]) })
    expect(repository.read('users/$records/u3.json')).toBe('notes of my own')
  })

  test("with force takes only our change into the commit and leaves the user's edit in the file", async () => {
    const { repository, store } = await started()
    await using _ = repository
    repository.write(u1, '{"mine": true}')
    repository.write(u2, '{"staged": true}')
    repository.git('add', u2)
    const result = await write(store, [[updated('users', 'u1', { a: 9 }), updated('users', 'u2', { a: 9 }), inserted('users', 'u3', {})]], {
      force: true,
    })
    expect(result.status).toBe('committed')
    expect(JSON.parse(repository.git('show', `main:${u1}`))).toEqual({ a: 9 })
    expect(repository.read(u1)).toBe('{"mine": true}')
    expect(repository.read(u2)).toBe('{"staged": true}')
    expect(
      repository
        .git('status', '--porcelain')
        .split('\n')
        .map((line) => line.trim()),
    ).toEqual([`M ${u1}`, `M  ${u2}`])
    expect(store.readWorkTreeState().isBehind).toBe(false)
  })

  test('a file whose times changed but not its content is clean', async () => {
    const { repository, store } = await started()
    await using _ = repository
    repository.write(u1, repository.read(u1))
    expect((await write(store, [[updated('users', 'u1', { a: 9 })]])).status).toBe('committed')
    expect(repository.git('status', '--porcelain')).toBe(clean)
  })

  test('is not written through a directory that became a symbolic link', async () => {
    const { repository, store } = await started()
    await using _ = repository
    const outside = join(repository.top, 'outside')
    mkdirSync(outside)
    rmSync(join(repository.path, 'users'), { recursive: true })
    symlinkSync(outside, join(repository.path, 'users'))
    const result = await write(store, [[inserted('users', 'u3', {})]])
    expect(result.status).toBe('uncommitted-changes')
    expect(existsSync(join(outside, '$records'))).toBe(false)
  })

  test("is not written under another program's index.lock: nothing is committed, and the lock stays", async () => {
    const { repository, store } = await started()
    await using _ = repository
    const lock = join(repository.path, '.git', 'index.lock')
    writeFileSync(lock, '')
    const head = store.readHead(main)
    const changes = [updated('users', 'u1', { a: 9 }), inserted('users', 'u3', { a: 3 }), deleted('users', 'u2')]
    expect(await write(store, [changes])).toEqual({ status: 'unavailable', why: expect.stringContaining('index.lock is held') })
    expect([store.readHead(main), existsSync(lock), store.readWorkTreeState().isBehind]).toEqual([head, true, false])
    rmSync(lock)
    expect((await write(store, [changes])).status).toBe('committed')
    expect(repository.git('status', '--porcelain')).toBe(clean)
    expect(Object.keys(recordsOf(await readAll(store, store.readHead(main))))).toEqual(['users/u1', 'users/u3'])
  })

  test('waits for an index.lock that is held for a moment', async () => {
    const { repository, store } = await started()
    await using _ = repository
    const lock = join(repository.path, '.git', 'index.lock')
    writeFileSync(lock, '')
    const writing = write(store, [[updated('users', 'u1', { a: 9 })]])
    setTimeout(() => rmSync(lock), 100)
    expect((await writing).status).toBe('committed')
    expect(repository.git('status', '--porcelain')).toBe(clean)
  })

  test('keeps acknowledged writes in the branch, whenever the user commits', async () => {
    const moments = ['index-locked', 'before-ref', 'ref-prepared', 'index-entered', 'ref-moved', 'before-work-tree', 'files-followed'] as const
    await using repository = new TestRepository('ordinary')
    let commit: (() => void) | undefined
    const store = await repository.open({ onPoint: (point) => point === moment && commit?.() })
    let moment: FaultPoint | undefined
    await write(store, [[created(users)]])
    for (const [n, at] of moments.entries()) {
      moment = at
      const mine = 'notes.txt'
      commit = () => {
        repository.write(mine, String(n))
        expect(() => repository.git('add', mine)).toThrow('index.lock')
        expect(() => repository.git('commit', '-q', '-a', '-m', 'mine')).toThrow('index.lock')
      }
      expect((await write(store, [[inserted('users', `r${n}`, { n })]])).status).toBe('committed')
      commit = undefined
      repository.git('add', mine)
      repository.git('commit', '-q', '-m', 'mine')
      expect(repository.git('status', '--porcelain')).toBe(clean)
    }
    expect(Object.keys(recordsOf(await readAll(store, store.readHead(main))))).toEqual(moments.map((_, n) => `users/r${n}`))
  })

  test('gets its index back when the branch turns out to be locked or moved', async () => {
    await using repository = new TestRepository('ordinary')
    let atEntered: (() => void) | undefined
    const store = await repository.open({ onPoint: (point) => point === 'index-entered' && atEntered?.() })
    await write(store, [[created(users), inserted('users', 'u1', { a: 1 })]])
    atEntered = () => {
      throw new Error('stop here')
    }
    await expect(write(store, [[updated('users', 'u1', { a: 2 })]])).rejects.toThrow('stop here')
    atEntered = undefined
    expect(repository.git('status', '--porcelain')).toBe(clean)
    expect(existsSync(join(repository.path, '.git/index.lock'))).toBe(false)
    writeFileSync(join(repository.path, '.git/refs/heads/main.lock'), '')
    expect((await write(store, [[updated('users', 'u1', { a: 2 })]])).status).toBe('unavailable')
    rmSync(join(repository.path, '.git/refs/heads/main.lock'))
    expect(repository.git('status', '--porcelain')).toBe(clean)
    expect((await write(store, [[updated('users', 'u1', { a: 3 })]])).status).toBe('committed')
    expect(repository.git('status', '--porcelain')).toBe(clean)
  })

  test('that is behind keeps an edit that the user makes in the meantime, and remembers what it was edited from', async () => {
    await using repository = new TestRepository('ordinary')
    let stop = false
    const store = await repository.open({
      onPoint: (point) => {
        if (stop && point === 'before-work-tree') throw new Error('stop here')
      },
    })
    await write(store, [[created(users), inserted('users', 'u1', { a: 1 }), inserted('users', 'u2', { a: 2 })]])
    stop = true
    await expect(write(store, [[updated('users', 'u1', { a: 9 }), updated('users', 'u2', { a: 9 })]])).rejects.toThrow('stop here')
    stop = false
    expect(store.readWorkTreeState().isBehind).toBe(true)
    repository.write(u1, '{"mine": true}')
    await store.repairWorkTree()
    expect(repository.read(u1)).toBe('{"mine": true}')
    expect(JSON.parse(repository.read(u2))).toEqual({ a: 9 })
    expect(repository.git('status', '--porcelain')).toBe(`M ${u1}`)
    expect(repository.git('diff', '--cached', '--name-only')).toBe('')
    expect(store.readWorkTreeState().isBehind).toBe(true)
    repository.git('checkout', '-q', '--', u1)
    expect((await store.repairWorkTree()).isBehind).toBe(false)
  })

  test.each(['--skip-worktree', '--assume-unchanged'])('keeps an edit that git was told not to look at (%s)', async (bit) => {
    const { repository, store } = await started()
    await using _ = repository
    repository.git('update-index', bit, u1, u2)
    repository.write(u1, '{"mine": true}')
    rmSync(join(repository.path, u2))
    expect(await write(store, [[updated('users', 'u1', { a: 9 })]])).toEqual({ status: 'uncommitted-changes', rejected: new Map([[0, [u1]]]) })
    expect((await write(store, [[updated('users', 'u2', { a: 9 })]])).status).toBe('committed')
    expect([repository.read(u1), existsSync(join(repository.path, u2))]).toEqual(['{"mine": true}', false])
    expect(repository.git('status', '--porcelain')).toBe(clean)
  })

  test('follows under a lock on packed refs that somebody left, and the marker goes later', async () => {
    const { repository, store } = await started()
    await using _ = repository
    const lock = join(repository.path, '.git/packed-refs.lock')
    writeFileSync(lock, '')
    for (const a of [7, 8]) expect((await write(store, [[updated('users', 'u1', { a })]])).status).toBe('committed')
    expect([repository.git('status', '--porcelain'), store.readWorkTreeState().isBehind]).toEqual([clean, true])
    rmSync(lock)
    expect((await store.repairWorkTree()).isBehind).toBe(false)
  })

  test('that is behind takes any version since for its own', async () => {
    const { repository, store } = await started()
    await using _ = repository
    const first = repository.git('rev-parse', 'HEAD')
    for (const a of [7, 8]) await write(store, [[updated('users', 'u1', { a })]])
    repository.git('checkout', '-q', 'HEAD~1', '--', u1)
    repository.git('update-ref', 'refs/ingitdb/worktree', first)
    expect((await store.repairWorkTree()).isBehind).toBe(false)
    expect(JSON.parse(repository.read(u1))).toEqual({ a: 8 })
    expect(repository.git('status', '--porcelain')).toBe(clean)
  })

  test('of a detached HEAD, or of another branch, is left alone', async () => {
    const { repository, store } = await started()
    await using _ = repository
    repository.git('checkout', '-q', '--detach')
    expect(store.readCurrentBranch()).toBeUndefined()
    expect((await write(store, [[updated('users', 'u1', { a: 9 })]])).status).toBe('committed')
    expect(JSON.parse(repository.read(u1))).toEqual({ a: 1 })
    repository.git('checkout', '-q', '-b', 'side')
    expect((await write(store, [[updated('users', 'u1', { a: 10 })]])).status).toBe('committed')
    expect(repository.git('status', '--porcelain')).toBe(clean)
  })

  test('follows in a linked worktree, opened there or elsewhere', async () => {
    const { repository, store } = await started()
    await using _ = repository
    const side = branch('side')
    const linked = join(repository.top, 'linked')
    repository.git('worktree', 'add', '-q', '-b', 'side', linked)
    const there = await repository.open({}, linked)
    expect(there.readCurrentBranch()).toBe('side')
    await write(there, [[updated('users', 'u1', { a: 5 })]], { branch: side })
    expect(repository.gitIn(linked, 'status', '--porcelain')).toBe(clean)
    await write(store, [[updated('users', 'u2', { a: 6 })]], { branch: side })
    expect(repository.gitIn(linked, 'status', '--porcelain')).toBe(clean)
    expect(repository.git('status', '--porcelain')).toBe(clean)
    await write(there, [[updated('users', 'u2', { a: 7 })]])
    expect(JSON.parse(repository.read(u2))).toEqual({ a: 7 })
    expect(store.readWorkTreeState().isBehind || there.readWorkTreeState().isBehind).toBe(false)
  })
})
