import { chmodSync, closeSync, existsSync, mkdirSync, openSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { emptyCatalogue } from '../../../domain/table/table.ts'
import type { FaultPoint } from '../../../infrastructure/git/fault-points.ts'
import { testTable } from './test-codecs.ts'
import {
  branch,
  catalogueAt,
  created,
  deleted,
  inserted,
  main,
  operation,
  readAll,
  recordsOf,
  TestRepository,
  updated,
  write,
} from './test-repository.ts'

const users = testTable('users')
const u1 = 'users/$records/u1.json'

const started = async (onPoint?: (point: FaultPoint) => void) => {
  const repository = new TestRepository('bare')
  const store = await repository.open(onPoint === undefined ? {} : { onPoint })
  await write(store, [[created(users), inserted('users', 'u1', { a: 1 })]])
  return { repository, store }
}

const packFiles = (repository: TestRepository, ending: string): readonly string[] =>
  readdirSync(join(repository.path, 'objects/pack')).filter((name) => name.endsWith(ending))

describe('other writers of the same repository', () => {
  test('a foreign reset between decision and commit point is a lost race, and stays', async () => {
    const { repository, store } = await started()
    await using _ = repository
    const first = store.readHead(main)
    await write(store, [[updated('users', 'u1', { a: 2 })]])
    const head = store.readHead(main)
    const batch = store.openBatch(main, head, await catalogueAt(store, head))
    await batch.stage(operation(), [updated('users', 'u1', { a: 3 })], [])
    repository.git('update-ref', 'refs/heads/main', first ?? '')
    expect(await batch.commit()).toEqual({ status: 'lost-race' })
    expect(store.readHead(main)).toBe(first)
    expect((await write(store, [[updated('users', 'u1', { a: 4 })]])).status).toBe('committed')
    expect(recordsOf(await readAll(store, store.readHead(main)))['users/u1']?.fields).toEqual({ a: 4 })
  })

  test('a branch that somebody deleted is not made again', async () => {
    const { repository, store } = await started()
    await using _ = repository
    const head = store.readHead(main)
    const batch = store.openBatch(main, head, await catalogueAt(store, head))
    await batch.stage(operation(), [updated('users', 'u1', { a: 3 })], [])
    repository.git('update-ref', '-d', 'refs/heads/main')
    expect(await batch.commit()).toEqual({ status: 'lost-race' })
    expect(store.readHead(main)).toBeUndefined()
  })

  test('a branch that somebody made first is a lost race', async () => {
    await using repository = new TestRepository('bare')
    const store = await repository.open()
    const batch = store.openBatch(main, undefined, emptyCatalogue)
    await batch.stage(operation(), [created(users)], [])
    const foreign = repository.commitForeign({ 'README.md': 'first' })
    expect(await batch.commit()).toEqual({ status: 'lost-race' })
    expect(store.readHead(main)).toBe(foreign)
  })

  test.each(['before-objects', 'objects-durable', 'before-ref'] as const)('a foreign push at "%s" is never lost', async (moment) => {
    let push: (() => void) | undefined
    const { repository, store } = await started((point) => {
      if (point === moment) push?.()
    })
    await using _ = repository
    let foreign = ''
    push = () => {
      push = undefined
      foreign = repository.commitForeign({ [u1]: '{"a":"foreign"}' })
    }
    expect(await write(store, [[updated('users', 'u1', { a: 3 })]])).toEqual({ status: 'lost-race' })
    expect(store.readHead(main)).toBe(foreign)
    expect((await write(store, [[updated('users', 'u1', { a: 4 })]])).status).toBe('committed')
    expect(repository.git('rev-parse', 'main~1')).toBe(foreign)
  })

  test('two branches take turns, each with its own files', async () => {
    const { repository, store } = await started()
    await using _ = repository
    const side = branch('topic/side')
    repository.git('branch', side, 'main')
    for (let n = 0; n < 3; n++) {
      await write(store, [[updated('users', 'u1', { main: n })], [inserted('users', `m${n}`, {})]])
      await write(store, [[updated('users', 'u1', { side: n })], [inserted('users', `s${n}`, {})]], { branch: side })
    }
    expect(Object.keys(recordsOf(await readAll(store, store.readHead(main))))).toEqual(['users/m0', 'users/m1', 'users/m2', 'users/u1'])
    const records = recordsOf(await readAll(store, store.readHead(side)))
    expect(Object.keys(records)).toEqual(['users/s0', 'users/s1', 'users/s2', 'users/u1'])
    expect(records['users/u1']?.fields).toEqual({ side: 2 })
  })

  test('a leftover lock on the branch is reported and not removed', async () => {
    const { repository, store } = await started()
    await using _ = repository
    const lock = join(repository.path, 'refs/heads/main.lock')
    writeFileSync(lock, '')
    const head = store.readHead(main)
    const result = await write(store, [[updated('users', 'u1', { a: 3 })]])
    expect(result).toMatchObject({ status: 'unavailable', why: expect.stringContaining('main.lock') })
    expect(existsSync(lock)).toBe(true)
    expect(store.readHead(main)).toBe(head)
    rmSync(lock)
    expect((await write(store, [[updated('users', 'u1', { a: 3 })]])).status).toBe('committed')
  })

  test('a folder of ours that cannot be made is reported, and nothing is written', async () => {
    await using repository = new TestRepository('bare')
    symlinkSync(join(repository.top, 'nowhere/at/all'), join(repository.path, 'ingitdb'))
    const store = await repository.open()
    expect(await write(store, [[created(users)]])).toMatchObject({ status: 'unavailable', why: expect.stringContaining('ingitdb') })
    expect(store.readHead(main)).toBeUndefined()
  })

  test('a branch reads the same loose, packed, and written again after packing', async () => {
    const { repository, store } = await started()
    await using _ = repository
    const head = store.readHead(main)
    repository.git('pack-refs', '--all')
    expect(store.readHead(main)).toBe(head)
    await write(store, [[updated('users', 'u1', { a: 3 })]])
    expect(store.readHead(main)).toBe(repository.git('rev-parse', 'main'))
    expect(store.readHead(main)).not.toBe(head)
    repository.git('update-ref', '-d', 'refs/heads/main')
    expect(store.readHead(main)).toBeUndefined()
  })
})

describe('the packs of the writer', () => {
  test('are protected only while the process runs', async () => {
    const { repository, store } = await started()
    await using _ = repository
    expect(packFiles(repository, '.keep')).toHaveLength(1)
    await store.close()
    expect(packFiles(repository, '.keep')).toHaveLength(0)
    expect(repository.git('for-each-ref', 'refs/ingitdb')).toBe('')
  })

  test('are let go after fifty groups', async () => {
    const { repository, store } = await started()
    await using _ = repository
    const catalogue = await catalogueAt(store, store.readHead(main))
    for (let n = 0; n < 60; n++) {
      const batch = store.openBatch(main, store.readHead(main), catalogue)
      await batch.stage(operation(), [updated('users', 'u1', { n })], [])
      await batch.commit()
    }
    expect(packFiles(repository, '.keep').length).toBeLessThanOrEqual(50)
    await store.close()
    expect(repository.git('rev-list', '--count', 'main')).toBe('61')
    expect(repository.git('fsck', '--strict', '--no-dangling')).toBe('')
  })

  test('of a killed writer are swept, with its scratch ref, and those of strangers are not', async () => {
    const { repository, store } = await started()
    await using _ = repository
    const stranger = join(repository.path, 'objects/pack/pack-0000000000000000000000000000000000000000.keep')
    writeFileSync(stranger, 'kept by hand')
    const owners = join(repository.path, 'ingitdb/writers')
    const [owner = ''] = readdirSync(owners)
    process.kill(Number(owner.split('-')[1]), 'SIGKILL')
    const next = await repository.open()
    await expect.poll(() => existsSync(`/proc/${owner.split('-')[1]}`)).toBe(false)
    expect(packFiles(repository, '.keep')).toHaveLength(2)
    await write(next, [[updated('users', 'u1', { a: 2 })]])
    expect(readdirSync(owners)).not.toContain(owner)
    expect(existsSync(stranger)).toBe(true)
    await next.close()
    await store.close()
    expect(packFiles(repository, '.keep')).toHaveLength(1)
    expect(repository.git('for-each-ref', 'refs/ingitdb')).toBe('')
  })

  test('of a killed writer are swept, but not the temporary pack that a fetch is still writing', async () => {
    const { repository, store } = await started()
    await using _ = repository
    const owners = join(repository.path, 'ingitdb/writers')
    const [owner = ''] = readdirSync(owners)
    process.kill(Number(owner.split('-')[1]), 'SIGKILL')
    const [left, fetched] = ['tmp_pack_left', 'tmp_pack_fetched'].map((name) => join(repository.path, 'objects/pack', name)) as [string, string]
    writeFileSync(left, 'PACK')
    const fetching = openSync(fetched, 'w')
    const next = await repository.open()
    await expect.poll(() => existsSync(`/proc/${owner.split('-')[1]}`)).toBe(false)
    await write(next, [[updated('users', 'u1', { a: 2 })]])
    expect([existsSync(left), existsSync(fetched)]).toEqual([false, true])
    closeSync(fetching)
    await next.close()
    await store.close()
  })

  test('survive a foreign gc that prunes at once, under the feet of the writer', async () => {
    const { repository, store } = await started()
    await using _ = repository
    for (let n = 0; n < 5; n++) {
      repository.git('reflog', 'expire', '--expire=now', '--all')
      repository.git('gc', '-q', '--prune=now')
      expect((await write(store, [[updated('users', 'u1', { n })], [inserted('users', `g${n}`, { n })]])).status).toBe('committed')
    }
    expect(repository.git('fsck', '--strict', '--no-dangling')).toBe('')
    expect(repository.git('rev-list', '--count', 'main')).toBe('11')
  })

  test('are written again once when the writing process dies', async () => {
    let kill: (() => void) | undefined
    const { repository, store } = await started((point) => {
      if (point === 'before-objects') kill?.()
    })
    await using _ = repository
    const [owner = ''] = readdirSync(join(repository.path, 'ingitdb/writers'))
    kill = () => {
      kill = undefined
      process.kill(Number(owner.split('-')[1]), 'SIGKILL')
    }
    expect((await write(store, [[updated('users', 'u1', { a: 7 })]])).status).toBe('committed')
    expect(JSON.parse(repository.git('show', `main:${u1}`))).toEqual({ a: 7 })
  })
})

describe('a hostile repository', () => {
  test('does not get its hooks run', async () => {
    await using repository = new TestRepository('ordinary')
    const proof = join(repository.top, 'proof')
    for (const hook of [
      'post-commit',
      'pre-commit',
      'reference-transaction',
      'post-checkout',
      'post-index-change',
      'fsmonitor-watchman',
      'post-update',
    ]) {
      const file = join(repository.path, '.git/hooks', hook)
      mkdirSync(join(repository.path, '.git/hooks'), { recursive: true })
      writeFileSync(file, `#!/bin/sh\ntouch ${proof}\nexit 1\n`)
      chmodSync(file, 0o755)
    }
    const store = await repository.open()
    expect((await write(store, [[created(users), inserted('users', 'u1', {})], [updated('users', 'u1', { a: 1 })]])).status).toBe('committed')
    expect(existsSync(proof)).toBe(false)
  })

  test('does not get programs of its configuration run, also of an included file', async () => {
    await using repository = new TestRepository('ordinary')
    const proof = join(repository.top, 'proof')
    const run = `touch ${proof}; cat`
    repository.write('.gitattributes', '*.json filter=evil diff=evil merge=evil\n')
    repository.git('add', '-A')
    repository.git('commit', '-q', '-m', 'attributes')
    writeFileSync(
      join(repository.path, '.git', 'more'),
      `[filter "evil"]\n\tsmudge = "${run}"\n\trequired = true\n[diff "evil"]\n\ttextconv = "touch ${proof}"\n`,
    )
    for (const [name, value] of [
      ['include.path', 'more'],
      ['filter.evil.clean', run],
      ['filter.evil.smudge', run],
      ['filter.evil.process', run],
      ['filter.evil.required', 'true'],
      ['core.fsmonitor', `touch ${proof}`],
      ['core.hooksPath', '/nowhere'],
      ['core.sshCommand', `touch ${proof}`],
      ['core.alternateRefsCommand', `touch ${proof}`],
      ['core.pager', `touch ${proof}`],
      ['diff.external', `touch ${proof}`],
      ['credential.helper', `!touch ${proof}`],
      ['gc.auto', '1'],
    ] as const)
      repository.git('config', name, value)
    const store = await repository.open()
    expect((await write(store, [[created(users), inserted('users', 'u1', { a: 1 })], [updated('users', 'u1', { a: 2 })]])).status).toBe('committed')
    expect((await write(store, [[updated('users', 'u1', { a: 3 })]])).status).toBe('committed')
    expect(JSON.parse(repository.read(u1))).toEqual({ a: 3 })
    expect(await store.resolveRevision('main')).toBe(store.readHead(main))
    expect(await readAll(store, store.readHead(main))).toHaveLength(4)
    expect(existsSync(proof)).toBe(false)
  })

  test('gets no option through a revision', async () => {
    const { repository, store } = await started()
    await using _ = repository
    const proof = join(repository.top, 'proof')
    for (const text of [`--output=${proof}`, '--upload-pack=touch', '-h', '', 'main\0', 'no-such', 'main^{tree}', '--all'])
      expect(await store.resolveRevision(text)).toBeUndefined()
    expect(await store.resolveRevision('main~0')).toBe(store.readHead(main))
    expect(existsSync(proof)).toBe(false)
  })

  test("does not get a symbolic link at a record's path read or written", async () => {
    const { repository, store } = await started()
    await using _ = repository
    repository.commitForeign({ 'users/$records/link.json': '/etc/passwd' }, 'main', '120000')
    const commits = await readAll(store, store.readHead(main))
    expect(commits.at(-1)?.observations).toMatchObject([
      { type: 'RecordFileRead', key: 'link', record: undefined, problem: { message: expect.stringContaining('symbolic link') } },
    ])
    const batch = store.openBatch(main, store.readHead(main), await catalogueAt(store, store.readHead(main)))
    expect(await batch.stage(operation(), [inserted('users', 'link', {})], [])).toMatchObject({ ok: false, failure: { kind: 'unsupported' } })
  })

  test('keeps a committed file that is where a directory is needed', async () => {
    await using repository = new TestRepository('bare')
    const store = await repository.open()
    await write(store, [[created(users)]])
    repository.commitForeign({ 'users/$records': 'a file', plans: 'a file' })
    const head = store.readHead(main)
    const batch = store.openBatch(main, head, await catalogueAt(store, head))
    expect(await batch.stage(operation(), [inserted('users', 'u1', {})], [])).toMatchObject({
      ok: false,
      failure: { kind: 'invalid-database', issues: [{ file: 'users/$records' }] },
    })
    expect(await batch.stage(operation(), [created(testTable('plans'))], [])).toMatchObject({
      ok: false,
      failure: { kind: 'invalid-database', issues: [{ file: 'plans' }] },
    })
  })

  test('is told apart by its own environment only', async () => {
    const { repository, store } = await started()
    await using _ = repository
    process.env.GIT_DIR = '/nowhere'
    process.env.GIT_INDEX_FILE = '/nowhere/index'
    try {
      expect((await write(await repository.open(), [[updated('users', 'u1', { a: 5 })]])).status).toBe('committed')
      expect(await store.resolveRevision('main')).toBe(store.readHead(main))
    } finally {
      delete process.env.GIT_DIR
      delete process.env.GIT_INDEX_FILE
    }
  })
})

describe('what a commit looks like', () => {
  test('user text cannot add a trailer, break the author line, or end up in an option', async () => {
    const { repository, store } = await started()
    await using _ = repository
    const batch = store.openBatch(main, store.readHead(main), await catalogueAt(store, store.readHead(main)))
    const actor = { name: 'Eve <x>\nauthor Root', email: 'e@x>\n\nevil' }
    await batch.stage(
      operation({ actor, message: '--amend\n\nIngitdb-Request: forged' }),
      [updated('users', 'u1', { a: 2 })],
      [{ name: 'Ingitdb-Request', value: 'r1\nIngitdb-Actor: forged' }],
    )
    const result = await batch.commit()
    const [info] = result.status === 'committed' ? result.commits : []
    expect(info?.message).toBe('--amend Ingitdb-Request: forged\n\nIngitdb-Request: r1 Ingitdb-Actor: forged\n')
    expect(repository.git('log', '-1', '--format=%an|%ae')).toBe('Eve x author Root|e@x evil')
    const last = (await readAll(store, store.readHead(main))).at(-1)
    expect(last?.commit).toEqual(info)
    expect(repository.git('fsck', '--strict', '--no-dangling')).toBe('')
  })

  test('the mode of an existing file stays', async () => {
    const { repository, store } = await started()
    await using _ = repository
    repository.commitForeign({ [u1]: '{"a":1}' }, 'main', '100755')
    await write(store, [[updated('users', 'u1', { a: 2 })]])
    expect(repository.git('ls-tree', 'main', u1)).toContain('100755')
  })

  test('an executable, a quoted and a Unicode path come through', async () => {
    const { repository, store } = await started()
    await using _ = repository
    const names = ['with space', 'quote"d', 'žluťoučký', '日本', 'tab-free', "o'brien", '💚']
    await write(store, [names.map((name) => inserted('users', name, { name }))])
    await write(store, [[...names.slice(1).map((name) => updated('users', name, { name, n: 2 })), deleted('users', 'with space')]])
    const records = recordsOf(await readAll(store, store.readHead(main)))
    for (const name of names.slice(1)) expect(records[`users/${name}`]?.fields).toEqual({ name, n: 2 })
    expect(repository.git('fsck', '--strict', '--no-dangling')).toBe('')
  })

  test('a bare repository gets a reflog for its branches', async () => {
    const { repository } = await started()
    await using _ = repository
    expect(repository.git('reflog', 'main')).toContain('ingitdb')
    expect(existsSync(join(repository.path, 'logs/refs/ingitdb'))).toBe(false)
  })
})

test('times of files do not matter to a sweep while no writer is dead', async () => {
  const { repository } = await started()
  await using _ = repository
  const [keep = ''] = packFiles(repository, '.keep')
  utimesSync(join(repository.path, 'objects/pack', keep), 0, 0)
  await write(await repository.open(), [[updated('users', 'u1', { a: 2 })]])
  expect(packFiles(repository, '.keep')).toContain(keep)
})
