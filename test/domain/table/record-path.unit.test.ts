import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createTableFinder } from '../../../domain/table/find-table-of-path.ts'
import { parseRecordPath, recordPath } from '../../../domain/table/record-path.ts'
import type { RecordFile, Table } from '../../../domain/table/table.ts'
import { tableOf } from './sample-tables.ts'

const digest = (text: string): string => createHash('sha256').update(text).digest('hex')
const single = (name: string): RecordFile => ({ name, format: 'yaml', type: 'single' })
const flat = tableOf('geo.cities', undefined, { directory: 'modules/geo/cities' })
const nested = tableOf('nested', undefined, { recordFile: single('{key}/{key}.yaml') })
const prefixed = tableOf('prefixed', undefined, { recordFile: single('by/rec-{key}.data.yaml') })
const oneLevel = tableOf('big', undefined, { layout: { levels: 1 } })
const twoLevels = tableOf('huge', undefined, { layout: { levels: 2 }, recordFile: single('{key}/{key}.yaml') })
const shared = tableOf('tags', undefined, { recordFile: { name: 'tags.json', format: 'json', type: 'dictionary' } })
const tables: readonly Table[] = [flat, nested, prefixed, oneLevel, twoLevels, shared]

test('the path of a record is made of the table’s directory, $records, shards and the file name', () => {
  const shard = digest('oslo')
  expect(recordPath(flat, 'oslo', digest)).toBe('modules/geo/cities/$records/oslo.yaml')
  expect(recordPath(nested, 'oslo', digest)).toBe('nested/$records/oslo/oslo.yaml')
  expect(recordPath(prefixed, 'oslo', digest)).toBe('prefixed/$records/by/rec-oslo.data.yaml')
  expect(recordPath(oneLevel, 'oslo', digest)).toBe(`big/$records/${shard.slice(0, 2)}/oslo.yaml`)
  expect(recordPath(twoLevels, 'oslo', digest)).toBe(`huge/$records/${shard.slice(0, 2)}/${shard.slice(2, 4)}/oslo/oslo.yaml`)
  expect(recordPath(shared, 'oslo', digest)).toBe('tags/tags.json')
  expect(recordPath(flat, 'a$&b', digest)).toBe('modules/geo/cities/$records/a$&b.yaml')
})

describe('whose record file a path is', () => {
  test('a shared file is everybody’s', () => {
    expect(parseRecordPath(shared, 'tags/tags.json')).toEqual({ shared: true, key: undefined })
    expect(parseRecordPath(shared, 'tags/$records/tags.json')).toBeUndefined()
  })

  test('a file that lies flat in a sharded table counts too', () => {
    expect(parseRecordPath(oneLevel, 'big/$records/oslo.yaml')).toEqual({ shared: false, key: 'oslo' })
    expect(parseRecordPath(oneLevel, 'big/$records/00/oslo.yaml')).toEqual({ shared: false, key: 'oslo' })
    expect(parseRecordPath(twoLevels, 'huge/$records/ab/ab.yaml')).toEqual({ shared: false, key: 'ab' })
    expect(parseRecordPath(twoLevels, 'huge/$records/ab/cd/oslo/oslo.yaml')).toEqual({ shared: false, key: 'oslo' })
  })

  const nobodys: readonly (readonly [Table, string])[] = [
    [flat, 'modules/geo/cities/oslo.yaml'],
    [flat, 'modules/geo/cities/$records/oslo.json'],
    [flat, 'modules/geo/cities/$records/.yaml'],
    [flat, 'modules/geo/cities/$records/.oslo.yaml'],
    [flat, 'modules/geo/cities/$records/ab/oslo.yaml'],
    [flat, 'modules/geo/cities/$records/oslo.yaml~'],
    [flat, 'other/$records/oslo.yaml'],
    [nested, 'nested/$records/oslo.yaml'],
    [nested, 'nested/$records/oslo/bergen.yaml'],
    [nested, 'nested/$records/oslo/.oslo.yaml'],
    [prefixed, 'prefixed/$records/by/oslo.data.yaml'],
    [prefixed, 'prefixed/$records/rec-oslo.data.yaml'],
    [prefixed, 'prefixed/$records/by/rec-.data.yaml'],
    [oneLevel, 'big/$records/AB/oslo.yaml'],
    [oneLevel, 'big/$records/ab/cd/oslo.yaml'],
    [oneLevel, 'big/$records/abc/oslo.yaml'],
    [oneLevel, 'big/$records/ab/.oslo.yaml'],
  ]
  for (const [table, path] of nobodys)
    test(`${path} is nobody’s`, () => {
      expect(parseRecordPath(table, path)).toBeUndefined()
    })
})

const key = fc.stringMatching(/^[a-zA-Z0-9_$%][a-zA-Z0-9_.$%{} -]{0,12}$/)

test('the key of a record is found again in its path, and by the finder of tables', () => {
  const find = createTableFinder({ tables, problems: [] })
  fc.assert(
    fc.property(fc.constantFrom(...tables), key, (table, text) => {
      const path = recordPath(table, text, digest)
      const owner = table.recordFile.type === 'single' ? { shared: false, key: text } : { shared: true, key: undefined }
      expect(parseRecordPath(table, path)).toEqual(owner)
      expect(find(path)).toEqual({ table, ...owner })
    }),
  )
})

test('the finder of tables agrees with each table about any path', () => {
  const find = createTableFinder({ tables, problems: [] })
  const segment = fc.oneof(
    fc.constantFrom('modules', 'geo', 'cities', 'big', 'huge', 'nested', 'tags', '$records', 'ab', 'cd', 'oslo', 'oslo.yaml', 'tags.json', '.x'),
  )
  fc.assert(
    fc.property(fc.array(segment, { minLength: 1, maxLength: 6 }), (segments) => {
      const path = segments.join('/')
      const owners = tables.flatMap((table) => {
        const owner = parseRecordPath(table, path)
        return owner === undefined ? [] : [{ table, ...owner }]
      })
      expect(find(path)).toEqual(owners[0])
    }),
    { numRuns: 1000 },
  )
})

test('a shared file may lie in a directory named $records', () => {
  const odd = tableOf('odd', undefined, { recordFile: { name: '$records/all.yaml', format: 'yaml', type: 'list' } })
  expect(createTableFinder({ tables: [odd], problems: [] })('odd/$records/all.yaml')).toEqual({ table: odd, shared: true, key: undefined })
  expect(createTableFinder({ tables: [odd, oneLevel], problems: [] })('odd/x.yaml')).toBeUndefined()
})
