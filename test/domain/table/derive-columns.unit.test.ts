import { describe, expect, test } from 'vitest'
import { ExactNumber, type Json, type JsonObject } from '../../../domain/json.ts'
import { deriveColumns } from '../../../domain/table/derive-columns.ts'
import { validateColumns } from '../../../domain/table/validate-columns.ts'

const objectOf = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({ type: 'object', properties, ...more })
const derive = (schema: JsonObject) => {
  const result = deriveColumns(schema)
  if (!result.ok) throw new Error(JSON.stringify(result.failure))
  return result.value
}
const columnOf = (property: JsonObject, more: JsonObject = {}) => derive(objectOf({ p: property }, more)).columns[0]
const issuesOf = (schema: JsonObject) => {
  const result = deriveColumns(schema)
  return result.ok || result.failure.kind !== 'invalid-input' ? [] : result.failure.issues
}

describe('a property becomes a column', () => {
  const cases: readonly (readonly [JsonObject, JsonObject])[] = [
    [{ type: 'string' }, { type: 'string' }],
    [
      { type: 'string', minLength: 1, maxLength: 9 },
      { type: 'string', minLength: 1, maxLength: 9 },
    ],
    [{ type: 'string', minLength: 0, maxLength: 0 }, { type: 'string' }],
    [
      { type: 'string', enum: ['a', 'b'] },
      { type: 'string', enum: ['a', 'b'] },
    ],
    [{ type: 'string', format: 'date' }, { type: 'date' }],
    [{ type: 'string', format: 'time' }, { type: 'time' }],
    [{ type: 'string', format: 'date-time', maxLength: 30 }, { type: 'datetime' }],
    [
      { type: 'string', format: 'email' },
      { type: 'string', format: 'email' },
    ],
    [
      { type: 'string', title: 'Full name' },
      { type: 'string', title: 'Full name' },
    ],
    [
      { type: 'integer', minimum: 0, maximum: 10.5 },
      { type: 'int', minValue: 0, maxValue: 10 },
    ],
    [
      { type: 'integer', minimum: 0.5 },
      { type: 'int', minValue: 1 },
    ],
    [{ type: 'integer', maximum: new ExactNumber('12345678901234567890') }, { type: 'int' }],
    [
      { type: 'number', minimum: 0.5, maximum: new ExactNumber('1.50') },
      { type: 'float', minValue: 0.5, maxValue: 1.5 },
    ],
    [{ type: 'boolean' }, { type: 'bool' }],
    [
      { type: 'array', items: { type: 'integer' }, minItems: 1, maxItems: 3 },
      { type: '[]int', minLength: 1, maxLength: 3 },
    ],
    [{ type: 'array', items: { type: 'string', format: 'date' } }, { type: '[]date' }],
    [{ type: 'array', items: { type: 'object' } }, { type: '[]any' }],
    [{ type: 'array' }, { type: '[]any' }],
    [{ type: 'object', additionalProperties: { type: 'string' } }, { type: 'map[string]string' }],
    [{ type: 'object', additionalProperties: { type: 'integer' } }, { type: 'map[string]int' }],
    [{ type: 'object', additionalProperties: { type: 'string' }, properties: { a: {} } }, { type: 'any' }],
    [{ type: 'object', properties: { city: { type: 'string' } } }, { type: 'any' }],
    [{ oneOf: [{ type: 'string' }, { type: 'integer' }] }, { type: 'any' }],
    [{ type: ['string', 'integer'] }, { type: 'any' }],
    [
      { type: ['string', 'null'], maxLength: 3, enum: ['a', null] },
      { type: 'string', maxLength: 3, enum: ['a'] },
    ],
    [{ type: 'null' }, { type: 'any' }],
    [{ enum: ['a', 1] }, { type: 'any', enum: ['a', 1] }],
    [{ enum: [{ a: 1 }] }, { type: 'any' }],
    [{}, { type: 'any' }],
    [
      { type: 'string', 'x-foreign-key': 'countries' },
      { type: 'string', foreignKey: 'countries' },
    ],
    [
      { type: 'array', 'x-foreign-key': 'tags', items: { type: 'string' } },
      { type: '[]string', foreignKey: 'tags' },
    ],
    [
      { type: 'array', items: { type: 'integer', 'x-foreign-key': 'tags' } },
      { type: '[]int', foreignKey: 'tags' },
    ],
    [
      { $ref: '#/$defs/code', title: 'Code' },
      { type: 'string', maxLength: 2, title: 'Code' },
    ],
    [{ $ref: '#/$defs/loop' }, { type: 'any' }],
  ]
  for (const [property, column] of cases)
    test(JSON.stringify(property), () => {
      const derived = columnOf(property, { $defs: { code: { type: 'string', maxLength: 2, title: 'x' }, loop: { $ref: '#/$defs/loop' } } })
      expect(derived).toEqual({ name: 'p', ...column })
      expect(derived === undefined ? undefined : validateColumns([derived])).toEqual([])
    })

  test('required unless it may be null, since null is the same as absent', () => {
    const required = { required: ['p'] }
    expect(columnOf({ type: 'string' }, required)?.required).toBe(true)
    expect(columnOf({ enum: ['a'] }, required)?.required).toBe(true)
    for (const property of [{ type: ['string', 'null'] }, {}, { enum: ['a', null] }] satisfies JsonObject[])
      expect(columnOf(property, required)?.required).toBeUndefined()
  })

  test('also when its schema is just true', () => {
    expect(derive({ type: 'object', properties: { p: true } }).columns).toEqual([{ name: 'p', type: 'any' }])
  })
})

test('the order of the properties is the order of the columns; titles, unique rules and defaults are kept', () => {
  const derived = derive(objectOf({ b: { 'x-unique': true, default: 'x' }, a: { default: null, 'x-unique': false } }, { title: 'Things' }))
  expect(derived.columnsOrder).toEqual(['b', 'a'])
  expect(derived.rules).toEqual({ unique: [['b']], onDelete: {}, defaults: { b: 'x', a: null }, indexes: [] })
  expect(derived.titles).toEqual({ en: 'Things' })
})

describe('a schema is refused', () => {
  const nested = (levels: number): Json => (levels === 0 ? {} : { not: nested(levels - 1) })
  const cases: Readonly<Record<string, readonly [JsonObject, string, string | undefined]>> = {
    'when it is not of an object': [{ type: 'array' }, 'json-schema', '/type'],
    'when it has no type': [{ properties: { a: {} } }, 'json-schema', '/type'],
    'when it has no property': [objectOf({}), 'json-schema', '/properties'],
    'when it is of another dialect': [objectOf({ a: {} }, { $schema: 'http://json-schema.org/draft-07/schema#' }), 'json-schema', '/$schema'],
    'when it refers to another document': [objectOf({ a: { $ref: 'https://example.org/a.json' } }), 'json-schema', '/properties/a/$ref'],
    'when it refers to a file': [objectOf({ a: { items: [{ $ref: 'a.json#/x' }] } }), 'json-schema', '/properties/a/items/0/$ref'],
    'when it refers to nothing': [objectOf({ a: { $ref: '#/$defs/none' } }), 'json-schema', '/properties/a/$ref'],
    'when it is too deep': [objectOf({ a: nested(49) }), 'limit', undefined],
    'when it has too many properties': [objectOf(Object.fromEntries(Array.from({ length: 1001 }, (_, n) => [`p${n}`, {}]))), 'limit', '/properties'],
    'when it is too large': [objectOf({ a: { description: 'x'.repeat(1024 * 1024) } }), 'limit', undefined],
    'when a foreign key names nothing': [objectOf({ a: { 'x-foreign-key': '' } }), 'foreign-key', '/properties/a/x-foreign-key'],
    'when x-unique is neither true nor false': [objectOf({ a: { 'x-unique': 'yes' } }), 'unique', '/properties/a/x-unique'],
  }
  for (const [what, [schema, rule, field]] of Object.entries(cases))
    test(what, () => {
      expect(issuesOf(schema)).toEqual([expect.objectContaining({ rule, ...(field === undefined ? {} : { field }) })])
    })

  test('but not for what only looks like a reference, nor at the limits', () => {
    expect(issuesOf(objectOf({ $ref: { type: 'string' }, a: { enum: ['x'], default: { $ref: 'http://x' } }, b: { $ref: '#' } }))).toEqual([])
    expect(issuesOf(objectOf({ a: nested(47) }))).toEqual([])
    expect(issuesOf(objectOf(Object.fromEntries(Array.from({ length: 1000 }, (_, n) => [`p${n}`, {}]))))).toEqual([])
  })
})
