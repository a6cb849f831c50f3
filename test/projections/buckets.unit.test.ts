import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bucketsAround, closedBucket, openBucket, placeOf } from '../../projections/record-versions/buckets.ts'

const interval = fc
  .tuple(fc.integer({ min: 1, max: 300_000 }), fc.integer({ min: 1, max: 5_000 }))
  .map(([from, length]) => ({ from, to: from + length }))

test('every closed interval is found from every sequence number inside it', () => {
  fc.assert(
    fc.property(interval, fc.nat(), fc.nat(10_000), ({ from, to }, inside, later) => {
      const seq = from + (inside % (to - from))
      expect(bucketsAround(seq, to + later)).toContain(closedBucket(from, to))
    }),
    { numRuns: 5_000 },
  )
})

test('a key has at most 63 disjoint intervals in one bucket, however long its history', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 200, maxLength: 2_000 }), (lengths) => {
      const perBucket = new Map<number, number>()
      let from = 1
      for (const length of lengths) {
        const bucket = closedBucket(from, from + length)
        perBucket.set(bucket, (perBucket.get(bucket) ?? 0) + 1)
        from += length
      }
      expect(Math.max(...perBucket.values())).toBeLessThanOrEqual(63)
    }),
    { numRuns: 100 },
  )
})

test('the head of a lane is asked in the open bucket alone, an old commit in a few more', () => {
  expect(bucketsAround(10_000, 10_000)).toEqual([openBucket])
  expect(bucketsAround(5_000, 10_000)).toHaveLength(4)
  expect(bucketsAround(5_000, 1_000_000)).toHaveLength(5)
})

test('buckets of different lanes are different places', () => {
  const bucket = fc.integer({ min: 1, max: 2 ** 30 }).map((seq) => closedBucket(seq, seq + 1))
  const filed = fc.tuple(fc.integer({ min: 1, max: 2 ** 20 }), bucket)
  fc.assert(fc.property(filed, filed, (a, b) => (placeOf(...a) === placeOf(...b)) === (a[0] === b[0] && a[1] === b[1])))
})
