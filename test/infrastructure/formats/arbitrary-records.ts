import fc from 'fast-check'
import { type Json, type JsonObject, parseNumber } from '../../../domain/json.ts'

const trickyTexts = [
  ...[
    '',
    ' ',
    'yes',
    'No',
    '~',
    'null',
    'true',
    '2024-01-01',
    '1e3',
    '0x1F',
    '017',
    '1_000',
    '12:30',
    '.5',
    '-',
    '- a',
    '? b',
    ': c',
    'a: b',
    'a #b',
  ],
  ...[
    '#',
    '<<',
    '&a',
    '*a',
    '!t',
    '%',
    '@',
    '`',
    '|',
    '>',
    '"q"',
    "it's",
    'a\nb',
    'a\nb\n',
    '\na',
    'a\n\n',
    ' a\nb',
    'a \nb',
    '\ta\nb',
    'a\r\nb',
    '\u0000',
  ],
  ...[
    '\u0085',
    '\u2028',
    '\ufeff',
    '\u{1f600}',
    'Москва',
    '{}',
    '[]',
    '[a',
    '{a',
    'a,b',
    '<b>&',
    '\\',
    '\\n',
    '...',
    '---',
    '--- a',
    '=',
    '12e4567',
    '.inf',
  ],
]

export const anyText = fc.oneof(
  fc.constantFrom(...trickyTexts),
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.string({ maxLength: 12 }),
  fc.string({ unit: fc.constantFrom(' ', '\n', 'a', ':', '#', '-', '\t', '\r', '"', "'", '\\', ',', '{', '1'), maxLength: 8 }),
)

const isAllowedName = (name: string): boolean => name !== '__proto__'
export const anyName = fc.oneof({ weight: 3, arbitrary: fc.stringMatching(/^[a-z][a-z0-9_]{0,6}$/) }, anyText.filter(isAllowedName))
export const plainName = fc.stringMatching(/^[a-z][a-z0-9]{0,6}$/)

const number = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? 0 : value)),
  fc.constantFrom('1.0', '0.10', '-0', '1e3', '12345678901234567890123', '9007199254740993', '1E+2', '-0.0').map(parseNumber),
)

export const anyScalar: fc.Arbitrary<Json> = fc.oneof(anyText, number, fc.boolean(), fc.constant(null))

const fieldsOf = (name: fc.Arbitrary<string>): fc.Arbitrary<JsonObject> => {
  const { value } = fc.letrec<{ value: Json }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      { weight: 4, arbitrary: anyScalar },
      { weight: 1, arbitrary: fc.array(tie('value'), { maxLength: 4 }) },
      { weight: 1, arbitrary: fc.dictionary(name, tie('value'), { maxKeys: 4, noNullPrototype: true }) },
    ),
  }))
  return fc.dictionary(name, value, { maxKeys: 6, noNullPrototype: true })
}

export const anyFields = fieldsOf(anyName)
/** Names that YAML can have on the line of their value. */
export const lineName = anyName.filter((name) => !/[\n\r\u0085\u2028\u2029]/.test(name))
export const lineFields = fieldsOf(lineName)
