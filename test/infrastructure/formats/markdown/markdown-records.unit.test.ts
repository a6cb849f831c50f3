import { describe, expect, test } from 'vitest'
import { recordCodec } from '../../../../infrastructure/formats/record-codec.ts'
import { bytesOf, editText, readText, sampleTable } from '../sample-tables.ts'

const table = sampleTable('markdown', 'single', { columnsOrder: ['title', 'date'] })
const withBody = sampleTable('markdown', 'single', { recordFile: { name: '{key}.md', format: 'markdown', type: 'single', contentField: 'body' } })
const problemOf = (text: string) => recordCodec.read(table, bytesOf(text), 'u1').problems

describe('a Markdown file', () => {
  test.each([
    ['---\ntitle: A\n---\nText\n', { title: 'A', $content: 'Text\n' }],
    ['---\r\ntitle: A\r\n---\r\nText\r\n', { title: 'A', $content: 'Text\r\n' }],
    ['---\n---\n', { $content: '' }],
    ['---\n# only a comment\n---\n', { $content: '' }],
    ['---\na: 1\n---', { a: 1, $content: '' }],
    ['', { $content: '' }],
    ['# No front matter\n\n---\n', { $content: '# No front matter\n\n---\n' }],
    [' ---\na: 1\n---\n', { $content: ' ---\na: 1\n---\n' }],
    ['--- \na: 1\n---\n', { $content: '--- \na: 1\n---\n' }],
    ['---\na: |\n  ---\n  x\n----\n---\n---\n\n---\n', undefined],
    ['---\na: |\n  ---\n  x\n---\n---\n\n---\n', { a: '---\nx\n', $content: '---\n\n---\n' }],
    ['---\ntitle: A\u2028\n---\nb\u2028---\n', { title: 'A\u2028', $content: 'b\u2028---\n' }],
    ['---\na: 12345678901234567890\ndate: 2024-01-01\n---\n\u0000', { $content: '\u0000', date: '2024-01-01' }],
  ])('%j is front matter and content', (text, fields) => {
    if (fields === undefined) expect(problemOf(text)).toHaveLength(1)
    else expect(readText(table, text).get('u1')).toMatchObject(fields)
  })
  test('has a byte order mark or not', () => {
    expect(readText(table, '\ufeff---\na: 1\n---\nx')).toEqual(readText(table, '---\na: 1\n---\nx'))
  })
  test.each([
    ['---\ntitle: A\n', 'the front matter is not closed: a line with nothing but "---" has to end it', 1],
    ['---\na: 1\nb: [\n---\n', 'front matter: not valid YAML', 4],
    ['---\n- a\n---\n', 'front matter: it is not a map of fields', 2],
    ['---\na: 1\n\na: 2\n---\n', 'front matter: the name "a" is used twice', 4],
    ['---\n__proto__: 1\n---\n', 'front matter: the name "__proto__" is not allowed', 2],
    ['---\n$content: x\n---\n', 'the front matter has a "$content", but that is the name of what follows it: see content_field', 2],
  ])('%j is refused with the line', (text, message, line) => {
    expect(problemOf(text)).toEqual([{ key: 'u1', message: expect.stringContaining(message), line }])
  })
  test('names its content as the definition says', () => {
    expect(readText(withBody, '---\n$content: x\n---\ny').get('u1')).toEqual({ $content: 'x', body: 'y' })
  })
})

describe('an edit of a Markdown file', () => {
  const text = '---\r\n# who\r\ntitle:   "A" # t\r\ntags: [a,  b]\r\nother: {x: 1}\r\n---\r\n\r\nBody  \r\n---\r\nend'
  const fields = { title: 'A', tags: ['a', 'b'], other: { x: 1 }, $content: '\r\nBody  \r\n---\r\nend' }
  test('of the front matter leaves the content, and the other way round', () => {
    expect(editText(table, text, { u1: { ...fields, title: 'B' } })).toBe(text.replace('"A"', '"B"'))
    expect(editText(table, text, { u1: { ...fields, $content: '---\nnew' } })).toBe(text.replace(fields.$content, '---\nnew'))
  })
  test('adds a column where columns_order has it', () => {
    expect(editText(table, text, { u1: { ...fields, date: '2024-01-01' } })).toBe(text.replace('# t\r\n', '# t\r\ndate: "2024-01-01"\r\n'))
  })
  test('can give and take the front matter', () => {
    expect(editText(table, 'Body', { u1: { title: 'A', $content: 'Body' } })).toBe('---\ntitle: A\n---\nBody')
    expect(editText(table, '---\ntitle: A\n---\nBody', { u1: { $content: 'Body' } })).toBe('---\n{}\n---\nBody')
    expect(editText(table, '---\ntitle: A\n---', { u1: { title: 'A', $content: 'Body' } })).toBe('---\ntitle: A\n---\nBody')
    expect(editText(table, 'x', { u1: { $content: '---\ny' } })).toBe('---\n---\n---\ny')
  })
  test('makes a new file as the Go writer does: columns_order, the others by name, the content as it is', () => {
    expect(editText(table, undefined, { u1: { z: 1, a10: 1, a2: 1, date: '2024-01-01', title: 'x: y', $content: 'Hi\r\n' } })).toBe(
      '---\ntitle: \'x: y\'\ndate: "2024-01-01"\na10: 1\na2: 1\nz: 1\n---\nHi\r\n',
    )
    expect(editText(table, undefined, { u1: {} })).toBe('---\n---\n')
  })
  test('says why content that is no text cannot be written', () => {
    expect(recordCodec.edit(table, undefined, new Map([['u1', { $content: 1 }]]))).toMatchObject({
      ok: false,
      failure: { kind: 'invalid-input', issues: [{ field: '/$content', message: expect.stringContaining('has to be a text') }] },
    })
  })
})
