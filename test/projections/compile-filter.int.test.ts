import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Json } from '../../domain/json.ts'
import { compareText } from '../../domain/query/compare-values.ts'
import { compareRecords, matches } from '../../domain/query/evaluate-filter.ts'
import type { Filter } from '../../domain/query/filter.ts'
import { filterFailure } from '../../domain/query/filter-limits.ts'
import { filterExpression, sortExpressions, usesBody } from '../../projections/record-versions/compile-filter.ts'
import { openSampleDatabase, rankedColumns, typedColumns, untypedColumns, withoutBody } from './compile-filter-database.ts'
import { filter, records, sortKeys } from './compile-filter-samples.ts'

test('SQL finds exactly the records that a filter means, with typed columns, indexed paths and without', () => {
  fc.assert(
    fc.property(records, fc.array(filter, { minLength: 1, maxLength: 8 }), (sample, filters) => {
      using db = openSampleDatabase(sample)
      for (const where of filters) {
        const wanted = sample.filter(({ key, fields }) => matches(where, key, fields)).map(({ key }) => key)
        for (const columns of [typedColumns, rankedColumns, untypedColumns]) {
          expect(db.find(filterExpression(where, columns)).sort(compareText)).toEqual([...wanted].sort(compareText))
        }
      }
    }),
    { numRuns: 1_500 },
  )
})

test('SQL orders records as the sort keys mean, missing first, by type and then by value', () => {
  fc.assert(
    fc.property(records, fc.array(sortKeys, { minLength: 1, maxLength: 4 }), (sample, orders) => {
      using db = openSampleDatabase(sample)
      for (const order of orders) {
        const wanted = [...sample].sort(compareRecords(order)).map(({ key }) => key)
        for (const columns of [typedColumns, rankedColumns, untypedColumns]) expect(db.sort(sortExpressions(order, columns))).toEqual(wanted)
      }
    }),
    { numRuns: 700 },
  )
})

test('what needs no record body is answered without reading it', () => {
  fc.assert(
    fc.property(records, filter, sortKeys, (sample, where, order) => {
      using db = openSampleDatabase(sample)
      for (const columns of [typedColumns, rankedColumns]) {
        if (!usesBody(where, columns)) db.find(filterExpression(where, columns), withoutBody)
        if (!usesBody(order, columns)) db.sort(sortExpressions(order, columns), withoutBody)
      }
      expect(usesBody({ op: 'or', of: [where, { op: 'exists', path: ['x'] }] }, typedColumns)).toBe(true)
    }),
    { numRuns: 500 },
  )
})

const indexed: readonly (readonly [title: string, where: Filter])[] = [
  ['equality', { op: 'eq', path: ['name'], value: 'ada' }],
  ['a boolean', { op: 'eq', path: ['active'], value: true }],
  ['a loose number on a text column', { op: 'in', path: ['name'], values: [12345, '12345'] }],
  ['a short list', { op: 'in', path: ['age'], values: [1, 2, 3] }],
  ['a long list', { op: 'in', path: ['age'], values: Array.from({ length: 1_000 }, (_, index) => index) }],
  ['a range', { op: 'gt', path: ['age'], value: 30 }],
  ['a prefix', { op: 'starts-with', path: ['name'], value: 'ad', ignoreCase: false }],
  ['a prefix of the key', { op: 'starts-with', path: ['$id'], value: 'ad', ignoreCase: false }],
  ['a missing value', { op: 'eq', path: ['born'], value: null }],
]
test.each(indexed)('%s on a typed column is searched by its index', (_, where) => {
  using db = openSampleDatabase([])
  expect(db.explain(filterExpression(where, typedColumns))).toMatch(/SEARCH v USING (COVERING )?INDEX t5_/)
})

test('one sort key on a typed column is the bare column, then the key', () => {
  expect(sortExpressions([{ path: ['age'], descending: true }], typedColumns).map(({ descending }) => descending)).toEqual([true, false])
  expect(sortExpressions([{ path: ['$id'], descending: true }], typedColumns)).toHaveLength(1)
})

const deepPath = ['x', '0', '0', '0', 'y']
const mixed: readonly Json[] = [
  null,
  true,
  false,
  ...Array.from({ length: 16 }, (_, index) => (index % 2 === 0 ? index : `t${index}`)),
  [1],
  { a: 1 },
]
const widest: readonly (readonly [title: string, count: number, condition: Filter])[] = [
  ['texts in lists', 124, { op: 'contains', path: deepPath, value: 'z', ignoreCase: true }],
  ['objects in lists', 124, { op: 'ne', path: deepPath, value: { deep: ['z'] } }],
  ['lists of anything', 124, { op: 'in', path: deepPath, values: mixed }],
  ['lists of anything, plain path', 998, { op: 'in', path: ['x'], values: mixed }],
  ['long lists', 998, { op: 'in', path: ['x'], values: Array.from({ length: 1_000 }, (_, index) => `t${index}`) }],
]
test.each(widest)('the largest filter allowed stays within the limits of SQLite: %s', (_, count, condition) => {
  const fields = { x: [[[{ y: 'z' }]]] }
  using db = openSampleDatabase([{ key: 'a', fields }])
  const where: Filter = { op: 'not', of: { op: 'or', of: Array.from({ length: count }, () => condition) } }
  expect(filterFailure(where)).toBeUndefined()
  expect(filterFailure({ op: 'and', of: [where, where] })).toMatchObject({ kind: 'limit-exceeded', limit: 1_000, unit: 'conditions' })
  expect(db.find(filterExpression(where, typedColumns))).toHaveLength(matches(where, 'a', fields) ? 1 : 0)
})

test('the deepest filter allowed stays within the limits of SQLite', () => {
  using db = openSampleDatabase([{ key: 'a', fields: {} }])
  let where: Filter = { op: 'and', of: Array.from({ length: 900 }, () => ({ op: 'exists', path: ['$id'] })) }
  for (let level = 0; level < 18; level++)
    where = level % 2 === 0 ? { op: 'not', of: where } : { op: 'or', of: [where, { op: 'exists', path: ['y'] }] }
  expect(filterFailure(where)).toBeUndefined()
  expect(filterFailure({ op: 'not', of: where })).toMatchObject({ kind: 'limit-exceeded', limit: 20, unit: 'levels' })
  expect(db.find(filterExpression(where, typedColumns))).toHaveLength(matches(where, 'a', {}) ? 1 : 0)
})
