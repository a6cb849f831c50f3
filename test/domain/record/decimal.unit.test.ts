import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ExactNumber, parseNumber } from '../../../domain/json.ts'
import { isIntegral, normalizeNumber } from '../../../domain/record/decimal.ts'

test.each([
  ['1', '1'],
  ['1.0', '1'],
  ['10e-1', '1'],
  ['-0', '0'],
  ['0.000', '0'],
  ['0e999999999', '0'],
  ['1e3', '1000'],
  ['12345678901234567890', '12345678901234567890'],
  ['12345678901234567890.0', '12345678901234567890'],
  ['0.10', '1e-1'],
  ['-1.50', '-15e-1'],
  ['1e999999999', '1e999999999'],
])('the number %s is written %s wherever values are compared', (literal, text) => {
  expect(normalizeNumber(parseNumber(literal))).toBe(text)
})

test.each([
  ['1', true],
  ['1.0', true],
  ['1e3', true],
  ['1.5e1', true],
  ['12345678901234567890', true],
  ['1e400', true],
  ['0.0', true],
  ['1.5', false],
  ['1e-1', false],
  ['9007199254740993.5', false],
])('%s is an int: %s', (literal, expected) => {
  expect(isIntegral(parseNumber(literal))).toBe(expected)
})

test('every double is written as its exact form would be', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      expect(normalizeNumber(value)).toBe(normalizeNumber(new ExactNumber(String(value))))
      expect(Number(normalizeNumber(value))).toBe(value === 0 ? 0 : value)
    }),
  )
})

test('a literal of a hundred thousand zeros takes no noticeable time', () => {
  expect(isIntegral(new ExactNumber(`0.${'0'.repeat(100_000)}1`))).toBe(false)
})
