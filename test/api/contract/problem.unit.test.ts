import { expect, test } from 'vitest'
import { exitCodes, problems } from '../../../api/contract/problem.ts'

test('exit codes of failures are those of sysexits.h', () => {
  expect(Object.values(problems).filter(({ exit }) => exit < 64 || exit > 78)).toEqual([])
})

test('no failure shares an exit code with success, a plain no, bad usage or a bug', () => {
  const taken: readonly number[] = Object.values(exitCodes)
  expect(Object.values(problems).filter(({ exit }) => taken.includes(exit))).toEqual([])
})

test('a status and a tRPC code say the same thing', () => {
  const codes = new Map<number, Set<string>>()
  for (const { status, trpc } of Object.values(problems)) codes.set(status, (codes.get(status) ?? new Set()).add(trpc))
  expect([...codes.values()].filter(({ size }) => size > 1)).toEqual([])
})

test('the exit codes that scripts rely on stay what they are', () => {
  expect(Object.fromEntries(Object.entries(problems).map(([kind, { exit }]) => [kind, exit]))).toEqual({
    'invalid-input': 65,
    'invalid-database': 65,
    'not-found': 66,
    'already-exists': 73,
    'constraint-violation': 65,
    'version-conflict': 75,
    'request-reused': 65,
    'push-rejected': 75,
    'uncommitted-changes': 75,
    protected: 77,
    'not-merged': 65,
    'checked-out': 65,
    'limit-exceeded': 65,
    unsupported: 65,
    unavailable: 75,
  })
})
