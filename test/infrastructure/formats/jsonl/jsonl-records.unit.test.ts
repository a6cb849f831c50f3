import { describe, expect, test } from 'vitest'
import { ExactNumber } from '../../../../domain/json.ts'
import { recordCodec } from '../../../../infrastructure/formats/record-codec.ts'
import { bytesOf, editText, readText, sampleTable } from '../sample-tables.ts'

const table = sampleTable('jsonl', 'list', { columnsOrder: ['name', 'age'] })

describe('a JSONL file', () => {
  test('holds one object a line; blank lines are none, and digits stay', () => {
    const text = '\ufeff{"$ID":"a","n":12345678901234567890}\r\n\r\n  \n {"id": "b", "x": {"y": [1.0]}} '
    expect(recordCodec.read(table, bytesOf(text), undefined)).toEqual({
      records: [
        { key: 'a', fields: { n: new ExactNumber('12345678901234567890') }, line: 1 },
        { key: 'b', fields: { id: 'b', x: { y: [new ExactNumber('1.0')] } }, line: 4 },
      ],
      problems: [],
    })
    for (const empty of ['', '\n', ' \r\n\n']) expect(readText(table, empty)).toEqual(new Map())
  })
  test('gives what is good around lines that are not, each with its line', () => {
    const lines = ['{"id":"a"}', '{"id":', '[1]', '{"id":"b"} {}', '{"id":"c","__proto__":1}', '{"x":1}', '{"id":"a"}', '{"id":"d"}']
    const { records, problems } = recordCodec.read(table, bytesOf(lines.join('\n')), undefined)
    expect(records.map(({ key, line }) => [key, line])).toEqual([
      ['a', 1],
      ['d', 8],
    ])
    expect(problems).toEqual([
      { line: 2, message: 'not valid JSON: ends where a value should be' },
      { line: 3, message: 'a line has to hold one object' },
      { line: 4, message: 'not valid JSON: expected the end of the text, found "{"' },
      { line: 5, key: 'c', message: 'the name "__proto__" is not allowed' },
      { line: 6, message: 'a row has no key: it needs $ID, $id or id', rule: 'missing-key' },
      { line: 7, key: 'a', message: 'the key "a" is used twice in this file', rule: 'duplicate-key' },
    ])
  })
  test('of one line of 10 MiB, or of 200 nested lists, is read or refused without harm', () => {
    const text = 'x'.repeat(10 * 1024 * 1024)
    expect(readText(table, `{"id":"a","t":"${text}"}`).get('a')?.t).toBe(text)
    const { problems } = recordCodec.read(table, bytesOf(`{"id":"a"}\n{"id":"b","x":${'['.repeat(200)}${']'.repeat(200)}}`), undefined)
    expect(problems).toEqual([{ line: 2, message: 'not valid JSON: nested more than 100 levels deep' }])
  })
})

describe('an edit of a JSONL file', () => {
  test('changes values inside their line and leaves spacing, order of keys, blank lines and other rows', () => {
    const text = '{ "id" : "a", "age":1 , "name":"Ann" }\r\n\r\n{"age":2,"id":"b"}\r\n'
    expect(editText(table, text, { a: { id: 'a', age: 3, name: 'Ann' } })).toBe(text.replace('1', '3'))
    expect(editText(table, text, { b: { id: 'b', age: 2, tags: ['<x>', { z: 1 }] } })).toBe(
      text.replace('"id":"b"}', '"id":"b","tags":["<x>",{"z":1}]}'),
    )
  })
  test('adds rows at the end and takes rows out with their line end', () => {
    expect(editText(table, '{"id":"a"}', { b: { id: 'b' } })).toBe('{"id":"a"}\n{"id":"b"}')
    expect(editText(table, '{"id":"a"}\n{"id":"b"}', { b: null })).toBe('{"id":"a"}')
    expect(editText(table, '{"id":"a"}\n\n{"id":"b"}\n', { a: null })).toBe('\n{"id":"b"}\n')
    expect(editText(table, '{"id":"a"}\n', { a: null })).toBe('')
  })
  test('leaves lines that cannot be read as they are', () => {
    expect(editText(table, '{broken\n{"id":"a","n":1}\n', { a: { id: 'a', n: 2 }, c: { id: 'c' } })).toBe('{broken\n{"id":"a","n":2}\n{"id":"c"}\n')
  })
  test('makes a new file with columns_order first, one compact row a line', () => {
    expect(editText(table, undefined, { a: { z: 1, age: 2, name: '<' }, b: {} })).toBe('{"$ID":"a","name":"\\u003c","age":2,"z":1}\n{"$ID":"b"}\n')
  })
})
