import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isJsonObject, type Json, type JsonObject } from '../../../domain/json.ts'
import { mergePatch } from '../../../domain/record/merge-patch.ts'

describe('a merge-patch, by the examples of RFC 7396,', () => {
  test.each<[JsonObject, JsonObject, JsonObject]>([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('of %j with %j gives %j', (target, patch, result) => {
    expect(mergePatch(target, patch)).toEqual(result)
  })
})

const objects = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.jsonValue({ depthSize: 'small' })).map((object) => object as JsonObject)

describe('a merge-patch', () => {
  test('that is empty changes nothing', () => {
    fc.assert(
      fc.property(objects, (target) => {
        expect(mergePatch(target, {})).toEqual(target)
      }),
    )
  })

  test('applied twice is applied once', () => {
    fc.assert(
      fc.property(objects, objects, (target, patch) => {
        const once = mergePatch(target, patch)
        expect(mergePatch(once, patch)).toEqual(once)
      }),
    )
  })

  test('that names what differs leads from one record to the other', () => {
    fc.assert(
      fc.property(objects, objects, (from, to) => {
        const target = withoutNull(to)
        expect(mergePatch(from, differences(from, target))).toEqual(target)
      }),
    )
  })

  test('keeps the order of fields and adds new ones at the end', () => {
    expect(Object.keys(mergePatch({ b: 1, a: 2 }, { c: 3, b: 4 }))).toEqual(['b', 'a', 'c'])
  })

  test('never reaches a prototype', () => {
    const patched = mergePatch({}, JSON.parse('{"__proto__":{"admin":true}}'))
    expect(Object.getPrototypeOf(patched)).toBe(Object.prototype)
    expect(Object.hasOwn(patched, '__proto__')).toBe(true)
  })
})

const withoutNull = (object: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(object)
      .filter(([, value]) => value !== null)
      .map(([name, value]): [string, Json] => [name, isJsonObject(value) ? withoutNull(value) : value]),
  )

const differences = (from: JsonObject, to: JsonObject): JsonObject =>
  Object.fromEntries([
    ...Object.keys(from).map((name): [string, Json] => [name, null]),
    ...Object.entries(to).map(([name, value]): [string, Json] => {
      const before = Object.hasOwn(from, name) ? from[name] : undefined
      return [name, isJsonObject(value) && isJsonObject(before) ? differences(before, value) : value]
    }),
  ])
