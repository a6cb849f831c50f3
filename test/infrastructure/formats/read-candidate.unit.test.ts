import { expect, test } from 'vitest'
import { readCandidate } from '../../../infrastructure/formats/read-candidate.ts'

const read = (path: string, text: string | Uint8Array) => readCandidate(path, typeof text === 'string' ? Buffer.from(text) : text)
const contentsOf = (path: string, text: string) => {
  const candidate = read(path, text)
  if (candidate === undefined || !('contents' in candidate)) throw new Error(JSON.stringify(candidate))
  return candidate.contents
}

test.each([
  ['a.yaml', 'name: Ada\n', { name: 'Ada' }],
  ['a.yml', '# c\nname: Ada\n', { name: 'Ada' }],
  ['a.json', '{"name": "Ada"}', { name: 'Ada' }],
  ['a.toml', 'name = "Ada"\n', { name: 'Ada' }],
  ['a.md', '---\nname: Ada\n---\nHello\n', { name: 'Ada', $content: 'Hello\n' }],
])('%s holds a map', (path, text, fields) => {
  expect(contentsOf(path, text)).toEqual({ shape: 'map', fields })
})

test.each([
  ['a.yaml', '- id: 1\n- id: 2\n', [{ id: 1 }, { id: 2 }]],
  ['a.json', '[{"id": 1}]', [{ id: 1 }]],
  ['a.jsonl', '{"id": 1}\n\n{"id": 2}', [{ id: 1 }, { id: 2 }]],
])('%s holds rows', (path, text, rows) => {
  expect(contentsOf(path, text)).toEqual({ shape: 'rows', rows })
})

test('rows of a CSV file are texts by column; an empty cell is no field, and an empty text in quotes is one', () => {
  expect(contentsOf('a.csv', 'id,name,n\n1,,""\n')).toEqual({ shape: 'rows', columns: ['id', 'name', 'n'], rows: [{ id: '1', n: '' }] })
})

test.each([
  ['a.yaml', 'a: [1\n', /^cannot be read: line \d+: /],
  ['a.json', '{"a": 1,}', /^cannot be read: line 1: /],
  ['a.jsonl', '{"a": 1}\n{"a"}\n', /^cannot be read: line 2: /],
  ['a.toml', 'a = \n', /^cannot be read: line 1: /],
  ['a.csv', 'a,b\n1\n', /^cannot be read: line 2: the row has 1 cells and the header 2/],
  ['a.md', '---\na: 1\n', /the front matter is not closed/],
  ['a.csv', '', /^is empty$/],
  ['a.json', '[1, 2]', /not all maps/],
  ['a.yaml', 'just text\n', /neither a map nor a list/],
  ['a.yaml', 'items:\n  - id: 1\n', /^has its list inside "items"/],
])('%s of %j is left out, with the reason', (path, text, why) => {
  expect(read(path, text)).toEqual({ path, why: expect.stringMatching(why) })
})

test('bytes that are no text are left out', () => {
  expect(read('a.json', Uint8Array.of(0xff, 0xfe))).toEqual({ path: 'a.json', why: 'is not valid UTF-8' })
})

test.each(['README.md', 'a.png', 'Makefile', 'a.yaml.bak'])('%s holds no records by its nature', (path) => {
  expect(read(path, '# Hello\n')).toBeUndefined()
})

test('a column called __proto__ does no harm', () => {
  expect(contentsOf('a.csv', 'id,__proto__\n1,x\n')).toMatchObject({ rows: [{ id: '1' }] })
})
