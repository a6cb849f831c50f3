import fc from 'fast-check'
import { ExactNumber, type Json, type JsonObject } from '../../domain/json.ts'
import type { Filter, SortKey } from '../../domain/query/filter.ts'

/** A small world in which random filters find random records: few names and values, chosen to be nasty. */
export interface SampleRecord {
  readonly key: string
  readonly fields: JsonObject
}

const texts = [
  '',
  'a',
  'A',
  'ab',
  'aB',
  'b',
  'é',
  'É',
  'a\u0000b',
  '\u0000',
  '\ud7ff',
  '\ue000',
  '\uffff',
  '😀',
  '😀a',
  '\u{10ffff}',
  '1',
  'true',
  'null',
]
const hostileTexts = ["it's", '"', '\\', '%', '_', '[1]', '{"a":1}', '$.a', '`', '\n', '2024-01-31']
const literals = [
  '9007199254740993',
  '1.0',
  '1e2',
  '0.10',
  '-0',
  '1e999',
  '12345678901234567890',
  '9223372036854775807',
  '-9223372036854775808',
  '1e-400',
]
const plain = [0, 1, -1, 1.5, 0.1, 100, 2 ** 53, 1e21, 1152921504606847000, 12345678901234567000]

export const text = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...texts, ...hostileTexts) }, fc.string({ unit: 'binary', maxLength: 3 }))
export const number: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom(...plain, ...literals.map((literal) => new ExactNumber(literal))),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
)
const scalar: fc.Arbitrary<Json> = fc.oneof(text, number, fc.boolean(), fc.constant(null))

const memberNames = ['x', 'y', 'a.b', 'a"b', "it's", 'a\\b', '[0]', '0', '1', '', '$', '$id', 'é', '`', '__proto__', 'constructor', 'a b', '*', '\n']
const memberName = fc.oneof({ weight: 3, arbitrary: fc.constantFrom('x', 'y', '0', '1') }, fc.constantFrom(...memberNames))

export const { value } = fc.letrec<{ value: Json; list: Json; object: Json }>((tie) => ({
  value: fc.oneof({ maxDepth: 3, withCrossShrink: true }, scalar, tie('list'), tie('object')),
  list: fc.array(tie('value'), { maxLength: 3 }),
  object: fc.dictionary(memberName, tie('value'), { maxKeys: 3 }),
}))

/** Typed columns hold their type or nothing; the untyped fields hold anything under any name. */
const typedFields = fc.record(
  {
    name: fc.option(text),
    age: fc.option(number),
    score: fc.option(number),
    active: fc.option(fc.boolean()),
    born: fc.option(fc.constantFrom('2024-01-31', '2024-02-01', '1999')),
  },
  { requiredKeys: [] },
)

/** Values that random conditions are likely to meet. */
const common: fc.Arbitrary<Json> = fc.constantFrom<Json>('a', 'A', 'ab', 'ba', 'é', 'a\u0000b', 1, 2, 1.5, new ExactNumber('1.0'), true, false)
const commonTree: fc.Arbitrary<Json> = fc.oneof(
  common,
  fc.array(common, { maxLength: 3 }),
  fc.dictionary(fc.constantFrom('x', '0'), common, { maxKeys: 2 }),
  fc.array(fc.array(common, { maxLength: 2 }), { maxLength: 2 }),
)

const record: fc.Arbitrary<SampleRecord> = fc
  .tuple(text, typedFields, fc.dictionary(memberName, value, { maxKeys: 4 }), fc.option(commonTree))
  .map(([key, typed, open, x]) => ({ key, fields: { ...open, ...(x === null ? {} : { x }), ...typed } as JsonObject }))

export const records = fc.uniqueArray(record, { selector: ({ key }) => key, maxLength: 12 })

const path = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(['name'], ['age'], ['score'], ['active'], ['born'], ['$id'], ['$id', 'x'], ['name', 'x']) },
  { weight: 4, arbitrary: fc.array(memberName, { minLength: 1, maxLength: 3 }) },
)

const ignoreCase = fc.boolean()
const condition: fc.Arbitrary<Filter> = fc.oneof(
  fc.record({ op: fc.constantFrom('eq', 'ne', 'lt', 'le', 'gt', 'ge'), path, value: fc.oneof(scalar, value) }),
  fc.record({ op: fc.constant('in'), path, values: fc.oneof(fc.array(value, { maxLength: 4 }), fc.array(scalar, { minLength: 20, maxLength: 40 })) }),
  fc.record({
    op: fc.constantFrom('contains', 'starts-with', 'ends-with'),
    path,
    value: fc.oneof({ weight: 3, arbitrary: text }, value),
    ignoreCase,
  }),
  fc.record({ op: fc.constant('exists'), path }),
)

const likelyPath = fc.constantFrom(['name'], ['name'], ['age'], ['score'], ['$id'], ['active'], ['x'], ['x'], ['x', '0'], ['x', 'x'])
const likely: fc.Arbitrary<Filter> = fc.oneof(
  fc.record({ op: fc.constantFrom('eq', 'ne', 'lt', 'le', 'gt', 'ge'), path: likelyPath, value: fc.oneof(common, commonTree) }),
  fc.record({ op: fc.constant('in'), path: likelyPath, values: fc.array(commonTree, { maxLength: 12 }) }),
  fc.record({
    op: fc.constantFrom('contains', 'starts-with', 'ends-with'),
    path: likelyPath,
    value: fc.oneof(fc.constantFrom('', 'a', 'b', 'B', '\u0000'), common),
    ignoreCase,
  }),
)

export const { filter } = fc.letrec<{ filter: Filter; series: Filter; not: Filter }>((tie) => ({
  filter: fc.oneof({ maxDepth: 3, withCrossShrink: true }, fc.oneof(condition, likely), tie('series'), tie('not')),
  series: fc.record({ op: fc.constantFrom('and', 'or'), of: fc.array(tie('filter'), { maxLength: 3 }) }),
  not: fc.record({ op: fc.constant('not'), of: tie('filter') }),
}))

export const sortKeys: fc.Arbitrary<SortKey[]> = fc.array(fc.record({ path, descending: fc.boolean() }), { maxLength: 3 })
