import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ExactNumber } from '../../../../domain/json.ts'
import { parseCsv } from '../../../../infrastructure/formats/csv/parse-csv.ts'
import { recordCodec } from '../../../../infrastructure/formats/record-codec.ts'
import { bytesOf, editText, readText, sampleTable } from '../sample-tables.ts'

const columns = [
  { name: 'id', type: 'string' },
  { name: 'name', type: 'string' },
  { name: 'age', type: 'int' },
  { name: 'price', type: 'float' },
  { name: 'ok', type: 'bool' },
]
const table = sampleTable('csv', 'list', { columns, columnsOrder: ['id', 'name', 'age', 'price', 'ok'] })
const header = 'id,name,age,price,ok\n'

describe('a CSV file', () => {
  test('gives cells by the type of their column; an empty cell is an absent field', () => {
    const text = `\ufeff${header}a,"A, ""x""",7,1.50,true\r\nb,"",,,false\nc,seven,seven,x,maybe\n`
    expect(recordCodec.read(table, bytesOf(text), undefined)).toMatchObject({
      records: [
        { key: 'a', fields: { id: 'a', name: 'A, "x"', age: 7, price: new ExactNumber('1.50'), ok: true }, line: 2 },
        { key: 'b', fields: { id: 'b', name: '', ok: false }, line: 3 },
        { key: 'c', fields: { id: 'c', name: 'seven', age: 'seven', price: 'x', ok: 'maybe' }, line: 4 },
      ],
      problems: [],
    })
  })
  test('whose rows are too long, too short or without a key has a problem with the line for each', () => {
    expect(recordCodec.read(table, bytesOf(`${header}a,x\n"b\nb",,,,,\n\n,x,,,\na,,,,\na,,,,\n`), undefined)).toMatchObject({
      records: [{ key: 'a', fields: { id: 'a' }, line: 7 }],
      problems: [
        { line: 2, message: 'the row has 2 cells and the header 5' },
        { line: 3, message: 'the row has 6 cells and the header 5' },
        { line: 6, message: 'a row has no key: it needs $ID, $id or id' },
        { line: 8, key: 'a', message: 'the key "a" is used twice in this file' },
      ],
    })
  })
  test.each([
    ['id,name\n', 'the header is "id,name" and has to be columns_order, "id,name,age,price,ok"', 1],
    [`${header}a,b"c,,,\n`, 'a quote stands inside a cell that is not quoted', 2],
    [`${header}a,"b"c,,,\n`, 'text stands after a closing quote', 2],
    [`${header}a,"b,,,\n`, 'a quoted cell is not closed', 2],
  ])('%j cannot be read', (text, message, line) => {
    expect(recordCodec.read(table, bytesOf(text), undefined)).toEqual({ records: [], problems: [{ message, line }] })
  })
})

describe('an edit of a CSV file', () => {
  test('leaves other rows, cells, quotes, blank lines and line ends as they are', () => {
    const text = `${header}a,"Ann",3,,\n\n"b",Bob,,,`.replaceAll('\n', '\r\n')
    const edited = editText(table, text, { a: { id: 'a', name: 'Anna', age: 4 }, c: { id: 'c', name: 'x, "y"' } })
    expect(edited).toBe(text.replace('Ann', 'Anna').replace('3', '4') + '\r\nc,"x, ""y""",,,')
    expect(editText(table, text, { a: null })).toBe(`${header}\n"b",Bob,,,`.replaceAll('\n', '\r\n'))
  })
  test('makes a new file as Go writes it, and keeps the header when the last record goes', () => {
    expect(editText(table, undefined, { a: { id: 'a', name: ' lead', age: 5 } })).toBe(`${header}a," lead",5,,\n`)
    expect(editText(table, '', { a: { id: 'a' } })).toBe(`${header}a,,,,\n`)
    expect(editText(table, `${header}a,,,,\n`, { a: null })).toBe(header)
  })
  test('takes null for an absent field', () => {
    expect(editText(table, `${header}a,x,,,\n`, { a: { id: 'a', name: null } })).toBe(`${header}a,,,,\n`)
  })
  test.each([
    [{ name: ['x'] }, 'name', '"name" is a list or map, which a CSV cell cannot hold'],
    [{ other: 1 }, 'other', '"other" is not in columns_order, so a CSV file has no column for it'],
    [{ name: 5 }, 'name', '"name" would be read back as a text'],
    [{ ok: 'true' }, 'ok', '"ok" would be read back as another value'],
  ])('refuses %j', (fields, name, message) => {
    expect(recordCodec.edit(table, undefined, new Map([['a', { id: 'a', ...fields }]]))).toMatchObject({
      ok: false,
      failure: { kind: 'invalid-input', issues: [{ rule: 'record-format', key: 'a', field: `/${name}`, message }] },
    })
  })
  test('gives back any texts and numbers, and changes one row only', () => {
    const cell = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', ' ', 'a', '\\', '.') }))
    const row = fc.record({ name: cell, age: fc.integer() }, { requiredKeys: [] })
    const rows = fc.dictionary(fc.string({ minLength: 1, unit: 'binary' }), row, { minKeys: 1, noNullPrototype: true })
    fc.assert(
      fc.property(rows, row, (given, other) => {
        const withKeys = Object.fromEntries(Object.entries(given).map(([id, fields]) => [id, { id, ...fields }]))
        const text = editText(table, undefined, withKeys) ?? ''
        expect(readText(table, text)).toEqual(new Map(Object.entries(withKeys)))
        const [key = ''] = Object.keys(given)
        const edited = editText(table, text, { [key]: { id: key, ...other } }) ?? ''
        expect(readText(table, edited)).toEqual(new Map(Object.entries({ ...withKeys, [key]: { id: key, ...other } })))
      }),
    )
  })
})

describe('CSV input', () => {
  test('is one object a row, all texts, empty cells left out', () => {
    expect(parseCsv('\ufeffid,name\na,\n"b","x\ny"\n')).toEqual({ ok: true, value: [{ id: 'a' }, { id: 'b', name: 'x\ny' }] })
    expect(parseCsv('')).toEqual({ ok: true, value: [] })
  })
  test.each([
    ['a,b\n1\n', 'not valid CSV: the row has 1 cells and the header 2', 2],
    ['a,a\n1,2\n', 'not valid CSV: the column "a" stands twice', 1],
    ['__proto__\n1\n', 'not valid CSV: the column "__proto__" is not allowed', 1],
    ['a\nx"y\n', 'not valid CSV: a quote stands inside a cell that is not quoted', 2],
  ])('%j is refused', (text, message, line) => {
    expect(parseCsv(text)).toEqual({ ok: false, failure: { kind: 'invalid-input', issues: [{ rule: 'parse', message, line }] } })
  })
})
