import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareByColumns, compareCodePoints, placeNames } from '../../../infrastructure/formats/member-order.ts'

test('texts are compared by their UTF-8 bytes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
      expect(Math.sign(compareCodePoints(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)))
    }),
  )
})

test('columns come in their order, other names after them', () => {
  expect(['z', 'b', 'a', 'c'].sort(compareByColumns(['c', 'b']))).toEqual(['c', 'b', 'a', 'z'])
})

test.each([
  { kept: ['a', 'c'], added: ['b', 'd'], columns: [], expected: ['a', 'b', 'c', 'd'], why: 'sorted names stay sorted' },
  { kept: ['c', 'a'], added: ['b'], columns: ['c', 'b', 'a'], expected: ['c', 'b', 'a'], why: 'a column follows the one before it' },
  { kept: ['z', 'y'], added: ['a', 'x'], columns: ['x', 'z', 'y'], expected: ['x', 'z', 'y', 'a'], why: 'or stands before the one after it' },
  { kept: ['z', 'y'], added: ['b', 'a'], columns: [], expected: ['z', 'y', 'a', 'b'], why: 'other names go to the end' },
  { kept: [], added: ['b', 'a'], columns: ['b'], expected: ['a', 'b'], why: 'a map without names is sorted' },
])('$why', ({ kept, added, columns, expected }) => {
  expect(placeNames(kept, added, { columns, compare: compareCodePoints })).toEqual(expected)
})
