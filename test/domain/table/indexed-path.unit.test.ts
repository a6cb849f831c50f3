import { expect, test } from 'vitest'
import { readColumnPath, searchedPaths } from '../../../domain/table/indexed-path.ts'
import { dropColumn, renameColumns } from '../../../domain/table/rename-columns.ts'
import { tableOf } from '../../support/given-records.ts'

const rules = { indexes: [['home.city'], ['title', 'home.city'], ['title']], search: ['title', 'home.city', 'a.b'] }
const table = tableOf('t', { columns: { title: 'string', home: 'any', 'a.b': 'string' }, rules })

test('a name is a column, and else a place in one', () => {
  expect(readColumnPath(table.columns, 'a.b')).toEqual(['a.b'])
  expect(readColumnPath(table.columns, 'home.cities[0]')).toEqual(['home', 'cities', '0'])
  expect(readColumnPath(table.columns, 'gone.city')).toBeUndefined()
  expect(readColumnPath(table.columns, 'home.')).toBeUndefined()
  expect(searchedPaths(table)).toEqual([['title'], ['home', 'city'], ['a.b']])
})

test('places in a column that is renamed or dropped go with it', () => {
  expect(renameColumns(table, { home: 'addr.1', title: 'name' }).rules).toMatchObject({
    indexes: [['`addr.1`.city'], ['name', '`addr.1`.city'], ['name']],
    search: ['name', '`addr.1`.city', 'a.b'],
  })
  expect(dropColumn(table, 'home').rules).toMatchObject({ indexes: [['title', 'home.city'], ['title']], search: ['title', 'a.b'] })
})
