import { expect, test } from 'vitest'
import { parseTableId } from '../../../domain/ids.ts'
import { checkQuery } from '../../../domain/query/check-query.ts'
import type { RecordQuery } from '../../../domain/query/filter.ts'
import { noRules, type Table } from '../../../domain/table/table.ts'

const id = parseTableId('users')
if (id === undefined) throw new Error('users is a table id')
const users: Table = {
  id,
  directory: 'users',
  recordFile: { name: '{key}.json', format: 'json', type: 'single' },
  columns: [
    { name: 'name', type: 'string' },
    { name: 'address', type: 'map[string]string' },
  ],
  columnsOrder: [],
  primaryKey: [],
  rules: noRules,
  fingerprint: '',
}
const all: RecordQuery = { where: undefined, orderBy: [], limit: undefined, offset: 0 }

test('columns, places below them and the key can be asked for', () => {
  const where: RecordQuery['where'] = {
    op: 'and',
    of: [
      { op: 'exists', path: ['address', 'city'] },
      { op: 'not', of: { op: 'exists', path: ['$id'] } },
    ],
  }
  expect(checkQuery(users, { ...all, where, orderBy: [{ path: ['name'], descending: true }], limit: 0 })).toEqual({ ok: true, value: undefined })
})

test('an unknown column is refused once, with the columns there are', () => {
  const where: RecordQuery['where'] = {
    op: 'or',
    of: [
      { op: 'exists', path: ['nmae'] },
      { op: 'exists', path: ['nmae', 'x'] },
    ],
  }
  const result = checkQuery(users, { ...all, where, orderBy: [{ path: ['e mail'], descending: false }] })
  expect(result).toMatchObject({
    failure: {
      kind: 'invalid-input',
      issues: [
        { rule: 'unknown-column', table: 'users', message: 'there is no column nmae, only $id, name, address', mistyped: { name: 'nmae' } },
        { rule: 'unknown-column', message: 'there is no column `e mail`, only $id, name, address' },
      ],
    },
  })
})

test('a table whose schema allows additional properties can be asked for any field', () => {
  const where: RecordQuery['where'] = { op: 'exists', path: ['anything'] }
  expect(checkQuery({ ...users, schema: { additionalProperties: true } }, { ...all, where }).ok).toBe(true)
  expect(checkQuery({ ...users, schema: {} }, { ...all, where }).ok).toBe(false)
})

test.each([
  [{ limit: -1 }, 'limit must be a whole number from 0, not -1'],
  [{ offset: 1.5 }, 'offset must be a whole number from 0, not 1.5'],
  [{ offset: Number.NaN }, 'offset must be a whole number from 0, not NaN'],
  [{ orderBy: [{ path: [], descending: false }] }, 'a field path has at least one step'],
  [{ orderBy: [{ path: ['address', 'a\u0000'], descending: false }] }, 'a field name in a query cannot hold U+0000'],
])('a query that makes no sense is refused: %j', (part, message) => {
  expect(checkQuery(users, { ...all, ...part })).toMatchObject({ failure: { kind: 'invalid-input', issues: [{ message }] } })
})

test('a query over the limits is refused wherever it comes from', () => {
  const where: RecordQuery['where'] = { op: 'and', of: Array.from({ length: 1_000 }, () => ({ op: 'exists', path: ['name'] })) }
  expect(checkQuery(users, { ...all, where })).toMatchObject({ failure: { kind: 'limit-exceeded' } })
  const orderBy = Array.from({ length: 21 }, () => ({ path: ['name'], descending: false }))
  expect(checkQuery(users, { ...all, orderBy })).toMatchObject({ failure: { kind: 'limit-exceeded', unit: 'sort keys' } })
  const deep = [{ path: Array(21).fill('name'), descending: false }]
  expect(checkQuery(users, { ...all, orderBy: deep })).toMatchObject({ failure: { kind: 'limit-exceeded', unit: 'steps' } })
})
