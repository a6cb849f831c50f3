import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Json, parseNumber, stringifyJson } from '../../../domain/json.ts'
import { applyJsonPatch } from '../../../domain/record/json-patch.ts'
import { parseJsonPatch } from '../../../domain/record/parse-json-patch.ts'

const patch = (document: Json, operations: Json) => {
  const parsed = parseJsonPatch(operations)
  return parsed.ok ? applyJsonPatch(document, parsed.value) : parsed
}

/** What the patch makes of the document, or the rule or kind by which it is refused. */
const outcome = (document: Json, operations: Json) => {
  const result = patch(document, operations)
  if (result.ok) return result.value
  return `refused: ${'rule' in result.failure ? result.failure.rule : result.failure.kind}`
}

const cannot = 'refused: json-patch'
const differs = 'refused: json-patch-test'
const noPatch = 'refused: invalid-input'

/** What happens, document, patch, result. */
const vectors: readonly (readonly [string, Json, Json, Json])[] = [
  ['an empty patch changes nothing', { a: 1 }, [], { a: 1 }],
  ['add puts a member into an object', { a: 1 }, [{ op: 'add', path: '/b', value: 2 }], { a: 1, b: 2 }],
  ['add replaces a member that is there', { a: 1 }, [{ op: 'add', path: '/a', value: 2 }], { a: 2 }],
  ['add takes null as a value', { a: 1 }, [{ op: 'add', path: '/b', value: null }], { a: 1, b: null }],
  ['add puts an item before a position', { l: [1, 3] }, [{ op: 'add', path: '/l/1', value: 2 }], { l: [1, 2, 3] }],
  ['add puts an item before the first', { l: [1] }, [{ op: 'add', path: '/l/0', value: 0 }], { l: [0, 1] }],
  ['add takes the position after the last', { l: [1] }, [{ op: 'add', path: '/l/1', value: 2 }], { l: [1, 2] }],
  ['add takes - for the end of a list', { l: [1] }, [{ op: 'add', path: '/l/-', value: 2 }], { l: [1, 2] }],
  ['add does not spread a list that is a value', { l: [1] }, [{ op: 'add', path: '/l/-', value: [2, 3] }], { l: [1, [2, 3]] }],
  ['add with an empty path replaces the document', { a: 1 }, [{ op: 'add', path: '', value: { b: 2 } }], { b: 2 }],
  ['add takes an empty name', { a: 1 }, [{ op: 'add', path: '/', value: 2 }], { a: 1, '': 2 }],
  ['add takes - as a name in an object', {}, [{ op: 'add', path: '/-', value: 1 }], { '-': 1 }],
  ['add takes digits as a name in an object', {}, [{ op: 'add', path: '/0', value: 1 }], { 0: 1 }],
  ['add beyond the end of a list is refused', { l: [1] }, [{ op: 'add', path: '/l/2', value: 2 }], cannot],
  ['add at a negative position is refused', { l: [1] }, [{ op: 'add', path: '/l/-1', value: 2 }], cannot],
  ['a position with a zero before it is none', { l: [1, 2] }, [{ op: 'add', path: '/l/01', value: 3 }], cannot],
  ['a position in exponent form is none', { l: [1, 2] }, [{ op: 'add', path: '/l/1e0', value: 3 }], cannot],
  ['a name is no position of a list', { l: [1] }, [{ op: 'add', path: '/l/a', value: 2 }], cannot],
  ['add below something that is not there is refused', { a: 1 }, [{ op: 'add', path: '/b/c', value: 2 }], cannot],
  ['add below a text is refused', { a: 'text' }, [{ op: 'add', path: '/a/b', value: 2 }], cannot],
  ['add below null is refused', { a: null }, [{ op: 'add', path: '/a/b', value: 2 }], cannot],
  ['remove takes a member away', { a: 1, b: 2 }, [{ op: 'remove', path: '/a' }], { b: 2 }],
  ['remove takes a member away whose value is null', { a: null }, [{ op: 'remove', path: '/a' }], {}],
  ['remove takes an item away and the others move up', { l: [1, 2, 3] }, [{ op: 'remove', path: '/l/1' }], { l: [1, 3] }],
  ['remove of what is not there is refused', { a: 1 }, [{ op: 'remove', path: '/b' }], cannot],
  ['remove at - is refused: nothing is there', { l: [1] }, [{ op: 'remove', path: '/l/-' }], cannot],
  ['remove of the whole document is refused', { a: 1 }, [{ op: 'remove', path: '' }], cannot],
  ['replace changes a member', { a: 1 }, [{ op: 'replace', path: '/a', value: { b: 2 } }], { a: { b: 2 } }],
  ['replace changes an item', { l: [1, 2] }, [{ op: 'replace', path: '/l/0', value: 9 }], { l: [9, 2] }],
  ['replace of what is not there is refused', { a: 1 }, [{ op: 'replace', path: '/b', value: 2 }], cannot],
  ['replace with an empty path replaces the document', { a: 1 }, [{ op: 'replace', path: '', value: { b: 1 } }], { b: 1 }],
  ['move takes a value to another name', { a: 1 }, [{ op: 'move', from: '/a', path: '/b' }], { b: 1 }],
  ['move between positions counts them after the removal', { l: [1, 2, 3] }, [{ op: 'move', from: '/l/0', path: '/l/2' }], { l: [2, 3, 1] }],
  ['move out of a list into an object', { l: [1, 2] }, [{ op: 'move', from: '/l/1', path: '/a' }], { l: [1], a: 2 }],
  ['move onto itself changes nothing', { a: 1 }, [{ op: 'move', from: '/a', path: '/a' }], { a: 1 }],
  ['move into itself is refused', { a: { b: 1 } }, [{ op: 'move', from: '/a', path: '/a/b' }], cannot],
  ['move of what is not there is refused', { a: 1 }, [{ op: 'move', from: '/b', path: '/a' }], cannot],
  ['move can replace the parent', { a: { b: 1 } }, [{ op: 'move', from: '/a/b', path: '/a' }], { a: 1 }],
  ['copy leaves the source', { a: { b: 1 } }, [{ op: 'copy', from: '/a', path: '/c' }], { a: { b: 1 }, c: { b: 1 } }],
  [
    'a copy is a value of its own',
    { a: { b: 1 } },
    [
      { op: 'copy', from: '/a', path: '/c' },
      { op: 'replace', path: '/c/b', value: 2 },
    ],
    { a: { b: 1 }, c: { b: 2 } },
  ],
  ['copy of null is a copy', { a: null }, [{ op: 'copy', from: '/a', path: '/b' }], { a: null, b: null }],
  ['copy of what is not there is refused', {}, [{ op: 'copy', from: '/a', path: '/b' }], cannot],
  ['test passes on the same value', { a: 'x' }, [{ op: 'test', path: '/a', value: 'x' }], { a: 'x' }],
  [
    'test compares objects regardless of order',
    { a: { b: 1, c: [2] } },
    [{ op: 'test', path: '/a', value: { c: [2], b: 1 } }],
    { a: { b: 1, c: [2] } },
  ],
  ['test compares lists in order', { a: [1, 2] }, [{ op: 'test', path: '/a', value: [2, 1] }], differs],
  ['test compares numbers by value', { a: parseNumber('1.0') }, [{ op: 'test', path: '/a', value: 1 }], { a: parseNumber('1.0') }],
  [
    'test tells long numbers apart',
    { a: parseNumber('10000000000000000000001') },
    [{ op: 'test', path: '/a', value: parseNumber('10000000000000000000002') }],
    differs,
  ],
  ['test tells a number from its text', { a: 1 }, [{ op: 'test', path: '/a', value: '1' }], differs],
  ['test tells null from nothing', {}, [{ op: 'test', path: '/a', value: null }], differs],
  ['test tells false from null', { a: false }, [{ op: 'test', path: '/a', value: null }], differs],
  ['test tells an empty list from an empty object', { a: [] }, [{ op: 'test', path: '/a', value: {} }], differs],
  ['test of the whole document', { a: 1 }, [{ op: 'test', path: '', value: { a: 1 } }], { a: 1 }],
  [
    'a failed test undoes everything before it',
    { a: 1 },
    [
      { op: 'add', path: '/b', value: 1 },
      { op: 'test', path: '/a', value: 2 },
    ],
    differs,
  ],
  [
    'a test sees what came before it',
    { a: 1 },
    [
      { op: 'replace', path: '/a', value: 2 },
      { op: 'test', path: '/a', value: 2 },
    ],
    { a: 2 },
  ],
  ['~1 in a pointer is a slash', { 'a/b': 1 }, [{ op: 'replace', path: '/a~1b', value: 2 }], { 'a/b': 2 }],
  ['~0 in a pointer is a tilde', { 'a~b': 1 }, [{ op: 'replace', path: '/a~0b', value: 2 }], { 'a~b': 2 }],
  ['~01 in a pointer is ~1, not a slash', { '~1': 1 }, [{ op: 'replace', path: '/~01', value: 2 }], { '~1': 2 }],
  ['nothing else is unescaped', { 'a%62 "\\': 1 }, [{ op: 'replace', path: '/a%62 "\\', value: 2 }], { 'a%62 "\\': 2 }],
  ['members that are not defined are ignored', { a: 1 }, [{ op: 'remove', path: '/a', value: 9, comment: 'x' }], {}],
  ['what objects inherit is not there', {}, [{ op: 'copy', from: '/toString', path: '/a' }], cannot],
  ['a tilde alone makes no pointer', { a: 1 }, [{ op: 'remove', path: '/~' }], noPatch],
  ['a pointer begins with a slash', { a: 1 }, [{ op: 'remove', path: 'a' }], noPatch],
  ['an operation needs a path', { a: 1 }, [{ op: 'remove' }], noPatch],
  ['an operation needs a name that is known', { a: 1 }, [{ op: 'append', path: '/a', value: 1 }], noPatch],
  ['names of operations are in lower case', { a: 1 }, [{ op: 'Remove', path: '/a' }], noPatch],
  ['add needs a value', { a: 1 }, [{ op: 'add', path: '/b' }], noPatch],
  ['test needs a value', { a: 1 }, [{ op: 'test', path: '/a' }], noPatch],
  ['copy needs a source', { a: 1 }, [{ op: 'copy', path: '/b' }], noPatch],
  ['an operation is an object', { a: 1 }, ['remove'], noPatch],
  ['a patch is a list', { a: 1 }, { op: 'remove', path: '/a' }, noPatch],
]

describe('a JSON Patch', () => {
  test.each(vectors)('%s', (...[, document, operations, expected]) => {
    const before = stringifyJson(document)
    expect(outcome(document, operations)).toEqual(expected)
    expect(stringifyJson(document)).toBe(before)
  })

  test('keeps the digits of numbers and the order of members that it does not name', () => {
    const document = { z: parseNumber('1.50'), a: [parseNumber('12345678901234567890')], m: 1 }
    const patched = patch(document, [
      { op: 'replace', path: '/m', value: 2 },
      { op: 'copy', from: '/a', path: '/b' },
    ])
    expect(patched.ok && stringifyJson(patched.value)).toBe('{"z":1.50,"a":[12345678901234567890],"m":2,"b":[12345678901234567890]}')
  })

  test('says which operation fails, where, and what is there instead', () => {
    expect(
      patch({ a: { b: 1 } }, [
        { op: 'test', path: '/a/b', value: 1 },
        { op: 'test', path: '/a/b', value: 2 },
      ]),
    ).toEqual({
      ok: false,
      failure: { rule: 'json-patch-test', message: 'operation 2 of the patch tests "/a/b" for 2, but it is 1', field: '/a/b', value: 1 },
    })
    expect(patch({ a: 1 }, [{ op: 'remove', path: '/b' }])).toEqual({
      ok: false,
      failure: { rule: 'json-patch', message: 'operation 1 of the patch (remove "/b") finds nothing there', field: '/b' },
    })
  })

  test('makes a member of __proto__ and nothing else of it', () => {
    const patched = patch({}, [{ op: 'add', path: '/__proto__', value: { polluted: true } }])
    expect(patched.ok && Object.hasOwn(patched.value as object, '__proto__')).toBe(true)
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
    expect(outcome({}, [{ op: 'add', path: '/__proto__/polluted', value: true }])).toBe(cannot)
    expect(outcome({}, [{ op: 'add', path: '/constructor/prototype/polluted', value: true }])).toBe(cannot)
  })

  test('that doubles the record over and over is refused before it grows', () => {
    const doubling = Array.from({ length: 60 }, () => ({ op: 'copy', from: '/l', path: '/l/-' }))
    expect(outcome({ l: [1] }, doubling)).toMatch(/^refused: (limit-exceeded|json-patch)$/)
    const wide = Array.from({ length: 2_000 }, (_, index) => ({ op: 'copy', from: '/l', path: `/c${index}` }))
    expect(outcome({ l: Array.from({ length: 1_000 }, (_, index) => index) }, wide)).toBe('refused: limit-exceeded')
  })

  test('that nests the record over and over is refused', () => {
    const nesting = Array.from({ length: 40 }, (_, index) => ({ op: 'move', from: '/a', path: `/b${index}/a` }))
    const document = Object.fromEntries([['a', {}], ...nesting.map((_, index) => [`b${index}`, {}])])
    expect(outcome(document, [...nesting.slice(0, 1), { op: 'add', path: '/'.repeat(101), value: 1 }])).toBe(cannot)
  })

  test('may have 10,000 operations and no more', () => {
    const many = (count: number) => Array.from({ length: count }, () => ({ op: 'test', path: '', value: {} }))
    expect(outcome({}, many(10_000))).toEqual({})
    expect(outcome({}, many(10_001))).toBe('refused: limit-exceeded')
  })

  test('that adds a member and removes it again leaves any record as it was', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.string(), fc.jsonValue(), (document, name, value) => {
        fc.pre(!Object.hasOwn(document, name))
        const path = `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
        const found = patch(document as Json, [
          { op: 'add', path, value: value as Json },
          { op: 'test', path, value: value as Json },
          { op: 'remove', path },
        ])
        expect(found.ok && stringifyJson(found.value)).toBe(stringifyJson(document as Json))
      }),
    )
  })
})
