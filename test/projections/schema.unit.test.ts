import Database from 'better-sqlite3'
import { getTableColumns, getTableName, is } from 'drizzle-orm'
import { getTableConfig, SQLiteTable } from 'drizzle-orm/sqlite-core'
import { expect, test } from 'vitest'
import { fixedTables } from '../../projections/record-versions/schema.ts'
import * as definitions from '../../projections/record-versions/table.ts'

const tables = Object.values(definitions).filter((value) => is(value, SQLiteTable))

test('the typed definition names exactly the tables, columns and indexes that the SQL creates', () => {
  const db = new Database(':memory:')
  db.exec(fixedTables)
  const created = db.prepare("select name from sqlite_master where type = 'table' order by name").pluck().all()
  expect(tables.map(getTableName).sort()).toEqual(created)
  for (const table of tables) {
    const columns = db
      .prepare<[string], { name: string; type: string; notnull: number; pk: number }>('select * from pragma_table_info(?)')
      .all(getTableName(table))
    const typed = Object.values(getTableColumns(table))
    expect(typed.map((column) => [column.name, column.getSQLType().toUpperCase()])).toEqual(columns.map(({ name, type }) => [name, type]))
    for (const column of typed) {
      const row = columns.find(({ name }) => name === column.name)
      expect([column.name, column.notNull]).toEqual([column.name, row?.notnull === 1 || (row?.pk ?? 0) > 0])
    }
    const indexes = db
      .prepare<[string], { name: string; unique: number }>('select name, "unique" from pragma_index_list(?) where origin = \'c\'')
      .all(getTableName(table))
    expect(
      getTableConfig(table)
        .indexes.map(({ config }) => [config.name, config.unique ? 1 : 0])
        .sort(),
    ).toEqual(indexes.map(({ name, unique }) => [name, unique]).sort())
  }
  db.close()
})
