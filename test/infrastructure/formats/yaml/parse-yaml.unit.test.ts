import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ExactNumber, equalJson } from '../../../../domain/json.ts'
import { parseYaml } from '../../../../infrastructure/formats/yaml/parse-yaml.ts'
import { writeYaml } from '../../../../infrastructure/formats/yaml/write-yaml.ts'
import { anyFields, anyScalar } from '../arbitrary-records.ts'

const problemsOf = (text: string): readonly (readonly [string, number | undefined])[] => {
  const parsed = parseYaml(text)
  return parsed.ok || parsed.failure.kind !== 'invalid-input' ? [] : parsed.failure.issues.map(({ message, line }) => [message, line] as const)
}

describe('YAML text', () => {
  test('written from any value gives it back', () => {
    fc.assert(
      fc.property(fc.oneof(anyFields, fc.array(anyFields), anyScalar), (value) => {
        const parsed = parseYaml(writeYaml(value))
        expect(parsed.ok && equalJson(parsed.value, value)).toBe(true)
      }),
    )
  })
  test('is written in the order of the value', () => {
    expect(writeYaml([{ $id: 'b', name: 'B', age: 1, tags: ['x'] }])).toBe('- $id: b\n  name: B\n  age: 1\n  tags:\n    - x\n')
    expect(writeYaml('yes')).toBe('"yes"\n')
    expect(writeYaml([])).toBe('[]\n')
  })
  test.each([
    ['1.10', '1.10'],
    ['12345678901234567890123', '12345678901234567890123'],
    ['0xFFFFFFFFFFFFFFFF', '18446744073709551615'],
    ['+1.50', '1.50'],
    ['1_000.50', '1000.50'],
    ['-0', '-0'],
  ])('%s keeps its digits', (source, literal) => {
    expect(parseYaml(source)).toEqual({ ok: true, value: new ExactNumber(literal) })
  })
  test('dates stay texts', () => {
    expect(parseYaml('[2024-01-01, 2024-01-01T10:00:00Z]')).toEqual({ ok: true, value: ['2024-01-01', '2024-01-01T10:00:00Z'] })
  })
  test('names that are not texts become texts as they are written', () => {
    expect(parseYaml('1: a\n0x1: b\ntrue: c\n~: d\n')).toEqual({ ok: true, value: { 1: 'a', '0x1': 'b', true: 'c', '~': 'd' } })
  })
  test('merge keys fill in what is missing, also where they stand first', () => {
    expect(parseYaml('b: &b {x: 1, y: 2}\nc: {<<: [*b, {y: 3, z: 4}], x: 0}\n')).toEqual({
      ok: true,
      value: { b: { x: 1, y: 2 }, c: { x: 0, y: 2, z: 4 } },
    })
  })
  test('is null when there is nothing in it', () => {
    for (const text of ['', '# only\n', '\ufeff', '---\n']) expect(parseYaml(text)).toEqual({ ok: true, value: null })
  })
})

describe('YAML text is refused, with the line,', () => {
  test.each([
    ['a: 1\nb: 2\na: 3\n', 'the name "a" is used twice', 3],
    ['a:\n  x: {y: 1,\n    y: 2}\n', 'the name "y" is used twice', 3],
    ['a: 1\n__proto__: 1\n', 'the name "__proto__" is not allowed', 2],
    ['a: 1\nb: !point 1\n', 'the tag !point is not supported here', 2],
    ['a: !!binary aGk=', 'the tag !!binary is not supported here', 1],
    ['a: !!set {x}', 'the tag !!set is not supported here', 1],
    ['a: 1\nb: .inf\n', '.inf is not a number that data can hold', 2],
    ['a: "\\ud800"', 'a text has half of a surrogate pair', 1],
    ['a: x\ud800', 'the text has half of a surrogate pair', 1],
    ['a:\n  b: *none\n', 'no anchor "none" stands before this alias', 2],
    ['? [x]\n: 1\n', 'a map or list cannot be the name of a value', 1],
    ['<<: 1\n', '"<<" needs a map or a list of maps', 1],
  ])('%j', (text, message, line) => {
    expect(problemsOf(text)).toEqual([[message, line]])
  })
  test('wrong syntax', () => {
    expect(problemsOf('a: 1\nb: [1,\n')[0]).toEqual([expect.stringContaining('not valid YAML'), expect.any(Number)])
    expect(problemsOf('a: 1\n  b: 2\n')[0]?.[0]).toContain('not valid YAML')
  })
  test('nesting over 100 levels, however deep', () => {
    expect(parseYaml('['.repeat(100) + ']'.repeat(100)).ok).toBe(true)
    expect(problemsOf('['.repeat(101) + ']'.repeat(101))).toEqual([['nested more than 100 levels deep', 1]])
    expect(problemsOf('['.repeat(10_000) + ']'.repeat(10_000))[0]?.[0]).toContain('nested')
  })
  test('an alias bomb', () => {
    const names = [...'abcdefghi']
    const bomb = names
      .map(
        (name, index) =>
          `${name}: &${name} [${Array(9)
            .fill(index === 0 ? 'x' : `*${names[index - 1]}`)
            .join(', ')}]`,
      )
      .join('\n')
    expect(problemsOf(bomb)[0]?.[0]).toBe('aliases add more than 10000 values')
  })
})
