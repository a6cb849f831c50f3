import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { commitGroup } from '../../../domain/event-sourcing/commit-group.ts'
import type { Command, Operation, OperationResult } from '../../../domain/event-sourcing/operation.ts'
import type { JsonObject } from '../../../domain/json.ts'
import type { Result } from '../../../domain/result.ts'
import { idOf, keyOf, type State, tableOf } from '../../support/given-records.ts'
import { branchOf, type CommitPoint, MemoryWritePorts } from '../../support/memory-write-ports.ts'

const main = branchOf('main')
const ada = { name: 'Ada', email: 'ada@example.org' }
const bob = { name: 'Bob', email: 'bob@example.org' }
const tables = [tableOf('users', { columns: { name: 'string' } }), tableOf('orders', { columns: { user: { type: 'string', foreignKey: 'users' } } })]

let ports: MemoryWritePorts

beforeEach(() => {
  ports = new MemoryWritePorts(tables)
  ports.commitForeign(main, { users: { u1: { name: 'One' } } })
})

const insert = (table: string, key: string, fields: JsonObject = {}): Command => ({
  type: 'InsertRecords',
  table: idOf(table),
  records: [{ key: keyOf(key), fields }],
})
const rename = (key: string, name: string): Command => ({ type: 'PatchRecord', table: idOf('users'), key: keyOf(key), patch: { name } })

/** An operation whose commit is known by its message. */
const operation = (message: string, command: Command, more: Partial<Operation> = {}): Operation => ({
  branch: main,
  commands: [command],
  actor: ada,
  at: { seconds: 1_700_000_000, offsetMinutes: 0 },
  message,
  ...more,
})
const newUser = (key: string, more: Partial<Operation> = {}): Operation => operation(key, insert('users', key), more)

const lostRace = (meanwhile?: () => void): CommitPoint => ({ status: 'lost-race', ...(meanwhile && { meanwhile }) })
const commitsOf = (): readonly string[] => (ports.branches.get(main)?.commits ?? []).map(({ oid }) => oid)
const kinds = (results: readonly Result<OperationResult>[]): readonly string[] =>
  results.map((result) => (result.ok ? (result.value.repeated ? 'repeated' : 'ok') : result.failure.kind))
const endings = () => ports.sessions.map(({ end }) => end)

describe('a group of operations', () => {
  test('becomes one commit each, in order, and is answered in order', async () => {
    const results = await commitGroup(
      ports,
      ['a', 'b', 'c'].map((key) => newUser(key)),
    )
    const [, ...commits] = commitsOf()
    expect(results.map((result) => result.ok && result.value.commit)).toEqual(commits)
    expect(results[1]).toMatchObject({
      value: { changes: [{ change: { type: 'RecordInserted', key: 'b' }, revision: 'revision 2' }], repeated: false },
    })
    expect(ports.lineOf(main)).toEqual(['foreign', 'a', 'b', 'c'])
    expect(endings()).toEqual(['finished'])
  })

  test('without operations asks for nothing', async () => {
    expect(await commitGroup(ports, [])).toEqual([])
    expect(ports.sessions).toEqual([])
  })

  test('lets each see what those before it did, and one that fails leave no trace', async () => {
    const results = await commitGroup(ports, [
      newUser('a'),
      operation('lost', insert('users', 'lost'), { commands: [insert('users', 'lost'), insert('users', 'u1')] }),
      operation('o1', insert('orders', 'o1', { user: 'a' })),
      operation('o2', insert('orders', 'o2', { user: 'lost' })),
    ])
    expect(kinds(results)).toEqual(['ok', 'already-exists', 'ok', 'constraint-violation'])
    expect(ports.lineOf(main)).toEqual(['foreign', 'a', 'o1'])
    expect(ports.stateOf(main)).toEqual({ users: { u1: { name: 'One' }, a: {} }, orders: { o1: { user: 'a' } } })
  })

  test('goes on without an operation whose files cannot be made', async () => {
    const failure = { kind: 'unsupported', what: 'a symbolic link', why: 'it is one' } as const
    ports.stagingFailures.set('b', failure)
    const results = await commitGroup(ports, [newUser('a'), newUser('b'), newUser('c')])
    expect(results).toMatchObject([{ ok: true }, { ok: false, failure }, { ok: true }])
    expect(ports.lineOf(main)).toEqual(['foreign', 'a', 'c'])
  })

  test('gives the store a head start only when there is more to decide', async () => {
    await commitGroup(ports, [newUser('a')])
    expect(ports.writesAhead).toBe(0)
    await commitGroup(ports, [newUser('b'), newUser('c')])
    expect(ports.writesAhead).toBe(2)
  })
})

describe('an operation that changes nothing', () => {
  test('is answered with the commit it was decided on: the head, or one of its group', async () => {
    const same = () => operation('same', rename('u1', 'One'))
    const results = await commitGroup(ports, [same(), newUser('a'), newUser('u1'), same(), newUser('b'), same()])
    const [head, a, b] = commitsOf()
    expect(results.map((result) => result.ok && result.value.commit)).toEqual([head, a, false, a, b, b])
    expect(results[3]).toEqual({ ok: true, value: { commit: a, changes: [], repeated: false } })
  })

  test('alone comes to no commit point', async () => {
    const [result] = await commitGroup(ports, [operation('same', rename('u1', 'One'))])
    expect(result).toEqual({ ok: true, value: { commit: ports.headOf(main), changes: [], repeated: false } })
    expect(ports.groups).toEqual([])
    expect(endings()).toEqual(['abandoned'])
  })

  test('on a branch without a commit has no commit to name', async () => {
    ports.branches.delete(main)
    expect(await commitGroup(ports, [operation('none', insert('users', 'a'), { commands: [] })])).toEqual([
      { ok: false, failure: { kind: 'not-found', what: 'commit', id: 'HEAD' } },
    ])
  })
})

describe('a race for the branch that is lost', () => {
  test('is run again on the new head, by which an operation may have become impossible', async () => {
    ports.commitPoints.push(lostRace(() => ports.commitForeign(main, { users: { b: {} } })))
    const results = await commitGroup(ports, [newUser('a'), newUser('b'), operation('u1', rename('u1', 'x'))])
    expect(kinds(results)).toEqual(['ok', 'already-exists', 'not-found'])
    expect(ports.lineOf(main)).toEqual(['foreign', 'foreign', 'a'])
    expect(endings()).toEqual(['abandoned', 'finished'])
  })

  test('settles nobody: also what had failed is decided again', async () => {
    ports.commitPoints.push(lostRace(() => ports.commitForeign(main, {})))
    const results = await commitGroup(ports, [newUser('u1'), newUser('a'), operation('same', rename('u1', 'One'))])
    expect(kinds(results)).toEqual(['ok', 'ok', 'ok'])
    expect(ports.lineOf(main)).toEqual(['foreign', 'foreign', 'u1', 'a', 'same'])
  })

  test('three times is won at the fourth', async () => {
    ports.commitPoints.push(lostRace(), lostRace(), lostRace())
    expect(kinds(await commitGroup(ports, [newUser('a'), newUser('b')]))).toEqual(['ok', 'ok'])
    expect(endings()).toEqual(['abandoned', 'abandoned', 'abandoned', 'finished'])
  })

  test('four times is given up: all are told so, and nothing is written', async () => {
    ports.commitPoints.push(lostRace(), lostRace(), lostRace(), lostRace())
    const failure = { kind: 'unavailable', what: 'branch main', why: 'others moved it 4 times while this was being written' }
    expect(await commitGroup(ports, [newUser('a'), newUser('b')])).toEqual([
      { ok: false, failure },
      { ok: false, failure },
    ])
    expect(endings()).toEqual(Array(4).fill('abandoned'))
    expect(ports.lineOf(main)).toEqual(['foreign'])
  })
})

describe('files that the user has edited', () => {
  test('fail their own operations, which are counted as staged, and the others are decided again without them', async () => {
    ports.commitPoints.push({ status: 'rejected', indexes: [0, 2] })
    const results = await commitGroup(ports, [
      newUser('u1'),
      newUser('a'),
      newUser('b'),
      operation('same', rename('u1', 'One')),
      newUser('c'),
      operation('on a', insert('orders', 'o1', { user: 'a' })),
      newUser('a', { message: 'a again' }),
    ])
    expect(kinds(results)).toEqual(['already-exists', 'uncommitted-changes', 'ok', 'ok', 'uncommitted-changes', 'constraint-violation', 'ok'])
    expect(results[1]).toEqual({ ok: false, failure: { kind: 'uncommitted-changes', paths: ['file of commit 0'] } })
    expect(results[4]).toEqual({ ok: false, failure: { kind: 'uncommitted-changes', paths: ['file of commit 2'] } })
    expect(ports.groups.map(({ subjects }) => subjects)).toEqual([
      ['a', 'b', 'c', 'on a'],
      ['b', 'a again'],
    ])
    expect(endings()).toEqual(['abandoned', 'finished'])
  })

  test('of everybody end the group', async () => {
    ports.commitPoints.push({ status: 'rejected', indexes: [0, 1] })
    expect(kinds(await commitGroup(ports, [newUser('a'), newUser('b')]))).toEqual(['uncommitted-changes', 'uncommitted-changes'])
    expect(endings()).toEqual(['abandoned'])
  })

  test('do not count as a lost race', async () => {
    const rejected = { status: 'rejected', indexes: [0] } as const
    ports.commitPoints.push(lostRace(), rejected, lostRace(), rejected, lostRace(), rejected)
    const results = await commitGroup(
      ports,
      ['a', 'b', 'c', 'd'].map((key) => newUser(key)),
    )
    expect(kinds(results)).toEqual(['uncommitted-changes', 'uncommitted-changes', 'uncommitted-changes', 'ok'])
  })

  test('that belong to no operation of the group are a bug of the store, not an endless loop', async () => {
    ports.commitPoints.push({ status: 'rejected', indexes: [7] })
    await expect(commitGroup(ports, [newUser('a')])).rejects.toThrow('not in the group')
    expect(endings()).toEqual(['abandoned'])
  })
})

test('a store that is not available fails all of the group, once', async () => {
  ports.commitPoints.push({ status: 'unavailable' })
  const failure = { kind: 'unavailable', what: 'the git repository', why: 'the disk is full' }
  expect(await commitGroup(ports, [newUser('a'), newUser('b')])).toEqual([
    { ok: false, failure },
    { ok: false, failure },
  ])
  expect(endings()).toEqual(['abandoned'])
  expect(ports.lineOf(main)).toEqual(['foreign'])
})

describe('a request id', () => {
  const request = (key: string, more: Partial<Operation> = {}) => newUser(key, { requestId: 'r1', ...more })

  test('is answered again with its commit, or refused when the commands are others', async () => {
    const [first] = await commitGroup(ports, [request('a')])
    const commit = ports.headOf(main)
    expect(first).toMatchObject({ ok: true, value: { commit, repeated: false } })
    expect(await commitGroup(ports, [newUser('b'), request('a'), request('c', { requestId: 'r2' })])).toMatchObject([
      { value: { repeated: false } },
      { ok: true, value: { commit, changes: [], repeated: true } },
      { value: { repeated: false } },
    ])
    expect(await commitGroup(ports, [request('b')])).toEqual([{ ok: false, failure: { kind: 'request-reused', requestId: 'r1', commit } }])
  })

  test('is scoped to the actor’s address', async () => {
    const results = await commitGroup(ports, [request('a'), request('b', { actor: bob }), request('a', { actor: { ...ada, name: 'A.' } })])
    expect(kinds(results)).toEqual(['ok', 'ok', 'repeated'])
    expect(ports.groups.map(({ subjects }) => subjects)).toEqual([['a', 'b']])
  })

  test('several times in one group waits for the first one to be settled, while the others go on', async () => {
    const results = await commitGroup(ports, [request('a'), request('a'), newUser('b'), request('a'), request('c')])
    expect(kinds(results)).toEqual(['ok', 'repeated', 'ok', 'repeated', 'request-reused'])
    expect(ports.groups.map(({ subjects }) => subjects)).toEqual([['a', 'b']])
    const [first, second] = results
    expect(first?.ok && first.value.commit).toBe(second?.ok && second.value.commit)
  })

  test('several times in one group passes to the next when the first fails or changes nothing', async () => {
    const results = await commitGroup(ports, [request('u1'), operation('same', rename('u1', 'One'), { requestId: 'r1' }), request('b'), request('b')])
    expect(kinds(results)).toEqual(['already-exists', 'ok', 'ok', 'repeated'])
    expect(ports.lineOf(main)).toEqual(['foreign', 'b'])
  })

  test('several times in one group is one commit, whatever races are lost', async () => {
    ports.commitPoints.push(lostRace(), lostRace())
    expect(kinds(await commitGroup(ports, [request('a'), request('a'), request('a')]))).toEqual(['ok', 'repeated', 'repeated'])
    expect(ports.lineOf(main)).toEqual(['foreign', 'a'])
  })

  test('several times in one group is given up together', async () => {
    ports.commitPoints.push(lostRace(), lostRace(), lostRace(), lostRace())
    expect(kinds(await commitGroup(ports, [request('a'), request('a')]))).toEqual(['unavailable', 'unavailable'])
    expect(endings()).toEqual(Array(4).fill('abandoned'))
  })
})

describe('a bug in a port', () => {
  const bug = new Error('a bug')

  test.each(['begin', 'warm', 'stage', 'project'] as const)('of "%s" is thrown, and the session is not left open', async (port) => {
    ports.bugs.set(port, bug)
    await expect(commitGroup(ports, [newUser('a'), newUser('b')])).rejects.toBe(bug)
    expect(endings()).toEqual(port === 'begin' ? [] : ['abandoned'])
    expect(ports.lineOf(main)).toEqual(['foreign'])
    expect(kinds(await commitGroup(ports, [newUser('a')]))).toEqual(['ok'])
  })

  test('at the commit point is thrown, and the session is not left open', async () => {
    ports.commitPoints.push({ status: 'broken', error: bug })
    await expect(commitGroup(ports, [newUser('a')])).rejects.toBe(bug)
    expect(endings()).toEqual(['abandoned'])
  })

  test('after the commit point fails nobody: the write has happened, and the rows can be made again', async () => {
    ports.bugs.set('finish', bug)
    expect(kinds(await commitGroup(ports, [newUser('a'), newUser('b')]))).toEqual(['ok', 'ok'])
    expect(endings()).toEqual(['abandoned'])
  })
})

test('whatever happens at commit points, the branch holds exactly what was acknowledged, in order', async () => {
  const step = fc.record({
    key: fc.constantFrom('a', 'b', 'c'),
    does: fc.constantFrom('insert', 'rename', 'refer'),
    requestId: fc.option(fc.constantFrom('r1', 'r2'), { nil: undefined }),
    actor: fc.constantFrom(ada, bob),
  })
  const point = fc.oneof(
    fc.constantFrom<CommitPoint>({ status: 'committed' }, lostRace(), { status: 'unavailable' }),
    fc.constant<CommitPoint>({ status: 'rejected', indexes: [0] }),
  )
  const commandOf = ({ key, does }: { readonly key: string; readonly does: string }, n: number): Command =>
    does === 'insert' ? insert('users', key) : does === 'rename' ? rename(key, `n${n % 2}`) : insert('orders', `o${n}`, { user: key })

  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), fc.array(point, { maxLength: 6 }), async (steps, points) => {
      const own = new MemoryWritePorts(tables)
      own.commitForeign(main, {})
      own.commitPoints.push(...points)
      const operations = steps.map((each, n) =>
        operation(`op${n}`, commandOf(each, n), { actor: each.actor, ...(each.requestId && { requestId: each.requestId }) }),
      )
      const results = await commitGroup(own, operations)
      expect(results).toHaveLength(operations.length)

      const written = results.flatMap((result, n) =>
        result.ok && !result.value.repeated && result.value.changes.length > 0 ? [{ subject: `op${n}`, commit: result.value.commit }] : [],
      )
      const line = own.branches.get(main)?.commits.slice(1) ?? []
      const inOrder = [...written].sort((a, b) => (a.commit < b.commit ? -1 : 1))
      expect(line.map(({ oid, message }) => ({ commit: oid, subject: message.split('\n')[0] }))).toEqual(inOrder)
      for (const result of results) if (result.ok) expect(own.branches.get(main)?.commits.map(({ oid }) => oid)).toContain(result.value.commit)
      expect(own.sessions.every(({ end }) => end !== undefined)).toBe(true)

      const replayed = new MemoryWritePorts(tables)
      replayed.commitForeign(main, {})
      for (const { subject } of inOrder) {
        const { requestId: _, ...again } = operations[Number(subject.slice(2))] ?? operation('none', insert('users', 'none'))
        await commitGroup(replayed, [again])
      }
      const expected: State = replayed.stateOf(main)
      expect(own.stateOf(main)).toEqual(expected)
    }),
    { numRuns: 300 },
  )
})
