import { describe, expect, test } from 'vitest'
import type { Table } from '../../../domain/table/table.ts'
import { recordCodec } from '../../../infrastructure/formats/record-codec.ts'
import { bytesOf, sampleTable } from './sample-tables.ts'

const lineOf = (table: Table, text: string, [key, pointer]: readonly [key: string, pointer: string]): number | undefined => {
  const contents = recordCodec.read(table, bytesOf(text), table.recordFile.type === 'single' ? key : undefined)
  return contents.locate?.(key, pointer)
}

describe('the line of a field', () => {
  test.each([
    ['/a', 2],
    ['/b/c', 4],
    ['/b/d/1', 7],
    ['/b/nothing', 3],
    ['/nothing/at/all', 1],
    ['', 1],
  ])('%s of a YAML record is %i', (pointer, line) => {
    expect(lineOf(sampleTable('yaml', 'single'), '# first\na: 1\nb:\n  c: 2\n  d:\n    - x\n    - y\n', ['u1', pointer])).toBe(line === 1 ? 2 : line)
  })

  test.each([
    ['/a', 2],
    ['/b/c', 4],
    ['/b/d/1', 7],
    ['/b/x~1y', 8],
    ['/b/nothing', 3],
    ['', 1],
  ])('%s of a JSON record is %i', (pointer, line) => {
    const text = '{\n  "a": 1,\n  "b": {\n    "c": 2,\n    "d": [\n      1,\n      2],\n    "x/y": 3\n  }\n}\n'
    expect(lineOf(sampleTable('json', 'single'), text, ['u1', pointer])).toBe(line)
  })

  test('in a dictionary is that below the key', () => {
    expect(lineOf(sampleTable('yaml', 'dictionary'), 'a:\n  x: 1\nb:\n  x: 2\n', ['b', '/x'])).toBe(4)
    expect(lineOf(sampleTable('json', 'dictionary'), '{"a": {"x": 1},\n"b": {\n"x": 2}}', ['b', '/x'])).toBe(3)
    expect(lineOf(sampleTable('json', 'dictionary'), '{"a": {"x": 1},\n"b": {\n"x": 2}}', ['c', '/x'])).toBeUndefined()
  })

  test('in a list is that of the row with the key, of two rows the first', () => {
    expect(lineOf(sampleTable('yaml', 'list'), '- id: a\n  x: 1\n- id: b\n  x: 2\n- id: b\n  x: 3\n', ['b', '/x'])).toBe(4)
    expect(lineOf(sampleTable('json', 'list'), '[{"id": "a"},\n{"id": "b",\n"x": 2}]', ['b', '/x'])).toBe(3)
  })

  test('in CSV is that of the cell, also below a cell of several lines', () => {
    const table = { ...sampleTable('csv', 'list'), columnsOrder: ['id', 'text', 'n'] }
    expect(lineOf(table, 'id,text,n\na,"two\nlines",1\nb,x,2\n', ['a', '/n'])).toBe(3)
    expect(lineOf(table, 'id,text,n\na,"two\nlines",1\nb,x,2\n', ['b', '/n'])).toBe(4)
  })

  test.each([
    ['/a', 3],
    ['/b/c', 5],
    ['/b/nothing', 4],
    ['/$content', 7],
    ['/nothing', 3],
  ])('%s of a Markdown record is %i', (pointer, line) => {
    expect(lineOf(sampleTable('markdown', 'single'), '---\n# front\na: 1\nb:\n  c: 2\n---\n# Text\n', ['u1', pointer])).toBe(line)
  })

  test('of Markdown without front matter is the first, and the content may begin where the file ends', () => {
    expect(lineOf(sampleTable('markdown', 'single'), '# Text\n', ['u1', '/a'])).toBe(1)
    expect(lineOf(sampleTable('markdown', 'single'), '---\r\na: 1\r\n---\r\n', ['u1', '/$content'])).toBe(4)
  })

  test.each([
    ['', 1],
    ['/a', 2],
    ['/x', 3],
    ['/x/y/z', 3],
    ['/i/j', 4],
    ['/i/k/l', 4],
    ['/d/1', 7],
    ['/b', 9],
    ['/b/c', 10],
    ['/b/nothing', 9],
    ['/list', 11],
    ['/list/1', 13],
    ['/list/1/n', 14],
    ['/deep', 15],
    ['/deep/er/v', 16],
    ['/nothing/at/all', 1],
  ])('%s of a TOML record is %i', (pointer, line) => {
    const values = '# first\na = 1\nx.y = { z = 1 }\ni = { j = 1, k.l = 2 }\nd = [\n  1,\n  2]\n\n'
    const text = `${values}[b]\nc = 2\n[[list]]\nn = 1\n[[list]]\nn = 2\n[deep.er]\nv = 1\n`
    expect(lineOf(sampleTable('toml', 'single'), text, ['u1', pointer])).toBe(line)
  })

  test('in a TOML dictionary is that below the header of the key', () => {
    const dictionary = sampleTable('toml', 'dictionary')
    expect(lineOf(dictionary, '[a]\nx = 1\n\n[b]\nx = 2\n', ['b', '/x'])).toBe(5)
    expect(lineOf(dictionary, '[a]\nx = 1\n\n[b]\nx = 2\n', ['b', '/y'])).toBe(4)
    expect(lineOf(dictionary, 'a.x = 1\n', ['b', '/x'])).toBeUndefined()
  })

  test('in INGR is that of its value, and of two records with a key that in the first', () => {
    const text = '# INGR.io | users: $ID, a, b\n"u1"\n1\n2\n#-\n"u2"\n3\nnull\n"u2"\n5\n6\n'
    const list = sampleTable('ingr', 'list')
    expect(lineOf(list, text, ['u2', '/b'])).toBe(8)
    expect(lineOf(list, text, ['u2', '/nothing'])).toBe(6)
    expect(lineOf(list, text, ['u3', '/a'])).toBeUndefined()
  })

  test('in JSONL is that of the record, which is one line', () => {
    expect(recordCodec.read(sampleTable('jsonl', 'list'), bytesOf('{"id":"a"}\n\n{"id":"b"}\n'), undefined)).toMatchObject({
      records: [{ line: 1 }, { line: 3 }],
    })
  })
})
