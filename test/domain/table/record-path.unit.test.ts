import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { listNameColumns } from '../../../domain/table/file-name-pattern.ts'
import { createTableFinder } from '../../../domain/table/find-table-of-path.ts'
import {
  definitionDirectoryOf,
  definitionFileNames,
  listNestings,
  parseRecordPath,
  recordPath,
  recordPathIn,
  recordsDirectoryOf,
} from '../../../domain/table/record-path.ts'
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

  test('a file that lies flat in a sharded table counts too, or below a level more', () => {
    expect(parseRecordPath(oneLevel, 'big/$records/oslo.yaml')).toEqual({ shared: false, key: 'oslo' })
    expect(parseRecordPath(oneLevel, 'big/$records/00/oslo.yaml')).toEqual({ shared: false, key: 'oslo' })
    expect(parseRecordPath(oneLevel, 'big/$records/ab/cd/oslo.yaml')).toEqual({ shared: false, key: 'oslo' })
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
    [oneLevel, 'big/$records/ab/cd/ef/oslo.yaml'],
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
  const find = createTableFinder({ tables, problems: [] }, () => false)
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
  const find = createTableFinder({ tables, problems: [] }, () => false)
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
  expect(createTableFinder({ tables: [odd], problems: [] }, () => false)('odd/$records/all.yaml')).toEqual({
    table: odd,
    shared: true,
    key: undefined,
  })
  expect(createTableFinder({ tables: [odd, oneLevel], problems: [] }, () => false)('odd/x.yaml')).toBeUndefined()
})

describe('the records of a subcollection', () => {
  const below = (id: string, parent: Table, more: Partial<Table> = {}): Table => ({
    ...tableOf(id, undefined, { directory: parent.directory, ...more }),
    parent: parent.id,
    steps: [...(parent.steps ?? []), { recordsDirectory: recordsDirectoryOf(parent), name: id.slice(id.lastIndexOf('/') + 1) }],
  })
  const spaces = tableOf('spaces')
  const contacts = below('spaces/contacts', spaces)
  const phones = below('spaces/contacts/phones', contacts, { recordFile: { name: 'phones.yaml', format: 'yaml', type: 'list' } })
  const books = tableOf('books', undefined, { recordFile: { name: 'books.json', format: 'json', type: 'dictionary' } })
  const pages = below('books/pages', books)
  const find = createTableFinder({ tables: [spaces, contacts, phones, books, pages], problems: [] }, () => false)

  test('lie below the record above, in one of two places for each step', () => {
    expect(listNestings(contacts)).toEqual([0, 1])
    expect(listNestings(phones)).toEqual([0, 1, 2, 3])
    expect(listNestings(pages)).toEqual([0])
    expect(recordPath(contacts, 'family/c1', digest)).toBe('spaces/family/contacts/$records/c1.yaml')
    expect(recordPathIn(contacts, 'family/c1', { digest, nesting: 1 })).toBe('spaces/$records/family/contacts/$records/c1.yaml')
    expect(recordPath(phones, 'family/c1/p', digest)).toBe('spaces/family/contacts/c1/phones/phones.yaml')
    expect(recordPathIn(phones, 'family/c1/p', { digest, nesting: 3 })).toBe('spaces/$records/family/contacts/$records/c1/phones/phones.yaml')
    expect(recordPath(pages, 'b1/p1', digest)).toBe('books/b1/pages/$records/p1.yaml')
  })

  test('are found again in every place', () => {
    for (const table of [contacts, phones, pages])
      for (const nesting of listNestings(table)) {
        const key = table === phones ? 'family/c1/p' : 'family/c1'
        const owner = find(recordPathIn(table, key, { digest, nesting }))
        const shared = table === phones
        expect(owner).toEqual({ table, shared, key: shared ? undefined : key, parent: shared ? 'family/c1' : 'family', nesting })
      }
  })

  test('are not mixed up with the records of the tables above', () => {
    expect(find('spaces/$records/family.yaml')).toEqual({ table: spaces, shared: false, key: 'family' })
    expect(find('spaces/$records/family/contacts/c1.yaml')).toBeUndefined()
    expect(find('spaces/.collection/contacts/$records/c1.yaml')).toBeUndefined()
    expect(find('spaces/$records/contacts/$records/c1.yaml')).toBeUndefined()
    expect(find('books/books.json')).toEqual({ table: books, shared: true, key: undefined })
  })
})

describe('records that lie elsewhere', () => {
  const here = tableOf('people', undefined, { recordsDirectory: '', definitionDirectory: 'people' })
  const inside = tableOf('notes', undefined, { recordsDirectory: 'data/all' })
  const root = tableOf('root', undefined, { directory: '', recordFile: single('r-{key}.yaml') })
  const find = createTableFinder({ tables: [here, inside, root], problems: [] }, () => false)

  test('are found in the directory that layout.yaml names, or in that of the table', () => {
    expect(recordPath(here, 'ada', digest)).toBe('people/ada.yaml')
    expect(find('people/ada.yaml')).toEqual({ table: here, shared: false, key: 'ada' })
    expect(find('people/x/ada.yaml')).toBeUndefined()
    expect(find('notes/data/all/n1.yaml')).toEqual({ table: inside, shared: false, key: 'n1' })
    expect(find('notes/$records/n1.yaml')).toBeUndefined()
  })

  test('are not the files that define the table', () => {
    for (const name of definitionFileNames) expect(find(`people/${name}`)).toBeUndefined()
  })

  test('of a table in the database’s own folder are found', () => {
    expect(recordPath(root, 'a', digest)).toBe('$records/r-a.yaml')
    expect(find('$records/r-a.yaml')).toEqual({ table: root, shared: false, key: 'a' })
    expect(definitionDirectoryOf(root)).toBe('.collection')
  })
})

describe('a file name with places for columns', () => {
  const many = tableOf('cities', undefined, { recordFile: { name: '{country}/by-{region}.yaml', format: 'yaml', type: 'list' } })
  const one = tableOf('towns', undefined, { recordFile: single('{country}/{key}/{key}.yaml') })

  test('takes their values from the record', () => {
    expect(listNameColumns(many.recordFile.name)).toEqual(['country', 'region'])
    expect(recordPathIn(many, 'oslo', { digest, fields: { country: 'no', region: 3 } })).toBe('cities/no/by-3.yaml')
    expect(recordPathIn(one, 'oslo', { digest, fields: { country: 'no' } })).toBe('towns/$records/no/oslo/oslo.yaml')
  })

  test('accepts any text in them', () => {
    expect(parseRecordPath(many, 'cities/no/by-east.yaml')).toEqual({ shared: true, key: undefined })
    expect(parseRecordPath(many, 'cities/no/by-.yaml')).toBeUndefined()
    expect(parseRecordPath(many, 'cities/by-east.yaml')).toBeUndefined()
    expect(parseRecordPath(one, 'towns/$records/no/oslo/oslo.yaml')).toEqual({ shared: false, key: 'oslo' })
    expect(parseRecordPath(one, 'towns/$records/no/oslo/bergen.yaml')).toBeUndefined()
  })

  test('and none for the key is the one file of a record of that name', () => {
    const config = tableOf('config', undefined, { recordFile: single('app.config.yaml') })
    expect(parseRecordPath(config, 'config/app.config.yaml')).toEqual({ shared: false, key: 'app.config' })
  })
})

test('a file that exclude_regex leaves out is nobody’s', () => {
  const table = tableOf('people', undefined, { recordFile: { ...single('{key}.yaml'), excludeRegex: 'draft' } })
  const find = createTableFinder({ tables: [table], problems: [] }, (_table, name) => name.includes('draft'))
  expect(find('people/$records/my-draft.yaml')).toBeUndefined()
  expect(find('people/$records/ada.yaml')).toBeDefined()
})
