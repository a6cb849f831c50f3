import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readItems, readMembers, readPath, readText } from '../../domain/json-text.ts'

test('members are the JSON text of the values, exact digits included', () => {
  expect([...readMembers('{"a":1.0,"b":{"c":[1,"}"]},"d\\"":12345678901234567890}')]).toEqual([
    ['a', '1.0'],
    ['b', '{"c":[1,"}"]}'],
    ['d"', '12345678901234567890'],
  ])
})

test('an empty object has no members and an empty list no items', () => {
  expect([...readMembers('{}')]).toEqual([])
  expect(readItems('[]')).toEqual([])
})

test('a path leads through objects and lists', () => {
  const text = '{"tags":["a",{"b":true}],"n":null}'
  expect(readPath(text, ['tags', '1', 'b'])).toBe('true')
  expect(readPath(text, ['n'])).toBe('null')
  expect(readPath(text, ['tags', 'x'])).toBeUndefined()
  expect(readPath(text, ['n', 'x'])).toBeUndefined()
  expect(readPath(text, ['missing', 'x'])).toBeUndefined()
})

test('only a JSON string is a text', () => {
  expect(readText('"a\\nb"')).toBe('a\nb')
  expect(readText('12')).toBeUndefined()
})

test('cut out members are what parsing finds, for any object', () => {
  const objects = fc.dictionary(fc.string(), fc.jsonValue()).filter((object) => !Object.hasOwn(object, '__proto__'))
  fc.assert(
    fc.property(objects, (object) => {
      const parsed = [...readMembers(JSON.stringify(object))].map(([name, text]) => [name, JSON.parse(text)])
      expect(parsed).toEqual(Object.entries(JSON.parse(JSON.stringify(object))))
    }),
  )
})
