import { describe, expect, test } from 'vitest'
import { recordCodec } from '../../../../infrastructure/formats/record-codec.ts'
import { bytesOf, editText, sampleTable } from '../sample-tables.ts'

const single = sampleTable('json', 'single', { columnsOrder: ['name', 'age', 'email'] })
const list = sampleTable('json', 'list', { columnsOrder: ['id', 'name'] })
const dictionary = sampleTable('json', 'dictionary')

describe('a JSON file', () => {
  test('of one record has to be an object', () => {
    expect(recordCodec.read(single, bytesOf('[1]'), 'u1').problems).toEqual([
      { key: 'u1', line: 1, message: 'the file does not hold a map of fields' },
    ])
    expect(recordCodec.read(single, bytesOf(' \n'), 'u1').problems).toEqual([{ key: 'u1', line: 1, message: 'the file is empty' }])
  })
  test('with many records says where each one starts, and serves the good ones', () => {
    const text = '{\n  "a": {"x": 1},\n  "b": 5,\n  "c": {"y": 1,\n "y": 2},\n  "a": {"x": 2},\n  "d": {}\n}\n'
    expect(recordCodec.read(dictionary, bytesOf(text), undefined)).toMatchObject({
      records: [
        { key: 'a', fields: { x: 1 }, line: 2 },
        { key: 'd', fields: {}, line: 7 },
      ],
      problems: [
        { key: 'b', line: 3, message: 'the record is not a map of fields' },
        { key: 'c', line: 5, message: 'the name "y" is used twice' },
        { key: 'a', line: 6, message: 'the key "a" is used twice in this file' },
      ],
    })
  })
  test('with a list takes keys from the primary key, else $ID, $id or id', () => {
    const rows = '[{"$ID":"a","v":1},{"$id":7,"v":2},{"id":"c","v":3},{"v":4}]'
    const contents = recordCodec.read(list, bytesOf(rows), undefined)
    expect(contents.records).toEqual([
      { key: 'a', fields: { v: 1 }, line: 1 },
      { key: '7', fields: { v: 2 }, line: 1 },
      { key: 'c', fields: { id: 'c', v: 3 }, line: 1 },
    ])
    expect(contents.problems).toEqual([{ line: 1, message: 'a row has no key: it needs $ID, $id or id', rule: 'missing-key' }])
    const byCity = sampleTable('json', 'list', { primaryKey: ['country', 'city'] })
    expect(recordCodec.read(byCity, bytesOf('[{"country":"LV","city":"Riga"},{"country":"LV"}]'), undefined)).toMatchObject({
      records: [{ key: 'LV\u001fRiga', fields: { country: 'LV', city: 'Riga' } }],
      problems: [{ message: 'a row has no key: it needs country and city' }],
    })
  })
  test('that is empty has no records where it may hold many', () => {
    for (const table of [list, dictionary]) expect(recordCodec.read(table, bytesOf('\n'), undefined)).toEqual({ records: [], problems: [] })
  })
})

describe('an edit of a JSON file leaves the rest as it is:', () => {
  const odd = '{\n    "name" : "Ann", "age": 30,\n    "tags": ["a", "b"],\n    "address": { "city": "Riga" },\n    "empty": {}\n}'
  const fields = { name: 'Ann', age: 30, tags: ['a', 'b'], address: { city: 'Riga' }, empty: {} }
  test('odd white space, lists on one line, a missing line end', () => {
    expect(editText(single, odd, { u1: { ...fields, name: 'Bob', tags: ['a', 'c'] } })).toBe(odd.replace('"Ann"', '"Bob"').replace('"b"', '"c"'))
  })
  test('a new field stands where columns_order puts it, in the layout around it', () => {
    expect(editText(single, odd, { u1: { ...fields, email: '<x>', address: { city: 'Riga', zip: '1' }, empty: { k: [1, { a: 2 }] } } })).toBe(
      odd
        .replace('"age": 30,', '"age": 30,\n    "email": "<x>",')
        .replace('"Riga" }', '"Riga", "zip": "1" }')
        .replace('{}', '{\n        "k": [\n            1,\n            {\n                "a": 2\n            }\n        ]\n    }'),
    )
  })
  test('a removed field takes its line along', () => {
    expect(editText(single, '{\n  "age": 1,\n  "name": "Ann",\n  "z": 2\n}\n', { u1: { name: 'Ann' } })).toBe('{\n  "name": "Ann"\n}\n')
  })
  test('CRLF, tabs and the byte order mark', () => {
    expect(editText(single, '\ufeff{\r\n\t"name": "Ann"\r\n}\r\n', { u1: { name: 'Ann', a: { b: 1 } } })).toBe(
      '\ufeff{\r\n\t"name": "Ann",\r\n\t"a": {\r\n\t\t"b": 1\r\n\t}\r\n}\r\n',
    )
  })
  test('everything on one line', () => {
    expect(editText(single, '{"name":"Ann","age":1.0}', { u1: { name: 'Ann', age: 2, z: { a: [1, 2] } } })).toBe(
      '{"name":"Ann","age":2,"z":{"a":[1,2]}}',
    )
  })
  test('compact rows of a list', () => {
    const text = '[\n  {"id":"a","name":"Ann"},\n  {"id":"b"}\n]\n'
    expect(editText(list, text, { a: null, b: { id: 'b', name: 'B' }, c: { x: [1], id: 'c' } })).toBe(
      '[\n  {"id":"b","name":"B"},\n  {"id":"c","x":[1]}\n]\n',
    )
    expect(editText(list, '[{"id": "a", "n": [1, 2]}]', { b: { id: 'b' } })).toBe('[{"id": "a", "n": [1, 2]}, {"id": "b"}]')
    expect(editText(list, '[\n]\n', { a: { id: 'a', x: 1 } })).toBe('[\n  {"id":"a","x":1}\n]\n')
  })
  test('rows keep the name of their key', () => {
    expect(editText(list, '[{"$id":"a","id":"a"},{"id":"b"}]', { a: { id: 'a', v: 1 }, c: {} })).toBe(
      '[{"$id":"a","id":"a","v":1},{"id":"b"},{"$id":"c"}]',
    )
    expect(editText(list, undefined, { a: { v: 1 } })).toBe('[\n  {"$ID":"a","v":1}\n]\n')
  })
  test('a dictionary, whose new records keep its order', () => {
    const text = '{\n  "a": {\n    "v": 1\n  },\n  "c": {"v": 1}\n}\n'
    expect(editText(dictionary, text, { b: { v: 2 }, c: { v: 1, w: 2 } })).toBe(
      '{\n  "a": {\n    "v": 1\n  },\n  "b": {\n    "v": 2\n  },\n  "c": {"v": 1,"w": 2}\n}\n'.replace('1,"w"', '1, "w"'),
    )
  })
  test('records that cannot be read', () => {
    const text = '{"bad": {"x":1,"x":2}, "n": 5, "twin": {"v":1}, "twin": {"v":2}, "a": {}}'
    expect(editText(dictionary, text, { a: { v: 1 }, twin: { v: 3 } })).toBe(text.replace('{"v":1}', '{"v":3}').replace('"a": {}', '"a": {"v": 1}'))
  })
})
