import { expect, test } from 'vitest'
import { labelRow } from '../../../api/contract/ask-sources.ts'

test('a label comes before a row as it is stored, and wins over a member with its name', () => {
  expect(labelRow({ $branch: 'a"b' }, '{"$id":"one","size":1.0}')).toBe('{"$branch":"a\\"b","$id":"one","size":1.0}')
  expect(labelRow({ $branch: 'main' }, '{"$id":"one","$branch":{"x":1}}')).toBe('{"$branch":"main","$id":"one"}')
})
