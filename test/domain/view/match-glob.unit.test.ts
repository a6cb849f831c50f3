import { expect, test } from 'vitest'
import { createMatcher, matchGlob } from '../../../domain/view/match-glob.ts'

test.each([
  ['active', 'active', true],
  ['act*', 'active', true],
  ['*', 'users/active', false],
  ['users/*', 'users/active', true],
  ['spaces/*', 'spaces', true],
  ['spaces/**', 'spaces/contacts/phones', true],
  ['spaces/*', 'spaces/contacts/phones', false],
  ['**', 'a/b', true],
  ['a?c', 'abc', true],
  ['a?c', 'a/c', false],
  ['[a-c]x', 'bx', true],
  ['[^a-c]x', 'bx', false],
  ['a\\*', 'a*', true],
  ['a\\*', 'ab', false],
  ['a.c', 'abc', false],
])('%s and %s: %s', (pattern, name, expected) => {
  expect(matchGlob(pattern, name)).toBe(expected)
})

test('no patterns mean everything', () => {
  expect(createMatcher(undefined)).toBeUndefined()
  expect(createMatcher(['a', 'b*'])?.('bc')).toBe(true)
})

test('a pattern made to take long does not', () => {
  expect(matchGlob(`${'*a'.repeat(100)}b`, 'a'.repeat(2000))).toBe(false)
})
