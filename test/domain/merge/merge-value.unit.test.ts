import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { equalJson, type Json, parseNumber } from '../../../domain/json.ts'
import { mergeRecord } from '../../../domain/merge/merge-record.ts'
import { mergeValue, type ValueRules } from '../../../domain/merge/merge-value.ts'
import type { ListRule, MergeStrategy } from '../../../domain/merge/strategy.ts'

const rules = (strategy: MergeStrategy = 'manual', list?: ListRule): ValueRules => ({
  strategy,
  listRule: ([field, ...below]) => (field === 'list' && below.length === 0 ? list : undefined),
  settle: () => undefined,
})

const value: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', maxDepth: 3 },
    fc.constantFrom<Json>(1, 2, 'a', 'b', true, null, parseNumber('1.10')),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'c', '__proto__'), tie('value'), { maxKeys: 3 }),
  ),
})).value
const maybe = fc.option(value, { nil: undefined })

describe('a value that two sides may have changed', () => {
  test('is what one side made of it when the other left it alone', () => {
    fc.assert(
      fc.property(maybe, maybe, (base, changed) => {
        expect(mergeValue({ base, ours: changed, theirs: base }, rules())).toEqual({ value: changed, conflicts: [] })
        expect(mergeValue({ base, ours: base, theirs: changed }, rules())).toEqual({ value: changed, conflicts: [] })
      }),
    )
  })

  test('is the same whichever side is ours, and so are its conflicts', () => {
    fc.assert(
      fc.property(
        fc.tuple(maybe, maybe, maybe),
        fc.constantFrom<MergeStrategy>('manual', 'max', 'min', 'strict'),
        ([base, ours, theirs], strategy) => {
          const one = mergeValue({ base, ours, theirs }, rules(strategy))
          const other = mergeValue({ base, ours: theirs, theirs: ours }, rules(strategy))
          const paths = (merged: typeof one) => merged.conflicts.map(({ path }) => JSON.stringify(path)).sort()
          expect(paths(one)).toEqual(paths(other))
          if (one.conflicts.length === 0) expect(equalJson(one.value, other.value)).toBe(true)
        },
      ),
    )
  })

  test('loses no change that only one side made: every member is the one that changed, or in conflict', () => {
    const members = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.constantFrom<Json>(1, 2, 3, 'x'), { noNullPrototype: true })
    fc.assert(
      fc.property(members, members, members, (base, ours, theirs) => {
        const { value: merged, conflicts } = mergeValue({ base, ours, theirs }, rules())
        const result = merged as Record<string, Json>
        for (const name of ['a', 'b', 'c', 'd']) {
          if (conflicts.some(({ path }) => path[0] === name)) continue
          if (base[name] !== ours[name]) expect(result[name]).toEqual(ours[name])
          else expect(result[name]).toEqual(theirs[name])
        }
      }),
    )
  })
})

describe('a list', () => {
  const merge = ([base, ours, theirs]: readonly [Json, Json, Json], given: ValueRules) =>
    mergeValue({ base: { list: base }, ours: { list: ours }, theirs: { list: theirs } }, given)

  test('is one value when nothing else is said', () => {
    expect(merge([[1], [1, 2], [1, 3]], rules()).conflicts.map(({ path }) => path)).toEqual([['list']])
  })

  test('that is a set has what either side added, and not what either removed', () => {
    expect(
      merge(
        [
          ['a', 'b'],
          ['a', 'b', 'c'],
          ['b', 'd'],
        ],
        rules('manual', { type: 'set' }),
      ),
    ).toEqual({
      value: { list: ['b', 'c', 'd'] },
      conflicts: [],
    })
  })

  test('of objects told apart by a member is merged object by object', () => {
    const by = rules('manual', { type: 'keyed', by: ['sku'] })
    const base = [
      { sku: 'a', n: 1, p: 1 },
      { sku: 'b', n: 1 },
    ]
    const ours = [{ sku: 'a', n: 2, p: 1 }, { sku: 'b', n: 1 }, { sku: 'c' }]
    const theirs = [{ sku: 'a', n: 1, p: 5 }]
    expect(merge([base, ours, theirs], by)).toEqual({ value: { list: [{ sku: 'a', n: 2, p: 5 }, { sku: 'c' }] }, conflicts: [] })
    expect(merge([base, [{ sku: 'a', n: 2 }], [{ sku: 'a', n: 3 }]], by).conflicts.map(({ path }) => path)).toEqual([['list', 'a', 'n']])
  })

  test('whose objects cannot be told apart is one value', () => {
    const by = rules('manual', { type: 'keyed', by: ['sku'] })
    expect(merge([[], [{ sku: 'a' }, { sku: 'a' }], [{ sku: 'b' }]], by).conflicts).toHaveLength(1)
    expect(merge([[], [{ sku: null }], [{ sku: 'b' }]], by).conflicts).toHaveLength(1)
  })

  test('keeps under union everything that either side has', () => {
    expect(merge([['a', 'b'], ['a', 'c'], ['b']], rules('union'))).toEqual({ value: { list: ['a', 'c', 'b'] }, conflicts: [] })
  })
})

describe('a strategy', () => {
  test.each<[MergeStrategy, readonly [ours: Json | undefined, theirs: Json | undefined], Json | undefined]>([
    ['ours', [2, 3], 2],
    ['theirs', [2, 3], 3],
    ['theirs', [2, undefined], undefined],
    ['max', [2, 10], 10],
    ['min', [2, 10], 2],
    ['max', ['2026-01-02', '2026-01-10'], '2026-01-10'],
    ['max', [parseNumber('12345678901234567890'), parseNumber('12345678901234567891')], parseNumber('12345678901234567891')],
    ['union', [undefined, 3], 3],
    ['max', [null, undefined], null],
    ['union', [undefined, null], null],
  ])('%s makes of %j %j', (strategy, [ours, theirs], wanted) => {
    const { value: merged, conflicts } = mergeValue({ base: 1, ours, theirs }, rules(strategy))
    expect(conflicts).toEqual([])
    expect(equalJson(merged, wanted)).toBe(true)
  })

  test.each<[MergeStrategy, Json, Json]>([
    ['max', 2, 'x'],
    ['max', true, false],
    ['union', 2, 3],
    ['strict', 2, 3],
    ['manual', 2, 3],
  ])('%s leaves %j and %j in conflict', (strategy, ours, theirs) => {
    expect(mergeValue({ base: 1, ours, theirs }, rules(strategy)).conflicts).toHaveLength(1)
  })
})

describe('a record', () => {
  test('that one side deleted and the other changed is in conflict as a whole', () => {
    const merged = mergeRecord({ base: { a: 1 }, ours: undefined, theirs: { a: 2 } }, rules())
    expect(merged.conflicts).toEqual([{ path: [], base: { a: 1 }, ours: undefined, theirs: { a: 2 } }])
    expect(mergeRecord({ base: { a: 1 }, ours: undefined, theirs: { a: 2 } }, rules('union')).fields).toEqual({ a: 2 })
    expect(mergeRecord({ base: { a: 1 }, ours: undefined, theirs: { a: 2 } }, rules('ours')).fields).toBeUndefined()
  })

  test('that both sides inserted is merged field by field', () => {
    const { fields, conflicts } = mergeRecord({ base: undefined, ours: { a: 1, b: 1, c: 1 }, theirs: { a: 1, b: 2, d: 1 } }, rules())
    expect(fields).toEqual({ a: 1, b: 1, c: 1, d: 1 })
    expect(conflicts.map(({ path }) => path)).toEqual([['b']])
  })

  test('that both sides changed is in conflict under strict, whatever the fields', () => {
    const sides = { base: { a: 1, b: 1 }, ours: { a: 2, b: 1 }, theirs: { a: 1, b: 2 } }
    expect(mergeRecord(sides, rules()).fields).toEqual({ a: 2, b: 2 })
    expect(mergeRecord(sides, rules('strict')).conflicts.map(({ path }) => path)).toEqual([[]])
  })
})
