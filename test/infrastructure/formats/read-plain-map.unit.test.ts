import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseYaml } from '../../../infrastructure/formats/yaml/parse-yaml.ts'
import { readPlainMap } from '../../../infrastructure/formats/yaml/read-plain-map.ts'

const pieces = fc.constantFrom(
  ...[
    'a',
    'Z',
    '0',
    '1',
    '017',
    '0x1F',
    '1e3',
    '1_000',
    '.5',
    '-',
    '-1',
    '--- ',
    '...',
    ' ',
    '  ',
    '\t',
    ':',
    ': ',
    '#',
    ' #',
    '"',
    "'",
    '\\',
    ',',
    '[',
    ']',
    '{',
    '}',
  ],
  ...[
    '&',
    '*',
    '!',
    '|',
    '>',
    '%',
    '@',
    '`',
    '?',
    '=',
    '<<',
    '~',
    'null',
    'true',
    'no',
    'é',
    'ÿ',
    '\u0085',
    '\u2028',
    '\ufeff',
    '漢',
    '😀',
    '2024-01-01',
    '12:30',
    '.inf',
    '+1',
    '\r',
  ],
)
const value = fc.array(pieces, { maxLength: 5 }).map((parts) => parts.join(''))
const name = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('name', 'size', 'a_b', 'x-y', '_z') },
  { weight: 1, arbitrary: fc.constantFrom('true', 'null', '1', '<<', '__proto__', 'no', 'n', '~', 'Null') },
)
const line = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(name, value).map(([key, text]) => `${key}: ${text}`) },
  { weight: 2, arbitrary: fc.tuple(name, fc.string({ unit: 'binary', maxLength: 8 })).map(([key, text]) => `${key}: ${text}`) },
  { weight: 2, arbitrary: fc.tuple(name, fc.string({ maxLength: 8 })).map(([key, text]) => `${key}: "${text}"`) },
  { weight: 1, arbitrary: fc.tuple(name, fc.string({ maxLength: 8 })).map(([key, text]) => `${key}: '${text}'`) },
  { weight: 1, arbitrary: fc.constantFrom('', '# note', '  more', '---', '- item', 'name:', '? x', 'name:  two', 'name : x') },
)

test('what is read the short way is what the full YAML parser reads', () => {
  let read = 0
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 4 }), fc.boolean(), (lines, ends) => {
      const text = lines.join('\n') + (ends ? '\n' : '')
      const fields = readPlainMap(text)
      if (fields === undefined) return
      read += 1
      expect(parseYaml(text)).toEqual({ ok: true, value: fields })
    }),
    { numRuns: 20_000 },
  )
  expect(read).toBeGreaterThan(1_000)
})

test('records as the Go tools write them are read the short way', () => {
  expect(readPlainMap('amount: 12\ncountry: US\nname: Name of record 1\nprice: 1.50\nsince: 2024-01-01\ntitle: "yes"\n')).toMatchObject({
    amount: 12,
    title: 'yes',
  })
})

test('anything with more to it is left to the full parser', () => {
  for (const text of ['', 'a: [1]\n', 'a:\n    b: 1\n', 'a: 1 # note\n', 'a: 1\na: 2\n', 'a: &x 1\n', 'a: b: c\n', 'a: |\n  x\n', 'a: 1\n  2\n']) {
    expect(readPlainMap(text)).toBeUndefined()
  }
})
