import { spawnSync } from 'node:child_process'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { SourceRecord } from '../../../../domain/import/source-record.ts'
import { ExactNumber, equalJson, isJsonObject, type Json, type JsonObject, parseNumber, stringifyJson } from '../../../../domain/json.ts'
import { deflateBlocks } from '../../../../infrastructure/formats/export/deflate-blocks.ts'
import { type WriteOptions, writeRecords } from '../../../../infrastructure/formats/export/write-records.ts'
import type { ReadOptions } from '../../../../infrastructure/formats/import/read-options.ts'
import { readRecords } from '../../../../infrastructure/formats/import/read-records.ts'
import { anyText } from '../arbitrary-records.ts'

type Columns = WriteOptions['columns']

async function* batchesOf(records: readonly JsonObject[], size = 2): AsyncGenerator<readonly string[]> {
  for (let at = 0; at < records.length; at += size) yield records.slice(at, at + size).map((record) => stringifyJson(record))
}

const write = async (records: readonly JsonObject[], options: Omit<WriteOptions, 'title'>): Promise<string> => {
  const written = writeRecords(batchesOf(records), { title: 'items', ...options })
  if (!written.ok) throw new Error(JSON.stringify(written.failure))
  let text = ''
  for await (const piece of written.value) text += typeof piece === 'string' ? piece : Buffer.from(piece).toString()
  return text
}

async function* cut(bytes: Uint8Array, length: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length)
}

const read = async (text: string, options: ReadOptions): Promise<readonly Json[]> => {
  const records: SourceRecord[] = []
  for await (const chunk of readRecords(cut(Buffer.from(text), 17), options)) records.push(...chunk)
  return records.map((record) => ('fields' in record ? withoutNulls(record.fields) : { problem: record.problem.message, text: record.text }))
}

/** Null and absent are the same to the database. */
const withoutNulls = (fields: JsonObject): JsonObject => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null))

const typesOf = (columns: Columns): ReadonlyMap<string, string> =>
  new Map(columns.flatMap(({ name, type }) => (type === undefined ? [] : [[name, type] as const])))

const whole = fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).map((value) => parseNumber(String(value)))
const decimal = fc
  .tuple(fc.integer({ min: -999, max: 999 }), fc.stringMatching(/^\d{1,20}$/), fc.constantFrom('', 'e5', 'E-300', 'e+400'))
  .map(([before, after, exponent]) => parseNumber(`${before}.${after}${exponent}`))
const date = fc.date({ noInvalidDate: true, min: new Date('0001-01-01'), max: new Date('9999-12-31') })
const anyValue: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2 },
    fc.constant(null),
    fc.boolean(),
    anyText,
    whole,
    decimal,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(
      anyText.filter((name) => name !== '__proto__'),
      tie('value'),
      { maxKeys: 3, noNullPrototype: true },
    ),
  ),
})).value
const valueFor: Readonly<Record<string, fc.Arbitrary<Json>>> = {
  string: anyText,
  int: whole,
  float: fc.oneof(whole, decimal),
  bool: fc.boolean(),
  date: date.map((value) => value.toISOString().slice(0, 10)),
  time: date.map((value) => value.toISOString().slice(11, 19)),
  datetime: date.map((value) => value.toISOString()),
  '[]string': fc.array(anyText, { maxLength: 3 }),
  '[]int': fc.array(whole, { maxLength: 3 }),
  'map[locale]string': fc.dictionary(fc.constantFrom('en', 'de', 'pt-BR'), anyText, { noNullPrototype: true }),
  any: anyValue,
}

const columnName = fc.constantFrom('name', 'a b', 'x', 'größe', 'n1', 'a-b', 'A', 'true', '1', 'null', '#', '-', "it's", '$size')

/** A table with columns of any type, and records with some of them. */
const anyTable = fc
  .uniqueArray(fc.record({ name: columnName, type: fc.constantFrom(...Object.keys(valueFor)) }), { selector: ({ name }) => name, maxLength: 5 })
  .chain((columns) =>
    fc
      .array(fc.record(Object.fromEntries(columns.map(({ name, type }) => [name, fc.option(valueFor[type] ?? anyText)]))), { maxLength: 6 })
      .map((rows) => ({
        columns: [{ name: '$id', type: 'string' }, ...columns],
        records: rows.map((row, index): JsonObject => ({ $id: `k${index}`, ...row })),
      })),
  )

/** What becomes of a record where all cells are texts: in columns without a type of their own a value becomes the text that it is written as. */
const asCells = (record: JsonObject, types: ReadonlyMap<string, string>): JsonObject =>
  Object.fromEntries(
    Object.entries(record).map(([name, value]) => [
      name,
      typeof value === 'string' || value === null || (types.get(name) ?? 'any') !== 'any' ? value : stringifyJson(value),
    ]),
  )

const withoutEmptyTexts = (record: JsonObject): JsonObject => Object.fromEntries(Object.entries(record).filter(([, value]) => value !== ''))

const runs = { numRuns: 250 }

const expectSame = (seen: readonly Json[], expected: readonly JsonObject[]): void => {
  if (!equalJson(seen, expected)) expect(seen).toEqual(expected)
}

describe('records that are written and read again are the same', () => {
  test.each(['json', 'jsonl', 'yaml', 'ingr'] as const)('in %s', async (format) => {
    await fc.assert(
      fc.asyncProperty(anyTable, async ({ columns, records }) => {
        fc.pre(format !== 'yaml' || !records.some((record) => stringifyJson(record).includes('e+400')))
        expectSame(await read(await write(records, { format, columns }), { format }), records.map(withoutNulls))
      }),
      runs,
    )
  })

  test('in CSV, but for values in columns of no type, with any sign between cells and any text for nothing', async () => {
    const options = fc.record({ delimiter: fc.constantFrom(',', ';', '\t', '|', ' '), nullText: fc.constantFrom('', 'NULL', '\\N', '-', '1', 'a') })
    await fc.assert(
      fc.asyncProperty(anyTable, options, async ({ columns, records }, cells) => {
        const types = typesOf(columns)
        const text = await write(records, { format: 'csv', columns, ...cells })
        const expected = records.map((record) => withoutNulls(asCells(record, types)))
        expectSame(await read(text, { format: 'csv', types, ...cells }), expected)
      }),
      runs,
    )
  })

  test('in TSV, but for empty texts too, and where nothing is written with a backslash every text is a text', async () => {
    await fc.assert(
      fc.asyncProperty(anyTable, fc.constantFrom(undefined, '\\N', '\\'), async ({ columns, records }, nullText) => {
        const types = typesOf(columns)
        const cells = nullText === undefined ? {} : { nullText }
        const text = await write(records, { format: 'tsv', columns, ...cells })
        const expected = records.map((record) => withoutEmptyTexts(withoutNulls(asCells(record, types))))
        expectSame(await read(text, { format: 'tsv', types, ...cells }), expected)
      }),
      runs,
    )
  })

  test('in CSV for spreadsheets, when an apostrophe before a formula is taken off', async () => {
    const formula = fc.tuple(fc.constantFrom('', "'", "''"), fc.constantFrom('=', '+', '-', '@', '\t', '\r', '\n', '＝', 'a'), anyText)
    const texts = fc.array(
      formula.map((parts) => parts.join('')),
      { minLength: 1 },
    )
    const columns = [{ name: '$id', type: 'string' }]
    await fc.assert(
      fc.asyncProperty(texts, async (keys) => {
        const records = keys.map(($id) => ({ $id }))
        const text = await write(records, { format: 'csv', columns, escapeFormulas: true })
        const seen = (await read(text, { format: 'csv' })).map((record) => (isJsonObject(record) ? String(record.$id) : ''))
        expect(seen.filter((cell) => /^[=+\-@\t\r\n＝＋－＠]/.test(cell))).toEqual([])
        expect(seen.map((cell) => cell.replace(/^'(?='*[=+\-@\t\r\n＝＋－＠])/, ''))).toEqual(keys)
      }),
      runs,
    )
  })
})

test('a Markdown table has as many cells as columns in every line, and shows every text but the white space around it', async () => {
  const texts = fc.array(fc.tuple(anyText, anyText), { minLength: 1 })
  const columns = ['a', 'b'].map((name) => ({ name, type: 'string' }))
  await fc.assert(
    fc.asyncProperty(texts, async (rows) => {
      const text = await write(
        rows.map(([a, b]) => ({ a, b })),
        { format: 'md', columns },
      )
      expect(readTable(text)).toEqual([['a', 'b'], ['---', '---'], ...rows.map((row) => row.map((cell) => blank(cell)))])
    }),
    runs,
  )
})

const blank = (text: string): string => text.replaceAll(/\r\n|\r/g, '\n').replaceAll(/^[ \t\v\f]+|[ \t\v\f]+$/g, '')

/** Cells of a table as the GitHub Flavored Markdown Spec, 4.10, 6.1 and 6.2 has them: split at bars without a backslash, then read as text. */
const readTable = (table: string): readonly (readonly string[])[] =>
  table
    .split(/\n/)
    .slice(0, -1)
    .map((line) => {
      const cells = line.match(/(?:\\.|[^|\\])+/gs) ?? []
      expect(line.startsWith('|') && line.endsWith('|')).toBe(true)
      return cells.map((cell) =>
        cell
          .replaceAll(/^[ \t\v\f]+|[ \t\v\f]+$/g, '')
          .replaceAll('<br>', '\n')
          .replaceAll(/\\([\\|])|&(lt|amp);/g, (_, sign: string | undefined, name: string) => sign ?? (name === 'lt' ? '<' : '&')),
      )
    })

test('another program reads the same cells from CSV', async () => {
  const columns = ['a', 'b'].map((name) => ({ name, type: 'string' }))
  const rows = fc.sample(fc.tuple(anyText, anyText), { numRuns: 500, seed: 20_261_126 }).filter((row) => !row.join('').includes('\0'))
  const text = await write(
    rows.map(([a, b]) => ({ a, b })),
    { format: 'csv', columns },
  )
  const script = 'import csv,io,json,sys; print(json.dumps(list(csv.reader(io.StringIO(sys.stdin.buffer.read().decode(), newline="")))))'
  const python = spawnSync('python3', ['-c', script], { input: text, encoding: 'utf8' })
  expect(JSON.parse(python.stdout)).toEqual([['a', 'b'], ...rows])
})

test('numbers keep their digits, and are never quoted', async () => {
  const columns = [
    { name: '$id', type: 'string' },
    { name: 'n', type: 'float' },
  ]
  const records = ['12345678901234567890', '0.10', '-4'].map((literal, index) => ({ $id: `k${index}`, n: new ExactNumber(literal) }))
  expect(await write(records, { format: 'csv', columns, escapeFormulas: true })).toBe('$id,n\nk0,12345678901234567890\nk1,0.10\nk2,-4\n')
})

test('a number that no double can hold is a text to YAML, and a number to the others', async () => {
  const columns = [{ name: 'n', type: 'float' }]
  const records = [{ n: new ExactNumber('1e400') }]
  expect(await read(await write(records, { format: 'yaml', columns }), { format: 'yaml' })).toEqual([{ n: '1e400' }])
  expect(await read(await write(records, { format: 'csv', columns }), { format: 'csv', types: typesOf(columns) })).toEqual(records)
})

test('no record is a file too, which is read as none', async () => {
  const columns = [{ name: '$id', type: 'string' }]
  for (const format of ['csv', 'tsv', 'json', 'jsonl', 'yaml', 'ingr'] as const)
    expect(await read(await write([], { format, columns }), { format }), format).toEqual([])
})

test('a name that INGR cannot have in its header is refused before anything is written', () => {
  const written = writeRecords(batchesOf([]), { format: 'ingr', title: 'items', columns: [{ name: 'a,b', type: undefined }] })
  expect(written).toMatchObject({ ok: false, failure: { kind: 'unsupported', what: '"a,b" as a column of INGR' } })
})

test('the next batch is asked for only when the one before has been taken', async () => {
  let asked = 0
  const batches = async function* (): AsyncGenerator<readonly string[]> {
    for (; asked < 100; asked++) yield ['{"$id":"a"}']
  }
  const written = writeRecords(batches(), { format: 'jsonl', title: 'items', columns: [] })
  if (!written.ok) throw new Error('refused')
  const pieces = written.value[Symbol.asyncIterator]()
  await pieces.next()
  await pieces.next()
  expect(asked).toBe(1)
})

test('a packed file unpacks to what was written', async () => {
  const written = writeRecords(batchesOf([{ $id: 'ä' }]), { format: 'jsonl', title: 'items', columns: [] })
  if (!written.ok) throw new Error('refused')
  const blocks: Uint8Array[] = []
  for await (const block of deflateBlocks(written.value)) blocks.push(block)
  expect(gunzipSync(Buffer.concat(blocks)).toString()).toBe('{"$id":"ä"}\n')
})
