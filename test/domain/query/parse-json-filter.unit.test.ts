import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Json } from '../../../domain/json.ts'
import type { Filter } from '../../../domain/query/filter.ts'
import { parseJsonFilter } from '../../../domain/query/parse-json-filter.ts'

const age = (op: 'eq' | 'gt' | 'le', value: Json): Filter => ({ op, path: ['age'], value })

describe('a JSON filter is read', () => {
  test.each<[Json, Filter]>([
    [{}, { op: 'and', of: [] }],
    [{ age: 30 }, age('eq', 30)],
    [{ age: null }, age('eq', null)],
    [{ age: [30] }, age('eq', [30])],
    [{ age: {} }, age('eq', {})],
    [{ age: { years: 30 } }, age('eq', { years: 30 })],
    [{ age: { $gt: 30, $lte: 40 } }, { op: 'and', of: [age('gt', 30), age('le', 40)] }],
    [{ age: { $gte: 1 } }, { op: 'ge', path: ['age'], value: 1 }],
    [{ age: { $lt: 'x' } }, { op: 'lt', path: ['age'], value: 'x' }],
    [{ age: { $ne: { a: 1 } } }, { op: 'ne', path: ['age'], value: { a: 1 } }],
    [{ age: { $in: [1, null, 'x'] } }, { op: 'in', path: ['age'], values: [1, null, 'x'] }],
    [{ age: { $nin: [1] } }, { op: 'not', of: { op: 'in', path: ['age'], values: [1] } }],
    [{ age: { $exists: true } }, { op: 'exists', path: ['age'] }],
    [{ age: { $exists: false } }, { op: 'not', of: { op: 'exists', path: ['age'] } }],
    [{ age: { $not: { $gt: 30 } } }, { op: 'not', of: age('gt', 30) }],
    [{ name: { $contains: 'John' } }, { op: 'contains', path: ['name'], value: 'John', ignoreCase: false }],
    [{ tags: { $contains: 5 } }, { op: 'contains', path: ['tags'], value: 5, ignoreCase: false }],
    [{ name: { $icontains: 'john' } }, { op: 'contains', path: ['name'], value: 'john', ignoreCase: true }],
    [{ name: { $startsWith: 'J' } }, { op: 'starts-with', path: ['name'], value: 'J', ignoreCase: false }],
    [{ name: { $endsWith: 'n' } }, { op: 'ends-with', path: ['name'], value: 'n', ignoreCase: false }],
    [{ 'address.city': 'Cork' }, { op: 'eq', path: ['address', 'city'], value: 'Cork' }],
    [{ 'tags[0]': 'a' }, { op: 'eq', path: ['tags', '0'], value: 'a' }],
    [{ 'tags.0': 'a' }, { op: 'eq', path: ['tags', '0'], value: 'a' }],
    [{ 'first name': 'a' }, { op: 'eq', path: ['first name'], value: 'a' }],
    [{ '`a.b`': 'a' }, { op: 'eq', path: ['a.b'], value: 'a' }],
    [{ $id: 'u1' }, { op: 'eq', path: ['$id'], value: 'u1' }],
    [{ $ID: 'u1' }, { op: 'eq', path: ['$id'], value: 'u1' }],
    [{ $or: [{ age: 1 }, { age: 2 }] }, { op: 'or', of: [age('eq', 1), age('eq', 2)] }],
    [{ $and: [{ age: 1 }, { age: 2 }] }, { op: 'and', of: [age('eq', 1), age('eq', 2)] }],
    [{ $nor: [{ age: 1 }, { age: 2 }] }, { op: 'not', of: { op: 'or', of: [age('eq', 1), age('eq', 2)] } }],
    [{ $not: { age: 1 } }, { op: 'not', of: age('eq', 1) }],
    [
      { age: 1, $or: [{ age: 2 }] },
      { op: 'and', of: [age('eq', 1), age('eq', 2)] },
    ],
  ])('%j', (json, filter) => expect(parseJsonFilter(json)).toEqual({ ok: true, value: filter }))
})

describe('a JSON filter is refused where it goes wrong', () => {
  test.each<[Json, string, string]>([
    ['age>30', '', 'a filter is an object like'],
    [[], '', 'a filter is an object like'],
    [{ age: { $above: 30 } }, '/age/$above', 'there is no operator $above; known are $eq $ne $gt $gte $lt $lte $in $nin'],
    [{ age: { $gt: 30, years: 1 } }, '/age/years', 'there is no operator years'],
    [{ $xor: [] }, '/$xor', 'there is no operator $xor here; known are $and $or $nor $not'],
    [{ $or: [] }, '/$or', 'needs a list of one or more filters'],
    [{ $or: { age: 1 } }, '/$or', 'needs a list of one or more filters'],
    [{ $and: [{ age: 1 }, 5] }, '/$and/1', 'a filter is an object like'],
    [{ 'a/b~c': { $in: 5 } }, '/a~1b~0c/$in', 'needs a list of values'],
    [{ age: { $exists: 1 } }, '/age/$exists', 'needs true or false'],
    [{ age: { $gt: [1] } }, '/age/$gt', 'needs a number or a text'],
    [{ age: { $lt: true } }, '/age/$lt', 'needs a number or a text'],
    [{ age: { $not: 5 } }, '/age/$not', 'needs operators, like {"$gt": 30}'],
    [{ name: { $startsWith: 5 } }, '/name/$startsWith', 'needs a text'],
    [{ name: { $icontains: 5 } }, '/name/$icontains', 'needs a text'],
    [{ 'a..b': 1 }, '/a..b', 'field:1:3: expected a field name'],
    [{ 'a`b': 1 }, '/a`b', 'expected a dot, a list position or the end'],
    [{ '': 1 }, '/', 'expected a field name'],
  ])('%j', (json, pointer, message) => {
    const result = parseJsonFilter(json)
    const issue = { rule: 'filter', field: pointer, message: expect.stringContaining(`filter${pointer}: `) }
    expect(result).toMatchObject({ ok: false, failure: { kind: 'invalid-input', issues: [issue] } })
    expect(JSON.stringify(result)).toContain(JSON.stringify(message).slice(1, -1))
  })

  test('too long, too many and too deep are limits', () => {
    const nest = (levels: number): Json => (levels === 0 ? { a: 1 } : { $not: nest(levels - 1) })
    const list = (levels: number): Json => (levels === 0 ? 1 : [list(levels - 1)])
    expect(parseJsonFilter(nest(19)).ok).toBe(true)
    expect(parseJsonFilter(nest(20))).toMatchObject({ failure: { kind: 'limit-exceeded', limit: 20, unit: 'levels' } })
    expect(parseJsonFilter({ a: list(5_000) })).toMatchObject({ failure: { kind: 'limit-exceeded', unit: 'levels' } })
    expect(parseJsonFilter({ a: 'x'.repeat(70_000) })).toMatchObject({ failure: { kind: 'limit-exceeded', unit: 'characters' } })
    expect(parseJsonFilter({ a: { $in: Array(1_001).fill(1) } })).toMatchObject({ failure: { kind: 'limit-exceeded', limit: 1_000, unit: 'values' } })
    expect(parseJsonFilter({ $or: Array(1_000).fill({ a: 1 }) })).toMatchObject({ failure: { kind: 'limit-exceeded', unit: 'conditions' } })
    expect(parseJsonFilter({ $or: Array(200).fill({ 'a.0.0.0': 1 }) })).toMatchObject({ failure: { kind: 'limit-exceeded', unit: 'conditions' } })
  })

  test('any JSON is read or refused, never thrown at', () => {
    const key = fc.constantFrom('$and', '$or', '$nor', '$not', '$gt', '$in', '$exists', '$contains', 'a', 'a.b', '__proto__', '')
    const { json } = fc.letrec<{ json: Json }>((tie) => ({
      json: fc.oneof({ maxDepth: 4 }, fc.constantFrom<Json>(1, 'x', null, true), fc.array(tie('json')), fc.dictionary(key, tie('json'))),
    }))
    fc.assert(fc.property(json, (value) => void parseJsonFilter(value)))
  })
})
