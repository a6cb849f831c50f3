import { beforeEach, expect, test } from 'vitest'
import { createCommandQueue } from '../../../domain/event-sourcing/command-queue.ts'
import type { Operation } from '../../../domain/event-sourcing/operation.ts'
import type { BranchName } from '../../../domain/ids.ts'
import { idOf, keyOf, tableOf } from '../../support/given-records.ts'
import { branchOf, MemoryWritePorts } from '../../support/memory-write-ports.ts'

const [main, side] = [branchOf('main'), branchOf('side')]
const waitingMax = 10_000
const groupMax = 256

let ports: MemoryWritePorts

beforeEach(() => {
  ports = new MemoryWritePorts([tableOf('users', { columns: { name: 'string' } })])
  for (const branch of [main, side]) ports.commitForeign(branch, { users: { u1: {} } })
})

const newUser = (key: string, branch = main): Operation => ({
  branch,
  commands: [{ type: 'InsertRecords', table: idOf('users'), records: [{ key: keyOf(key), fields: {} }] }],
  actor: { name: 'Ada', email: 'ada@example.org' },
  at: { seconds: 1_700_000_000, offsetMinutes: 0 },
  message: key,
})
/** Decided fast, and to nothing. */
const nothing = (): Operation => ({ ...newUser('u1'), commands: [] })

const groups = () => ports.groups.map(({ branch, subjects }) => [branch, subjects.join(' ')])

test('operations submitted together are one group, each answered for itself', async () => {
  const queue = createCommandQueue(ports)
  const results = await Promise.all(['a', 'u1', 'b'].map((key) => queue.submit(newUser(key))))
  expect(results).toMatchObject([{ ok: true }, { ok: false, failure: { kind: 'already-exists' } }, { ok: true }])
  expect(groups()).toEqual([['main', 'a b']])
})

test('groups are of one branch: the one that waits longest comes first, with all that waits for it', async () => {
  const queue = createCommandQueue(ports)
  const waiting: readonly (readonly [string, BranchName])[] = [
    ['a', side],
    ['b', main],
    ['c', side],
    ['d', main],
  ]
  await Promise.all(waiting.map(([key, branch]) => queue.submit(newUser(key, branch))))
  expect(groups()).toEqual([
    ['side', 'a c'],
    ['main', 'b d'],
  ])
  expect([ports.lineOf(side), ports.lineOf(main)]).toEqual([
    ['foreign', 'a', 'c'],
    ['foreign', 'b', 'd'],
  ])
})

test('what comes while a group is written waits for the next one', async () => {
  const queue = createCommandQueue(ports)
  const late: Promise<unknown>[] = []
  ports.commitPoints.push({ status: 'committed', meanwhile: () => late.push(queue.submit(newUser('b')), queue.submit(newUser('c'))) })
  expect(await queue.submit(newUser('a'))).toMatchObject({ ok: true })
  expect(await Promise.all(late)).toMatchObject([{ ok: true }, { ok: true }])
  expect(groups()).toEqual([
    ['main', 'a'],
    ['main', 'b c'],
  ])
})

test('what comes after everything was written starts again', async () => {
  const queue = createCommandQueue(ports)
  for (const key of ['a', 'b']) expect(await queue.submit(newUser(key))).toMatchObject({ ok: true })
  expect(ports.lineOf(main)).toEqual(['foreign', 'a', 'b'])
})

test('a group has at most 256 operations, in the order they came', async () => {
  const queue = createCommandQueue(ports)
  const keys = Array.from({ length: 2 * groupMax + 1 }, (_, n) => `k${n}`)
  const results = await Promise.all(keys.map((key) => queue.submit(newUser(key))))
  expect(results.every(({ ok }) => ok)).toBe(true)
  expect(ports.groups.map(({ subjects }) => subjects.length)).toEqual([groupMax, groupMax, 1])
  expect(ports.lineOf(main)).toEqual(['foreign', ...keys])
})

test('10,000 operations may wait; one more is refused at once, and welcome again when there is room', async () => {
  const queue = createCommandQueue(ports)
  const waiting = Array.from({ length: waitingMax }, () => queue.submit(nothing()))
  const failure = { kind: 'unavailable', what: 'branch side', why: '10000 writes are waiting already' }
  expect(await queue.submit(newUser('a', side))).toEqual({ ok: false, failure })
  expect((await Promise.all(waiting)).every(({ ok }) => ok)).toBe(true)
  expect(await queue.submit(newUser('a', side))).toMatchObject({ ok: true })
})

test.each(['begin', 'stage', 'project'] as const)('a bug in "%s" is thrown at all of its group, and the next group still runs', async (port) => {
  const bug = new Error('a bug')
  ports.bugs.set(port, bug)
  const queue = createCommandQueue(ports)
  const submitted = [newUser('a'), newUser('b'), newUser('c', side)].map((operation) => queue.submit(operation))
  expect(await Promise.allSettled(submitted)).toMatchObject([
    { status: 'rejected', reason: bug },
    { status: 'rejected', reason: bug },
    { status: 'fulfilled', value: { ok: true } },
  ])
  expect(await queue.submit(newUser('d'))).toMatchObject({ ok: true })
  expect([ports.lineOf(main), ports.lineOf(side)]).toEqual([
    ['foreign', 'd'],
    ['foreign', 'c'],
  ])
  expect(ports.sessions.every(({ end }) => end !== undefined)).toBe(true)
})

test('a group that fails for a reason of the store does not stop the next one', async () => {
  ports.commitPoints.push({ status: 'unavailable' })
  const queue = createCommandQueue(ports)
  const results = await Promise.all([queue.submit(newUser('a')), queue.submit(newUser('b', side))])
  expect(results).toMatchObject([{ ok: false, failure: { kind: 'unavailable' } }, { ok: true }])
})
