import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ExactNumber, equalJson, stringifyJson } from '../../../../domain/json.ts'
import { parseJson } from '../../../../infrastructure/formats/json/parse-json.ts'
import { anyFields } from '../arbitrary-records.ts'

const problemsOf = (text: string): readonly [string, number | undefined][] => {
  const parsed = parseJson(text)
  return parsed.ok || parsed.failure.kind !== 'invalid-input' ? [] : parsed.failure.issues.map(({ message, line }) => [message, line])
}

describe('JSON text', () => {
  test('means what JSON.parse says, for any value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), fc.constantFrom(undefined, 1, '\t'), (value, indent) => {
        const text = JSON.stringify(value, null, indent)
        fc.pre(!text.includes('__proto__') && !text.includes('-0') && !/\d[eE]|\d{16}/.test(text))
        expect(parseJson(text)).toEqual({ ok: true, value: JSON.parse(text) })
      }),
    )
  })
  test('gives every value back with its digits', () => {
    fc.assert(
      fc.property(anyFields, (fields) => {
        const parsed = parseJson(stringifyJson(fields))
        expect(parsed.ok && equalJson(parsed.value, fields)).toBe(true)
      }),
    )
  })
  test.each(['1.0', '-0', '1e400', '12345678901234567890', '0.10', '0.0000001', '1E+2'])('%s keeps its literal', (literal) => {
    expect(parseJson(literal)).toEqual({ ok: true, value: new ExactNumber(literal) })
  })
  test.each([
    ['0', 0],
    ['-12.5', -12.5],
    ['1e+21', 1e21],
    ['9007199254740991', 9007199254740991],
  ])('%s is a plain number', (literal, value) => {
    expect(parseJson(literal)).toEqual({ ok: true, value })
  })
  test('a byte order mark before it is skipped', () => {
    expect(parseJson('\ufeff{"a":1}')).toEqual({ ok: true, value: { a: 1 } })
  })
  test('"constructor" and "prototype" are names like any other', () => {
    const parsed = parseJson('{"constructor":1,"prototype":{"toString":2}}')
    expect(parsed.ok && Object.entries(parsed.value ?? {})).toEqual([
      ['constructor', 1],
      ['prototype', { toString: 2 }],
    ])
  })
})

describe('JSON text is refused, with the line,', () => {
  test.each([
    ['{"a":1,\n"a":2}', 'the name "a" is used twice', 2],
    ['{"x":\n{"\\u0061":1,"a":2}}', 'the name "a" is used twice', 2],
    ['{"a":{\n\n"__proto__":1}}', 'the name "__proto__" is not allowed', 3],
    ['{"\\u005f_proto__":1}', 'the name "__proto__" is not allowed', 1],
    ['["a",\n"\\ud800"]', 'a string has half of a surrogate pair', 2],
    ['["\ud800x"]', 'a string has half of a surrogate pair', 1],
    ['', 'not valid JSON: ends where a value should be', 1],
    ['{"a":1,}', 'not valid JSON: expected a member name in double quotes, found "}"', 1],
    ['[1 2]', 'not valid JSON: expected "]", found "2"', 1],
    ['1 x', 'not valid JSON: expected the end of the text, found "x"', 1],
    ['[01]', 'not valid JSON: expected "]", found "1"', 1],
    ['nul', 'not valid JSON: expected a value, found "nul"', 1],
    ['"a\tb"', 'not valid JSON: a control character inside a string has to be escaped', 1],
    ['["\\x"]', 'not valid JSON: an escape in a string is not valid JSON', 1],
    ['["\\u12"]', 'not valid JSON: an escape in a string is not valid JSON', 1],
    ['"abc', 'not valid JSON: a string is not closed', 1],
  ])('%j', (text, message, line) => {
    expect(problemsOf(text)).toEqual([[message, line]])
  })
  test('nesting over 100 levels, however deep', () => {
    expect(parseJson('['.repeat(100) + ']'.repeat(100)).ok).toBe(true)
    expect(problemsOf('['.repeat(101) + ']'.repeat(101))[0]?.[0]).toContain('nested more than 100 levels')
    expect(problemsOf('{"a":'.repeat(100_000))[0]?.[0]).toContain('nested more than 100 levels')
  })
})
