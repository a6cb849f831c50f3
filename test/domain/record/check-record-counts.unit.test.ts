import { describe, expect, test } from 'vitest'
import { findCountIssue } from '../../../domain/record/check-record-counts.ts'
import { given, idOf, keyOf, tableOf } from '../../support/given-records.ts'

const table = tableOf('rooms', { columns: { name: 'string' }, recordCount: { min: 2, max: 3 } })
const two = { rooms: { a: { name: 'A' }, b: { name: 'B' } } }
const three = { rooms: { ...two.rooms, c: { name: 'C' } } }

const insert = (...keys: readonly string[]) =>
  ({ type: 'InsertRecords', table: idOf('rooms'), records: keys.map((key) => ({ key: keyOf(key), fields: {} })) }) as const
const remove = (key: string) => ({ type: 'DeleteRecord', table: idOf('rooms'), key: keyOf(key) }) as const
const rename = (key: string) => ({ type: 'PatchRecord', table: idOf('rooms'), key: keyOf(key), patch: { name: 'Z' } }) as const

describe('a table with bounds on its number of records', () => {
  test('takes records up to the maximum, and no more', () => {
    given([table], two)
      .when(insert('c'))
      .thenState({ rooms: { ...two.rooms, c: {} } })
    given([table], two)
      .when(insert('c', 'd'))
      .thenFails({
        kind: 'constraint-violation',
        issues: [{ rule: 'record-count', table: idOf('rooms'), message: 'the table can hold at most 3 records (max_records_count)' }],
      })
  })

  test('gives records away down to the minimum, and no more', () => {
    given([table], three)
      .when(remove('a'))
      .thenState({ rooms: { b: { name: 'B' }, c: { name: 'C' } } })
    given([table], two)
      .when(remove('a'))
      .thenFails({
        kind: 'constraint-violation',
        issues: [
          { rule: 'record-count', table: idOf('rooms'), message: 'the table must hold at least 2 records (min_records_count), and would hold 1' },
        ],
      })
  })

  test('is counted at the end of an operation', () => {
    given([table], three)
      .when(remove('a'), insert('d'))
      .thenState({ rooms: { b: { name: 'B' }, c: { name: 'C' }, d: {} } })
    given([table], two).when(insert('x'), remove('a'), remove('b')).thenFailsWith('constraint-violation', { rule: 'record-count' })
  })

  test('can be filled from nothing, and emptied when it holds too many', () => {
    given([table], {})
      .when(insert('a'))
      .thenState({ rooms: { a: {} } })
    const five = { rooms: Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((key) => [key, {}])) }
    given([table], five)
      .when(remove('a'))
      .thenState({ rooms: Object.fromEntries(['b', 'c', 'd', 'e'].map((key) => [key, {}])) })
  })

  test('lets its records be changed however many there are', () => {
    given([table], { rooms: { a: {} } })
      .when(rename('a'))
      .thenState({ rooms: { a: { name: 'Z' } } })
  })

  test('with a maximum of 0 takes none', () => {
    given([{ ...table, recordCount: { max: 0 } }])
      .when(insert('a'))
      .thenFailsWith('constraint-violation', { rule: 'record-count' })
  })
})

test('a table without bounds has no wrong number of records', () => {
  expect(findCountIssue({ ...table, recordCount: {} }, 1_000_000)).toBeUndefined()
})
