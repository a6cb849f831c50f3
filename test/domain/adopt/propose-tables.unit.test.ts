import { describe, expect, test } from 'vitest'
import type { Candidate } from '../../../domain/adopt/candidate.ts'
import { type Proposal, proposeTables } from '../../../domain/adopt/propose-tables.ts'
import type { JsonObject } from '../../../domain/json.ts'
import type { RecordFormat } from '../../../domain/table/table.ts'

const formatOf = (path: string): RecordFormat => {
  const extension = path.slice(path.lastIndexOf('.') + 1)
  return extension === 'md' ? 'markdown' : (extension as RecordFormat)
}
const map = (path: string, fields: JsonObject): Candidate => ({ path, format: formatOf(path), contents: { shape: 'map', fields } })
const rows = (path: string, ...list: readonly JsonObject[]): Candidate => ({ path, format: formatOf(path), contents: { shape: 'rows', rows: list } })
const csv = (path: string, columns: readonly string[], ...cells: readonly (readonly string[])[]): Candidate => ({
  path,
  format: 'csv',
  contents: {
    shape: 'rows',
    columns,
    rows: cells.map((row) => Object.fromEntries(row.flatMap((cell, index) => (cell === '' ? [] : [[columns[index] ?? '', cell]])))),
  },
})

const propose = (...candidates: readonly Candidate[]): Proposal => proposeTables(candidates, 'folder')
const only = (proposal: Proposal) => {
  const [table] = proposal.tables
  if (table === undefined || proposal.tables.length !== 1) throw new Error(`${proposal.tables.length} tables`)
  return table
}
const columnOf = (proposal: Proposal, name: string) => only(proposal).columns.find(({ column }) => column.name === name)

describe('files become tables', () => {
  test('maps of one kind in a directory are the records of one table, named by their files', () => {
    const { table, records, keyEvidence } = only(propose(map('geo/de.yaml', { name: 'Germany' }), map('geo/fr.yaml', { name: 'France' })))
    expect(table).toMatchObject({
      id: 'geo',
      directory: 'geo',
      recordsDirectory: '',
      recordFile: { name: '{key}.yaml', format: 'yaml', type: 'single' },
    })
    expect(table.definitionDirectory).toBeUndefined()
    expect([records, keyEvidence]).toEqual([2, '2 file names'])
  })

  test('files of one name, one in each directory, are the records of one table', () => {
    const { table } = only(propose(map('skills/go/skill.yaml', { level: 1 }), map('skills/ts/skill.yaml', { level: 2 })))
    expect(table).toMatchObject({ id: 'skills', directory: 'skills', recordFile: { name: '{key}/skill.yaml', type: 'single' } })
  })

  test('a list, a dictionary and CSV rows are tables by themselves, and share a directory', () => {
    const { tables } = propose(
      rows('data/tags.json', { id: 'a' }, { id: 'b' }),
      map('data/units.yaml', { kg: { name: 'kilogram' }, m: { name: 'metre' } }),
      csv('data/prices.csv', ['sku', 'amount'], ['x', '1.50'], ['y', '2']),
    )
    expect(tables.map(({ table }) => [table.id, table.recordFile.type, table.definitionDirectory])).toEqual([
      ['prices', 'list', 'data/.collections/prices'],
      ['tags', 'list', 'data/.collections/tags'],
      ['units', 'dictionary', 'data/.collections/units'],
    ])
  })

  test('a table directly in the folder has the name of the folder', () => {
    const { table } = only(propose(map('de.yaml', { name: 'Germany' }), map('fr.yaml', { name: 'France' })))
    expect([table.id, table.directory, table.definitionDirectory]).toEqual(['folder', '', '.collections/folder'])
  })

  test('a file with other fields among the records is left out, by name', () => {
    const proposal = propose(
      map('posts/a.yaml', { title: 'A', date: 'x' }),
      map('posts/b.yaml', { title: 'B', date: 'y' }),
      map('posts/_site+1.yaml', { theme: 'dark' }),
    )
    expect(only(proposal).table.recordFile.excludeRegex).toBe('^(_site\\+1\\.yaml)$')
    expect(proposal.leftOut).toEqual([
      { path: 'posts/_site+1.yaml', why: 'is no record like the 2 beside it: other fields, or another key than its name says' },
    ])
  })

  test('what belongs to nothing is left out, with the reason', () => {
    const proposal = propose(
      map('config.yaml', { theme: 'dark' }),
      rows('empty.json'),
      rows('twins.json', { a: 1 }, { a: 1 }),
      csv('twice.csv', ['a', 'a'], ['1', '2']),
      map('mixed/a.yaml', { x: 1, y: 2 }),
      map('mixed/b.yaml', { p: 1, q: 2 }),
    )
    expect(proposal.tables).toEqual([])
    expect(proposal.leftOut).toEqual([
      { path: 'config.yaml', why: 'is one map by itself: neither a list, nor a map of records, nor one of several alike' },
      { path: 'empty.json', why: 'has no rows' },
      { path: 'mixed/a.yaml', why: 'is one map by itself: neither a list, nor a map of records, nor one of several alike' },
      { path: 'mixed/b.yaml', why: 'is one map by itself: neither a list, nor a map of records, nor one of several alike' },
      { path: 'twice.csv', why: 'has two columns of one name' },
      { path: 'twins.json', why: 'has no column, and no two, that name every row differently' },
    ])
  })

  test('two tables of one name are told apart by their directories, and ids that are taken are not used', () => {
    const { tables } = proposeTables(
      [rows('a/users.json', { id: '1' }), rows('b/users.json', { id: '1' }), rows('c d/größen.json', { id: '1' })],
      'folder',
      { taken: ['Users'] },
    )
    expect(tables.map(({ table }) => table.id)).toEqual(['a_users', 'b_users', 'gr_en'])
  })
})

describe('keys', () => {
  test.each([
    [
      'a usual name before others',
      [
        { name: 'x', id: '1' },
        { name: 'y', id: '2' },
      ],
      ['id'],
    ],
    [
      'the name of the table before that',
      [
        { id: '1', user_id: 'a' },
        { id: '2', user_id: 'b' },
      ],
      ['user_id'],
    ],
    [
      'the first column that names every row',
      [
        { b: 'x', c: 'p' },
        { b: 'y', c: 'p' },
      ],
      ['b'],
    ],
    [
      'two columns together',
      [
        { a: '1', b: '1' },
        { a: '1', b: '2' },
        { a: '2', b: '1' },
      ],
      ['a', 'b'],
    ],
  ])('%s', (_, list, key) => {
    expect(only(propose(rows('users.json', ...list))).table.primaryKey).toEqual(key)
  })

  test('a value that cannot be a key everywhere names nothing', () => {
    expect(only(propose(rows('users.json', { id: 'a/b', code: 'x' }, { id: 'c', code: 'y' }))).table.primaryKey).toEqual(['code'])
  })

  test('a field that repeats the file name is the key field', () => {
    const { table } = only(propose(map('u/a.yaml', { code: 'a', n: 1 }), map('u/b.yaml', { code: 'b', n: 1 })))
    expect(table.rules.keyField).toBe('code')
  })
})

describe('columns', () => {
  test.each([
    ['bool', [true, false]],
    ['int', [1, 2]],
    ['float', [1, 2.5]],
    ['date', ['2024-01-31', '2023-12-01']],
    ['datetime', ['2024-01-31T10:00:00Z', '2023-12-01 09:00']],
    ['time', ['09:30', '23:59:59']],
    ['string', ['a', '2024-13-01']],
    ['[]string', [['a'], []]],
    ['[]int', [[1], [2, 3]]],
    ['[]any', [['a', 1], []]],
    ['map[locale]string', [{ en: 'x' }, { 'pt-BR': 'y' }]],
    ['map[string]any', [{ en: 1 }, { a: 'y' }]],
    ['any', [1, 'a']],
  ])('%s', (type, [first = null, second = null]) => {
    expect(columnOf(propose(rows('t.json', { id: 'a', v: first }, { id: 'b', v: second })), 'v')?.column).toEqual({ name: 'v', type, required: true })
  })

  test('CSV cells are judged by how they are written', () => {
    const proposal = propose(csv('t.csv', ['id', 'zip', 'n', 'ok', 'f'], ['a', '007', '1', 'true', '1.5'], ['b', '123', '-2', 'false', '2']))
    expect(only(proposal).columns.map(({ column }) => column.type)).toEqual(['string', 'string', 'int', 'bool', 'float'])
  })

  test('a field that some records lack is not required, and the evidence counts', () => {
    const found = columnOf(propose(rows('t.json', { id: 'a', v: 1 }, { id: 'b' }, { id: 'c', v: null })), 'v')
    expect(found).toEqual({ column: { name: 'v', type: 'int' }, evidence: 'int in 1 of 3' })
  })

  test('one record proves nothing about what is required', () => {
    expect(columnOf(propose(rows('t.json', { id: 'a', v: 1 })), 'v')?.column.required).toBeUndefined()
  })
})

describe('references', () => {
  const authors = [map('authors/ann.yaml', { name: 'Ann' }), map('authors/bob.yaml', { name: 'Bob' })]
  const referenceOf = (...books: readonly JsonObject[]) => {
    const { tables } = propose(...authors, rows('books.json', ...books))
    return tables.find(({ table }) => table.id === 'books')?.columns.find(({ column }) => column.name !== 'id')
  }

  test.each(['author', 'author_id', 'authorId', 'authors', 'author_key'])(
    'a column called %s whose values are all keys refers to the table',
    (name) => {
      expect(referenceOf({ id: '1', [name]: 'ann' }, { id: '2', [name]: 'bob' })).toMatchObject({
        column: { foreignKey: 'authors' },
        reference: 'refers to authors: all 2 values are keys of authors',
      })
    },
  )

  test('so do lists of keys', () => {
    expect(referenceOf({ id: '1', authors: ['ann', 'bob'] }, { id: '2', authors: [] })?.column).toMatchObject({
      type: '[]string',
      foreignKey: 'authors',
    })
  })

  test('a reference that some values break is told and not proposed', () => {
    const found = referenceOf({ id: '1', author: 'ann' }, { id: '2', author: 'zoe' }, { id: '3', author: 'bob' })
    expect(found?.column.foreignKey).toBeUndefined()
    expect(found?.reference).toBe('no reference to authors: 1 of 3 values are no keys of authors: zoe')
  })

  test('a column of another name needs several different texts, and numbers never do', () => {
    expect(referenceOf({ id: '1', who: 'ann' }, { id: '2', who: 'bob' })?.column.foreignKey).toBeUndefined()
    const things = [1, 2, 3, 4, 5, 6].map((id) => ({ id: String(id) }))
    const { tables } = propose(rows('things.json', ...things), rows('counts.json', ...things.map(({ id }) => ({ id: `c${id}`, n: Number(id) }))))
    expect(tables[0]?.columns.find(({ column }) => column.name === 'n')?.column.foreignKey).toBeUndefined()
  })
})
