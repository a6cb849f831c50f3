import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ExactNumber, type Json, type JsonObject } from '../../../domain/json.ts'
import { compareText, compareValues, isSameValue, numericValue } from '../../../domain/query/compare-values.ts'
import { compareRecords, matches, valueAt } from '../../../domain/query/evaluate-filter.ts'
import type { Filter } from '../../../domain/query/filter.ts'

const ada: JsonObject = {
  name: 'Ada',
  age: 36,
  active: true,
  gone: null,
  tags: ['math', 'Code'],
  address: { city: 'London', 0: 'zero' },
  grid: [[1], [2]],
}
const holds = (filter: Filter): boolean => matches(filter, 'u1', ada)
const compared = (op: 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge', name: string, value: Json): boolean => holds({ op, path: [name], value })

test('a missing field and null are the same', () => {
  expect(compared('eq', 'gone', null)).toBe(true)
  expect(compared('eq', 'never', null)).toBe(true)
  expect(holds({ op: 'exists', path: ['gone'] })).toBe(false)
  expect(compared('ne', 'never', 'x')).toBe(true)
  expect(compared('ne', 'never', null)).toBe(false)
})

test('values are equal as JSON: numbers by value, never text with number', () => {
  expect(compared('eq', 'age', new ExactNumber('36.0'))).toBe(true)
  expect(compared('eq', 'age', '36')).toBe(false)
  expect(compared('eq', 'active', 1)).toBe(false)
  expect(compared('eq', 'address', { 0: 'zero', city: 'London' })).toBe(true)
  expect(compared('eq', 'tags', ['Code', 'math'])).toBe(false)
  expect(isSameValue({ a: null }, {})).toBe(false)
  expect(isSameValue(new ExactNumber('9007199254740993'), 9007199254740992)).toBe(false)
})

test('order holds only between two numbers or two texts', () => {
  expect(compared('gt', 'age', 30)).toBe(true)
  expect(compared('gt', 'age', '30')).toBe(false)
  expect(compared('lt', 'never', 1)).toBe(false)
  expect(compared('ge', 'active', false)).toBe(false)
  expect(compared('le', 'name', 'Ada')).toBe(true)
})

test('text matches hold on texts, and "contains" on lists with an equal element', () => {
  const match = (op: 'contains' | 'starts-with' | 'ends-with', name: string, value: Json) => holds({ op, path: [name], value, ignoreCase: false })
  const matchAnyCase = (op: 'contains' | 'ends-with', name: string, value: Json) => holds({ op, path: [name], value, ignoreCase: true })
  expect(match('contains', 'name', 'da')).toBe(true)
  expect(match('contains', 'name', 'DA')).toBe(false)
  expect(matchAnyCase('contains', 'name', 'DA')).toBe(true)
  expect(match('starts-with', 'name', 'A')).toBe(true)
  expect(matchAnyCase('ends-with', 'name', 'A')).toBe(true)
  expect(match('contains', 'age', '3')).toBe(false)
  expect(match('contains', 'tags', 'math')).toBe(true)
  expect(match('contains', 'tags', 'mat')).toBe(false)
  expect(matchAnyCase('contains', 'tags', 'code')).toBe(true)
  expect(match('contains', 'grid', [2])).toBe(true)
  expect(match('starts-with', 'tags', 'math')).toBe(false)
})

test('a path steps into objects by name and into lists by position; $id is the key', () => {
  expect(valueAt(['address', '0'], 'u1', ada)).toBe('zero')
  expect(valueAt(['tags', '1'], 'u1', ada)).toBe('Code')
  expect(valueAt(['tags', '01'], 'u1', ada)).toBeNull()
  expect(valueAt(['tags', 'length'], 'u1', ada)).toBeNull()
  expect(valueAt(['name', '0'], 'u1', ada)).toBeNull()
  expect(valueAt(['toString'], 'u1', ada)).toBeNull()
  expect(valueAt(['$id'], 'u1', ada)).toBe('u1')
})

test('not, and, or combine; in is any of', () => {
  const isAda: Filter = { op: 'eq', path: ['name'], value: 'Ada' }
  expect(holds({ op: 'not', of: isAda })).toBe(false)
  expect(holds({ op: 'and', of: [] })).toBe(true)
  expect(holds({ op: 'or', of: [] })).toBe(false)
  expect(holds({ op: 'or', of: [{ op: 'not', of: isAda }, isAda] })).toBe(true)
  expect(holds({ op: 'in', path: ['never'], values: ['x', null] })).toBe(true)
})

test('records sort by type, then value, then key; descending turns all but the key', () => {
  const values: Json[] = [null, false, true, new ExactNumber('-1e3'), 2, new ExactNumber('10.0'), '', 'B', 'a', 'é', '\uffff', '😀']
  const sorted = values.map((value, index) => ({ key: String(index), fields: { value } }))
  const order = [{ path: ['value'], descending: false }]
  expect([...sorted].reverse().sort(compareRecords(order))).toEqual(sorted)
  expect([...sorted].sort(compareRecords([{ path: ['value'], descending: true }]))).toEqual([...sorted].reverse())
  const equal = ['c', 'a', 'b'].map((key) => ({ key, fields: { value: [key] } }))
  expect(equal.sort(compareRecords(order)).map(({ key }) => key)).toEqual(['a', 'b', 'c'])
})

test('texts sort by code point, as their UTF-8 bytes do', () => {
  const text = fc.string({ unit: 'binary' })
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(Math.sign(compareText(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)))
    }),
  )
})

test('integers of 64 bits are exact, everything else is a double', () => {
  expect(numericValue(new ExactNumber('9223372036854775807'))).toBe(9223372036854775807n)
  expect(numericValue(new ExactNumber('9223372036854775808'))).toBe(2 ** 63)
  expect(numericValue(1152921504606847000)).toBe(1152921504606847000n)
  expect(numericValue(1e21)).toBe(1e21)
  expect(numericValue(new ExactNumber('1.0'))).toBe(1)
  expect(compareValues(new ExactNumber('9007199254740993'), 9007199254740992.0)).toBeGreaterThan(0)
})
