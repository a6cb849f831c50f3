import { describe, expect, test } from 'vitest'
import { countKeyParts, parseTableId } from '../../domain/ids.ts'

describe('a table id', () => {
  test.each(['users', 'geo.countries', 'spaces/contacts', 'a/b-c/d e'])('%s is one', (text) => {
    expect(parseTableId(text)).toBe(text)
  })

  test.each(['', '_a', 'a.', '/a', 'a/', 'a//b', 'a/..', 'a/.x', 'a/$records', 'a/*', 'a/b\\c', 'a/b ', 'a/b\n', 'a'.repeat(201)])(
    '%j is none',
    (text) => {
      expect(parseTableId(text)).toBeUndefined()
    },
  )

  test('says how many parts the keys of its records have', () => {
    const [users, contacts] = [parseTableId('users'), parseTableId('spaces/contacts')]
    expect(users && countKeyParts(users)).toBe(1)
    expect(contacts && countKeyParts(contacts)).toBe(2)
  })
})
