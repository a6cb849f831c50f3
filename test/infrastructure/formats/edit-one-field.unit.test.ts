import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { equalJson, type Json, type JsonObject } from '../../../domain/json.ts'
import type { RecordFile } from '../../../domain/table/table.ts'
import { fieldNames, type HandWritten, type Span, valueFor, writeByHand } from './hand-written.ts'
import { editText, readText, sampleTable } from './sample-tables.ts'

const kinds: readonly (readonly [RecordFile['format'], RecordFile['type']])[] = [
  ['yaml', 'single'],
  ['yaml', 'list'],
  ['yaml', 'dictionary'],
  ['json', 'single'],
  ['json', 'list'],
  ['json', 'dictionary'],
  ['jsonl', 'list'],
  ['markdown', 'single'],
  ['toml', 'single'],
  ['toml', 'dictionary'],
  ['csv', 'list'],
  ['ingr', 'list'],
  ['ingr', 'dictionary'],
]

/** Files that are drawn step by step get smaller too slowly to wait for it; the seed is printed, and so is the file. */
const options = { numRuns: 100, endOnFailure: true }

const columns = [
  { name: 'id', type: 'string' },
  { name: 'title', type: 'string' },
  { name: 'size', type: 'float' },
  { name: 'done', type: 'bool' },
  { name: 'note', type: 'string' },
]

/** Rows of a list say their key in `id`; those of INGR have it in `$ID`. */
const toRow = ({ format, type }: Pick<RecordFile, 'format' | 'type'>, key: string, fields: JsonObject): JsonObject =>
  type === 'list' && format !== 'ingr' ? { id: key, ...fields } : fields

// What is compared is bytes: the text outside of one value, whose place is known because the file was put together around it. Neither reader
// nor writer of the product has a say in that. A failure prints the seed and the path to it.
describe.each(kinds)('a %s file with a %s, written by hand', (format, type) => {
  const table = sampleTable(format, type, format === 'csv' ? { columns, columnsOrder: columns.map(({ name }) => name) } : {})
  const expected = ({ records }: HandWritten) =>
    Object.fromEntries(Object.entries(records).map(([key, fields]) => [key, toRow(table.recordFile, key, fields)]))

  test('is read as what was written down', () => {
    fc.assert(
      fc.property(fc.gen(), (draw) => {
        const file = writeByHand(draw, table)
        expectSame(Object.fromEntries(readText(table, file.text)), expected(file), file.text)
      }),
      options,
    )
  })

  test('changes in the place of one value, and nowhere else, when that value is given another', () => {
    fc.assert(
      fc.property(fc.gen(), (draw) => {
        const file = writeByHand(draw, table)
        const key: string = draw(fc.constantFrom, ...Object.keys(file.records))
        const old = file.records[key] ?? {}
        const present = fieldNames(table).filter((name) => Object.hasOwn(old, name))
        const field: string = draw(fc.constantFrom, ...present)
        const wanted: Json = draw(() => valueFor(table, field))
        fc.pre(!equalJson(wanted, old[field]))
        const records = { ...expected(file), [key]: toRow(table.recordFile, key, { ...old, [field]: wanted }) }
        const edited = editText(table, file.text, { [key]: records[key] ?? {} }) ?? ''
        expectSame(Object.fromEntries(readText(table, edited)), records, edited)
        const span = file.spans.get(`${key}/${field}`)
        if (span === undefined) throw new Error('a value without a place')
        expectOnlyThere(file, edited, span)
      }),
      { ...options, numRuns: 300 },
    )
  })

  test('stays byte for byte when nothing is changed', () => {
    fc.assert(
      fc.property(fc.gen(), (draw) => {
        const file = writeByHand(draw, table)
        expect(editText(table, file.text, expected(file))).toBe(file.text)
      }),
      options,
    )
  })
})

const expectSame = (found: JsonObject, wanted: JsonObject, text: string): void => {
  if (!equalJson(found, wanted)) expect({ text, found }).toEqual({ text, found: wanted })
}

const expectOnlyThere = ({ text, derivedFrom }: HandWritten, edited: string, span: Span): void => {
  const after = text.slice(span.end, derivedFrom)
  const rest = expectStart(edited, text.slice(0, span.start))
  if (derivedFrom === undefined) {
    expectEnd(rest, after)
    return
  }
  const hashLine = rest.lastIndexOf('# sha256:')
  expectEnd(rest.slice(0, hashLine), after)
  const hash = createHash('sha256')
    .update(edited.slice(0, edited.lastIndexOf('# sha256:')).replace(/^\ufeff/, ''))
    .digest('hex')
  expect(rest.slice(hashLine)).toBe(`# sha256:${hash}`)
}

/** What comes before the value is what came before it; blanks behind a colon have no place where the new value begins on the next line. */
const expectStart = (edited: string, before: string): string => {
  const isBelow = /^: *(#[^\n]*)?\r?\n|^: [|>]/.test(edited.slice(before.trimEnd().length - 1))
  const start = isBelow ? before.trimEnd() : before
  expect(edited.slice(0, start.length)).toBe(start)
  return edited.slice(start.length)
}

/** What follows the value is what followed it; a comment on its line may stand above the lines of a value that takes several. */
const expectEnd = (rest: string, after: string): void => {
  if (rest.endsWith(after)) return
  const lineEnd = /\r?\n|$/.exec(after)?.index ?? 0
  const below = after.slice(lineEnd)
  expect(rest.slice(-below.length || rest.length)).toBe(below)
  const value = rest.slice(0, rest.length - below.length)
  expect(value).toContain(after.slice(0, lineEnd).trim())
  expect(value.split('\n').length).toBeGreaterThan(1)
}
