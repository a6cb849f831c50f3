import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Json, stringifyJson } from '../../domain/json.ts'
import type { RecordFile } from '../../domain/table/table.ts'
import { recordCodec } from '../../infrastructure/formats/record-codec.ts'
import { bytesOf, editText, sampleTable } from '../infrastructure/formats/sample-tables.ts'
import { findGoTool, type GoLibraries, startGoLibraries, whyMissing } from './go-tools.ts'

const tool = findGoTool('go-libraries')

/** A record as it is read here, as JSON text with its digits, or what is wrong with it. */
const readHere = (format: RecordFile['format'], text: string): string => {
  const { records, problems } = recordCodec.read(sampleTable(format, 'single'), bytesOf(text), 'k')
  return problems.length > 0 ? 'refused' : stringifyJson(records[0]?.fields ?? {})
}

describe.skipIf('missing' in tool)(`facts of the file format, asked of the Go libraries${whyMissing(tool)}`, () => {
  let go: GoLibraries
  beforeAll(() => {
    go = startGoLibraries(tool)
  })
  afterAll(() => go[Symbol.asyncDispose]())

  const readThere = async (format: RecordFile['format'], text: string): Promise<Json> => {
    const { value, error } = await go.ask({ op: 'read', format, type: 'single', text })
    return error === undefined ? (value ?? null) : 'refused'
  }

  interface Fact {
    readonly format: RecordFile['format']
    readonly text: string
    readonly there: Json
    readonly here: string
  }

  test.each<[what: string, fact: Fact]>([
    [
      'a bare date is a time there, and keeps its text here',
      { format: 'yaml', text: 'a: 2024-01-01\n', there: { time: '2024-01-01T00:00:00Z' }, here: '{"a":"2024-01-01"}' },
    ],
    ['yes is a text', { format: 'yaml', text: 'a: yes\n', there: 'yes', here: '{"a":"yes"}' }],
    ['off is a text', { format: 'yaml', text: 'a: off\n', there: 'off', here: '{"a":"off"}' }],
    ['0o17 is octal', { format: 'yaml', text: 'a: 0o17\n', there: { int: '15' }, here: '{"a":15}' }],
    ['017 is octal', { format: 'yaml', text: 'a: 017\n', there: { int: '15' }, here: '{"a":15}' }],
    ['1_000 is a number', { format: 'yaml', text: 'a: 1_000\n', there: { int: '1000' }, here: '{"a":1000}' }],
    ['<< merges', { format: 'yaml', text: 'b: &b {x: 1}\na: {<<: *b}\n', there: { map: { x: { int: '1' } } }, here: '{"b":{"x":1},"a":{"x":1}}' }],
    ['only the first document counts', { format: 'yaml', text: 'a: 1\n---\na: 2\n', there: { int: '1' }, here: '{"a":1}' }],
    [
      'a big integer is a double there, and keeps its digits here',
      { format: 'json', text: '{"a": 9007199254740993}', there: { float: '9.007199254740992e+15' }, here: '{"a":9007199254740993}' },
    ],
    [
      'a TOML date is no text there, and keeps its text here',
      { format: 'toml', text: 'a = 2024-01-01\n', there: { time: '2024-01-01' }, here: '{"a":"2024-01-01"}' },
    ],
  ])('%s', async (_what, { format, text, there, here }) => {
    expect(await readThere(format, text)).toMatchObject({ map: { a: there } })
    expect(readHere(format, text)).toBe(here)
  })

  test('a YAML key that stands twice is refused by both', async () => {
    expect([await readThere('yaml', 'a: 1\na: 2\n'), readHere('yaml', 'a: 1\na: 2\n')]).toEqual(['refused', 'refused'])
  })

  test('of a JSON member that stands twice the last counts there; here the record is listed with its line, for one of the two would be lost', async () => {
    expect(await readThere('json', '{"a": 1, "a": 2}')).toEqual({ map: { a: { float: '2' } } })
    expect(readHere('json', '{"a": 1, "a": 2}')).toBe('refused')
  })

  test('a change rewrites the dates, comments and order of a file there, and its own line alone here', async () => {
    const text = '# who\nname: Ada # the first\nborn: 1815-12-10\nage: 36\n'
    expect(await go.ask({ op: 'rewrite', format: 'yaml', type: 'single', text })).toEqual({
      text: 'age: 36\nborn: 1815-12-10T00:00:00Z\nname: Ada\n',
    })
    const changed = editText(sampleTable('yaml', 'single'), text, { k: { name: 'Ada', born: '1815-12-10', age: 37 } })
    expect(changed).toBe(text.replace('36', '37'))
  })

  test('texts of TOML are in single quotes, names sorted, in both', async () => {
    const fields = { b: 'x', a: 1 }
    const { text } = await go.ask({ op: 'write', format: 'toml', type: 'single', columns: [], records: [{ key: 'k', fields }] })
    expect([text, editText(sampleTable('toml', 'single'), undefined, { k: fields })]).toEqual(["a = 1\nb = 'x'\n", "a = 1\nb = 'x'\n"])
  })
})
