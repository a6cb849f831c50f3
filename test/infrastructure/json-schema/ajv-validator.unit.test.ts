import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ExactNumber, type Json, type JsonObject } from '../../../domain/json.ts'
import { createSchemaValidator } from '../../../infrastructure/json-schema/ajv-validator.ts'

const validator = createSchemaValidator()

const check = (schema: JsonObject, record: JsonObject) => {
  const compiled = validator(schema)
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.failure))
  return compiled.value(record)
}

const refuse = (schema: JsonObject) => {
  const compiled = validator(schema)
  return compiled.ok ? undefined : compiled.failure
}

const x = (schema: Json): JsonObject => ({ type: 'object', properties: { x: schema } })

describe('a record is checked against JSON Schema 2020-12:', () => {
  test('a good record has no violations', () => {
    expect(check(x({ type: 'string', minLength: 1 }), { x: 'a' })).toEqual([])
  })

  test('a violation says where, which keyword, what and which value', () => {
    expect(check(x({ type: 'string' }), { x: 1 })).toEqual([{ field: '/x', rule: 'type', message: 'the field "x" must be string', value: 1 }])
  })

  test('a missing field is pointed at itself', () => {
    expect(check({ required: ['a/b'] }, {})).toEqual([{ field: '/a~1b', rule: 'required', message: 'the field "a/b" is required' }])
  })

  test('a missing field of an inner object is pointed at inside it', () => {
    expect(check(x({ required: ['y'] }), { x: {} })).toMatchObject([{ field: '/x/y', rule: 'required' }])
  })

  test.each([
    ['additionalProperties', { additionalProperties: false }],
    ['unevaluatedProperties', { unevaluatedProperties: false }],
  ])('a field too many is pointed at itself: %s', (rule, schema) => {
    expect(check(schema, { y: 7 })).toEqual([{ field: '/y', rule, message: 'the field "y" is not declared by the JSON Schema', value: 7 }])
  })

  test('what concerns the record as a whole has no field', () => {
    expect(check({ minProperties: 1 }, {})).toMatchObject([{ field: '', rule: 'minProperties', message: expect.stringMatching(/^the record must/) }])
  })

  test('permitted values are named', () => {
    expect(check(x({ enum: ['a', 'b'] }), { x: 'c' })).toMatchObject([{ rule: 'enum', message: 'the field "x" must be one of "a", "b"' }])
    expect(check(x({ const: 'a' }), { x: 'c' })).toMatchObject([{ rule: 'const', message: 'the field "x" must be "a"' }])
  })

  test('all violations are reported, up to 50', () => {
    expect(check(x({ items: { type: 'string' } }), { x: [1, 'a', 2] }).map(({ field }) => field)).toEqual(['/x/0', '/x/2'])
    expect(check(x({ items: { type: 'string' } }), { x: Array.from({ length: 100 }, () => 1) })).toHaveLength(50)
  })

  test('where alternatives fail, they speak for their place alone', () => {
    expect(check(x({ anyOf: [{ type: 'string' }, { type: 'number', minimum: 5 }] }), { x: 1 })).toMatchObject([{ field: '/x', rule: 'anyOf' }])
  })

  test('prefixItems and dependentRequired are known', () => {
    expect(check(x({ prefixItems: [{ type: 'string' }] }), { x: [1] })).toMatchObject([{ field: '/x/0' }])
    expect(check({ dependentRequired: { a: ['b'] } }, { a: 1 })).toMatchObject([{ field: '/b', rule: 'dependentRequired' }])
  })

  test('a schema may refer to its own parts, and to itself', () => {
    const tree = { type: 'object', properties: { value: { $ref: '#/$defs/whole' }, child: { $ref: '#' } }, $defs: { whole: { type: 'integer' } } }
    expect(check(tree, { value: 1, child: { value: 2, child: { value: 'x' } } })).toMatchObject([{ field: '/child/child/value', rule: 'type' }])
  })

  test('a schema may refer to itself by its own $id', () => {
    const schema = { $id: 'https://example.com/s', properties: { x: { $ref: '/s#/$defs/q' } }, $defs: { q: { type: 'string' } } }
    expect(check(schema, { x: 1 })).toMatchObject([{ field: '/x', rule: 'type' }])
  })

  test('two schemas may have the same $id', () => {
    expect(check({ $id: 'https://example.com/t', ...x({ type: 'string' }) }, { x: 1 })).toHaveLength(1)
    expect(check({ $id: 'https://example.com/t', ...x({ type: 'number' }) }, { x: 1 })).toEqual([])
  })

  test('defaults and examples are annotations and change nothing', () => {
    const record = {}
    expect(check(x({ type: 'string', default: 'a', examples: [1] }), record)).toEqual([])
    expect(record).toEqual({})
  })

  test('unknown keywords and formats are annotations', () => {
    expect(check(x({ format: 'markdown', 'x-widget': 'area' }), { x: 'a' })).toEqual([])
  })

  test('a property may be called like a keyword', () => {
    const schema = { properties: { default: { type: 'string' }, enum: { type: 'string' }, $ref: { type: 'string' }, properties: { type: 'string' } } }
    expect(check(schema, { default: 1, enum: 1, $ref: 1, properties: 1 })).toHaveLength(4)
  })
})

describe('formats:', () => {
  test.each([
    ['date', '2024-02-29', '2023-02-29'],
    ['date-time', '2024-01-01T00:00:00Z', '2024-01-01'],
    ['email', 'a@example.com', 'a@'],
    ['uri', 'https://example.com', 'no uri'],
    ['url', 'https://example.com', 'ftp:nowhere'],
    ['uuid', '123e4567-e89b-12d3-a456-426614174000', '123'],
    ['ipv4', '127.0.0.1', '256.0.0.1'],
  ])('%s takes %j and refuses %j', (format, good, wrong) => {
    expect(check(x({ format }), { x: good })).toEqual([])
    expect(check(x({ format }), { x: wrong })).toMatchObject([{ field: '/x', rule: 'format', value: wrong }])
  })
})

describe('numbers', () => {
  test('with exact digits are checked as numbers', () => {
    expect(check(x({ type: 'integer' }), { x: new ExactNumber('1.0') })).toEqual([])
    expect(check(x({ maximum: 5 }), { x: new ExactNumber('12345678901234567890') })).toMatchObject([{ rule: 'maximum' }])
  })
  test('are reported with their digits', () => {
    expect(check(x({ type: 'integer' }), { x: new ExactNumber('1.50') })).toMatchObject([{ value: new ExactNumber('1.50') }])
    expect(check(x({ items: { type: 'string' } }), { x: [new ExactNumber('1.50')] })).toMatchObject([
      { field: '/x/0', value: new ExactNumber('1.50') },
    ])
  })
  test('with exact digits may stand in the schema', () => {
    expect(check(x({ maximum: new ExactNumber('5.0') }), { x: 6 })).toHaveLength(1)
  })
  test('that are decimal fractions are multiples of a cent', () => {
    expect(check(x({ multipleOf: 0.01 }), { x: 19.99 })).toEqual([])
    expect(check(x({ multipleOf: 0.01 }), { x: 19.999 })).toHaveLength(1)
  })
})

describe('elements are unique', () => {
  test.each<[Json, number]>([
    [[1, 2, 'a', '1', null, false, [1], { a: 1 }], 0],
    [[1, new ExactNumber('1.0')], 1],
    [
      [
        { a: 1, b: [2] },
        { b: [2], a: 1 },
      ],
      1,
    ],
    [[{ a: 1 }, { a: 2 }], 0],
  ])('in %j: %i violations', (list, count) => {
    expect(check(x({ uniqueItems: true }), { x: list })).toHaveLength(count)
    expect(check(x({ uniqueItems: false }), { x: list })).toHaveLength(0)
  })
})

describe('a schema is refused that', () => {
  test('is not valid by the standard', () => {
    expect(refuse(x({ type: 'strin' }))).toMatchObject({
      kind: 'invalid-input',
      issues: [
        {
          rule: 'json-schema',
          field: '/properties/x/type',
          message:
            'the JSON Schema is not valid: /properties/x/type must be one of "array", "boolean", "integer", "null", "number", "object", "string", not "strin"',
          mistyped: { name: 'strin' },
        },
      ],
    })
  })
  test.each([
    ['looks ahead', '(?=a)b'],
    ['looks behind', '(?<=a)b'],
    ['refers back', '(a)\\1'],
    ['repeats a thousand times a thousand', '(a{1000}){1000}'],
    ['is no pattern', '[a-'],
  ])('has a pattern that %s', (_what, pattern) => {
    expect(refuse(x({ pattern }))).toMatchObject({ kind: expect.stringMatching('unsupported|invalid-input') })
    expect(refuse({ patternProperties: { [pattern]: {} } })).toMatchObject({ kind: expect.stringMatching('unsupported|invalid-input') })
  })
  test('has a pattern that needs backtracking, and the failure names it', () => {
    expect(refuse(x({ pattern: '(?=a)b' }))).toMatchObject({
      kind: 'unsupported',
      why: expect.stringContaining('"(?=a)b" cannot be matched in linear time'),
    })
  })
  test.each(['https://example.com/other.json', 'file:///etc/passwd', 'other.json', '#/$defs/missing'])('refers to %s', ($ref) => {
    expect(refuse(x({ $ref }))).toMatchObject({ kind: 'unsupported', why: expect.stringContaining('leads to nothing') })
  })
  test('is of another dialect', () => {
    expect(refuse({ $schema: 'http://json-schema.org/draft-07/schema#' })).toMatchObject({
      kind: 'unsupported',
      why: expect.stringContaining('2020-12'),
    })
    expect(refuse({ $schema: 'https://json-schema.org/draft/2020-12/schema' })).toBeUndefined()
  })
  test('holds the name __proto__', () => {
    expect(refuse(JSON.parse('{"properties":{"__proto__":{"type":"string"}}}'))).toMatchObject({ kind: 'unsupported' })
  })
  test('hides a reference in data', () => {
    expect(refuse(x({ const: { $ref: '#' } }))).toMatchObject({ kind: 'unsupported' })
  })
  test('is too deep', () => {
    let deep: JsonObject = {}
    for (let level = 0; level < 10_000; level++) deep = { not: deep }
    expect(refuse(deep)).toMatchObject({ kind: 'limit-exceeded', limit: 50, unit: 'levels' })
  })
  test('is too large', () => {
    expect(refuse({ properties: Object.fromEntries(Array.from({ length: 20_001 }, (_, index) => [`p${index}`, true])) })).toMatchObject({
      kind: 'limit-exceeded',
      unit: 'values',
    })
  })
  test('has ten thousand alternatives', () => {
    expect(refuse(x({ oneOf: Array.from({ length: 10_000 }, () => ({})) }))).toMatchObject({ kind: 'limit-exceeded', limit: 500, actual: 10_000 })
  })
})

describe('a hostile schema', () => {
  test('cannot put code into what is compiled', () => {
    const evil = ["');throw new Error('x');('", ['`$', '{(()=>{throw 1})()}`'].join(''), '"]};throw 1;//', '\u2028throw 1', '*/throw 1/*']
    const schema = {
      required: evil,
      properties: Object.fromEntries(evil.map((name) => [name, { enum: evil, description: name, pattern: 'a' }])),
      $defs: Object.fromEntries(evil.map((name) => [name, { type: 'string' }])),
    }
    expect(check(schema, {}).map(({ field }) => field)).toEqual(evil.map((name) => `/${name.replaceAll('/', '~1')}`))
  })
  test('that doubles its references at each level of a record ends', () => {
    const twice = { properties: { x: { $ref: '#/$defs/a' } }, required: ['x'] }
    const schema = { $ref: '#/$defs/a', $defs: { a: { anyOf: [twice, { ...twice, minProperties: 1 }] } } }
    let record: JsonObject = {}
    for (let level = 0; level < 90; level++) record = { x: record }
    expect(check(schema, record)).toMatchObject([{ field: '', rule: '$ref', message: expect.stringContaining('too many references') }])
  })
  test('that doubles its references in a chain ends', () => {
    const links = Array.from({ length: 40 }, (_, index): [string, Json] => {
      const next = { $ref: `#/$defs/a${index + 1}` }
      return [`a${index}`, { allOf: [next, next] }]
    })
    expect(check({ $ref: '#/$defs/a0', $defs: { ...Object.fromEntries(links), a40: {} } }, {})).toMatchObject([{ rule: '$ref' }])
  })
  test('that refers to itself at the same place ends', () => {
    expect(check({ $ref: '#' }, {})).toMatchObject([{ rule: '$ref' }])
  })
  test.each([
    ['(x+x+)+y', 'x'.repeat(100_000)],
    ['^(a|a)*$', `${'a'.repeat(100_000)}b`],
  ])('cannot hang on the pattern %s', (pattern, text) => {
    expect(check(x({ pattern }), { x: text })).toMatchObject([{ rule: 'pattern' }])
  })
  test.each(['url', 'uri', 'email', 'hostname', 'uri-template', 'iso-date-time', 'json-pointer', 'duration'])(
    'cannot hang on the format %s',
    (format) => {
      for (const text of ['a', ':', 'a.', 'a@', '{a,', '1', '/~']) {
        const long = `http://${text.repeat(50_000)} `
        expect(check(x({ format }), { x: long })).toHaveLength(1)
      }
    },
  )
})

test('a record of a hundred thousand values has its first violation reported', () => {
  expect(check(x({ items: { type: 'string' } }), { x: Array.from({ length: 100_000 }, () => 1) })).toMatchObject([{ field: '/x/0' }])
  expect(check(x({ items: { type: 'number' } }), { x: Array.from({ length: 100_000 }, () => 1) })).toEqual([])
})

test('a schema is compiled once, by its object and by its text', () => {
  const schema = x({ type: 'string' })
  expect(validator(schema)).toBe(validator(schema))
  expect(validator(schema)).toBe(validator(structuredClone(schema)))
})

test('no record makes a validator throw', () => {
  const schema = {
    properties: { a: { type: 'string', pattern: '^a' }, b: { items: { $ref: '#' }, uniqueItems: true } },
    additionalProperties: { $ref: '#' },
  }
  const names = fc.constantFrom('a', 'b', 'c', 'constructor', 'a/b', '~')
  fc.assert(
    fc.property(fc.dictionary(names, fc.jsonValue()), (record) => {
      for (const violation of check(schema, record as JsonObject)) expect(violation.field).toMatch(/^$|^\//)
    }),
  )
})
