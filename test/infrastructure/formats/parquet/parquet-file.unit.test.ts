import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ExactNumber, equalJson, type JsonObject } from '../../../../domain/json.ts'
import { toStoredForm } from '../../../../domain/record/stored-form.ts'
import { parquetFileBytesMax } from '../../../../infrastructure/formats/parquet/parquet-file.ts'
import { ParquetWriter } from '../../../../infrastructure/formats/parquet/parquet-writer.ts'
import { recordCodec } from '../../../../infrastructure/formats/record-codec.ts'
import { lineFields, lineName } from '../arbitrary-records.ts'
import { sampleTable } from '../sample-tables.ts'

const types = { name: 'string', size: 'int', price: 'float', ok: 'bool', day: 'date', seen: 'datetime', tags: '[]string', any: 'any' }
const table = sampleTable('parquet', 'list', {
  columns: Object.entries(types).map(([name, type]) => ({ name, type })),
  columnsOrder: Object.keys(types),
})

const edit = (existing: Uint8Array | undefined, edits: Readonly<Record<string, JsonObject | null>>): Uint8Array => {
  const edited = recordCodec.edit(table, existing, new Map(Object.entries(edits)))
  if (!edited.ok || edited.value === undefined) throw new Error(JSON.stringify(edited))
  return edited.value
}

const read = (bytes: Uint8Array): Readonly<Record<string, JsonObject>> => {
  const { records, problems } = recordCodec.read(table, bytes, undefined)
  expect(problems).toEqual([])
  return Object.fromEntries(records.map(({ key, fields }) => [key, fields]))
}

const some = {
  b: { name: 'Bee', size: 2, price: 3.5, ok: true, day: '2026-01-31', seen: '2026-01-31T10:00:00+02:00', tags: ['x', 'y'], any: { deep: [1, null] } },
  a: { name: 'Ay "quoted"', size: new ExactNumber('9223372036854775807'), price: new ExactNumber('-0'), day: '0001-01-01' },
  c: { name: '', ok: false, tags: [] },
}

describe('a Parquet record file', () => {
  test('is the same, byte for byte, in every release', () => {
    expect(Buffer.from(edit(undefined, some))).toEqual(readFileSync(new URL('../../../golden/parquet/written.parquet', import.meta.url)))
  })

  test('gives the records back, by key', () => {
    const records = read(edit(undefined, some))
    expect(records).toEqual(some)
    expect(Object.keys(records)).toEqual(['a', 'b', 'c'])
  })

  test('depends on its records and on nothing else', () => {
    const stepwise = edit(edit(edit(edit(undefined, { c: some.c }), { x: { name: 'X' }, a: { name: 'before' } }), { b: some.b, x: null }), {
      a: some.a,
    })
    expect(stepwise).toEqual(edit(undefined, some))
  })

  test('is not touched by an edit that changes nothing', () => {
    const bytes = edit(undefined, some)
    expect(edit(bytes, { a: some.a, gone: null })).toBe(bytes)
  })

  test('holds whatever a record holds, in columns that have another type and in fields that are no columns', () => {
    const fields = fc.tuple(
      lineFields,
      fc.dictionary(fc.constantFrom(...Object.keys(types)), fc.jsonValue({ noUnicodeString: false }), { noNullPrototype: true }),
    )
    const records = fc.dictionary(
      lineName.filter((name) => name !== ''),
      fields.map(([others, typed]) =>
        Object.fromEntries(Object.entries({ ...others, ...typed }).filter(([name]) => !['$ID', '$id', 'id', '', '__proto__'].includes(name))),
      ),
      { minKeys: 1, maxKeys: 4, noNullPrototype: true },
    )
    fc.assert(
      fc.property(records, (given) => {
        const expected = Object.fromEntries(Object.entries(given).map(([key, record]) => [key, toStoredForm(table, record as JsonObject)]))
        expect(equalJson(read(edit(undefined, given as Record<string, JsonObject>)), expected)).toBe(true)
      }),
    )
  })

  test('holds numbers of a float column as doubles, and all digits where a double lacks them', () => {
    const price = (literal: string) => read(edit(undefined, { a: { price: new ExactNumber(literal) } })).a?.price
    expect([price('3.50'), price('1e3'), price('1.0'), price('0.0')]).toEqual([3.5, 1000, 1, 0])
    expect(price('0.1234567890123456789')).toEqual(new ExactNumber('0.1234567890123456789'))
    expect(price('12345678901234567890')).toEqual(new ExactNumber('12345678901234567890'))
  })

  test('without records has its columns all the same', () => {
    expect(read(edit(edit(undefined, some), { a: null, b: null, c: null }))).toEqual({})
  })

  test.each(['', '__proto__'])('cannot hold a field named "%s", and says so', (name) => {
    const fields: JsonObject = Object.fromEntries([[name, 1]])
    expect(recordCodec.edit(table, undefined, new Map([['a', fields]]))).toMatchObject({ ok: false, failure: { kind: 'unsupported' } })
  })

  test('that is damaged is a problem as a whole, and is not written over', () => {
    const bytes = edit(undefined, some)
    const cut = bytes.subarray(0, bytes.length - 5)
    expect(recordCodec.read(table, cut, undefined)).toEqual({
      records: [],
      problems: [{ message: 'not a readable Parquet file: it does not end as a Parquet file does: it is truncated, or something else' }],
    })
    expect(recordCodec.edit(table, cut, new Map([['d', { name: 'D' }]]))).toMatchObject({ ok: false, failure: { kind: 'invalid-database' } })
  })

  test('of another program may have a row without a key and a key twice: problems with their rows, and no edit loses them', () => {
    const writer = new ParquetWriter(
      ['id', 'name'].map((name) => ({ name, kind: 'text' })),
      true,
    )
    const rows = [{ id: 'a', name: 'A' }, { name: 'nobody' }, { id: 'a', name: 'again' }]
    const bytes = Buffer.concat([writer.start(), writer.group(rows), writer.end()])
    expect(recordCodec.read(table, bytes, undefined)).toMatchObject({
      records: [{ key: 'a', line: 1 }],
      problems: [
        { rule: 'missing-key', line: 2 },
        { rule: 'duplicate-key', key: 'a', line: 3 },
      ],
    })
    expect(recordCodec.edit(table, bytes, new Map([['b', {}]]))).toMatchObject({ ok: false, failure: { kind: 'unsupported' } })
  })

  test('over 64 MiB is not read', () => {
    const { problems } = recordCodec.read(table, new Uint8Array(parquetFileBytesMax + 1), undefined)
    expect(problems).toEqual([{ rule: 'too-large', message: 'the file has 67108865 bytes: over the limit of 64 MiB' }])
  })

  test('of a few bytes that says a long text a million times is refused before it fills the memory', () => {
    const writer = new ParquetWriter(
      ['id', 'name'].map((name) => ({ name, kind: 'text' })),
      true,
    )
    const rows = Array.from({ length: 60 }, (_, index) => ({ id: `k${index}`, name: 'x'.repeat(5_000_000) }))
    const bytes = Buffer.concat([writer.start(), writer.group(rows), writer.end()])
    expect(bytes.length).toBeLessThan(1_000_000)
    expect(recordCodec.read(table, bytes, undefined).problems).toMatchObject([
      { rule: 'too-large', message: expect.stringContaining('too many texts') },
    ])
  })
})
