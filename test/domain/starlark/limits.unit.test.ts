import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { evaluateExpression, parseExpression } from '../../../domain/starlark/expression.ts'

const outcomeOf = (source: string): string => {
  const parsed = parseExpression(source)
  if (!parsed.ok) return parsed.failure.kind
  const result = evaluateExpression(parsed.value, new Map())
  return result.ok ? 'value' : result.failure.kind
}

const place = (source: string) => {
  const parsed = parseExpression(source)
  const result = parsed.ok ? evaluateExpression(parsed.value, new Map()) : parsed
  return result.ok ? undefined : { message: result.failure.message, line: result.failure.line, column: result.failure.column }
}

describe('an expression that would take too much ends at once, with a limit:', () => {
  test.each([
    '"a" * 10000000000',
    '"a" * 1000000000 * 1000000000',
    '[0] * 1000000000',
    'len([0 for _ in range(5000000)])',
    'len([0 for a in range(1000) for b in range(1000) for c in range(1000)])',
    'sorted(range(2000000000))',
    'list(range(2000000000))',
    '2000000000 - 1 in list(range(2000000000))',
    'str([[[0] * 1000] * 1000] * 1000)',
    '"%s" % ("x" * 16000000 + "y" * 16000000)',
    '(",".join(["x" * 1000000] * 100))',
    '"x".replace("", "y" * 10000000).replace("y", "z" * 10000)',
    '[[x.append(x * 1) for _ in range(4000)] for x in [[1] * 1000]]',
    '[[l.extend(l) for _ in range(60)] for l in [[1]]]',
    'max([(1 << 500) * (1 << 500) * (1 << 500) for _ in range(1000000)])',
    `${'('.repeat(5000)}1${')'.repeat(5000)}`,
    `${'-'.repeat(5000)}1`,
    `${'not '.repeat(5000)}1`,
    `${'['.repeat(5000)}`,
    `1${'9'.repeat(20_000)}`,
    `"${'x'.repeat(70_000)}"`,
    'int("9" * 100000)',
    `${'lambda: '.repeat(500)}1`,
  ])('case %#', (source) => {
    const start = process.cpuUsage()
    expect(outcomeOf(source)).toBe('limit')
    expect(process.cpuUsage(start).user / 1000).toBeLessThan(2000)
  })
})

test('repeated squaring ends', () => {
  const source = `(${'lambda f: '.repeat(1)}f)(${'(lambda x: x * x)('.repeat(30)}1 << 500${')'.repeat(30)})`
  expect(outcomeOf(source)).toBe('limit')
})

test('a lambda cannot call itself, however it gets hold of itself', () => {
  expect(place('(lambda f: f(f))(lambda f: f(f))')?.message).toBe('a lambda cannot call itself')
})

test('a list that holds itself can be shown and not compared', () => {
  expect(outcomeOf('[str(l) for l in [[1]] if l.append(l) == None]')).toBe('value')
  expect(outcomeOf('[l == l for l in [[1]] if l.append(l) == None]')).toBe('evaluation')
})

test.each([
  ['1 +', { message: 'expected a value, found the end', line: 1, column: 4 }],
  ['(1 +\n  é * %)', { message: 'expected a value, found "%"', line: 2, column: 7 }],
  ['"🙂" + 1', { message: 'string + int is not possible', line: 1, column: 5 }],
  ['[1, 2][1 + 4]', { message: 'the index 5 is out of range: list of length 2', line: 1, column: 7 }],
  ['1 < 2 < 3', { message: 'comparisons do not chain: write a < b and b < c', line: 1, column: 7 }],
  ['a = 1', { message: 'expected the end of the expression, found "="', line: 1, column: 3 }],
  ['for', { message: 'expected a value, found "for"', line: 1, column: 1 }],
  ['"abc".shout()', { message: 'a value of type string has no attribute "shout"', line: 1, column: 6 }],
  ['1\n+ 1', { message: 'a new line is possible only inside brackets: put the expression in ( )', line: 1, column: 2 }],
])('what is wrong with %j is said, and where', (source, wanted) => {
  expect(place(source)).toEqual(wanted)
})

test('no text makes the parser or the evaluator throw', () => {
  const words = fc.constantFrom(
    ...'( ) [ ] { } , : . + - * / // % ** = == != < in not and or if else for lambda x 1 2.5 "a" b"\\xff" \'\\q\' # \n \\ é 🙂 __proto__ len range'.split(
      ' ',
    ),
  )
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.array(words, { maxLength: 30 }).map((all) => all.join(' ')),
      ),
      (source) => {
        expect(['value', 'syntax', 'evaluation', 'limit']).toContain(outcomeOf(source))
      },
    ),
    { numRuns: 3000 },
  )
})
