import { expect, test } from 'vitest'
import { ClaimFailed, checkClaim } from '../../../../client/examples/demo/claim.ts'

test('a claim that holds passes, whatever the shape of the answer', () => {
  checkClaim('a number', { actual: 252, expected: 252 })
  checkClaim('lists in objects', { actual: { codes: ['CI', 'SZ'] }, expected: { codes: ['CI', 'SZ'] } })
})

test.each([
  ['another number', 251, 252],
  ['a text instead of a number', '252', 252],
  ['another order', ['SZ', 'CI'], ['CI', 'SZ']],
  ['a missing answer', undefined, 'CI'],
])('a claim that meets %s stops the demo', (_what, actual, expected) => {
  expect(() => checkClaim('countries', { actual, expected })).toThrow(ClaimFailed)
})

test('a broken claim says what was promised, what was expected and what came', () => {
  expect(() => checkClaim('as many as in the source', { actual: [251], expected: [252] })).toThrow(
    'as many as in the source: expected [252], but it is [251]',
  )
})

test('a broken claim does not flood the terminal', () => {
  expect(() => checkClaim('long', { actual: 'x'.repeat(100_000), expected: undefined })).toThrow(/^long: expected nothing, but it is "x{299}…$/)
})
