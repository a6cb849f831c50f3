import { expect, test } from 'vitest'
import { closestName } from '../../../api/contract/closest-name.ts'

test.each([
  ['usres', 'users'],
  ['user', 'users'],
  ['USERS', 'users'],
  ['orderitems', 'order_items'],
  ['xyz', undefined],
  ['', undefined],
])('%s is taken for %s', (name, meant) => {
  expect(closestName(name, ['orders', 'users', 'order_items'])).toBe(meant)
})

test('the nearest of several candidates wins', () => {
  expect(closestName('country', ['county', 'countries', 'country2'])).toBe('county')
})
