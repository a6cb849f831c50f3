import { expect, test } from 'vitest'
import type { SortKey } from '../../../domain/query/filter.ts'
import { parseOrderBy, renameInOrderBy } from '../../../domain/query/parse-order-by.ts'

const up = (...path: string[]): SortKey => ({ path, descending: false })
const down = (...path: string[]): SortKey => ({ path, descending: true })

test.each<[string, SortKey[]]>([
  ['', []],
  ['  ', []],
  ['name', [up('name')]],
  ['-population', [down('population')]],
  ['country, -population , name', [up('country'), down('population'), up('name')]],
  ['age desc', [down('age')]],
  ['age ASC,name DESC', [up('age'), down('name')]],
  ['address.city,tags[0]', [up('address', 'city'), up('tags', '0')]],
  ['-`odd, name`,$id', [down('odd, name'), up('$id')]],
  ['first-name', [up('first-name')]],
  ['desc', [up('desc')]],
])('an order is read: %s', (text, keys) => expect(parseOrderBy(text)).toEqual({ ok: true, value: keys }))

test.each([
  ['-', 'order-by:1:2: expected a field name'],
  ['name,,country', 'order-by:1:6: expected a field name'],
  ['name,', 'order-by:1:6: expected a field name'],
  ['age down', 'order-by:1:5: expected asc, desc, a comma or the end, found "down"'],
  ['-age desc', 'order-by:1:6: expected asc, desc, a comma or the end'],
  ['a[', 'order-by:1:3: expected a list position like [0]'],
])('what is no order says where: %s', (text, message) => {
  const result = parseOrderBy(text)
  expect(result).toMatchObject({
    ok: false,
    failure: { kind: 'invalid-input', issues: [{ rule: 'parse', message: expect.stringContaining(message) }] },
  })
  expect(JSON.stringify(result)).toContain('Example: name,-age')
})

test('an order has at most 20 keys', () => {
  expect(parseOrderBy(Array(21).fill('a').join())).toMatchObject({ ok: false, failure: { kind: 'limit-exceeded', limit: 20, unit: 'sort keys' } })
  expect(parseOrderBy('a'.repeat(70_000))).toMatchObject({ ok: false, failure: { kind: 'limit-exceeded', unit: 'characters' } })
})

test.each([
  ['name, -age', 'name, -years'],
  ['`age` desc,age.age', 'years desc,years.age'],
  ['city', '`home town`'],
  ['agee, "age', 'agee, "age'],
])('fields get other names where %s names them', (text, renamed) => {
  expect(
    renameInOrderBy(
      text,
      new Map([
        ['age', 'years'],
        ['city', 'home town'],
      ]),
    ),
  ).toBe(renamed)
})
