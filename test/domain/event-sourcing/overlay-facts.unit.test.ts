import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Change } from '../../../domain/event-sourcing/change.ts'
import type { FieldValue } from '../../../domain/event-sourcing/decision.ts'
import { overlayFacts } from '../../../domain/event-sourcing/overlay-facts.ts'
import type { JsonObject } from '../../../domain/json.ts'
import { findTable, type Table } from '../../../domain/table/table.ts'
import { applyChanges, factsOf, idOf, keyOf, revisionOf, type State, tableOf } from '../../support/given-records.ts'

const users = tableOf('users', { columns: { name: 'string' } })
const table = idOf('users')
const key = keyOf('ada')
const state: State = { users: { ada: { name: 'Ada' } } }

const insert = (after: JsonObject): Change => ({ type: 'RecordInserted', table, key, after })
const update = (before: JsonObject, after: JsonObject): Change => ({ type: 'RecordUpdated', table, key, before, after })
const remove = (before: JsonObject): Change => ({ type: 'RecordDeleted', table, key, before })

describe('the net effect of', () => {
  test.each<[string, State, readonly Change[], readonly Change[]]>([
    ['insert and delete is nothing', {}, [insert({}), remove({})], []],
    ['insert and update is an insert', {}, [insert({ name: 'a' }), update({ name: 'a' }, { name: 'b' })], [insert({ name: 'b' })]],
    [
      'two updates is one update',
      state,
      [update({ name: 'Ada' }, { name: 'a' }), update({ name: 'a' }, { name: 'b' })],
      [update({ name: 'Ada' }, { name: 'b' })],
    ],
    ['an update there and back is nothing', state, [update({ name: 'Ada' }, { name: 'a' }), update({ name: 'a' }, { name: 'Ada' })], []],
    ['update and delete is a delete', state, [update({ name: 'Ada' }, { name: 'a' }), remove({ name: 'a' })], [remove({ name: 'Ada' })]],
    ['delete and insert is an update', state, [remove({ name: 'Ada' }), insert({ name: 'b' })], [update({ name: 'Ada' }, { name: 'b' })]],
    ['delete and the same insert is nothing', state, [remove({ name: 'Ada' }), insert({ name: 'Ada' })], []],
    [
      'a table created and dropped is nothing',
      {},
      [
        { type: 'TableCreated', table: tableOf('t', { columns: {} }) },
        { type: 'TableDropped', table: idOf('t') },
      ],
      [],
    ],
    [
      'changes in a table that is dropped is the drop',
      state,
      [update({ name: 'Ada' }, {}), { type: 'TableDropped', table }],
      [{ type: 'TableDropped', table }],
    ],
    [
      'a table dropped, created again and filled is just that',
      state,
      [{ type: 'TableDropped', table }, { type: 'TableCreated', table: users }, insert({ name: 'Ada' })],
      [{ type: 'TableDropped', table }, { type: 'TableCreated', table: users }, insert({ name: 'Ada' })],
    ],
  ])('%s', (...[, before, changes, net]) => {
    const overlay = overlayFacts(factsOf([users], before))
    overlay.apply(changes)
    expect(overlay.changes()).toEqual(net)
  })
})

describe('facts with an operation laid over them', () => {
  test('give a changed record with the revision it had before', () => {
    const overlay = overlayFacts(factsOf([users], state))
    overlay.apply([update({ name: 'Ada' }, { name: 'b' })])
    expect(overlay.record(table, key)).toEqual({ fields: { name: 'b' }, revision: revisionOf('users', 'ada') })
  })
  test('give an inserted record without a revision', () => {
    const overlay = overlayFacts(factsOf([users], {}))
    overlay.apply([insert({ name: 'b' })])
    expect(overlay.record(table, key)).toEqual({ fields: { name: 'b' }, revision: '' })
  })
  test('give nothing of a deleted record', () => {
    const overlay = overlayFacts(factsOf([users], state))
    overlay.apply([remove({ name: 'Ada' })])
    expect(overlay.record(table, key)).toBeUndefined()
    expect(overlay.keysWith(table, [{ column: 'name', value: 'Ada' }], 10)).toEqual([])
  })
  test('give nothing of what a table held before it was dropped and created again', () => {
    const overlay = overlayFacts(factsOf([users], state))
    overlay.apply([
      { type: 'TableDropped', table },
      { type: 'TableCreated', table: users },
    ])
    expect(overlay.record(table, key)).toBeUndefined()
    expect(overlay.keysWith(table, [{ column: 'name', value: 'Ada' }], 10)).toEqual([])
  })
  test('keep the same catalogue object while no table comes or goes', () => {
    const overlay = overlayFacts(factsOf([users], state))
    const before = overlay.catalogue()
    overlay.apply([update({ name: 'Ada' }, { name: 'b' })])
    expect(overlay.catalogue()).toBe(before)
    overlay.apply([{ type: 'TableDropped', table }])
    expect(findTable(overlay.catalogue(), 'users')).toBeUndefined()
  })
  test('find a full answer below although changed records hide some of it', () => {
    const records = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`k${String(index).padStart(2, '0')}`, { name: 'x' }]))
    const overlay = overlayFacts(factsOf([users], { users: records }))
    overlay.apply(
      Object.keys(records)
        .slice(0, 15)
        .map((gone): Change => ({ type: 'RecordDeleted', table, key: keyOf(gone), before: { name: 'x' } })),
    )
    expect(overlay.keysWith(table, [{ column: 'name', value: 'x' }], 5)).toEqual(['k15', 'k16', 'k17', 'k18', 'k19'])
  })
})

const tables: readonly Table[] = ['t1', 't2'].map((id) => tableOf(id, { columns: { a: 'any', b: 'any' } }))
const fields: fc.Arbitrary<JsonObject> = fc.record(
  { a: fc.constantFrom(1, 2, '1', null), b: fc.constantFrom('x', 'y'), c: fc.array(fc.constantFrom(1, '1')) },
  { requiredKeys: [] },
)
const records = fc.dictionary(fc.constantFrom('k1', 'k2', 'k3', 'k4'), fields)
const states: fc.Arbitrary<State> = fc.record({ t1: records, t2: records })
const step = fc.record({
  table: fc.constantFrom('t1', 't2'),
  key: fc.constantFrom('k1', 'k2', 'k3', 'k4'),
  after: fc.option(fields, { nil: undefined }),
  swap: fc.nat(9),
})

/** Turns random steps into changes that fit the state they meet: now and then a table is dropped, or created again. */
const toChange = (now: State, { table: id, key: name, after, swap }: typeof step extends fc.Arbitrary<infer T> ? T : never): readonly Change[] => {
  const at = { table: idOf(id), key: keyOf(name) }
  const found = tables.find((one) => one.id === id)
  if (now[id] === undefined) return found === undefined ? [] : [{ type: 'TableCreated', table: found }]
  if (swap === 0) return [{ type: 'TableDropped', table: at.table }]
  const before = now[id][name]
  if (before === undefined) return after === undefined ? [] : [{ type: 'RecordInserted', ...at, after }]
  return after === undefined ? [{ type: 'RecordDeleted', ...at, before }] : [{ type: 'RecordUpdated', ...at, before, after }]
}

test('after any changes, net changes lead to the same state, and every answer is that of the state itself', () => {
  fc.assert(
    fc.property(states, fc.array(step, { maxLength: 30 }), (start, steps) => {
      const overlay = overlayFacts(factsOf(tables, start))
      let now = start
      for (const one of steps) {
        const changes = toChange(now, one)
        overlay.apply(changes)
        now = applyChanges(now, changes)
        const truth = factsOf(tables, now)
        for (const { id } of tables) {
          expect(overlay.record(id, keyOf(one.key))?.fields).toEqual(truth.record(id, keyOf(one.key))?.fields)
          const questions: readonly (readonly FieldValue[])[] = [
            [{ column: 'a', value: 1 }],
            [{ column: 'c', value: 1, inList: true }],
            [
              { column: 'b', value: 'x' },
              { column: 'a', value: '1' },
            ],
          ]
          for (const values of questions) {
            for (const limit of [1, 3, 100]) expect(overlay.count(id, limit)).toBe(truth.count(id, limit))
            const all = truth.keysWith(id, values, 100)
            expect([...overlay.keysWith(id, values, 100)].sort()).toEqual([...all].sort())
            expect(overlay.keysWith(id, values, 1)).toHaveLength(Math.min(1, all.length))
          }
        }
      }
      const net = overlay.changes()
      expect(applyChanges(start, net)).toEqual(now)
      const touched = net.flatMap((change) => ('key' in change ? [`${change.table}/${change.key}`] : []))
      expect(new Set(touched).size).toBe(touched.length)
    }),
  )
})
