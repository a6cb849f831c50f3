import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CallOperation } from '../../api/contract/operations.ts'
import type { Database, WriteRequest } from '../../api/database.ts'
import { callLocal, initLocal, openLocal } from '../../api/local.ts'
import type { Command, OperationResult } from '../../domain/event-sourcing/operation.ts'
import type { JsonObject } from '../../domain/json.ts'
import type { Result } from '../../domain/result.ts'
import type { FaultPoint } from '../../infrastructure/git/fault-points.ts'
import { commitForeign } from '../support/commit-foreign.ts'
import { idOf, keyOf } from '../support/given-records.ts'
import { branchOf } from '../support/memory-write-ports.ts'
import { runGit, type TemporaryFolder, temporaryFolder } from '../support/temporary-repository.ts'

const ada = { name: 'Ada', email: 'ada@example.org' }
const bob = { name: 'Bob', email: 'bob@example.org' }

let templates: TemporaryFolder

/** Users u1 and u2, and an empty table of orders, each of which names a user. */
beforeAll(async () => {
  templates = temporaryFolder()
  const path = join(templates.path, 'db')
  await initLocal(path)
  await using database = await open(path)
  const call = callLocal(database)
  const name = { name: 'name', type: 'string' }
  expect(await call('createTable', { table: 'users', columns: [name], recordFormat: 'json' })).toMatchObject({ ok: true })
  const user = { name: 'user', type: 'string', foreignKey: 'users' }
  expect(await call('createTable', { table: 'orders', columns: [name, user], recordFormat: 'json' })).toMatchObject({ ok: true })
  expect(await call('insertRecords', { table: 'users', records: [{ $id: 'u1', name: 'One' }] })).toMatchObject({ ok: true })
  expect(await call('insertRecords', { table: 'users', records: [{ $id: 'u2', name: 'Two' }] })).toMatchObject({ ok: true })
})

afterAll(() => templates[Symbol.dispose]())

const open = async (path: string, onPoint?: (point: string) => void): Promise<Database> => {
  const opened = await openLocal(path, onPoint && { onPoint })
  if (!opened.ok) throw new Error(JSON.stringify(opened.failure))
  return opened.value
}

/** A database of its own for a test, and somebody else who can act in the middle of its writes. */
class Scene implements AsyncDisposable {
  readonly path: string
  readonly #folder = temporaryFolder()
  readonly #acts: { readonly point: FaultPoint; readonly act: () => void }[] = []
  #database: Database | undefined

  constructor(kind: 'bare' | 'ordinary') {
    this.path = join(this.#folder.path, kind === 'bare' ? 'db.git' : 'db')
    runGit(templates.path, 'clone', '-q', ...(kind === 'bare' ? ['--bare'] : []), join(templates.path, 'db'), this.path)
  }

  async open(): Promise<Database> {
    this.#database = await open(this.path, (point) => {
      const next = this.#acts.findIndex((planned) => planned.point === point)
      if (next >= 0) for (const { act } of this.#acts.splice(next, 1)) act()
    })
    return this.#database
  }

  async reopen(): Promise<Database> {
    await this.#database?.[Symbol.asyncDispose]()
    return this.open()
  }

  /** Somebody acts at this moment of the next write that comes to it; planned more than once: of the one after it, too. */
  plan(point: FaultPoint, act: () => void): void {
    this.#acts.push({ point, act })
  }

  /** Plans that remain: a test has seen what it wanted to see only when there are none. */
  get unused(): number {
    return this.#acts.length
  }

  git(...args: readonly string[]): string {
    return runGit(this.path, ...args)
  }

  /** First-parent line, newest first. */
  line(branch = 'main'): readonly string[] {
    return this.git('rev-list', '--first-parent', branch).split('\n')
  }

  push(files: Readonly<Record<string, string | null>>, branch?: string): string {
    return commitForeign(this.path, files, branch)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#database?.[Symbol.asyncDispose]()
    this.#folder[Symbol.dispose]()
  }
}

const fileOf = (table: string, key: string): string => `${table}/$records/${key}.json`

const insert = (table: string, key: string, fields: JsonObject = {}): Command => ({
  type: 'InsertRecords',
  table: idOf(table),
  records: [{ key: keyOf(key), fields }],
})
const patch = (table: string, key: string, fields: JsonObject): Command => ({
  type: 'PatchRecord',
  table: idOf(table),
  key: keyOf(key),
  patch: fields,
})
const remove = (table: string, key: string): Command => ({ type: 'DeleteRecord', table: idOf(table), key: keyOf(key) })

const commitOf = (result: Result<OperationResult>): string => {
  if (!result.ok) throw new Error(JSON.stringify(result.failure))
  return result.value.commit
}

const readJson = async (call: CallOperation, table: string, id: string): Promise<unknown> => {
  const read = await call('getRecord', { table, id })
  return read.ok ? JSON.parse(read.value.json) : read.failure.kind
}

const revisionOf = async (call: CallOperation, table: string, id: string): Promise<string> => {
  const read = await call('getRecord', { table, id })
  if (!read.ok) throw new Error(JSON.stringify(read.failure))
  return read.value.revision
}

/** What anybody may expect of a repository, whatever was done to it. */
const expectSound = (scene: Scene): void => {
  expect(scene.unused).toBe(0)
  expect(scene.git('fsck', '--strict', '--no-dangling')).toBe('')
}

describe('a branch that somebody moves between decision and commit point', () => {
  test.each(['before-objects', 'objects-durable', 'before-ref'] as const)(
    'by a push at %s: the write is decided again on the new head, and both are in history',
    async (point) => {
      await using scene = new Scene('bare')
      const call = callLocal(await scene.open())
      const before = scene.line()
      let foreign = ''
      scene.plan(point, () => {
        foreign = scene.push({ [fileOf('users', 'f1')]: '{"name":"Foreign"}\n' })
      })
      const written = await call('patchRecord', { table: 'users', id: 'u1', patch: { name: 'Ours' } })
      expect(written).toMatchObject({ ok: true, value: { changes: [{ operation: 'update', id: 'u1' }], repeated: false } })
      expect(scene.line()).toEqual([written.ok && written.value.commit, foreign, ...before])
      expect(await readJson(call, 'users', 'f1')).toEqual({ $id: 'f1', name: 'Foreign' })
      expect(await readJson(call, 'users', 'u1')).toEqual({ $id: 'u1', name: 'Ours' })
      expectSound(scene)
    },
  )

  test('by a push to the branch that is checked out: our file follows, theirs is where the push left it', async () => {
    await using scene = new Scene('ordinary')
    const call = callLocal(await scene.open())
    const before = scene.line()
    scene.plan('before-ref', () => scene.push({ [fileOf('users', 'f1')]: '{"name":"Foreign"}\n' }))
    expect(await call('patchRecord', { table: 'users', id: 'u1', patch: { name: 'Ours' } })).toMatchObject({ ok: true })
    expect(scene.line().slice(2)).toEqual(before)
    expect(scene.git('log', '-2', '--format=%s')).toBe('update users/u1\nforeign')
    expect(JSON.parse(readFileSync(join(scene.path, fileOf('users', 'u1')), 'utf8'))).toEqual({ name: 'Ours' })
    expect(scene.git('status', '--porcelain')).toBe(`D  ${fileOf('users', 'f1')}`)
    expectSound(scene)
  })

  test('by a commit in the very work tree is not possible: git turns it away until the files have followed, and then it goes through', async () => {
    await using scene = new Scene('ordinary')
    const call = callLocal(await scene.open())
    const commit = () => scene.git('commit', '-q', '--allow-empty', '-m', 'foreign')
    scene.plan('before-ref', () => expect(commit).toThrow(/index\.lock/))
    scene.plan('before-work-tree', () => expect(commit).toThrow(/index\.lock/))
    expect(await call('patchRecord', { table: 'users', id: 'u1', patch: { name: 'Ours' } })).toMatchObject({ ok: true })
    commit()
    expect(scene.git('log', '-2', '--format=%s')).toBe('foreign\nupdate users/u1')
    expect(scene.git('status', '--porcelain')).toBe('')
    expectSound(scene)
  })

  test('is locked from the last check to the commit point: a push then is turned away, and nothing is lost', async () => {
    await using scene = new Scene('bare')
    const call = callLocal(await scene.open())
    const [head = '', first = ''] = scene.line()
    scene.plan('ref-prepared', () => expect(() => scene.git('update-ref', 'refs/heads/main', first)).toThrow(/main\.lock/))
    const written = await call('patchRecord', { table: 'users', id: 'u1', patch: { name: 'Ours' } })
    expect(scene.line().slice(0, 2)).toEqual([written.ok && written.value.commit, head])
    expectSound(scene)
  })

  const pushTimes = (scene: Scene, times: number): void => {
    for (let n = 0; n < times; n++) scene.plan('before-ref', () => scene.push({ [fileOf('users', `f${n}`)]: '{}\n' }))
  }

  test('three times in a row: the fourth attempt gets through', async () => {
    await using scene = new Scene('bare')
    const call = callLocal(await scene.open())
    const before = scene.line()
    pushTimes(scene, 3)
    const written = await call('insertRecords', { table: 'users', records: [{ $id: 'u9' }] })
    expect(scene.line()[0]).toBe(written.ok && written.value.commit)
    expect(scene.line()).toHaveLength(before.length + 4)
    expectSound(scene)
  })

  test('four times in a row: every write of the group is told so, nothing of them is written, and the next write goes on', async () => {
    await using scene = new Scene('bare')
    const database = await scene.open()
    const before = scene.line()
    pushTimes(scene, 4)
    const results = await Promise.all(['u8', 'u9'].map((key) => database.write({ commands: [insert('users', key)] })))
    const failure = { kind: 'unavailable', what: 'branch main', why: expect.stringContaining('4 times') }
    expect(results).toEqual([
      { ok: false, failure },
      { ok: false, failure },
    ])
    expect(scene.line().slice(4)).toEqual(before)
    expect(scene.git('log', '-4', '--format=%cn')).toBe(Array(4).fill('Foreign').join('\n'))
    const call = callLocal(database)
    expect(await call('countRecords', { table: 'users' })).toMatchObject({ value: { count: 6 } })
    expect(await database.write({ commands: [insert('users', 'u9')] })).toMatchObject({ ok: true })
    expectSound(scene)
  })

  test('and changes the record whose revision was expected: a version conflict with the revision it has now', async () => {
    await using scene = new Scene('bare')
    const call = callLocal(await scene.open())
    const expected = await revisionOf(call, 'users', 'u1')
    let foreign = ''
    scene.plan('before-ref', () => {
      foreign = scene.push({ [fileOf('users', 'u1')]: '{"name":"Foreign"}\n' })
    })
    const written = await call('patchRecord', { table: 'users', id: 'u1', patch: { name: 'Ours' }, expectedRevision: expected })
    const actual = await revisionOf(call, 'users', 'u1')
    expect(written).toEqual({ ok: false, failure: { kind: 'version-conflict', what: 'record', id: 'users/u1', expected, actual } })
    expect(actual).not.toBe(expected)
    expect(scene.line()[0]).toBe(foreign)
    expectSound(scene)
  })

  test('and changes another record: the revision that was expected still stands, and the write goes through', async () => {
    await using scene = new Scene('bare')
    const call = callLocal(await scene.open())
    const expectedRevision = await revisionOf(call, 'users', 'u1')
    scene.plan('before-ref', () => scene.push({ [fileOf('users', 'u2')]: '{"name":"Foreign"}\n' }))
    expect(await call('patchRecord', { table: 'users', id: 'u1', patch: { name: 'Ours' }, expectedRevision })).toMatchObject({ ok: true })
    expectSound(scene)
  })

  test.each([
    ['inserts the same key', { [fileOf('users', 'u9')]: '{}\n' }, insert('users', 'u9'), { kind: 'already-exists', what: 'record', id: 'users/u9' }],
    [
      'deletes what a new record refers to',
      { [fileOf('users', 'u1')]: null },
      insert('orders', 'o1', { user: 'u1' }),
      { kind: 'constraint-violation', issues: [{ rule: 'foreign-key', table: 'orders', key: 'o1', field: '/user' }] },
    ],
    [
      'refers to what is being deleted',
      { [fileOf('orders', 'o1')]: '{"user":"u1"}\n' },
      remove('users', 'u1'),
      { kind: 'constraint-violation', issues: [{ rule: 'referenced', table: 'users', key: 'u1' }] },
    ],
    [
      'deletes the record',
      { [fileOf('users', 'u1')]: null },
      patch('users', 'u1', { name: 'Ours' }),
      { kind: 'not-found', what: 'record', id: 'users/u1' },
    ],
    [
      'drops the table',
      { orders: null, '.ingitdb/root-collections.yaml': 'users: users\n' },
      insert('orders', 'o1'),
      { kind: 'not-found', what: 'table', id: 'orders' },
    ],
  ] as const)('and %s: the write fails as it would have on the new head', async (...[, files, command, failure]) => {
    await using scene = new Scene('bare')
    const database = await scene.open()
    let foreign = ''
    scene.plan('before-ref', () => {
      foreign = scene.push(files)
    })
    expect(await database.write({ commands: [command] })).toMatchObject({ ok: false, failure })
    expect(scene.line()[0]).toBe(foreign)
    expectSound(scene)
  })

  test('and makes the very same change: nothing is left to write, and the answer is its commit', async () => {
    await using scene = new Scene('bare')
    const database = await scene.open()
    let foreign = ''
    scene.plan('before-ref', () => {
      foreign = scene.push({ [fileOf('users', 'u1')]: '{"name":"Same"}\n' })
    })
    const written = await database.write({ commands: [patch('users', 'u1', { name: 'Same' })] })
    expect(written).toEqual({ ok: true, value: { commit: foreign, changes: [], repeated: false } })
    expect(scene.line()[0]).toBe(foreign)
    expectSound(scene)
  })

  test('and makes one write of a group invalid: it alone fails, the others are committed', async () => {
    await using scene = new Scene('bare')
    const database = await scene.open()
    const before = scene.line()
    scene.plan('before-ref', () => scene.push({ [fileOf('users', 'b')]: '{}\n' }))
    const results = await Promise.all(['a', 'b', 'c'].map((key) => database.write({ commands: [insert('users', key)] })))
    expect(results).toMatchObject([{ ok: true }, { ok: false, failure: { kind: 'already-exists', id: 'users/b' } }, { ok: true }])
    expect(scene.line()).toHaveLength(before.length + 3)
    expect(scene.git('log', '-3', '--format=%s')).toBe('insert users/c\ninsert users/a\nforeign')
    expectSound(scene)
  })

  test('by deleting it: the branch is not made again, and the write fails because the table is not there', async () => {
    await using scene = new Scene('bare')
    const database = await scene.open()
    const [head = ''] = scene.line()
    scene.plan('before-ref', () => scene.git('update-ref', '-d', 'refs/heads/main'))
    const written = await database.write({ commands: [insert('users', 'u9')] })
    expect(written).toMatchObject({ ok: false, failure: { kind: 'not-found', what: 'table', id: 'users' } })
    expect(scene.git('for-each-ref', 'refs/heads')).toBe('')
    scene.git('update-ref', 'refs/heads/main', head)
    expect(scene.line()[0]).toBe(head)
    expect(await database.write({ commands: [insert('users', 'u9')] })).toMatchObject({ ok: true })
    expectSound(scene)
  })

  test('back to an earlier commit: what was reset away stays away, and the write stands on what is left', async () => {
    await using scene = new Scene('bare')
    const database = await scene.open()
    const [, target = ''] = scene.line()
    scene.plan('before-ref', () => scene.git('update-ref', 'refs/heads/main', target))
    const commit = commitOf(await database.write({ commands: [patch('users', 'u1', { name: 'Ours' })] }))
    expect(scene.line().slice(0, 2)).toEqual([commit, target])
    expect(await readJson(callLocal(database), 'users', 'u2')).toBe('not-found')
    expectSound(scene)
  })

  test('back to before the record: the write fails as it would have there', async () => {
    await using scene = new Scene('bare')
    const database = await scene.open()
    const [, target = ''] = scene.line()
    scene.plan('before-ref', () => scene.git('update-ref', 'refs/heads/main', target))
    const written = await database.write({ commands: [patch('users', 'u2', { name: 'Ours' })] })
    expect(written).toMatchObject({ ok: false, failure: { kind: 'not-found', what: 'record', id: 'users/u2' } })
    expect(scene.line()[0]).toBe(target)
    expectSound(scene)
  })
})

describe('writes that wait together', () => {
  test('for two branches: each is one commit, on its own branch, in the order they came', async () => {
    await using scene = new Scene('ordinary')
    scene.git('branch', 'topic/side', 'main')
    const database = await scene.open()
    const start = scene.line()
    const branches = ['main', 'topic/side', 'main', 'topic/side', 'topic/side', 'main']
    const results = await Promise.all(
      branches.map((branch, n) =>
        database.write({ branch: branchOf(branch), commands: [insert('users', `k${n}`), patch('users', 'u1', { name: `${n}` })] }),
      ),
    )
    const commitsOn = (branch: string) => results.flatMap((result, n) => (branches[n] === branch ? [commitOf(result)] : [])).reverse()
    expect(scene.line('main')).toEqual([...commitsOn('main'), ...start])
    expect(scene.line('topic/side')).toEqual([...commitsOn('topic/side'), ...start])
    const read = async (branch: string) => {
      const answer = await callLocal(database)('selectRecords', { table: 'users', branch })
      return answer.ok && answer.value.records.map(({ json }) => JSON.parse(json))
    }
    const two = { $id: 'u2', name: 'Two' }
    expect(await read('main')).toEqual([{ $id: 'k0' }, { $id: 'k2' }, { $id: 'k5' }, { $id: 'u1', name: '5' }, two])
    expect(await read('topic/side')).toEqual([{ $id: 'k1' }, { $id: 'k3' }, { $id: 'k4' }, { $id: 'u1', name: '4' }, two])
    expect(scene.git('status', '--porcelain')).toBe('')
    expectSound(scene)
  })

  test('see one another in order: what the first inserts the second can name, and what fails leaves no trace', async () => {
    await using scene = new Scene('ordinary')
    const database = await scene.open()
    const start = scene.line()
    const results = await Promise.all(
      [
        [insert('users', 'n1', { name: 'New' })],
        [insert('users', 'n2'), insert('orders', 'lost', { user: 'nobody' })],
        [insert('orders', 'o1', { user: 'n1' })],
        [insert('orders', 'o2', { user: 'n2' })],
        [patch('users', 'n1', { name: 'New' })],
        [insert('users', 'n1')],
        [remove('users', 'n1')],
        [patch('users', 'n1', { name: 'Newer' })],
      ].map((commands) => database.write({ commands })),
    )
    expect(results).toMatchObject([
      { ok: true },
      { ok: false, failure: { kind: 'constraint-violation', issues: [{ rule: 'foreign-key' }] } },
      { ok: true },
      { ok: false, failure: { kind: 'constraint-violation', issues: [{ rule: 'foreign-key' }] } },
      { ok: true, value: { changes: [], repeated: false } },
      { ok: false, failure: { kind: 'already-exists' } },
      { ok: false, failure: { kind: 'constraint-violation', issues: [{ rule: 'referenced' }] } },
      { ok: true },
    ])
    const [first, , order, , unchanged, , , last] = results
    expect([last, order, first].map((result) => result && commitOf(result))).toEqual(scene.line().slice(0, 3))
    expect(unchanged && commitOf(unchanged)).toBe(order && commitOf(order))
    expect(scene.line()).toHaveLength(start.length + 3)
    expect(scene.git('ls-tree', '-r', '--name-only', 'main', 'users/$records', 'orders/$records').split('\n')).toEqual(
      [fileOf('orders', 'o1'), fileOf('users', 'n1'), fileOf('users', 'u1'), fileOf('users', 'u2')].sort(),
    )
    expect(scene.git('status', '--porcelain')).toBe('')
    expectSound(scene)
  })

  test('a group in which everything fails makes no commit', async () => {
    await using scene = new Scene('ordinary')
    const database = await scene.open()
    const refs = scene.git('for-each-ref')
    const results = await Promise.all(['u1', 'u2'].map((key) => database.write({ commands: [insert('users', key)] })))
    expect(results).toMatchObject([{ failure: { kind: 'already-exists' } }, { failure: { kind: 'already-exists' } }])
    expect(scene.git('for-each-ref')).toBe(refs)
  })

  test('are given up one by one, not all together, when a name of a table is wrong', async () => {
    await using scene = new Scene('bare')
    const database = await scene.open()
    const results = await Promise.all(['users', 'usres', 'users'].map((table, n) => database.write({ commands: [insert(table, `k${n}`)] })))
    expect(results).toMatchObject([{ ok: true }, { ok: false, failure: { kind: 'not-found', what: 'table' } }, { ok: true }])
    expectSound(scene)
  })
})

describe('a file that the user has edited', () => {
  const edited = fileOf('users', 'u1')
  const editText = '{"name":"edited by hand"}\n'

  test('fails the write of its record alone; the others of the group are committed, and the edit stays', async () => {
    await using scene = new Scene('ordinary')
    const database = await scene.open()
    writeFileSync(join(scene.path, edited), editText)
    const results = await Promise.all(
      [
        insert('users', 'n1'),
        patch('users', 'u1', { name: 'Ours' }),
        patch('users', 'u2', { name: 'Ours' }),
        remove('users', 'u1'),
        insert('orders', 'o1', { user: 'u1' }),
      ].map((command) => database.write({ commands: [command] })),
    )
    const refused = { ok: false, failure: { kind: 'uncommitted-changes', paths: [edited] } }
    expect(results).toMatchObject([{ ok: true }, refused, { ok: true }, refused, { ok: true }])
    expect(scene.git('log', '-3', '--format=%s')).toBe('insert orders/o1\nupdate users/u2\ninsert users/n1')
    expect(readFileSync(join(scene.path, edited), 'utf8')).toBe(editText)
    expect(scene.git('status', '--porcelain')).toBe(`M ${edited}`)
    expect(JSON.parse(scene.git('show', `main:${edited}`))).toEqual({ name: 'One' })
    expectSound(scene)
  })

  test('fails what was decided on the refused write, too', async () => {
    await using scene = new Scene('ordinary')
    const database = await scene.open()
    const stranger = fileOf('users', 'n1')
    writeFileSync(join(scene.path, stranger), editText)
    const start = scene.line()
    const results = await Promise.all(
      [insert('users', 'n1'), insert('orders', 'o1', { user: 'n1' }), insert('orders', 'o2', { user: 'u1' })].map((command) =>
        database.write({ commands: [command] }),
      ),
    )
    expect(results).toMatchObject([
      { failure: { kind: 'uncommitted-changes', paths: [stranger] } },
      { failure: { kind: 'constraint-violation', issues: [{ rule: 'foreign-key' }] } },
      { ok: true },
    ])
    expect(scene.line()).toHaveLength(start.length + 1)
    expect(readFileSync(join(scene.path, stranger), 'utf8')).toBe(editText)
    expectSound(scene)
  })

  test('and staged is refused as well, and stays staged', async () => {
    await using scene = new Scene('ordinary')
    const database = await scene.open()
    writeFileSync(join(scene.path, edited), editText)
    scene.git('add', edited)
    const written = await database.write({ commands: [patch('users', 'u1', { name: 'Ours' })] })
    expect(written).toEqual({ ok: false, failure: { kind: 'uncommitted-changes', paths: [edited] } })
    expect(scene.git('diff', '--cached', '--name-only')).toBe(edited)
  })

  test('does not stand in the way of a forced write: only ours is committed, the edit stays in the work tree', async () => {
    await using scene = new Scene('ordinary')
    const database = await scene.open()
    writeFileSync(join(scene.path, edited), editText)
    const commit = commitOf(await database.write({ commands: [patch('users', 'u1', { name: 'Ours' })], force: true }))
    expect(JSON.parse(scene.git('show', `${commit}:${edited}`))).toEqual({ name: 'Ours' })
    expect(readFileSync(join(scene.path, edited), 'utf8')).toBe(editText)
    expect(scene.git('status', '--porcelain')).toBe(`M ${edited}`)
    expect(await readJson(callLocal(database), 'users', 'u1')).toEqual({ $id: 'u1', name: 'Ours' })
    expectSound(scene)
  })

  test('is no matter to a write on a branch that is not checked out', async () => {
    await using scene = new Scene('ordinary')
    scene.git('branch', 'side')
    const database = await scene.open()
    appendFileSync(join(scene.path, edited), '\n')
    expect(await database.write({ branch: branchOf('side'), commands: [patch('users', 'u1', { name: 'Ours' })] })).toMatchObject({ ok: true })
  })

  test('after the group was decided and before it was looked at, is found all the same', async () => {
    await using scene = new Scene('ordinary')
    const database = await scene.open()
    const [head] = scene.line()
    scene.plan('before-ref', () => {
      writeFileSync(join(scene.path, edited), editText)
      scene.push({ [fileOf('users', 'f1')]: '{}\n' })
    })
    const written = await database.write({ commands: [patch('users', 'u1', { name: 'Ours' })] })
    expect(written).toEqual({ ok: false, failure: { kind: 'uncommitted-changes', paths: [edited] } })
    expect(scene.line()[1]).toBe(head)
    expect(readFileSync(join(scene.path, edited), 'utf8')).toBe(editText)
  })
})

describe('a request id', () => {
  const at = { seconds: 1_790_000_000, offsetMinutes: 60 }
  const later = { ...at, seconds: at.seconds + 1 }
  const request = (more: Partial<WriteRequest> = {}): WriteRequest => ({
    commands: [insert('users', 'n1', { name: 'New' })],
    actor: ada,
    at,
    requestId: 'r-1',
    ...more,
  })

  test('that comes again with the same commands is answered with the same commit, also by another process after a restart', async () => {
    await using scene = new Scene('bare')
    const database = await scene.open()
    const first = await database.write(request())
    const commit = commitOf(first)
    expect(first).toMatchObject({ value: { changes: [{ change: { type: 'RecordInserted' } }], repeated: false } })
    const repeated = { ok: true, value: { commit, changes: [], repeated: true } }
    await database.write({ commands: [remove('users', 'n1')] })
    const line = scene.line()
    expect(await database.write(request())).toEqual(repeated)
    expect(await database.write(request({ at: later, message: 'other words' }))).toEqual(repeated)
    const again = await scene.reopen()
    expect(await again.write(request())).toEqual(repeated)
    await again.rebuild()
    expect(await again.write(request())).toEqual(repeated)
    expect(scene.line()).toEqual(line)
    expectSound(scene)
  })

  test('that is sent twice at once makes one commit', async () => {
    await using scene = new Scene('bare')
    const database = await scene.open()
    const start = scene.line()
    const other = request({ commands: [insert('users', 'n2')] })
    const [a, b, c] = await Promise.all([database.write(request()), database.write(request()), database.write(other)])
    const commit = commitOf(a)
    expect(a).toMatchObject({ value: { repeated: false } })
    expect(b).toEqual({ ok: true, value: { commit, changes: [], repeated: true } })
    expect(c).toEqual({ ok: false, failure: { kind: 'request-reused', requestId: 'r-1', commit } })
    expect(scene.line()).toEqual([commit, ...start])
  })

  test('that is sent twice at once makes one commit, also when the race for the branch is lost in between', async () => {
    await using scene = new Scene('bare')
    const database = await scene.open()
    const start = scene.line()
    for (const key of ['f1', 'f2']) scene.plan('before-ref', () => scene.push({ [fileOf('users', key)]: '{}\n' }))
    const results = await Promise.all([database.write(request()), database.write(request())])
    expect(new Set(results.map(commitOf)).size).toBe(1)
    expect(scene.line()).toHaveLength(start.length + 3)
    expectSound(scene)
  })

  test('that comes with other commands is refused, and names the commit it was used for', async () => {
    await using scene = new Scene('bare')
    const database = await scene.open()
    const commit = commitOf(await database.write(request()))
    const failure = { kind: 'request-reused', requestId: 'r-1', commit }
    expect(await database.write(request({ commands: [insert('users', 'n2')] }))).toEqual({ ok: false, failure })
    expect(await database.write(request({ commands: [insert('users', 'n1', { name: 'Newer' })] }))).toEqual({ ok: false, failure })
    expect(scene.line()[0]).toBe(commit)
  })

  test('is the caller’s own: another actor’s is another request', async () => {
    await using scene = new Scene('bare')
    const database = await scene.open()
    const first = commitOf(await database.write(request()))
    const [second, third] = await Promise.all([
      database.write(request({ actor: bob, commands: [insert('users', 'n2')] })),
      database.write(request({ actor: { ...ada, name: 'Ada L.' } })),
    ])
    expect(second).toMatchObject({ ok: true, value: { repeated: false } })
    expect(third).toEqual({ ok: true, value: { commit: first, changes: [], repeated: true } })
  })

  test('is the branch’s own: the same one on two branches is two requests, until one of them is built on the other', async () => {
    await using scene = new Scene('bare')
    scene.git('branch', 'side')
    const database = await scene.open()
    const onSide = request({ branch: branchOf('side'), at: later })
    const [main, side] = (await Promise.all([database.write(request()), database.write(onSide)])).map(commitOf)
    expect(main).not.toBe(side)
    expect(scene.line('side')[0]).toBe(side)
    scene.git('branch', 'later', 'main')
    expect(await database.write(request({ branch: branchOf('later') }))).toMatchObject({ value: { commit: main, repeated: true } })
  })

  test('goes with the commit that carried it: after a reset, the request is carried out again', async () => {
    await using scene = new Scene('bare')
    const database = await scene.open()
    const [head = ''] = scene.line()
    const first = commitOf(await database.write(request()))
    scene.git('update-ref', 'refs/heads/main', head)
    const second = await database.write(request({ at: later }))
    expect(second).toMatchObject({ ok: true, value: { repeated: false } })
    expect(commitOf(second)).not.toBe(first)
    expect(await database.write(request())).toMatchObject({ value: { commit: commitOf(second), repeated: true } })
  })

  test('of the very same commit on two branches, or made again after a reset, is still answered everywhere', async () => {
    await using scene = new Scene('bare')
    scene.git('branch', 'side')
    const database = await scene.open()
    const [head = ''] = scene.line()
    const side = branchOf('side')
    const [a, b] = (await Promise.all([database.write(request()), database.write(request({ branch: side }))])).map(commitOf)
    expect([scene.line()[0], scene.line('side')[0], b]).toEqual([a, a, a]) // same parent, files, person and second: git has one commit for it
    scene.git('update-ref', 'refs/heads/main', head)
    expect(await database.write(request())).toMatchObject({ value: { commit: a, repeated: false } })
    for (const branch of ['main', 'side'] as const) {
      expect(await database.write(request({ branch: branchOf(branch) }))).toMatchObject({ value: { commit: a, repeated: true } })
      const more = await database.write({ branch: branchOf(branch), commands: [patch('users', 'n1', { name: branch })] })
      expect(scene.line(branch).slice(0, 3)).toEqual([commitOf(more), a, head])
      const answer = await callLocal(database)('getRecord', { table: 'users', id: 'n1', branch })
      expect(answer.ok && JSON.parse(answer.value.json)).toEqual({ $id: 'n1', name: branch })
    }
    expectSound(scene)
  })

  test('of a failure, or of a write that changed nothing, is not remembered', async () => {
    await using scene = new Scene('bare')
    const database = await scene.open()
    const [head] = scene.line()
    expect(await database.write(request({ commands: [insert('users', 'u1')] }))).toMatchObject({ failure: { kind: 'already-exists' } })
    const unchanged = await database.write(request({ commands: [patch('users', 'u1', { name: 'One' })] }))
    expect(unchanged).toEqual({ ok: true, value: { commit: head, changes: [], repeated: false } })
    expect(await database.write(request())).toMatchObject({ ok: true, value: { repeated: false } })
  })

  test('of a failure leaves the id to the next one in the same group', async () => {
    await using scene = new Scene('bare')
    const database = await scene.open()
    const [first, second] = await Promise.all([database.write(request({ commands: [insert('users', 'u1')] })), database.write(request())])
    expect(first).toMatchObject({ failure: { kind: 'already-exists' } })
    expect(second).toMatchObject({ ok: true, value: { repeated: false } })
  })

  test('survives plain git: it is found in a clone, whose read model is its own', async () => {
    await using scene = new Scene('bare')
    const commit = commitOf(await (await scene.open()).write(request()))
    using folder = temporaryFolder()
    const copy = join(folder.path, 'copy.git')
    runGit(folder.path, 'clone', '-q', '--bare', scene.path, copy)
    await using database = await open(copy)
    expect(await database.write(request())).toEqual({ ok: true, value: { commit, changes: [], repeated: true } })
  })
})

describe('a batch across tables', () => {
  test('is one commit', async () => {
    await using scene = new Scene('ordinary')
    const database = await scene.open()
    const start = scene.line()
    const commands = [insert('orders', 'o1', { user: 'n1' }), insert('users', 'n1'), patch('users', 'u1', { name: 'Ours' }), remove('users', 'u2')]
    const commit = commitOf(await database.write({ commands }))
    expect(scene.line()).toEqual([commit, ...start])
    expect(scene.git('diff-tree', '-r', '--no-commit-id', '--name-status', commit).split('\n')).toEqual([
      `A\t${fileOf('orders', 'o1')}`,
      `A\t${fileOf('users', 'n1')}`,
      `M\t${fileOf('users', 'u1')}`,
      `D\t${fileOf('users', 'u2')}`,
    ])
    expect(scene.git('status', '--porcelain')).toBe('')
    expectSound(scene)
  })

  test.each([
    ['a key that is taken', insert('users', 'u1'), 'already-exists'],
    ['a reference that leads nowhere', insert('orders', 'o2', { user: 'nobody' }), 'constraint-violation'],
    ['a field that is not declared', insert('users', 'n9', { nmae: 'x' }), 'invalid-input'],
    ['a stale revision', { ...remove('users', 'u1'), expectedRevision: '0'.repeat(40) }, 'version-conflict'],
    ['a record that is not there', patch('users', 'nobody', { name: 'x' }), 'not-found'],
  ] as const)('with %s writes nothing', async (_, bad, kind) => {
    await using scene = new Scene('ordinary')
    const database = await scene.open()
    const [refs, files] = [scene.git('for-each-ref'), scene.git('ls-files', '-s')]
    const commands = [insert('users', 'n1'), patch('users', 'u2', { name: 'Ours' }), bad, insert('orders', 'o1', { user: 'u2' })]
    expect(await database.write({ commands })).toMatchObject({ ok: false, failure: { kind } })
    expect([scene.git('for-each-ref'), scene.git('ls-files', '-s')]).toEqual([refs, files])
    expect(scene.git('status', '--porcelain')).toBe('')
    expect(await readJson(callLocal(database), 'users', 'n1')).toBe('not-found')
  })
})

describe('a dry run', () => {
  const look = (scene: Scene): readonly string[] => [
    scene.git('count-objects', '-v'),
    scene.git('for-each-ref'),
    scene.git('ls-files', '-s'),
    scene.git('status', '--porcelain', '--ignored'),
  ]

  test('says what a write would answer, and writes nothing at all', async () => {
    await using scene = new Scene('ordinary')
    const database = await scene.open()
    const before = look(scene)
    const commands = [insert('users', 'n1', { name: 'New' }), insert('orders', 'o1', { user: 'n1' }), remove('users', 'u2')]
    const tried = await database.dryRun({ commands })
    expect(look(scene)).toEqual(before)
    const written = await database.write({ commands })
    expect(tried).toEqual({ ok: true, value: { ...(written.ok && written.value), commit: scene.line()[1] } })
  })

  test('of a new table or a change of nothing writes nothing either', async () => {
    await using scene = new Scene('ordinary')
    const database = await scene.open()
    const before = look(scene)
    const table = { type: 'CreateTable', table: idOf('more'), columns: [{ name: 'a', type: 'int' }], recordFormat: 'yaml' } as const
    expect(await database.dryRun({ commands: [table, insert('more', 'm1', { a: 1 })] })).toMatchObject({
      ok: true,
      value: { changes: [{ change: { type: 'TableCreated' } }, { change: { type: 'RecordInserted' } }] },
    })
    expect(await database.dryRun({ commands: [patch('users', 'u1', { name: 'One' })] })).toMatchObject({ ok: true, value: { changes: [] } })
    expect(look(scene)).toEqual(before)
  })

  test('fails as the write would, and leaves no request id behind', async () => {
    await using scene = new Scene('bare')
    const database = await scene.open()
    expect(await database.dryRun({ commands: [insert('users', 'u1')] })).toMatchObject({ failure: { kind: 'already-exists' } })
    const asked = { commands: [insert('users', 'n1')], requestId: 'r-1', actor: ada }
    expect(await database.dryRun(asked)).toMatchObject({ ok: true, value: { repeated: false } })
    expect(await database.write(asked)).toMatchObject({ ok: true, value: { repeated: false } })
  })

  test('among writes sees a whole number of them, and none of them sees it', async () => {
    await using scene = new Scene('bare')
    const database = await scene.open()
    const keys = ['a', 'b', 'c', 'd']
    const answers = await Promise.all(
      keys.flatMap((key) => [database.dryRun({ commands: [insert('users', key)] }), database.write({ commands: [insert('users', key)] })]),
    )
    expect(answers.filter((_, n) => n % 2 === 1).every(({ ok }) => ok)).toBe(true)
    for (const [n, answer] of answers.entries()) if (n % 2 === 0) expect(answer.ok || answer.failure.kind).toBeOneOf([true, 'already-exists'])
    expectSound(scene)
  })
})

describe('reads during a write', () => {
  /** Asks again and again until the work is done, at least once before and once after it. */
  const readDuring = async <T>(work: () => Promise<unknown>, read: () => Promise<T>): Promise<readonly T[]> => {
    const seen = [await read()]
    let isDone = false
    const done = work().finally(() => {
      isDone = true
    })
    while (!isDone) {
      seen.push(await read())
      await new Promise((resolve) => setImmediate(resolve))
    }
    await done
    seen.push(await read())
    return seen
  }

  test.each(['the same process', 'another connection'])('from %s see all of a large batch or nothing of it', async (from) => {
    await using scene = new Scene('bare')
    const database = await scene.open()
    await using other = await open(scene.path)
    const call = callLocal(from === 'another connection' ? other : database)
    const records = Array.from({ length: 200 }, (_, n) => ({ $id: `r${n}`, name: 'x' }))
    const count = async () => {
      const [counted, selected] = [await call('countRecords', { table: 'users' }), await call('selectRecords', { table: 'users' })]
      return [counted.ok && counted.value.count, selected.ok && selected.value.records.length] as const
    }
    const seen = await readDuring(() => callLocal(database)('insertRecords', { table: 'users', records }), count)
    for (const number of seen.flat()) expect(number).toBeOneOf([2, 202])
    expect(seen.at(0)).toEqual([2, 2])
    expect(seen.at(-1)).toEqual([202, 202])
  })

  test('never see one of two records that every write changes together', async () => {
    await using scene = new Scene('bare')
    const database = await scene.open()
    const call = callLocal(database)
    const commands = (name: string) => [patch('users', 'u1', { name }), patch('users', 'u2', { name })]
    await database.write({ commands: commands('start') })
    const names = async () => {
      const answer = await call('selectRecords', { table: 'users' })
      return new Set(answer.ok ? answer.value.records.map(({ json }) => JSON.parse(json).name) : [])
    }
    const seen = await readDuring(() => Promise.all(Array.from({ length: 30 }, (_, n) => database.write({ commands: commands(`${n}`) }))), names)
    expect(seen.filter(({ size }) => size !== 1)).toEqual([])
    expect(seen.at(-1)).toEqual(new Set(['29']))
  })

  test('see what was acknowledged: a read after a write knows it, on the commit that was answered', async () => {
    await using scene = new Scene('ordinary')
    const database = await scene.open()
    const call = callLocal(database)
    const seen = await Promise.all(
      Array.from({ length: 20 }, async (_, n) => {
        const written = await database.write({ commands: [insert('users', `k${n}`)] })
        return [await readJson(call, 'users', `k${n}`), await call('countRecords', { table: 'users', at: commitOf(written) })]
      }),
    )
    for (const [n, [record, counted]] of seen.entries()) {
      expect(record).toEqual({ $id: `k${n}` })
      expect(counted).toMatchObject({ ok: true, value: { count: 3 + n } })
    }
  })

  test('that began before it go on with what they saw', async () => {
    await using scene = new Scene('bare')
    const database = await scene.open()
    const before = await database.read({})
    if (!before.ok) throw new Error(JSON.stringify(before.failure))
    await database.write({ commands: [patch('users', 'u1', { name: 'Ours' }), insert('users', 'n1')] })
    expect(before.value.readRecord(idOf('users'), keyOf('u1'))?.json).toBe('{"$id":"u1","name":"One"}')
    expect(await before.value.countRecords(idOf('users'), undefined)).toEqual({ ok: true, value: 2 })
  })
})
