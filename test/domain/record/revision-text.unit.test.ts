import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ExactNumber, type Json } from '../../../domain/json.ts'
import { revisionText } from '../../../domain/record/revision-text.ts'

test('members are sorted at every depth, exact digits stay', () => {
  const value: Json = { b: [1, { z: null, a: 'é' }], a: new ExactNumber('1.0'), A: true }
  expect(revisionText(value)).toBe('{"A":true,"a":1.0,"b":[1,{"a":"é","z":null}]}')
})

test('the order of members never changes a revision, and any other difference does', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (object) => {
      const reversed = Object.fromEntries(Object.entries(object).reverse())
      const text = revisionText(object as Json)
      expect(revisionText(reversed as Json)).toBe(text)
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(object)))
    }),
  )
})
