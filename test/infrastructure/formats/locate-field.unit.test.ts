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
})
