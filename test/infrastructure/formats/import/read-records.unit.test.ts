import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SourceProblem } from '../../../../domain/import/source-problem.ts'
import type { SourceRecord } from '../../../../domain/import/source-record.ts'
import { ExactNumber, type Json, type JsonObject, stringifyJson } from '../../../../domain/json.ts'
import { parseCsv } from '../../../../infrastructure/formats/csv/parse-csv.ts'
import type { ReadOptions } from '../../../../infrastructure/formats/import/read-options.ts'
import { readRecords } from '../../../../infrastructure/formats/import/read-records.ts'
import { writeYamlList } from '../../../../infrastructure/formats/yaml/write-yaml.ts'

/** The bytes in pieces of a length. */
async function* cut(bytes: Uint8Array, length: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length)
}

const read = async (source: string | Uint8Array, options: ReadOptions, length = 1 << 20): Promise<readonly SourceRecord[]> => {
  const records: SourceRecord[] = []
  const bytes = typeof source === 'string' ? Buffer.from(source) : source
  for await (const chunk of readRecords(cut(bytes, length), options)) records.push(...chunk)
  return records
}

const problemOf = async (source: string | Uint8Array, options: ReadOptions): Promise<unknown> => {
  try {
    return await read(source, options)
  } catch (error) {
    if (error instanceof SourceProblem) return { rule: error.rule, message: error.message, line: error.line }
    throw error
  }
}

const same = [
  { $id: 'a', name: 'Ada "the first"', n: 1 },
  { $id: 'b', name: 'Bob\nof two lines, and a comma', n: 2 },
  { $id: 'c', name: 'Çağ 🎈', n: new ExactNumber('3.00') },
]
const types = new Map([
  ['n', 'float'],
  ['name', 'string'],
])
const samples: Readonly<Record<ReadOptions['format'], string>> = {
  csv: '\ufeff$id,name,n\r\na,"Ada ""the first""",1\r\n\r\nb,"Bob\nof two lines, and a comma",2\r\nc,Çağ 🎈,3.00\r\n',
  tsv: '$id\tname\tn\na\tAda "the first"\t1\nb\tBob\\nof two lines, and a comma\t2\nc\tÇağ 🎈\t3.00',
  json: `[\n${same.map((record) => stringifyJson(record)).join(' ,\n ')}\n]\n`,
  jsonl: `${same.map((record) => stringifyJson(record)).join('\n\r\n')}`,
  yaml: `# people\n---\n- $id: a\n  name: 'Ada "the first"'\n  n: 1\n- $id: b\n  name: |-\n    Bob\n    of two lines, and a comma\n  n: 2\n\n- {$id: c, name: Çağ 🎈, n: 3.00}\n`,
  ingr: '# INGR.io | people: $ID, name, n\n"a"\n"Ada \\"the first\\""\n1\n"b"\n"Bob\\nof two lines, and a comma"\n2\n"c"\n"Çağ 🎈"\n3.00\n# 3 records\n',
}

describe.each(Object.keys(samples) as ReadOptions['format'][])('%s', (format) => {
  test('gives the records, with exact numbers, wherever the blocks of the input end', async () => {
    for (const length of [1, 2, 3, 7, 64, 1 << 20]) {
      const records = await read(samples[format], { format, types }, length)
      expect(records.map((record) => 'fields' in record && record.fields)).toEqual(same)
    }
  })

  test('is read from a gzip file too', async () => {
    const records = await read(gzipSync(samples[format]), { format, types }, 10)
    expect(records.map((record) => 'fields' in record && record.fields)).toEqual(same)
  })

  test('of no bytes has no records', async () => {
    expect(await read('', { format })).toEqual([])
  })
})

describe('lines', () => {
  const lines = async (source: string, format: ReadOptions['format']) => (await read(source, { format }, 5)).map(({ line }) => line)

  test('are those on which a record starts', async () => {
    expect(await lines(samples.csv, 'csv')).toEqual([2, 4, 6])
    expect(await lines(samples.tsv, 'tsv')).toEqual([2, 3, 4])
    expect(await lines(samples.json, 'json')).toEqual([2, 3, 4])
    expect(await lines(samples.jsonl, 'jsonl')).toEqual([1, 3, 5])
    expect(await lines(samples.yaml, 'yaml')).toEqual([3, 6, 12])
    expect(await lines(samples.ingr, 'ingr')).toEqual([2, 5, 8])
  })
})

describe('JSON', () => {
  const format = 'json' as const

  test('may be a map of key to record', async () => {
    expect(await read('{"a": {"n": 1},\n "b/c": {}}', { format })).toEqual([
      { line: 1, fields: { $id: 'a', n: 1 } },
      { line: 2, fields: { $id: 'b/c' } },
    ])
    expect(await read(' {} ', { format })).toEqual([])
    expect(await read('[]', { format })).toEqual([])
  })

  test('has good records beside bad ones, each with its line', async () => {
    const source = '[{"a":1},\n3,\n{"a":1,"a":2},\n{"__proto__":{}},\n{"b" 1},\n{"c":"\\ud800"},\n{"d":4}]'
    const records = await read(source, { format }, 3)
    expect(records.map((record) => [record.line, 'problem' in record ? record.problem.message : record.fields])).toEqual([
      [1, { a: 1 }],
      [2, 'a record has to be an object'],
      [3, 'the name "a" is used twice'],
      [4, 'the name "__proto__" is not allowed'],
      [5, 'not valid JSON: expected ":", found "1"'],
      [6, 'a string has half of a surrogate pair'],
      [7, { d: 4 }],
    ])
  })

  test.each([
    ['[{"a":1}', 'not valid JSON: the text ends before the list is closed', 1],
    ['{"a":{}\n', 'not valid JSON: the text ends before the map is closed', 2],
    ['[{"a":1},]', 'not valid JSON: there is a comma too many', 1],
    ['[\n,{"a":1}]', 'not valid JSON: there is a comma too many', 2],
    ['[{}]\n[{}]', 'not valid JSON: something follows the list', 2],
    ['[{}}', 'not valid JSON: expected "," or the end, found "}"', 1],
    ['\n7', 'a JSON file of records is a list of objects, or a map of key to object', 2],
  ])('that is broken as a whole is refused with the line: %s', async (source, message, line) => {
    expect(await problemOf(source, { format })).toEqual({ rule: 'parse', message, line })
  })

  test('nested without end is a bad record', async () => {
    const [record] = await read(`[${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}]`, { format })
    expect(record).toMatchObject({ line: 1, problem: { message: expect.stringContaining('nested more than 100 levels deep') } })
  })

  test('gives back what it was written from', async () => {
    const object = fc.dictionary(
      fc.string({ minLength: 1 }).filter((name) => name !== '__proto__'),
      fc
        .jsonValue()
        .filter(
          (value) =>
            !JSON.stringify(value).includes('__proto__') && !/\\ud[89a-f]/.test(JSON.stringify(value)) && !JSON.stringify(value).includes('-0'),
        ),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(object, { maxLength: 8 }),
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom(undefined, 2),
        async (objects, length, indent) => {
          const records = objects.map((each) => JSON.parse(JSON.stringify(each)))
          const list = await read(JSON.stringify(records, null, indent), { format }, length)
          expect(list.map((record) => 'fields' in record && plain(record.fields))).toEqual(records.map(plain))
          const lines = await read(records.map((record) => `${JSON.stringify(record)}\n`).join(''), { format: 'jsonl' }, length)
          expect(lines.map((record) => 'fields' in record && plain(record.fields))).toEqual(records.map(plain))
        },
      ),
      { numRuns: 200 },
    )
  })
})

/** Text with exact digits: equal for equal values. */
const plain = (value: Json): string => JSON.stringify(JSON.parse(stringifyJson(value)))

describe('CSV', () => {
  const format = 'csv' as const

  test('is read as the parser of whole texts reads it', async () => {
    const text = fc
      .array(fc.constantFrom('a', 'b', ',', '"', '\n', '\r\n', ' ', '""', '1'), { maxLength: 40 })
      .map((parts) => `a,b\n${parts.join('')}`)
    await fc.assert(
      fc.asyncProperty(text, fc.integer({ min: 1, max: 9 }), async (source, length) => {
        const whole = parseCsv(source)
        const records = await read(source, { format }, length).catch((error) => {
          if (error instanceof SourceProblem) return 'refused' as const
          throw error
        })
        if (records === 'refused' || records.some((record) => 'problem' in record)) expect(whole.ok).toBe(false)
        else expect(whole).toEqual({ ok: true, value: records.map((record) => 'fields' in record && record.fields) })
      }),
      { numRuns: 500 },
    )
  })

  test('has good rows beside bad ones, each with its line', async () => {
    const records = await read('id,n\n1,2\n3\n4,5,6\n7,8"9\n"x"y,1\n10,11\n', { format }, 4)
    expect(records.map((record) => [record.line, 'problem' in record ? record.problem.message : record.fields])).toEqual([
      [2, { id: '1', n: '2' }],
      [3, 'the row has 1 cells and the header 2'],
      [4, 'the row has 3 cells and the header 2'],
      [5, 'not valid CSV: a quote stands inside a cell that is not quoted'],
      [6, 'not valid CSV: text stands after a closing quote'],
      [7, { id: '10', n: '11' }],
    ])
  })

  test('has an absent value where a cell is empty, and an empty text where it is quoted', async () => {
    expect(await read('a,b,c\n,"",NULL\n1,"NULL",3\n', { format, nullText: 'NULL' })).toEqual([
      { line: 2, fields: { b: '' } },
      { line: 3, fields: { a: '1', b: 'NULL', c: '3' } },
    ])
  })

  test('has values of the types of the columns, and texts where they do not fit', async () => {
    const columns = new Map([
      ['n', 'int'],
      ['b', 'bool'],
      ['l', '[]int'],
      ['m', 'map[string]any'],
      ['t', 'string'],
    ])
    const records = await read('n,b,l,m,t\n1,TRUE,"[1,2]","{""a"":1}",007\nx,maybe,[1,{,1\n', { format, types: columns })
    expect(records.map((record) => 'fields' in record && record.fields)).toEqual([
      { n: 1, b: true, l: [1, 2], m: { a: 1 }, t: '007' },
      { n: 'x', b: 'maybe', l: '[1', m: '{', t: '1' },
    ])
  })

  test('may have other signs between its cells, which are found on request', async () => {
    for (const sign of [';', '\t', '|']) {
      const source = `id${sign}name\n1${sign}a, b\n`
      expect(await read(source, { format, delimiter: sign })).toEqual([{ line: 2, fields: { id: '1', name: 'a, b' } }])
      expect(await read(source, { format, delimiter: 'auto' }, 2)).toEqual([{ line: 2, fields: { id: '1', name: 'a, b' } }])
    }
  })

  test('may have no header', async () => {
    expect(await read('1,2\n', { format, fields: ['a', 'b'] })).toEqual([{ line: 1, fields: { a: '1', b: '2' } }])
  })

  test.each([
    ['a,"b\n1,2\n', 'parse', 'a quoted cell that starts here is not closed', 1],
    ['a,b\n1,2\n3,"4\n5,6\n', 'parse', 'a quoted cell that starts here is not closed', 3],
    ['a,a\n', 'header', 'the column "a" stands twice', 1],
    ['a,__proto__\n', 'header', 'the column "__proto__" is not allowed', 1],
    ['a,\n1,2\n', 'header', 'a column has no name', 1],
    ['a,b\r1,2\r', 'header', 'its lines end with CR alone', 1],
    ['a\0,b\0\n', 'header', 'it has NUL characters', 1],
  ])('that is broken as a whole is refused with the line: %j', async (source, ...[rule, message, line]) => {
    expect(await problemOf(source, { format })).toEqual({ rule, message: expect.stringContaining(message), line })
  })
})

describe('YAML', () => {
  const format = 'yaml' as const
  const fieldsIn = async (source: string) =>
    (await read(source, { format }, 3)).map((record) => ('fields' in record ? record.fields : record.problem.message))

  test('may be a map of key to record, in which lists need no indent', async () => {
    expect(await fieldsIn('a:\n  n: 1\n  tags:\n  - x\nb: {n: 2}\n# c\nc:\n  n: 3\n')).toEqual([
      { $id: 'a', n: 1, tags: ['x'] },
      { $id: 'b', n: 2 },
      { $id: 'c', n: 3 },
    ])
  })

  test('may be one record, or several in documents of their own', async () => {
    expect(await fieldsIn('id: a\ntags:\n- x\n- y\nn: 1\n')).toEqual([{ id: 'a', tags: ['x', 'y'], n: 1 }])
    expect(await fieldsIn('---\nid: a\n--- # second\nid: b\nn: 2\n...\n---\n---\n- id: c\n')).toEqual([{ id: 'a' }, { id: 'b', n: 2 }, { id: 'c' }])
    expect(await fieldsIn('[{id: a}, {id: b}]')).toEqual([{ id: 'a' }, { id: 'b' }])
  })

  test('has good records beside bad ones, each with its line', async () => {
    const records = await read('- id: a\n- id: "b\n- 7\n- id: c\n  id: d\n- id: e\n', { format })
    expect(records.map((record) => [record.line, 'problem' in record ? 'bad' : record.fields])).toEqual([
      [1, { id: 'a' }],
      [2, 'bad'],
      [3, 'bad'],
      [5, 'bad'],
      [6, { id: 'e' }],
    ])
  })

  test('gives back what it was written from', async () => {
    const value = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.array(fc.string(), { maxLength: 3 }))
    const object = fc.dictionary(fc.stringMatching(/^[a-z]{1,6}$/), value, { minKeys: 1 })
    await fc.assert(
      fc.asyncProperty(fc.array(object, { minLength: 1, maxLength: 5 }), fc.integer({ min: 1, max: 30 }), async (objects, length) => {
        const records = objects.map((each): JsonObject => ({ ...each }))
        const back = await read(writeYamlList(records, []), { format }, length)
        expect(back.map((record) => 'fields' in record && record.fields)).toEqual(records)
      }),
      { numRuns: 100 },
    )
  })
})

describe('encodings', () => {
  const format = 'jsonl' as const

  test('UTF-16 is known by its mark, and by its name', async () => {
    const text = '{"a":"é🎈"}\n'
    const little = Buffer.from(text, 'utf16le')
    const big = Buffer.from(little).swap16()
    const wanted = [{ line: 1, fields: { a: 'é🎈' } }]
    for (const length of [1, 3, 100]) {
      expect(await read(Buffer.concat([Buffer.from([0xff, 0xfe]), little]), { format }, length)).toEqual(wanted)
      expect(await read(Buffer.concat([Buffer.from([0xfe, 0xff]), big]), { format }, length)).toEqual(wanted)
      expect(await read(little, { format, encoding: 'utf-16le' }, length)).toEqual(wanted)
    }
  })

  test('Windows-1252 is read when it is named', async () => {
    expect(await read(Buffer.from('{"a":"\xe9\x80"}', 'latin1'), { format, encoding: 'windows-1252' })).toEqual([{ line: 1, fields: { a: 'é€' } }])
  })

  test('bytes that are no UTF-8 are refused with their line, wherever blocks end', async () => {
    const bytes = Buffer.concat([Buffer.from('{"a":"é"}\n{"a":"ok"}\n{"a":"'), Buffer.from([0xe9]), Buffer.from('"}\n')])
    for (const length of [1, 2, 5, 100]) await expect(read(bytes, { format }, length)).rejects.toMatchObject({ rule: 'encoding', line: 3 })
    await expect(read(Buffer.from([0x7b, 0xe2, 0x82]), { format })).rejects.toMatchObject({ rule: 'encoding', line: 1 })
  })
})

describe('size', () => {
  async function* endless(head: string, piece: string, times: number): AsyncGenerator<Uint8Array> {
    yield Buffer.from(head)
    for (let index = 0; index < times; index++) yield Buffer.from(piece)
  }
  const mebibyte = 'x'.repeat(1024 * 1024)

  test('a line without end does not fill memory: it is one bad record, and the next is good', async () => {
    async function* source() {
      yield* endless('{"a":"', mebibyte, 40)
      yield Buffer.from('"}\n{"b":1}\n')
    }
    const records: SourceRecord[] = []
    for await (const chunk of readRecords(source(), { format: 'jsonl' })) records.push(...chunk)
    expect(records).toMatchObject([
      { line: 1, problem: { rule: 'too-large' } },
      { line: 2, fields: { b: 1 } },
    ])
  })

  test('a quoted cell, or a JSON object, without end is given up', async () => {
    const collect = async (source: AsyncIterable<Uint8Array>, format: 'csv' | 'json') => {
      for await (const _ of readRecords(source, { format }));
    }
    await expect(collect(endless('a\n"', mebibyte, 40), 'csv')).rejects.toMatchObject({ rule: 'parse', line: 2 })
    await expect(collect(endless('[{"a":"', mebibyte, 40), 'json')).rejects.toMatchObject({ rule: 'too-large', line: 1 })
  })

  test('a gzip file that is truncated or damaged is refused', async () => {
    const packed = gzipSync('{"a":1}\n'.repeat(1_000))
    await expect(read(packed.subarray(0, packed.length - 20), { format: 'jsonl' })).rejects.toMatchObject({
      rule: 'gzip',
      message: 'the gzip file is truncated',
    })
    const damaged = Buffer.from(packed)
    damaged.fill(0x55, 20, 40)
    await expect(read(damaged, { format: 'jsonl' })).rejects.toMatchObject({ rule: 'gzip', message: 'the gzip file is damaged' })
  })
})
