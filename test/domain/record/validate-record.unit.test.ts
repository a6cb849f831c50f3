import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ExactNumber, type Json, type JsonObject, parseNumber } from '../../../domain/json.ts'
import { validateRecord } from '../../../domain/record/validate-record.ts'
import { fail, ok } from '../../../domain/result.ts'
import type { SchemaValidator } from '../../../domain/table/codecs.ts'
import type { Column, Table } from '../../../domain/table/table.ts'
import { keyOf, tableOf } from '../../support/given-records.ts'

const check = (table: Table, fields: JsonObject, key = 'k1') => validateRecord(table, { key: keyOf(key), fields })
const withColumn = (column: string | Omit<Column, 'name'>) => tableOf('t', { columns: { x: column } })
const rulesOf = (column: string | Omit<Column, 'name'>, value: Json) => check(withColumn(column), { x: value }).map(({ rule }) => rule)

describe('a value fits a column type', () => {
  test.each<[string, Json]>([
    ['string', ''],
    ['int', 1],
    ['int', -3],
    ['int', new ExactNumber('1.0')],
    ['int', new ExactNumber('12345678901234567890')],
    ['int', parseNumber('1e3')],
    ['float', 1],
    ['float', 0.5],
    ['float', new ExactNumber('0.10')],
    ['bool', false],
    ['date', 'not a date at all'],
    ['time', 'noon'],
    ['datetime', '2024-01-01'],
    ['any', { a: [1] }],
    ['map[locale]string', { en: 'Hello', de: 'Hallo' }],
    ['map[string]int', { a: 'anything' }],
    ['[]int', [1, 2, new ExactNumber('3.0')]],
    ['[]any', [1, 'a', null]],
    ['[]string', []],
    ['a type of the future', 1],
  ])('%s takes %j', (type, value) => {
    expect(rulesOf(type, value)).toEqual([])
  })
})

describe('a value that is not of the type of its column is refused:', () => {
  test.each<[string, Json, string]>([
    ['string', 1, '/x'],
    ['int', 1.5, '/x'],
    ['int', new ExactNumber('1.50'), '/x'],
    ['int', '1', '/x'],
    ['float', '1.5', '/x'],
    ['bool', 'true', '/x'],
    ['date', 20240101, '/x'],
    ['map[locale]string', 'Hello', '/x'],
    ['map[locale]string', { en: 'Hello', 'a/b': 1 }, '/x/a~1b'],
    ['map[string]any', [1], '/x'],
    ['[]int', 1, '/x'],
    ['[]int', [1, 2, '3'], '/x/2'],
    ['[]string', ['a', null], '/x/1'],
  ])('%s and %j, at %s', (type, value, field) => {
    const [issue] = check(withColumn(type), { x: value })
    expect(issue).toMatchObject({ rule: 'type', table: 't', key: 'k1', field })
  })

  test('the message names the type and what came instead, the issue holds the value', () => {
    expect(check(withColumn('int'), { x: 'abc' })).toEqual([
      { rule: 'type', message: 'the field "x" must be of type int, but is a string', table: 't', key: 'k1', field: '/x', value: 'abc' },
    ])
  })
})

describe('missing fields:', () => {
  test('a required field that is absent is refused', () => {
    expect(check(withColumn({ type: 'string', required: true }), {})).toEqual([
      { rule: 'required', message: 'the field "x" is required', table: 't', key: 'k1', field: '/x' },
    ])
  })
  test('null counts as absent', () => {
    expect(rulesOf({ type: 'string', required: true }, null)).toEqual(['required'])
  })
  test('a field that is not required may be null, whatever else its column says', () => {
    expect(rulesOf({ type: 'int', minValue: 5, enum: [6], length: 3 }, null)).toEqual([])
  })
})

describe('the limits of a column:', () => {
  test.each<[string, Omit<Column, 'name'>, Json, readonly string[]]>([
    ['one of the permitted values', { type: 'string', enum: ['a', 'b'] }, 'b', []],
    ['another value', { type: 'string', enum: ['a', 'b'] }, 'c', ['enum']],
    ['a permitted number, written otherwise', { type: 'float', enum: [1, 2] }, new ExactNumber('2.0'), []],
    ['a text that looks like a permitted number', { type: 'any', enum: [1, 2] }, '2', ['enum']],
    ['the lowest number', { type: 'int', minValue: 5 }, 5, []],
    ['a number below', { type: 'int', minValue: 5 }, 4, ['min-value']],
    ['the highest number', { type: 'int', maxValue: 5 }, 5, []],
    ['a number above, by its digits', { type: 'int', maxValue: 5 }, new ExactNumber('12345678901234567890'), ['max-value']],
    ['a text of the length, in code points', { type: 'string', length: 2 }, '😀é', []],
    ['a longer text', { type: 'string', length: 2 }, 'abc', ['length']],
    ['a short text', { type: 'string', minLength: 2 }, 'a', ['min-length']],
    ['a long text', { type: 'string', maxLength: 2 }, 'abc', ['max-length']],
    ['a long list', { type: '[]int', maxLength: 2 }, [1, 2, 3], ['max-length']],
    ['a short map', { type: 'map[string]int', minLength: 1 }, {}, ['min-length']],
    ['a number where a length is given', { type: 'any', maxLength: 1 }, 12345, []],
  ])('%s', (...[, column, value, rules]) => {
    expect(rulesOf(column, value)).toEqual(rules)
  })

  test('messages name the limit', () => {
    const messages = (column: Omit<Column, 'name'>, value: Json) => check(withColumn(column), { x: value }).map(({ message }) => message)
    expect(messages({ type: 'string', enum: ['a', 'b'] }, 'c')).toEqual(['the field "x" must be one of "a", "b"'])
    expect(messages({ type: 'int', minValue: 5 }, 4)).toEqual(['the field "x" must be at least 5'])
    expect(messages({ type: '[]int', maxLength: 2 }, [1, 2, 3])).toEqual(['the field "x" must have at most 2 elements, but has 3'])
  })

  test('only the first check that fails is reported: type, enum, range, length', () => {
    expect(rulesOf({ type: 'int', enum: [1], maxValue: 2, maxLength: 1 }, 'abc')).toEqual(['type'])
    expect(rulesOf({ type: 'int', enum: [1], maxValue: 2 }, 7)).toEqual(['enum'])
  })

  test('every field has its own finding', () => {
    const table = tableOf('t', { columns: { a: 'int', b: { type: 'string', required: true }, c: 'bool' } })
    expect(check(table, { a: 'x', c: true, d: 1 }).map(({ field }) => field)).toEqual(['/a', '/b', '/d'])
  })
})

describe('undeclared fields', () => {
  test('are refused', () => {
    expect(check(withColumn('int'), { y: 1 })).toEqual([
      {
        rule: 'undeclared-field',
        message: 'the field "y" is not a column of the table',
        table: 't',
        key: 'k1',
        field: '/y',
        value: 1,
        mistyped: { name: 'y', among: ['x'] },
      },
    ])
  })
  test('are taken when their name starts with a dollar sign', () => {
    expect(check(withColumn('int'), { $content: 'text' })).toEqual([])
  })
  test('are taken when the JSON Schema says so in so many words', () => {
    const open = tableOf('t', { columns: { x: 'int' }, schema: { additionalProperties: true } })
    const silent = tableOf('t', { columns: { x: 'int' }, schema: {} })
    expect(check(open, { y: 1 })).toEqual([])
    expect(check(silent, { y: 1 })).toHaveLength(1)
  })
})

test('a computed column must not be stored', () => {
  expect(rulesOf({ type: 'int', formula: 'a + b' }, 1)).toEqual(['computed-field'])
  expect(check(withColumn({ type: 'int', formula: 'a + b', required: true }), {})).toEqual([])
})

test('a $ID column is bound from the key', () => {
  const table = tableOf('t', { columns: { $ID: { type: 'string', required: true, maxLength: 3 } } })
  expect(check(table, {}, 'abc')).toEqual([])
  expect(check(table, {}, 'abcd')).toMatchObject([{ rule: 'max-length', field: '/$ID', value: 'abcd' }])
})

test('a column may be called like a member of every object', () => {
  const table = tableOf('t', { columns: { constructor: 'string', toString: 'int' } })
  expect(check(table, {})).toEqual([])
})

describe('unsafe records are refused:', () => {
  test('a field called __proto__', () => {
    expect(check(withColumn('any'), JSON.parse('{"__proto__":1}'))).toMatchObject([{ rule: 'forbidden-name' }])
  })
  test('a member called __proto__, at any depth', () => {
    expect(check(withColumn('any'), JSON.parse('{"x":[{"a":{"__proto__":1}}]}'))).toMatchObject([{ rule: 'forbidden-name' }])
  })
  test('more than 100 levels', () => {
    const nest = (levels: number): Json => (levels === 0 ? 1 : [nest(levels - 1)])
    expect(check(withColumn('any'), { x: nest(99) })).toEqual([])
    expect(check(withColumn('any'), { x: nest(100) })).toMatchObject([{ rule: 'nesting' }])
  })
  test('ten thousand levels', () => {
    let deep: Json = 1
    for (let level = 0; level < 10_000; level++) deep = [deep]
    expect(check(withColumn('any'), { x: deep })).toMatchObject([{ rule: 'nesting' }])
  })
})

describe('the JSON Schema of a table', () => {
  const table = tableOf('t', { columns: { x: 'int', y: 'any' }, schema: { type: 'object' } })
  const finding: SchemaValidator = () =>
    ok(() => [
      { field: '/x', rule: 'maximum', message: 'x is too large', value: 7 },
      { field: '/y/z', rule: 'minLength', message: 'z is too short' },
      { field: '', rule: 'minProperties', message: 'too few' },
    ])
  const validate = (fields: JsonObject, validator: SchemaValidator) => validateRecord(table, { key: keyOf('k1'), fields }, validator)

  test('is asked besides the columns', () => {
    expect(validate({ x: 7 }, finding)).toEqual([
      { rule: 'maximum', message: 'x is too large', table: 't', key: 'k1', field: '/x', value: 7 },
      { rule: 'min-length', message: 'z is too short', table: 't', key: 'k1', field: '/y/z' },
      { rule: 'min-properties', message: 'too few', table: 't', key: 'k1' },
    ])
  })
  test('is not heard on fields that break a rule of their column', () => {
    expect(validate({ x: 'seven' }, finding).map(({ field }) => field)).toEqual(['/x', '/y/z', undefined])
  })
  test('that cannot be compiled makes every record wrong, and says why', () => {
    expect(validate({}, () => fail({ kind: 'unsupported', what: 'this JSON Schema', why: 'it is odd' }))).toEqual([
      { rule: 'json-schema', message: 'the JSON Schema of the table cannot be used: it is odd', table: 't', key: 'k1' },
    ])
  })
})

test('no JSON whatever makes validation throw, and every finding points into the record', () => {
  const table = tableOf('t', {
    columns: {
      a: { type: 'int', minValue: 0, enum: [1, 2] },
      b: { type: 'string', length: 2 },
      c: 'map[locale]string',
      d: '[]date',
      constructor: { type: 'any', maxLength: 2 },
    },
  })
  const names = fc.constantFrom('a', 'b', 'c', 'd', 'constructor', '__proto__', '$x', 'other')
  fc.assert(
    fc.property(fc.dictionary(names, fc.jsonValue()), (fields) => {
      for (const issue of check(table, fields as JsonObject)) {
        expect(issue).toMatchObject({ rule: expect.any(String), message: expect.any(String), table: 't', key: 'k1' })
        expect(issue.field ?? '/').toMatch(/^\//)
      }
    }),
  )
})

describe('required_when', () => {
  const table = tableOf('orders', { columns: { status: 'string', weight: 'int', address: { type: 'string', requiredWhen: 'status == "shipped"' } } })

  test('asks for a value where its expression is True', () => {
    expect(check(table, { status: 'shipped' })).toMatchObject([
      { rule: 'required-when', field: '/address', message: 'the field "address" is required when status == "shipped"' },
    ])
  })

  test('asks for nothing where it is False, also when the fields it names are missing', () => {
    expect(check(table, { status: 'new' })).toEqual([])
    expect(check(table, {})).toEqual([])
  })

  test('is content with a value', () => {
    expect(check(table, { status: 'shipped', address: 'here' })).toEqual([])
  })

  test.each([
    ['weight', 'the result must be True or False'],
    ['weight + 1 > 2', 'NoneType + int is not possible (column 8)'],
  ])('that gives no bool is a fault of the record: %s', (requiredWhen, why) => {
    const strict = tableOf('t', { columns: { weight: 'int', x: { type: 'string', requiredWhen } } })
    expect(check(strict, {})).toMatchObject([
      { rule: 'required-when', message: `the field "x" has a required_when that fails on this record: ${why}` },
    ])
  })
})
