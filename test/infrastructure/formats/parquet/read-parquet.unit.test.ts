import { type ColumnSource, parquetWriteBuffer } from 'hyparquet-writer'
import { describe, expect, test } from 'vitest'
import { SourceProblem } from '../../../../domain/import/source-problem.ts'
import type { SourceRecord } from '../../../../domain/import/source-record.ts'
import { ExactNumber, equalJson } from '../../../../domain/json.ts'
import { readParquetRecords, readParquetTypes } from '../../../../infrastructure/formats/import/read-parquet-records.ts'
import { ParquetProblem } from '../../../../infrastructure/formats/parquet/parquet-problem.ts'
import { readParquetBytes } from '../../../../infrastructure/formats/parquet/read-parquet-file.ts'
import { goldenFile, goldenRows } from './golden-files.ts'

const rangesOf = (bytes: Uint8Array) => ({ size: bytes.length, read: async (start: number, end: number) => bytes.subarray(start, end) })

const readAll = async (bytes: Uint8Array): Promise<readonly SourceRecord[]> => {
  const records: SourceRecord[] = []
  for await (const chunk of readParquetRecords(rangesOf(bytes))) records.push(...chunk)
  return records
}

const budget = () => ({ values: 1e6, bytes: 1e8 })

const fieldsOf = (bytes: Uint8Array) => [...readParquetBytes(bytes, budget())].map(({ fields }) => fields)

const problemOf = async (bytes: Uint8Array): Promise<string> => {
  try {
    await readAll(bytes)
    return 'it can be read'
  } catch (error) {
    if (error instanceof SourceProblem) return error.message
    throw error
  }
}

const fileOf = (columns: readonly ColumnSource[]): Uint8Array => new Uint8Array(parquetWriteBuffer({ columnData: [...columns] }))

const plainFile = fileOf([
  { name: 'id', data: ['a', 'b', 'c'], type: 'STRING' },
  { name: 'n', data: [1, 2, 3], type: 'INT32' },
])

describe('files of another writer', () => {
  const names = ['none', 'snappy', 'gzip', 'zstd', 'brotli', 'lz4'].map((codec) => `types-${codec}`)
  test.each([...names, 'pages-of-version-2'])('%s: every value of every type is what pyarrow says it is', (name) => {
    const rows = fieldsOf(goldenFile(name))
    const expected = goldenRows('types')
    expect(rows).toHaveLength(expected.length)
    for (const [index, row] of rows.entries()) if (!equalJson(row, expected[index])) expect(row).toEqual(expected[index])
  })

  test('every encoding gives the same values', () => {
    const rows = fieldsOf(goldenFile('encodings'))
    for (const [index, row] of rows.entries()) expect(row).toEqual(goldenRows('encodings')[index])
  })

  test('moments of 96 bits are read', () => {
    expect(fieldsOf(goldenFile('int96')).map(({ at }) => at)).toEqual(['1960-01-02T03:04:05.678Z', '2026-11-26T12:00:00Z', undefined])
  })

  test('a value that no record can hold is told with its row and column, and the rest is read', async () => {
    expect(await readAll(goldenFile('odd-values'))).toEqual([
      {
        line: 1,
        problem: { rule: 'parse', message: 'row 1, column bytes: it has bytes that are no text (UTF-8)' },
        text: '{"id":"a","n":1.5,"u":"00000000-0000-0000-0000-000000000001"}',
      },
      {
        line: 2,
        problem: { rule: 'parse', message: 'row 2, column n: NaN is no number that a record can hold' },
        text: '{"id":"b","bytes":"text","u":"00000000-0000-0000-0000-000000000002"}',
      },
    ])
  })

  test('a file without rows has none', async () => {
    expect(await readAll(goldenFile('no-rows'))).toEqual([])
  })

  test('the types of columns are those of the file', async () => {
    const types = Object.fromEntries(await readParquetTypes(rangesOf(goldenFile('types-none'))))
    expect(types).toEqual({
      ...{ id: 'string', code: 'string', flag: 'bool', day: 'date', hour: 'time', seen: 'datetime', made: 'datetime' },
      ...{ small: 'int', byte: 'int', big: 'int', unsigned: 'int', wide: 'int', short: 'float', long: 'float', price: 'float', nothing: 'int' },
    })
  })
})

test('JSON columns keep all digits', () => {
  const bytes = fileOf([{ name: 'j', data: [{ n: 1.5, list: [null, true] }, null], type: 'JSON' }])
  expect(fieldsOf(bytes)).toEqual([{ j: { n: 1.5, list: [null, true] } }, {}])
})

test('minus zero and the ends of the integers are exact', () => {
  const bytes = fileOf([
    { name: 'd', data: [-0, 5e-324], type: 'DOUBLE' },
    { name: 'i', data: [-(2n ** 63n), 2n ** 63n - 1n], type: 'INT64' },
  ])
  expect(fieldsOf(bytes)).toEqual([
    { d: new ExactNumber('-0'), i: new ExactNumber('-9223372036854775808') },
    { d: 5e-324, i: new ExactNumber('9223372036854775807') },
  ])
})

/** Puts bytes over others, at a place counted from the end when it is negative. */
const patch = (bytes: Uint8Array, at: number, by: readonly number[]): Uint8Array => {
  const copy = Uint8Array.from(bytes)
  copy.set(by, at < 0 ? bytes.length + at : at)
  return copy
}

/** A file whose footer is the given bytes. */
const withFooter = (footer: Uint8Array): Uint8Array => {
  const length = Buffer.alloc(4)
  length.writeUInt32LE(footer.length)
  return Buffer.concat([Buffer.from('PAR1'), footer, length, Buffer.from('PAR1')])
}

/** The footer with one text in it replaced by another of the same length, and so a valid one that says something else. */
const renameIn = (bytes: Uint8Array, from: string, to: string): Uint8Array =>
  Buffer.from(Buffer.from(bytes).toString('latin1').replaceAll(from, to), 'latin1')

const twins = fileOf([
  { name: 'name-a', data: ['x'], type: 'STRING' },
  { name: 'name-b', data: ['y'], type: 'STRING' },
])

const attacks: readonly (readonly [name: string, bytes: Uint8Array, said: RegExp])[] = [
  ['an empty file', new Uint8Array(), /does not start as a Parquet file does/],
  ['a file of three bytes', Buffer.from('PAR'), /does not start as a Parquet file does/],
  ['the magic alone', Buffer.from('PAR1'), /does not end as a Parquet file does/],
  ['the magic twice', Buffer.from('PAR1PAR1'), /does not end as a Parquet file does/],
  ['a text', Buffer.from('$id,name\na,b\n'), /does not start as a Parquet file does/],
  ['a file cut in the footer', plainFile.subarray(0, plainFile.length - 9), /does not end as a Parquet file does: it is truncated/],
  ['a file cut in the data', plainFile.subarray(0, 20), /does not end as a Parquet file does: it is truncated/],
  ['another magic at the end', patch(plainFile, -4, [0x50, 0x41, 0x52, 0x32]), /does not end as a Parquet file does/],
  ['an encrypted footer', patch(plainFile, -4, [0x50, 0x41, 0x52, 0x45]), /it is encrypted, which is not supported/],
  ['a footer longer than the file', patch(plainFile, -8, [0xff, 0xff, 0, 0]), /footer is said to be 65535 bytes long, and the file has \d+/],
  ['a footer of four gigabytes', patch(plainFile, -8, [0xff, 0xff, 0xff, 0xff]), /said to be 4294967295 bytes long: the limit is/],
  ['a footer of no bytes', patch(plainFile, -8, [0, 0, 0, 0]), /ends too early/],
  ['a footer of zeros', withFooter(new Uint8Array(100)), /its schema is damaged/],
  ['a footer that is nested without end', withFooter(Buffer.alloc(100_000, 0x1c)), /its metadata is nested too deeply/],
  ['a footer of lists in lists', withFooter(Buffer.alloc(100_000, 0x19)), /its metadata is nested too deeply|a list in its metadata is longer/],
  ['a list of two billion', withFooter(Buffer.from([0x29, 0xfc, 0xff, 0xff, 0xff, 0xff, 0x07])), /a list in its metadata is longer than the file/],
  ['a number that does not end', withFooter(Buffer.concat([Buffer.from([0x15]), Buffer.alloc(1_000, 0xff)])), /a number in it/],
  ['a text longer than the footer', withFooter(Buffer.from([0x68, 0xff, 0xff, 0x7f])), /ends too early/],
  ['no columns', withFooter(Buffer.from([0x15, 2, 0x19, 0x1c, 0x48, 1, 0x72, 0x15, 0, 0, 0x16, 0, 0x19, 0x0c, 0])), /it has no columns/],
  ['a column twice', renameIn(twins, 'name-b', 'name-a'), /the column "name-a" stands twice/],
]

describe('damaged and hostile files', () => {
  test.each(attacks)('%s', async (_name, bytes, said) => {
    expect(await problemOf(bytes)).toMatch(said)
  })

  test('a column named __proto__ is refused', async () => {
    expect(await problemOf(renameIn(fileOf([{ name: '@@proto@@', data: ['a'], type: 'STRING' }]), '@@proto@@', '__proto__'))).toMatch(
      /the column "__proto__" is not allowed/,
    )
  })

  test('a page that says it has more values than it has bytes is refused', async () => {
    expect(await problemOf(patchPageCount(plainFile))).toMatch(/cannot be read/)
  })
})

/** The head of the first page, which says that it has 3 values: 63 of them. */
const patchPageCount = (bytes: Uint8Array): Uint8Array => {
  const at = Buffer.from(bytes).indexOf(Buffer.from([0x15, 6]))
  return patch(bytes, at + 1, [0x7e])
}

/** A generator of its own, so that a failure can be run again. */
const createRandom = (seed: number) => {
  let state = seed
  return (below: number): number => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    state >>>= 0
    return state % below
  }
}

describe('2,400 files with damage of all kinds', () => {
  const names = ['types-none', 'types-snappy', 'types-gzip', 'types-zstd', 'types-brotli', 'types-lz4', 'pages-of-version-2', 'encodings']
  test.each(names)('%s: each is read, or refused with the reason, soon', (name) => {
    const whole = goldenFile(name)
    const random = createRandom(names.indexOf(name) + 1)
    for (let round = 0; round < 300; round++) {
      const bytes = Uint8Array.from(random(6) === 0 ? whole.subarray(0, random(whole.length)) : whole)
      for (let count = 1 + random(3); count > 0 && bytes.length > 8; count--) {
        const at = random(bytes.length - 8)
        bytes[at] = random(2) === 0 ? random(256) : (bytes[at] ?? 0) ^ (1 << random(8))
      }
      const started = performance.now()
      try {
        for (const row of readParquetBytes(bytes, budget())) expect(row.number).toBeGreaterThan(0)
      } catch (error) {
        if (!(error instanceof ParquetProblem)) throw error
      }
      expect(performance.now() - started, `round ${round}`).toBeLessThan(3_000)
    }
  })
})
