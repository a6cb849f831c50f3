import { describe, expect, test } from 'vitest'
import { ExactNumber } from '../../../../domain/json.ts'
import { recordCodec } from '../../../../infrastructure/formats/record-codec.ts'
import { bytesOf, editText, readText, sampleTable } from '../sample-tables.ts'

const single = sampleTable('toml', 'single', { columnsOrder: ['title', 'born'] })
const dictionary = sampleTable('toml', 'dictionary')
const problemsOf = (text: string, table = single) => recordCodec.read(table, bytesOf(text), 'u1').problems

describe('a TOML file', () => {
  test('gives dates and times as they are written, and numbers with their digits', () => {
    const text = 'd = 1979-05-27\ndt = 1979-05-27 07:32:00.50Z\nt = 07:32:00\nn = 12345678901234567890\nf = 1_000.50\nx = 0xDEAD_beef\n'
    expect(readText(single, text).get('u1')).toEqual({
      d: '1979-05-27',
      dt: '1979-05-27 07:32:00.50Z',
      t: '07:32:00',
      n: new ExactNumber('12345678901234567890'),
      f: new ExactNumber('1000.50'),
      x: 0xdeadbeef,
    })
  })
  test('may be empty, or hold comments alone', () => {
    for (const text of ['', '\n', '# nothing\r\n', '\ufeff']) expect(readText(single, text)).toEqual(new Map([['u1', {}]]))
    expect(readText(dictionary, '# nothing')).toEqual(new Map())
  })
  test.each([
    ['a = 1\n\na = 2\n', 'the name "a" is used twice', 3],
    ['[a]\n[b]\n[a]\n', 'the table "a" is defined twice', 3],
    ['a = 1\n__proto__.x = 1\n', 'the name "__proto__" is not allowed', 2],
    ['[__proto__]\n', 'the name "__proto__" is not allowed', 1],
    ['a = {b = {__proto__ = 1}}\n', 'the name "__proto__" is not allowed', 1],
    ['a = inf\n', 'inf is not a number that data can hold', 1],
    ['a = \u0000\n', 'a control character has to be escaped', 1],
    ['a = hello\n', 'expected a value: texts need quotes, found "hello"', 1],
    ['\na = [1\n', 'expected a comma, or the end of the list, found the end of the file', 3],
    ['a = """x\n', 'a string is not closed', 1],
    ['a = 2023-02-29\n', '2023-02-29 is no date of the calendar', 1],
    [`a = ${'['.repeat(200_000)}`, 'nested more than 100 levels deep', 1],
    [`a = ${'{a='.repeat(200_000)}`, 'nested more than 100 levels deep', 1],
    [`${'a.'.repeat(200)}a = 1`, 'nested more than 100 levels deep', 1],
  ])('%.40j is refused with the line', (text, message, line) => {
    expect(problemsOf(text)).toEqual([{ key: 'u1', message: expect.stringContaining(message), line }])
  })
  test('with a text of many megabytes is read', () => {
    const large = 'x'.repeat(9 * 1024 * 1024)
    expect(readText(single, `a = "${large}"`).get('u1')?.a).toBe(large)
  })
  test('of records by key gives those that are good', () => {
    const text = '[a]\nx = 1\n\n[b]\ny = nan\n\n[c.d]\nz = 1\n\n[e]\n__proto__ = 1\n'
    const { records, problems } = recordCodec.read(dictionary, bytesOf(text), undefined)
    expect(records).toEqual([
      { key: 'a', fields: { x: 1 }, line: 1 },
      { key: 'c', fields: { d: { z: 1 } }, line: 7 },
    ])
    expect(problems).toEqual([
      { key: 'b', message: 'nan is not a number that data can hold', line: 5 },
      { key: 'e', message: 'the name "__proto__" is not allowed', line: 11 },
    ])
    expect(problemsOf('a = 1\n', dictionary)).toEqual([{ key: 'a', message: 'the record is not a map of fields', line: 1 }])
  })
})

describe('an edit of a TOML file', () => {
  const text = `# who
title   =  "Ada" # first
born = 1815-12-10
'tags' = [ 'a', # one
  "b", ]
address.city = 'London'
address.zip  = 1_000

# how
[ contact ]
mail = { at = "home",  is = true }
notes = """
One
Two"""

[[links]]
to = 'x'

[[links]]
to = 'y'
`
  const fields = readText(single, text).get('u1') ?? {}
  test.each([
    [{ title: 'Bob' }, '"Ada"', '"Bob"'],
    [{ born: '1815-12-11' }, '1815-12-10', '1815-12-11'],
    [{ born: 'unknown' }, '1815-12-10', "'unknown'"],
    [{ tags: ['a', 'c'] }, '"b"', '"c"'],
    [{ tags: ['a', 'b', 'c'] }, '"b",', '"b", \'c\','],
    [{ address: { city: "L'on", zip: 1000 } }, "'London'", '"L\'on"'],
    [{ address: { city: 'London', zip: 1000, street: 'S' } }, 'address.zip', "address.street = 'S'\naddress.zip"],
    [{ address: { city: 'London' } }, 'address.zip  = 1_000\n', ''],
    [{ contact: { mail: { at: 'home', is: false }, notes: 'One\nTwo' } }, 'true', 'false'],
    [{ contact: { mail: { at: 'home', is: true }, notes: 'One\n"2"' } }, 'Two', '\\"2\\"'],
    [{ contact: { mail: { at: 'home', is: true }, notes: 'One\nTwo', fax: {} } }, 'Two"""\n', 'Two"""\n\n[contact.fax]\n'],
    [{ links: [{ to: 'x' }, { to: 'z' }] }, "'y'", "'z'"],
    [{ links: [{ to: 'y' }] }, "\n[[links]]\nto = 'x'\n", ''],
    [{ links: [{ to: 'x' }, { to: 'y' }, { to: 'z' }] }, "to = 'y'\n", "to = 'y'\n\n[[links]]\nto = 'z'\n"],
    [{ age: 36 }, '1_000\n', '1_000\nage = 36\n'],
    [{ zoo: { a: [{ b: 1 }] } }, "to = 'y'\n", "to = 'y'\n\n[zoo]\n[[zoo.a]]\nb = 1\n"],
  ])('%j changes its own place and no other', (change, old, wanted) => {
    expect(editText(single, text, { u1: { ...fields, ...change } })).toBe(text.replace(old, () => wanted))
  })
  test('keeps Windows line ends', () => {
    const windows = text.replaceAll('\n', '\r\n')
    const notes = { contact: { mail: { at: 'home', is: true }, notes: 'One\r\nTwo' } }
    expect(editText(single, windows, { u1: { ...fields, ...notes, title: 'Bob' } })).toBe(windows.replace('Ada', 'Bob'))
  })
  test('takes tables out with their header, and puts the first field before all tables', () => {
    expect(editText(single, '# c\n[a]\nx = 1\n\n[b]\ny = 1', { u1: { a: { x: 1 } } })).toBe('# c\n[a]\nx = 1')
    expect(editText(single, '# c\n[a]\nx = 1\n', { u1: { a: { x: 1 }, b: 1 } })).toBe('b = 1\n\n# c\n[a]\nx = 1\n')
    expect(editText(single, '[a.b]\nx = 1\n', { u1: { a: { b: { x: 1 }, c: 1 } } })).toBe('[a]\nc = 1\n\n[a.b]\nx = 1\n')
  })
  test('of records by key leaves the others, and puts new ones where their key belongs', () => {
    const records = '# all\n\n# Ann\n[a]\nx = 1 # one\n\n[c]\nx = 3\n'
    expect(editText(dictionary, records, { a: { x: 2 }, b: { x: 2, y: { z: 1 } } })).toBe(
      records.replace('1 # one\n', '2 # one\n\n[b]\nx = 2\n\n[b.y]\nz = 1\n'),
    )
    expect(editText(dictionary, records, { c: null })).toBe('# all\n\n# Ann\n[a]\nx = 1 # one\n')
    expect(editText(dictionary, records, { d: {} })).toBe(`${records}\n[d]\n`)
  })
  test('says that there is no null inside a value; a null field is left out', () => {
    expect(editText(single, undefined, { u1: { a: null, b: 1 } })).toBe('b = 1\n')
    expect(recordCodec.edit(single, undefined, new Map([['u1', { a: [{ b: null }] }]]))).toMatchObject({
      ok: false,
      failure: { kind: 'invalid-input', issues: [{ field: '/a', message: '"a" has a null in it, which TOML has no form for' }] },
    })
  })
})
