import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ExportFailed } from '../../../../domain/export/export-failed.ts'
import { ExactNumber, equalJson, type Json, type JsonObject, parseNumber, stringifyJson } from '../../../../domain/json.ts'
import { writeRecords } from '../../../../infrastructure/formats/export/write-records.ts'
import { readParquetRecords, readParquetTypes } from '../../../../infrastructure/formats/import/read-parquet-records.ts'
import { anyText } from '../arbitrary-records.ts'

const columns = [
  { name: '$id', type: 'string' },
  { name: 'name', type: 'string' },
  { name: 'size', type: 'int' },
  { name: 'price', type: 'float' },
  { name: 'open', type: 'bool' },
  { name: 'since', type: 'date' },
  { name: 'at', type: 'datetime' },
  { name: 'tags', type: '[]string' },
  { name: 'extra', type: undefined },
]

async function* batchesOf(records: readonly JsonObject[]): AsyncGenerator<readonly string[]> {
  for (let at = 0; at < records.length; at += 2) yield records.slice(at, at + 2).map((record) => stringifyJson(record))
}

const write = async (records: readonly JsonObject[]): Promise<Uint8Array> => {
  const written = writeRecords(batchesOf(records), { format: 'parquet', title: 'items', columns })
  if (!written.ok) throw new Error(JSON.stringify(written.failure))
  const pieces: Uint8Array[] = []
  for await (const piece of written.value) pieces.push(typeof piece === 'string' ? Buffer.from(piece) : piece)
  return Buffer.concat(pieces)
}

const sourceOf = (bytes: Uint8Array) => ({ size: bytes.length, read: async (start: number, end: number) => bytes.subarray(start, end) })

const read = async (bytes: Uint8Array): Promise<readonly Json[]> => {
  const records: Json[] = []
  for await (const chunk of readParquetRecords(sourceOf(bytes)))
    for (const record of chunk) records.push('fields' in record ? withoutNulls(record.fields) : record.problem.message)
  return records
}

/** Null and absent are the same to the database. */
const withoutNulls = (fields: JsonObject): JsonObject => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null))

const text = anyText.filter((value) => !/\p{Surrogate}/u.test(value))
const float = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => parseNumber(stringifyJson(value)))
const record = fc.record(
  {
    $id: text,
    name: text,
    size: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => parseNumber(String(value))),
    price: float,
    open: fc.boolean(),
    since: fc
      .date({ noInvalidDate: true, min: new Date('0001-01-01'), max: new Date('9999-12-31') })
      .map((value) => value.toISOString().slice(0, 10)),
    at: fc.constantFrom('2026-01-02T03:04:05Z', '2026-01-02T03:04:05.123456+02:00'),
    tags: fc.array(text, { maxLength: 3 }),
    extra: fc.oneof(text, fc.boolean(), float, fc.constant({ a: [1, 'b'] })),
  },
  { requiredKeys: ['$id'], noNullPrototype: true },
)

test('what is written in Parquet is read again', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(record, { maxLength: 8 }), async (records) => {
      const again = await read(await write(records))
      expect(again).toHaveLength(records.length)
      for (const [index, one] of again.entries()) if (!equalJson(one, records[index] ?? null)) expect(one).toEqual(records[index])
    }),
    { numRuns: 250 },
  )
})

test('each column has its type', async () => {
  const bytes = await write([{ $id: 'a', name: 'A', size: 3, price: 0.5, open: true, since: '2026-01-02', tags: ['x'] }])
  const types = Object.fromEntries(await readParquetTypes(sourceOf(bytes)))
  expect(types).toMatchObject({ $id: 'string', name: 'string', size: 'int', price: 'float', open: 'bool', since: 'date' })
})

test('a whole number keeps its digits, also where a double of these digits is another number', async () => {
  const records = [9_007_199_254_740_991, 52_469_165_029_017_370, -142_385_176_561_001_020].map((size, index) => ({ $id: `k${index}`, size }))
  expect(await read(await write(records))).toEqual(records)
})

test('a float is a double, whatever digits it was written with', async () => {
  expect(await read(await write([{ $id: 'a', price: new ExactNumber('0.10') }]))).toEqual([{ $id: 'a', price: 0.1 }])
})

test.each([
  ['a whole number of more than 64 bits', { size: new ExactNumber('12345678901234567890') }, /"size" of record "k7" in a Parquet column of type int/],
  ['a number beyond a double', { price: new ExactNumber('1e400') }, /"price" of record "k7" in a Parquet column of type float/],
])('%s ends the export with the record and the column', async (_what, fields, said) => {
  const error: unknown = await write([{ $id: 'k1' }, { $id: 'k7', ...fields }]).catch((thrown: unknown) => thrown)
  if (!(error instanceof ExportFailed)) throw error
  expect(error.failure).toMatchObject({ kind: 'unsupported', what: expect.stringMatching(said) })
})

test('many records are several row groups, and no record is a file too', async () => {
  const many = Array.from({ length: 120_000 }, (_, index) => ({ $id: `k${index}`, size: index }))
  const again = await read(await write(many))
  expect(again).toHaveLength(120_000)
  expect(again[119_999]).toEqual({ $id: 'k119999', size: 119_999 })
  expect(await read(await write([]))).toEqual([])
})
