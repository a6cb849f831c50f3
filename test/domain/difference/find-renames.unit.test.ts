import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findRenamedColumns } from '../../../domain/difference/find-renamed-columns.ts'
import { findRenamedRecords, type KeyedRecord } from '../../../domain/difference/find-renamed-records.ts'
import { findRenamedTables } from '../../../domain/difference/find-renamed-tables.ts'
import type { JsonObject } from '../../../domain/json.ts'

const list = (records: Readonly<Record<string, JsonObject>>): readonly KeyedRecord[] =>
  Object.entries(records).map(([key, fields]) => ({ key, fields }))
const find = (deleted: Readonly<Record<string, JsonObject>>, added: Readonly<Record<string, JsonObject>>) =>
  Object.fromEntries(findRenamedRecords(list(deleted), list(added)))

describe('a record under another key', () => {
  const ada = { name: 'Ada Lovelace', born: 1815, country: 'gb' }

  test('is found by the same fields, in whatever order', () => {
    expect(find({ u1: ada }, { u2: { country: 'gb', born: 1815, name: 'Ada Lovelace' } })).toEqual({ u2: 'u1' })
    expect(find({ u1: { at: { x: 1, y: 2 } } }, { u2: { at: { y: 2, x: 1 } } })).toEqual({ u2: 'u1' })
  })

  test('is found by more than half of what it says, long values counting more', () => {
    expect(find({ u1: ada }, { u2: { ...ada, born: 1816 } })).toEqual({ u2: 'u1' })
    expect(find({ u1: ada }, { u2: { ...ada, name: 'Grace Hopper' } })).toEqual({})
    expect(find({ u1: { name: 'Bob', active: true } }, { u2: { name: 'Eve', active: true } })).toEqual({})
  })

  test('is the most similar one, and each record is taken once', () => {
    const near = { ...ada, born: 1816 }
    expect(find({ u1: ada, u2: near }, { n1: near, n2: ada })).toEqual({ n1: 'u2', n2: 'u1' })
    expect(find({ u1: ada }, { n1: { ...ada, country: 'Ireland' }, n2: near })).toEqual({ n2: 'u1' })
    expect(find({ u1: ada, u2: ada }, { n1: ada, n2: ada, n3: ada })).toEqual({ n1: 'u1', n2: 'u2' })
  })

  test('is not found by nothing, nor by a value that many have', () => {
    expect(find({ u1: {} }, { u2: {} })).toEqual({})
    const many = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`k${index}`, { text: 'the same for all', n: index }]))
    expect(find(many, { n1: { text: 'the same for all', n: 100 } })).toEqual({})
  })

  const fields = fc.record({ a: fc.nat(3), b: fc.constantFrom('x', 'long text', null), c: fc.boolean() }, { requiredKeys: [] })
  const records = fc.dictionary(fc.constantFrom('k1', 'k2', 'k3', 'k4', 'k5'), fields, { noNullPrototype: true })

  test('is found once, the same whatever order the records come in, and always where the fields are the same', () => {
    fc.assert(
      fc.property(records, records, (deleted, added) => {
        const found = findRenamedRecords(list(deleted), list(added))
        expect(new Set(found.values()).size).toBe(found.size)
        expect(new Map(findRenamedRecords(list(deleted).toReversed(), list(added).toReversed()))).toEqual(new Map(found))
        const contents = (from: Readonly<Record<string, JsonObject>>) =>
          Object.values(from).map((record) => JSON.stringify(Object.entries(record).sort()))
        const [old, now] = [contents(deleted), contents(added)]
        const count = (all: readonly string[], content: string) => all.filter((other) => other === content).length
        const same = [...new Set(old)].filter((content) => content !== '[]').map((content) => Math.min(count(old, content), count(now, content)))
        const exact = [...found].filter(
          ([to, from]) => JSON.stringify(Object.entries(deleted[from] ?? {}).sort()) === JSON.stringify(Object.entries(added[to] ?? {}).sort()),
        )
        expect(exact.length).toBe(same.reduce((sum, pairs) => sum + pairs, 0))
      }),
    )
  })

  test('is found among many in a time that grows with them, and not with their pairs', { timeout: 20_000 }, () => {
    const count = 20_000
    const make = (side: string, born: number) =>
      Array.from({ length: count }, (_, index) => ({ key: `${side}${index}`, fields: { name: `person number ${index}`, born, active: true } }))
    const found = findRenamedRecords(make('old', 1815), make('new', 1816))
    expect(found.size).toBe(count)
    expect(found.get('new77')).toBe('old77')
  })
})

describe('a column under another name', () => {
  const text = { type: 'string' }
  const columns = (...names: readonly string[]) => new Map(names.map((name) => [name, text]))

  test('is found by the values that went over', () => {
    const updates = [
      { before: { size: 1, x: 1 }, after: { weight: 1, x: 2 } },
      { before: { size: 2 }, after: { weight: 2 } },
      { before: { size: 3 }, after: { weight: 4 } },
      { before: { other: 3 }, after: { other: 4 } },
    ]
    expect(findRenamedColumns({ gone: columns('size', 'old'), added: columns('length', 'weight'), updates })).toEqual([
      { from: 'size', to: 'weight' },
    ])
    expect(findRenamedColumns({ gone: columns('size'), added: columns('weight'), updates: updates.slice(2) })).toEqual([])
  })

  test('is found by its definition where no record has a value', () => {
    expect(findRenamedColumns({ gone: columns('a'), added: columns('b'), updates: [] })).toEqual([{ from: 'a', to: 'b' }])
    expect(findRenamedColumns({ gone: columns('a'), added: new Map([['b', { type: 'int' }]]), updates: [] })).toEqual([])
    expect(findRenamedColumns({ gone: columns('a'), added: columns('b', 'c'), updates: [] })).toEqual([])
    expect(findRenamedColumns({ gone: columns('a'), added: columns('b'), updates: [{ before: {}, after: { b: 1 } }] })).toEqual([])
  })
})

describe('a table under another name', () => {
  const table = (id: string, records: Readonly<Record<string, JsonObject>>, type = 'string') => ({
    id,
    definition: { columns: { name: { type } } },
    records: list(records),
  })
  const findTables = (dropped: readonly ReturnType<typeof table>[], made: readonly ReturnType<typeof table>[]) =>
    Object.fromEntries(findRenamedTables(dropped, made))

  test('is found by the records that are in both', () => {
    const [a, b, c] = [{ name: 'a' }, { name: 'b' }, { name: 'c' }]
    expect(findTables([table('old', { a, b, c }), table('other', { a })], [table('new', { a, b, x: c })])).toEqual({ new: 'old' })
    expect(findTables([table('old', { a, b })], [table('new', { a, c })])).toEqual({})
  })

  test('is found by its definition where it has no records', () => {
    expect(findTables([table('old', {})], [table('new', {})])).toEqual({ new: 'old' })
    expect(findTables([table('old', {})], [table('new', {}, 'int')])).toEqual({})
    expect(findTables([table('old', {})], [table('n1', {}), table('n2', {})])).toEqual({})
  })
})
