import { describe, expect, test } from 'vitest'
import { ExactNumber } from '../../../../domain/json.ts'
import { hashOf } from '../../../../infrastructure/formats/ingr/read-ingr.ts'
import { recordCodec } from '../../../../infrastructure/formats/record-codec.ts'
import { bytesOf, editText, readText, sampleTable } from '../sample-tables.ts'

const table = sampleTable('ingr', 'dictionary', { columnsOrder: ['name', 'age'] })
const header = '# INGR.io | users: $ID, name, age\n'
const withHash = (text: string): string => `${text}# sha256:${hashOf(text)}`
const problemsOf = (text: string) => recordCodec.read(table, bytesOf(text), undefined).problems

describe('an INGR file', () => {
  test('holds a value a line, and null is an absent field', () => {
    expect(
      recordCodec.read(table, bytesOf(`${header}"b"\n"Bob"\n12345678901234567890\n"a"\nnull\n{"x":[1.0]}\n# 2 records\n`), undefined),
    ).toMatchObject({
      records: [
        { key: 'b', fields: { name: 'Bob', age: new ExactNumber('12345678901234567890') }, line: 2 },
        { key: 'a', fields: { age: { x: [new ExactNumber('1.0')] } }, line: 5 },
      ],
      problems: [],
    })
    for (const empty of ['', '\n', header, `${header}# 0 records`]) expect(readText(table, empty)).toEqual(new Map())
  })
  test.each([
    ['types in the header', '# INGR.io | a/b: $ID:string, name:map[locale]string , age:int\n"a"\n"A"\n1\n# 1 record\n'],
    ['the older header', '#https://INGR.io people : $ID,name,age\n"a"\n"A"\n1\n# 1 record'],
    ['delimiters, comments and blank lines', `${header}#---\n# note\n"a" # key\n "A"\n1#one\n#-\n\n# 1 record\n\n# more\n`],
    ['Windows line ends and a byte order mark', `\ufeff${header}"a"\n"A"\n1\n# 1 record\n`.replaceAll('\n', '\r\n')],
    ['no footer', `${header}"a"\n"A"\n1`],
    ['a hash', withHash(`${header}"a"\n"A"\n1\n# 1 record\n`)],
  ])('may have %s', (_, text) => {
    expect(readText(table, text)).toEqual(new Map([['a', { name: 'A', age: 1 }]]))
  })
  test('has commented values, which are null, and commented records, which are not there', () => {
    expect(readText(table, `${header}"a"\n#"A"\n1\n#"b"\n#\n#2\n# 2 records\n`)).toEqual(new Map([['a', { age: 1 }]]))
  })
  test.each([
    ['users: $ID\n"a"\n', 'the first line is no INGR header', 1],
    ['# INGR.io | users: $ID, a, a\n', 'the column "a" stands twice', 1],
    ['# INGR.io | users: $ID, __proto__\n', 'the column "__proto__" is not allowed', 1],
    ['# INGR.io | users: $ID,, a\n', 'a column has no name', 1],
    [`${header}"a"\n"A"\n1\n# 3 records\n`, 'the last lines say 3 records, but there are 1', 5],
    [`${header}"a"\n"A"\n1\n# 1 record\n# sha256:00`, 'the hash does not fit the lines above it', 6],
    [withHash(`${header}"a"\n"A"\n1\n# 1 record\n`).replace('"A"', '"B"'), 'the hash does not fit the lines above it', 6],
    [`${header}"a"\n"A"\n1\n# 1 record\n"b"\n`, 'a value stands after the number of records', 6],
  ])('%j cannot be read', (text, message, line) => {
    expect(recordCodec.read(table, bytesOf(text), undefined)).toEqual({
      records: [],
      problems: [{ message: expect.stringContaining(message), line }],
    })
  })
  test('gives what is good around records that are not', () => {
    const text = `${header}"a"\n"A"\n#-\n"b"\n{\n1\n#-\n7\n"C"\n1\n#-\n"d"\n"D"\n"x" y\n"e"\n"E"\n1\n"e"\n"E"\n2\n# 6 records\n`
    expect(recordCodec.read(table, bytesOf(text), undefined)).toMatchObject({
      records: [{ key: 'e', fields: { name: 'E', age: 1 }, line: 16 }],
      problems: [
        { key: 'a', message: 'the record has 2 of 3 values', line: 2 },
        { key: 'b', message: 'column "name": not valid JSON: ends where a member name in double quotes should be', line: 6 },
        { message: 'a record needs a text as its $ID', line: 9 },
        { key: 'd', message: 'column "age": something stands behind the value', line: 15 },
        { key: 'e', message: 'the key "e" is used twice in this file', line: 19, rule: 'duplicate-key' },
      ],
    })
  })
  test('of which a list has its keys in $ID too, or else where its rows say them', () => {
    const list = sampleTable('ingr', 'list', { primaryKey: ['code'] })
    expect([...readText(list, '# INGR.io | u: code, n\n"a"\n1\n').keys()]).toEqual(['a'])
    expect([...readText(list, '# INGR.io | u: $ID, code\n"k"\n"a"\n').keys()]).toEqual(['k'])
    expect(problemsOf('# INGR.io | u: id\n"a"\n')).toEqual([{ line: 2, key: 'a', message: 'a record needs a text as its $ID' }])
  })
})

describe('an edit of an INGR file', () => {
  const text = `${header}"a" # first\n"Ann"\n1\n#--\n# note\n"c"\n #x\n{"y": 1,  "z":2}\n#--\n# 2 records\n`
    .replaceAll('\n', '\r\n')
    .replace(' #x', '#"C"')
  const a = { name: 'Ann', age: 1 }
  test('changes values on their line, comments stay, and the hash follows', () => {
    expect(editText(table, text, { a: { ...a, age: 2 } })).toBe(text.replace('\r\n1\r\n', '\r\n2\r\n'))
    expect(editText(table, text, { c: { age: { y: 1, z: 3 }, name: '<' } })).toBe(text.replace('"z":2', '"z":3').replace('#"C"', '"\\u003c"'))
    expect(editText(table, withHash(text), { a: { ...a, age: 2 } })).toBe(withHash(text.replace('\r\n1\r\n', '\r\n2\r\n')))
  })
  test('puts new records where their key belongs, with delimiter and count, and takes records out', () => {
    expect(editText(table, text, { b: { name: 'B' } })).toBe(
      text.replace('"c"\r\n', '"b"\r\n"B"\r\nnull\r\n#--\r\n"c"\r\n').replace('2 records', '3 records'),
    )
    expect(editText(table, text, { d: {} })).toBe(text.replace('# 2 records', '"d"\r\nnull\r\nnull\r\n#--\r\n# 3 records'))
    expect(editText(table, text, { c: null })).toBe(text.replace(/"c"\r\n.*\r\n.*\r\n#--\r\n/, '').replace('2 records', '1 record'))
  })
  test('gives a new column a line in every record', () => {
    expect(editText(table, text, { a: { ...a, x: true } })).toBe(
      text.replace('age\r\n', 'age, x\r\n').replace('1\r\n#--', '1\r\ntrue\r\n#--').replace('2}\r\n', '2}\r\nnull\r\n'),
    )
  })
  test('makes a new file sorted by key; the last record to go leaves its header', () => {
    const made = `${header.replace('age', 'age, zip')}"a"\n"A"\nnull\n"\\u003c"\n"b"\nnull\n2\nnull\n# 2 records`
    expect(editText(table, undefined, { b: { age: 2, name: null }, a: { name: 'A', zip: '<' } })).toBe(made)
    expect(editText(table, made, { a: null, b: null })).toBe(`${header}# 0 records`)
    expect(editText(table, `${header}"a"\n"A"\n1`, { b: {} })).toBe(`${header}"a"\n"A"\n1\n"b"\nnull\nnull`)
  })
  test('does not touch a file whose hash lies, and refuses names that a header cannot hold', () => {
    expect(recordCodec.edit(table, bytesOf(`${header}# sha256:00`), new Map([['a', {}]]))).toMatchObject({
      ok: false,
      failure: { kind: 'invalid-database' },
    })
    expect(recordCodec.edit(table, undefined, new Map([['a', { 'x,y': 1 }]]))).toMatchObject({
      ok: false,
      failure: { kind: 'invalid-input', issues: [{ message: expect.stringContaining('cannot be the name of a column') }] },
    })
  })
})
