import { beforeEach, describe, expect, test } from 'vitest'
import type { CallOperation } from '../../../api/contract/operations.ts'
import { expandRecords } from '../../../api/operations/expand-records.ts'
import type { JsonObject } from '../../../domain/json.ts'
import { parseExpand } from '../../../domain/query/parse-expand.ts'
import type { Snapshot } from '../../../projections/snapshot.ts'
import { callOn, FakeDatabase, fakeTable } from '../../support/fake-database.ts'
import { idOf } from '../../support/given-records.ts'

const columns = (own: Readonly<Record<string, string | readonly [type: string, foreignKey: string]>>) =>
  Object.entries(own).map(([name, type]) => (typeof type === 'string' ? { name, type } : { name, type: type[0], foreignKey: type[1] }))

let call: CallOperation

const openWith = (books: Readonly<Record<string, JsonObject>>) => {
  const tables = [
    fakeTable('countries', columns({ name: 'string' })),
    fakeTable('authors', columns({ name: 'string', country: ['string', 'countries'], friends: ['[]string', 'authors'] })),
    fakeTable('books', columns({ title: 'string', author: ['string', 'authors'], editor: ['any', 'authors'], shelf: ['int', 'geo.shelves'] })),
    fakeTable('geo.shelves', columns({ room: ['string', 'rooms'] })),
    fakeTable('geo.rooms', columns({ name: 'string' })),
  ]
  const database = new FakeDatabase(tables, {
    countries: { uk: { name: 'UK' } },
    authors: { ada: { name: 'Ada', country: 'uk', friends: ['bob', 'eve', 'ada'] }, bob: { name: 'Bob', country: 'xx' } },
    books,
    'geo.shelves': { 7: { room: 'r' } },
    'geo.rooms': { r: { name: 'R' } },
  })
  call = callOn(database)
  return database
}

beforeEach(() => {
  openWith({ b1: { title: 'B1', author: 'ada', editor: ['ada'], shelf: 7 }, b2: { title: 'B2', author: 'ada' }, b3: { author: 'gone' } })
})

const expandOf = async (table: string, id: string, ...expand: string[]) => {
  const answer = await call('getRecord', { table, id, fields: ['$id'], expand })
  return answer.ok ? JSON.parse(answer.value.json).$expand : answer.failure
}

describe('following foreign keys', () => {
  test('from the record, level by level, with null where there is nothing', async () => {
    expect(await expandOf('books', 'b1', 'author.country', 'editor')).toEqual({
      author: { $id: 'ada', name: 'Ada', country: 'uk', friends: ['bob', 'eve', 'ada'], $expand: { country: { $id: 'uk', name: 'UK' } } },
      editor: null,
    })
    expect(await expandOf('books', 'b3', 'author.country', 'editor')).toEqual({ author: null, editor: null })
    expect(await expandOf('authors', 'bob', 'country', 'friends')).toEqual({ country: null, friends: [] })
  })

  test('in a list, each in its place', async () => {
    expect(await expandOf('authors', 'ada', 'friends.country')).toMatchObject({
      friends: [{ $id: 'bob', $expand: { country: null } }, null, { $id: 'ada', $expand: { country: { $id: 'uk' } } }],
    })
  })

  test('to the record, by table and column', async () => {
    expect(await expandOf('authors', 'ada', 'books(author)', 'authors()')).toMatchObject({
      'books(author)': [{ $id: 'b1' }, { $id: 'b2' }],
      'authors(friends)': [{ $id: 'ada' }],
    })
    expect(await expandOf('countries', 'uk', 'authors(country).books(author)')).toMatchObject({
      'authors(country)': [{ $id: 'ada', $expand: { 'books(author)': [{ $id: 'b1' }, { $id: 'b2' }] } }],
    })
  })

  test('between tables of a module, by numbers, and by ids with dots', async () => {
    expect(await expandOf('books', 'b1', 'shelf.room')).toEqual({ shelf: { $id: '7', room: 'r', $expand: { room: { $id: 'r', name: 'R' } } } })
    const back = { 'geo.shelves(room)': [{ $id: '7', room: 'r', $expand: { 'books(shelf)': [expect.objectContaining({ $id: 'b1' })] } }] }
    expect(await expandOf('geo.rooms', 'r', 'shelves(room).books(shelf)')).toEqual(back)
    expect(await expandOf('geo.rooms', 'r', 'geo.shelves(room).books()')).toEqual(back)
  })

  test('of many records is one question a step', async () => {
    const database = openWith(Object.fromEntries(Array.from({ length: 900 }, (_, index) => [`b${index}`, { author: 'ada' }])))
    const snapshot = await database.read({})
    if (!snapshot.ok) throw new Error('no snapshot')
    const { catalogue, selectRecords } = snapshot.value
    const [books, steps] = [catalogue.tables.find(({ id }) => id === 'books'), ['author.country', 'author.friends', 'shelf']]
    const rows = await selectRecords(idOf('books'), { where: undefined, orderBy: [], limit: undefined, offset: 0 })
    const parsed = books === undefined ? undefined : parseExpand(catalogue, books, steps)
    let questions = 0
    const counting: Snapshot = {
      ...snapshot.value,
      selectRecords: (...question) => {
        questions++
        return selectRecords(...question)
      },
    }
    if (!rows.ok || parsed?.ok !== true) throw new Error('no rows')
    expect((await expandRecords(counting, parsed.value, rows.value)).ok).toBe(true)
    expect(questions).toBe(3)
  })

  test('of many records gives each its own', async () => {
    openWith(Object.fromEntries(Array.from({ length: 900 }, (_, index) => [`b${index}`, { author: index % 2 === 0 ? 'ada' : 'bob' }])))
    const answer = await call('selectRecords', { table: 'books', expand: ['author'] })
    expect(answer).toMatchObject({ ok: true, value: { columns: expect.arrayContaining(['$expand']) } })
    const names = answer.ok ? answer.value.records.map(({ json }) => JSON.parse(json).$expand.author.name) : []
    expect(new Set(names)).toEqual(new Set(['Ada', 'Bob']))
  })
})

describe('refused is', () => {
  test.each([
    ['autor', /no foreign key of or to books: say author or editor or shelf/],
    ['title', /no foreign key/],
    ['author.name', /"name" is no foreign key of or to authors/],
    ['authors(author)', /no foreign key/],
    ['author.books()', /can mean several foreign keys: say books\(author\) or books\(editor\)/],
    ['author(', /closing parenthesis|expected/],
    ['', /expected/],
    ['author..country', /expected/],
    ['author country', /expected/],
  ])('%j, which is no path', async (path, message) => {
    expect(await expandOf('books', 'b1', path)).toMatchObject({ kind: 'invalid-input', issues: [{ message: expect.stringMatching(message) }] })
  })

  test('a path of more than three levels, and too many paths', async () => {
    expect(await expandOf('books', 'b1', 'author.friends.friends.country')).toMatchObject({ kind: 'limit-exceeded', limit: 3, actual: 4 })
    expect(await expandOf('books', 'b1', ...Array<string>(21).fill('author'))).toMatchObject({ kind: 'limit-exceeded', limit: 20 })
  })

  test('an answer of more than 100,000 included records, before it is built', async () => {
    openWith(Object.fromEntries(Array.from({ length: 400 }, (_, index) => [`b${index}`, { author: 'ada' }])))
    const answer = await call('selectRecords', { table: 'books', expand: ['author.books(author)'] })
    expect(answer).toMatchObject({ ok: false, failure: { kind: 'limit-exceeded', limit: 100_000, actual: 160_400, unit: 'included records' } })
  })

  test('a record whose own field would be hidden', async () => {
    openWith({ b1: { author: 'ada', $expand: 1 } })
    expect(await expandOf('books', 'b1', 'author')).toMatchObject({ kind: 'unsupported' })
  })
})
