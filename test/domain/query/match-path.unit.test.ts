import { expect, test } from 'vitest'
import { matchesPath } from '../../../domain/query/match-path.ts'

test.each([
  ['users', 'users/$records/a.yaml', true],
  ['users/$records/a', 'users/$records/abc.yaml', true],
  ['users/*/a.yaml', 'users/$records/a.yaml', true],
  ['users/*', 'users/$records/a.yaml', false],
  ['*/*/*.yaml', 'users/$records/a.yaml', true],
  ['*.yaml', 'users/$records/a.yaml', false],
  ['users/?records/[ab].yaml', 'users/$records/b.yaml', true],
  ['users/?records/[^a-y].yaml', 'users/$records/z.yaml', true],
  ['users/?records/[^a-y].yaml', 'users/$records/b.yaml', false],
  ['users[^x]$records/a.yaml', 'users/$records/a.yaml', false],
  ['users/\\$records/\\*.yaml', 'users/$records/*.yaml', true],
  ['users/\\$records/\\*.yaml', 'users/$records/a.yaml', false],
  ['[', 'a', false],
  ['[', '[x', true],
  ['a.c', 'abc', false],
  ['', 'anything', true],
  ['*', '', true],
])('the pattern %s and the path %s: %s', (pattern, path, wanted) => {
  expect(matchesPath(pattern, path)).toBe(wanted)
})

test('a pattern made to be slow is not', () => {
  expect(matchesPath(`${'*a'.repeat(2_000)}b`, 'a'.repeat(5_000))).toBe(false)
})
