import { expect, test } from 'vitest'
import { renameTomlNames } from '../../../../infrastructure/formats/toml/rename-toml-names.ts'

test.each([
  ['a = 1 # a\nb = "a"\n', 'x = 1 # a\nb = "a"\n'],
  ['"a" . b = 1\na.c = 2\n', 'x . b = 1\nx.c = 2\n'],
  ['[ a ]\na = 1\n\n[a.b]\n[[c.a]]\n', '[ x ]\na = 1\n\n[x.b]\n[[c.a]]\n'],
  ["[[a]]\n[['a']]\n", '[[x]]\n[[x]]\n'],
  ['toString = 1\n', 'toString = 1\n'],
])('fields of a TOML record get other names where they stand: %j', (text, renamed) => {
  expect(renameTomlNames(text, { a: 'x' })).toBe(renamed)
})

test('a name that TOML cannot have bare is quoted, and two fields can change names', () => {
  expect(renameTomlNames('a = 1\nb = 2\n', { a: 'b', b: 'a b' })).toBe("b = 1\n'a b' = 2\n")
})
