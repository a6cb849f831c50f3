import { isJsonObject, type JsonObject } from '../../domain/json.ts'
import { valueAt } from '../../domain/query/evaluate-filter.ts'
import type { FieldPath } from '../../domain/query/filter.ts'
import { wordsOfField } from '../../domain/query/search.ts'
import type { ReadDatabase } from '../read-database.ts'
import type { ReadJson } from './read-json.ts'

/** A versions table and the fields whose words are indexed: full-text table `t<no>_search` with a column `s<n>` for each, by change number. */
export interface SearchOwner {
  readonly tableNo: number
  readonly name: string
  readonly search: readonly FieldPath[]
}

interface SearchTools {
  readonly db: ReadDatabase
  readonly readJson: ReadJson
  createIndex(statement: string): void
}

/**
 * Makes sure that the words of these fields are indexed, for all versions there are; fields that an older definition searched stay. What is indexed
 * are versions, not records: which of them count at a commit is a join with their intervals. Words are made by us and only kept by SQLite.
 */
export const addSearchFields = (tools: SearchTools, storage: SearchOwner, wanted: readonly FieldPath[]): readonly FieldPath[] => {
  const known = new Set(storage.search.map((path) => JSON.stringify(path)))
  const added = wanted.filter((path) => !known.has(JSON.stringify(path)))
  if (added.length === 0) return storage.search
  const search = [...storage.search, ...added]
  const { db } = tools
  const { name } = storage
  db.execute(`drop table if exists ${name}_words; drop table if exists ${name}_search`)
  const columns = search.map((_, index) => searchColumn(index)).join(', ')
  db.execute(`create virtual table ${name}_search using fts5(${columns}, content='', contentless_delete=1, tokenize='ascii')`)
  db.execute(`create virtual table ${name}_words using fts5vocab(${name}_search, instance)`)
  tools.createIndex(`create index if not exists ${name}_change on ${name} (change_no, place)`)
  db.sql('update tables set search = ? where table_no = ?').run(JSON.stringify(search), storage.tableNo)
  fillSearch(tools, { ...storage, search })
  return search
}

/** Column of the full-text table for the field at this index. */
export const searchColumn = (index: number): string => `s${index + 1}`

const fillSearch = ({ db, readJson }: SearchTools, storage: SearchOwner): void => {
  const rows = db
    .sql<{ changeNo: number; json: string }>(
      `select change_no changeNo, json from ${storage.name} join changes using (change_no) where json is not null`,
    )
    .all()
  const index = createSearchWriter(db, storage)
  for (const { changeNo, json } of rows) {
    const record = readJson(json)
    if (!isJsonObject(record)) throw new Error(`change ${changeNo} holds no record`)
    index(changeNo, record)
  }
}

/** Indexes the words of a version; does nothing for a table without search. */
export const createSearchWriter = (db: ReadDatabase, { name, search }: SearchOwner): ((changeNo: number, fields: JsonObject) => void) => {
  if (search.length === 0) return () => undefined
  const columns = search.map((_, index) => searchColumn(index))
  const insert = db.sql(`insert into ${name}_search (rowid, ${columns.join(', ')}) values (?${', ?'.repeat(columns.length)})`)
  return (changeNo, fields) => insert.run(changeNo, ...search.map((path) => wordsOfField(valueAt(path, '', fields)).join(' ')))
}

/** Forgets the words of changes that are about to be deleted. */
export const forgetSearch = (
  db: ReadDatabase,
  tableNo: number,
  { firstChange, count }: { readonly firstChange: number; readonly count: number },
): void => {
  const row = db.sql<{ search: string }>('select search from tables where table_no = ?').get(tableNo)
  if (row === undefined || row.search === '[]') return
  db.sql(
    `delete from t${tableNo}_search where rowid in
     (select change_no from changes where change_no >= ? and change_no < ? and table_no = ${tableNo} and json is not null)`,
  ).run(firstChange, firstChange + count)
}
