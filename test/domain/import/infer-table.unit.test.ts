import { expect, test } from 'vitest'
import type { TableId } from '../../../domain/ids.ts'
import { inferTable } from '../../../domain/import/infer-table.ts'
import type { JsonObject } from '../../../domain/json.ts'
import { sourceOf } from '../../support/import-source.ts'

const infer = async (records: readonly JsonObject[], { isText = false, keyColumn }: { isText?: boolean; keyColumn?: string } = {}) =>
  inferTable(sourceOf(records).read(), { table: 'cities' as TableId, isText, keyColumn })

const columnsOf = async (...args: Parameters<typeof infer>) => {
  const inferred = await infer(...args)
  return inferred.ok
    ? inferred.value.columns.map(({ column: { name, type, required }, evidence }) => [name, type, required === true, evidence])
    : undefined
}

test('a column has the type that all values have, and is required when no record lacks it', async () => {
  const records = [
    { $id: 'a', n: 1, f: 1, t: 'x', l: [1], m: { en: 'a' }, d: '2026-01-01', mixed: 1 },
    { $id: 'b', n: 2, f: 2.5, t: 'y', l: [], m: { de: 'b' }, d: '2026-02-01', mixed: 'two' },
    { $id: 'c', n: 3, f: 3, l: [2, 3], m: {}, d: null, mixed: true },
  ]
  expect(await columnsOf(records)).toEqual([
    ['n', 'int', true, 'int in all 3, so required'],
    ['f', 'float', true, 'float in all 3, so required'],
    ['t', 'string', false, 'string in 2 of 3'],
    ['l', '[]int', true, '[]int in all 3, so required'],
    ['m', 'map[locale]string', true, 'map[locale]string in all 3, so required'],
    ['d', 'date', false, 'date in 2 of 3'],
    ['mixed', 'any', true, 'values of several kinds (boolean, number, text) in all 3, so required'],
  ])
})

test('texts are judged by how they are written: zeros in front are no number', async () => {
  const records = [
    { id: '1', n: '1', zip: '01234', b: 'true', f: '1e3' },
    { id: '2', n: '-2', zip: '99999', b: 'FALSE', f: '2.50' },
  ]
  const columns = await columnsOf(records, { isText: true, keyColumn: 'id' })
  expect(columns?.map(([name, type]) => `${name} ${type}`)).toEqual(['n int', 'zip string', 'b bool', 'f float'])
})

test('the key is a field whose value is never twice the same, by its usual name first', async () => {
  const records = [
    { name: 'A', city_id: 7, id: 1 },
    { name: 'B', city_id: 8, id: 2 },
  ]
  expect(await infer(records)).toMatchObject({ ok: true, value: { keyColumn: 'city_id' } })
  expect(await infer([{ $id: 'a' }, { $id: 'b' }])).toMatchObject({ ok: true, value: { keyColumn: undefined, keyEvidence: 'every record has it' } })
  expect(await infer([{ x: 1 }, { x: 1 }])).toMatchObject({ ok: false, failure: { kind: 'invalid-input', issues: [{ rule: 'key' }] } })
})

test('records whose keys are names of fields make no table', async () => {
  const records = Array.from({ length: 1_100 }, (_, index) => ({ $id: `k${index}`, [`field${index}`]: 1 }))
  expect(await infer(records)).toMatchObject({ ok: false, failure: { kind: 'limit-exceeded', limit: 1_000 } })
})
