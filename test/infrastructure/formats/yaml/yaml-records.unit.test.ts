import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { equalJson, type JsonObject } from '../../../../domain/json.ts'
import { recordCodec } from '../../../../infrastructure/formats/record-codec.ts'
import { anyScalar } from '../arbitrary-records.ts'
import { bytesOf, editText, readText, sampleTable } from '../sample-tables.ts'

const single = sampleTable('yaml', 'single', { columnsOrder: ['name', 'age', 'email', 'tags'] })
const list = sampleTable('yaml', 'list', { columnsOrder: ['id', 'name'] })
const dictionary = sampleTable('yaml', 'dictionary')

const person = `# person
name:   "Ann"   # who
age: 30

# contact
address:
  city: Riga # capital
  zip: 'LV-1001'
flow: {a: 1, b: [x, y], "c": {d: e}}   # flow
tags:
- one   # first
- two
bio: |
  Hello
  world

# tail
note: >-
  folded text
  here
empty:
end: 1 # last
# bye
`
const fields: JsonObject = Object.fromEntries(
  readText(single, person).get('u1') === undefined ? [] : Object.entries(readText(single, person).get('u1') ?? {}),
)
const without = (name: string): JsonObject => Object.fromEntries(Object.entries(fields).filter(([other]) => other !== name))

/** Each case: what changes, and the replacements in the file that it makes. */
const changes: readonly { readonly why: string; readonly wanted: JsonObject; readonly replaced: readonly (readonly [string, string])[] }[] = [
  { why: 'quotes and comments stay', wanted: { ...fields, name: 'Bob "B"' }, replaced: [['"Ann"', '"Bob \\"B\\""']] },
  { why: 'plain values stay plain', wanted: { ...fields, age: 31 }, replaced: [['age: 30', 'age: 31']] },
  { why: 'a text that looks like a number gets quotes', wanted: { ...fields, age: '31' }, replaced: [['age: 30', 'age: "31"']] },
  { why: 'a new column stands behind the one before it', wanted: { ...fields, email: 'a@b' }, replaced: [['age: 30\n', 'age: 30\nemail: a@b\n']] },
  { why: 'a removed field takes its line and its comment along', wanted: without('end'), replaced: [['end: 1 # last\n', '']] },
  { why: 'a removed block leaves the blank line behind it', wanted: without('bio'), replaced: [['bio: |\n  Hello\n  world\n', '']] },
  {
    why: 'maps are edited member by member',
    wanted: { ...fields, address: { city: 'Rīga', zip: "it's", street: 'x\ny' } },
    replaced: [
      ['city: Riga # capital\n', 'city: Rīga # capital\n  street: |-\n    x\n    y\n'],
      ["'LV-1001'", "'it''s'"],
    ],
  },
  {
    why: 'flow maps too',
    wanted: { ...fields, flow: { a: 2, b: ['x', 'z'], c: { d: 'e', f: null }, g: 'a, b' } },
    replaced: [['{a: 1, b: [x, y], "c": {d: e}}', `{a: 2, b: [x, z], "c": {d: e, f: null}, g: 'a, b'}`]],
  },
  { why: 'a list grows at its end', wanted: { ...fields, tags: ['one', 'two', 'x: y'] }, replaced: [['- two\n', "- two\n- 'x: y'\n"]] },
  { why: 'a list shrinks in the middle', wanted: { ...fields, tags: ['two'] }, replaced: [['- one   # first\n', '']] },
  { why: 'an item changes', wanted: { ...fields, tags: ['1st', 'two'] }, replaced: [['- one ', '- 1st ']] },
  { why: 'an item becomes a map', wanted: { ...fields, tags: ['one', { a: 1, b: 2 }] }, replaced: [['- two\n', '- a: 1\n  b: 2\n']] },
  {
    why: 'another list of another length replaces it',
    wanted: { ...fields, tags: ['a', 'b', 'c'] },
    replaced: [['\n- one   # first\n- two\n', '\n  - a\n  - b\n  - c\n']],
  },
  { why: 'a block changes its lines', wanted: { ...fields, bio: 'Bye\n' }, replaced: [['  Hello\n  world\n', '  Bye\n']] },
  { why: 'a block becomes one line', wanted: { ...fields, bio: 'Hi' }, replaced: [['bio: |\n  Hello\n  world\n', 'bio: Hi\n']] },
  { why: 'an empty value is filled', wanted: { ...fields, empty: 'full' }, replaced: [['empty:\n', 'empty: full\n']] },
  { why: 'an empty value becomes a map', wanted: { ...fields, empty: { x: [1] } }, replaced: [['empty:\n', 'empty:\n  x:\n    - 1\n']] },
  {
    why: 'a value becomes a list, and its comment stays',
    wanted: { ...fields, end: [1, 2] },
    replaced: [['end: 1 # last\n', 'end: # last\n  - 1\n  - 2\n']],
  },
  {
    why: 'maps and lists become empty',
    wanted: { ...fields, address: {}, tags: [], flow: {} },
    replaced: [
      ["address:\n  city: Riga # capital\n  zip: 'LV-1001'\n", 'address: {}\n'],
      ['tags:\n- one   # first\n- two\n', 'tags: []\n'],
      ['{a: 1, b: [x, y], "c": {d: e}}', '{}'],
    ],
  },
]

describe('an edit of a YAML record', () => {
  const apply = (text: string, replaced: readonly (readonly [string, string])[]): string =>
    replaced.reduce((result, [old, now]) => result.replace(old, () => now), text)
  test.each(changes)('$why', ({ wanted, replaced }) => {
    expect(editText(single, person, { u1: wanted })).toBe(apply(person, replaced))
  })
  test.each(changes)('with CRLF and a byte order mark: $why', ({ wanted, replaced }) => {
    const toCrlf = (text: string): string => `\ufeff${text.replaceAll('\n', '\r\n')}`
    expect(editText(single, toCrlf(person), { u1: wanted })).toBe(toCrlf(apply(person, replaced)))
  })
  test('a missing line end at the end of the file stays missing', () => {
    expect(editText(single, 'b: 1\na: 2', { u1: { b: 1, a: 2, zed: 'x\ny\n' } })).toBe('b: 1\na: 2\nzed: |\n    x\n    y')
    expect(editText(single, 'b: 1\na: 2', { u1: { b: 1 } })).toBe('b: 1')
  })
  test('any value of one field leaves all other lines alone', () => {
    const names = ['name', 'age', 'end', 'empty']
    fc.assert(
      fc.property(fc.constantFrom(...names), anyScalar, (name, value) => {
        const edited = editText(single, person, { u1: { ...fields, [name]: value } }) ?? ''
        expect(equalJson(readText(single, edited).get('u1'), { ...fields, [name]: value })).toBe(true)
        const lines = edited.split('\n')
        const kept = person.split('\n').filter((line) => !line.startsWith(`${name}:`))
        let next = 0
        for (const line of lines) if (line === kept[next]) next++
        expect(next).toBe(kept.length)
      }),
    )
  })
  test('no change leaves every byte', () => {
    expect(editText(single, person, { u1: fields })).toBe(person)
  })
  test('names in the order of the Go writer stay in it', () => {
    expect(editText(single, 'a2: 1\na10: 2\n', { u1: { a2: 1, a10: 2, a3: 3 } })).toBe('a2: 1\na3: 3\na10: 2\n')
  })
  test('what an anchor gives to others is not changed with it', () => {
    const text = '# kept\na: &x 1\nb: *x\n'
    expect(editText(single, text, { u1: { a: 1, b: 2 } })).toBe('# kept\na: &x 1\nb: 2\n')
    expect(readText(single, editText(single, text, { u1: { a: 2, b: 1 } }) ?? '').get('u1')).toEqual({ a: 2, b: 1 })
  })
  test('explicit keys, tags and several documents are handled, at the price of their layout at worst', () => {
    for (const [text, value] of [
      ['# c\n? a\n: 1\n', { a: 1 }],
      ['# c\na: !!int "1"\n', { a: 1 }],
      ['# c\na: 1\n---\nb: 2\n', { a: 1 }],
      ['# c\n{a: 1}\n', { a: 1 }],
    ] as const) {
      expect(readText(single, text).get('u1')).toEqual(value)
      const edited = editText(single, text, { u1: { a: 2, z: [1] } }) ?? ''
      expect(edited).toContain('# c\n')
      expect(readText(single, edited).get('u1')).toEqual({ a: 2, z: [1] })
    }
  })
})

describe('a YAML dictionary', () => {
  const text = `# statuses
_base: &base
    color: red
new:
    <<: *base
    titles: {en: New, ru: "Новая"}  # keep
done: { color: blue }
# end
`
  test('says where its records start and which cannot be read', () => {
    expect(recordCodec.read(dictionary, bytesOf('a:\n  x: 1\nb: 5\nc:\n  y: 1\n  y: 2\na: {}\nd: {}\n'), undefined)).toMatchObject({
      records: [
        { key: 'a', fields: { x: 1 }, line: 1 },
        { key: 'd', fields: {}, line: 8 },
      ],
      problems: [
        { key: 'b', line: 3, message: 'the record is not a map of fields' },
        { key: 'c', line: 6, message: 'the name "y" is used twice' },
        { key: 'a', line: 7, message: 'the key "a" is used twice in this file' },
      ],
    })
    expect(recordCodec.read(dictionary, bytesOf('- a\n'), undefined).problems).toEqual([
      { line: 1, message: 'the file does not hold a map of records' },
    ])
    expect(recordCodec.read(dictionary, bytesOf('# none\n'), undefined)).toEqual({ records: [], problems: [] })
  })
  test('keeps merge keys where they still hold', () => {
    const titles = { en: 'New', ru: 'Новая' }
    expect(editText(dictionary, text, { new: { color: 'red', titles: { ...titles, en: 'Newer' } } })).toBe(text.replace('en: New', 'en: Newer'))
    expect(editText(dictionary, text, { new: { color: 'green', titles } })).toBe(text.replace('# keep\n', '# keep\n    color: green\n'))
  })
  test('writes a record anew when a merged field goes; its neighbours stay', () => {
    expect(editText(dictionary, text, { new: { titles: { en: 'New' } } })).toBe(
      '# statuses\n_base: &base\n    color: red\ndone: { color: blue }\nnew:\n    titles:\n        en: New\n# end\n',
    )
  })
  test('never changes a record that takes from the edited one', () => {
    const edited = readText(dictionary, editText(dictionary, text, { _base: { color: 'pink' } }) ?? '')
    expect(edited.get('new')).toEqual({ color: 'red', titles: { en: 'New', ru: 'Новая' } })
    expect(edited.get('_base')).toEqual({ color: 'pink' })
  })
  test('takes new records in order, and lets others go', () => {
    expect(editText(dictionary, 'a:\n  v: 1 # one\n\nc:\n  v: 3\n', { b: { v: { w: 2 } }, c: null })).toBe('a:\n  v: 1 # one\nb:\n  v:\n    w: 2\n\n')
    expect(editText(dictionary, '# none yet\n', { a: { v: 1 } })).toBe('# none yet\na:\n    v: 1\n')
    expect(editText(dictionary, '{} # none\n', { a: { v: 1 } })).toContain('a:\n    v: 1')
  })
  test('keeps what cannot be read', () => {
    const broken = 'bad: {x: 1, x: 2}\nn: 5\na: {}\n'
    expect(editText(dictionary, broken, { a: { v: 1 } })).toBe('bad: {x: 1, x: 2}\nn: 5\na:\n    v: 1\n')
  })
})

describe('a YAML list', () => {
  const text = '# rows\n- id: a   # first\n  name: Ann\n- {id: b, name: Bob}\n-   id: c\n    name: >\n      C c\n      c\n\n# end\n'
  test('changes row by row', () => {
    expect(editText(list, text, { a: { id: 'a', name: 'Anna' }, b: { id: 'b', name: 'B, b', x: 1 }, d: { z: 1, y: [1], id: 'd' } })).toBe(
      text
        .replace('Ann', 'Anna')
        .replace('{id: b, name: Bob}', "{id: b, name: 'B, b', x: 1}")
        .replace('      c\n', '      c\n- id: d\n  "y":\n    - 1\n  z: 1\n'),
    )
    expect(editText(list, text, { a: null, c: { id: 'c', name: 'x' } })).toBe('# rows\n- {id: b, name: Bob}\n-   id: c\n    name: x\n\n# end\n')
  })
  test('names keys as its rows do', () => {
    expect(editText(list, '- $ID: x\n  v: 1\n', { x: { v: 2 }, y: { v: 3 } })).toBe('- $ID: x\n  v: 2\n- $ID: "y"\n  v: 3\n')
  })
  test('on one line is still edited', () => {
    expect(readText(list, editText(list, '[{id: a, v: 1}, {id: b}]\n', { a: { id: 'a', v: 2 }, b: null, c: { id: 'c' } }) ?? '')).toEqual(
      new Map([
        ['a', { id: 'a', v: 2 }],
        ['c', { id: 'c' }],
      ]),
    )
  })
  test('without a key in a row has a problem there', () => {
    expect(recordCodec.read(list, bytesOf('- id: a\n- name: x\n- 5\n'), undefined)).toMatchObject({
      records: [{ key: 'a', fields: { id: 'a' }, line: 1 }],
      problems: [
        { line: 2, message: 'a row has no key: it needs $ID, $id or id' },
        { line: 3, message: 'a row is not a map of fields' },
      ],
    })
  })
})
