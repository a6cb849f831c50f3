import { isJsonObject, type JsonObject } from '../../domain/json.ts'
import { type Catalogue, type Column, resolveForeignKey, type Table } from '../../domain/table/table.ts'
import type { ReadDatabase, SqlValue } from '../read-database.ts'
import type { ReadJson } from './read-json.ts'
import { columnValue } from './record-json.ts'

/** Types whose values are scalars of one kind: they get a column of their own, the rest stays in the JSON text. */
const typedColumnTypes = new Set(['string', 'int', 'float', 'bool', 'date', 'time', 'datetime'])
/** SQLite allows 2,000 columns; beyond this many, fields are read from the JSON text. */
const typedColumnsMax = 500

/** Where the versions of a table are kept: SQLite table `t<no>`, with a column `c<n>` for each scalar field. */
export interface TableStorage {
  readonly tableNo: number
  readonly name: string
  /** field → column, in column number order. Fields that an older definition had stay here. */
  readonly columns: ReadonlyMap<string, string>
}

/** Every `t<no>`: versions with the interval [from_seq, to_seq) of commits on `lane` for which they hold, filed at `place` (see buckets.ts); `change_no` null: deleted. */
const createVersions = (name: string): string => `
create table ${name} (
  lane integer not null,
  key text not null,
  from_seq integer not null,
  to_seq integer,
  place integer not null,
  change_no integer,
  primary key (lane, key, from_seq)
) without rowid`

export interface StorageTools {
  readonly db: ReadDatabase
  readonly readJson: ReadJson
  /** Runs the statement now, or once a new file is filled: an index built at the end costs a fraction of one kept up row by row. */
  createIndex(statement: string): void
}

export const quarantineTable = '$quarantine'

export const readStorage = (db: ReadDatabase, tableId: string): TableStorage | undefined => {
  const row = db.sql<{ tableNo: number; columns: string }>('select table_no tableNo, columns from tables where table_id = ?').get(tableId)
  if (row === undefined) return undefined
  const columns = new Map((JSON.parse(row.columns) as string[]).map((field, index) => [field, `c${index + 1}`]))
  return { tableNo: row.tableNo, name: `t${row.tableNo}`, columns }
}

export const createStorage = ({ db, createIndex }: Pick<StorageTools, 'db' | 'createIndex'>, tableId: string): TableStorage => {
  db.sql("insert into tables (table_id, columns) values (?, '[]')").run(tableId)
  const storage = readStorage(db, tableId)
  if (storage === undefined) throw new Error(`table ${tableId} was not stored`)
  db.execute(createVersions(storage.name))
  createIndex(`create index ${storage.name}_page on ${storage.name} (place, key)`)
  return storage
}

/** Makes sure that a table's scalar columns and its indexes exist; new columns are filled for all versions there are. */
export const ensureStorage = (tools: StorageTools, catalogue: Catalogue, table: Table): TableStorage => {
  const { db } = tools
  const before = readStorage(db, table.id) ?? createStorage(tools, table.id)
  const storage = addColumns(tools, before, table.columns.filter(isTyped))
  for (const fields of indexedFields(catalogue, table)) {
    const columns = fields.map((field) => storage.columns.get(field))
    if (columns.every((column) => column !== undefined)) {
      tools.createIndex(`create index if not exists ${storage.name}_${columns.join('_')} on ${storage.name} (place, ${columns.join(', ')}, key)`)
    }
  }
  return storage
}

export const isTyped = (column: Column): boolean => typedColumnTypes.has(column.type) && column.name !== '$ID' && column.name !== '$id'

const addColumns = (tools: StorageTools, storage: TableStorage, wanted: readonly Column[]): TableStorage => {
  const { db } = tools
  const missing = wanted.map((column) => column.name).filter((name) => !storage.columns.has(name))
  const added = missing.slice(0, Math.max(0, typedColumnsMax - storage.columns.size))
  if (added.length === 0) return storage
  const columns = new Map(storage.columns)
  for (const field of added) {
    const column = `c${columns.size + 1}`
    columns.set(field, column)
    db.execute(`alter table ${storage.name} add column ${column}`)
  }
  db.sql('update tables set columns = ? where table_no = ?').run(JSON.stringify([...columns.keys()]), storage.tableNo)
  fillColumns(tools, { ...storage, columns }, added)
  return { ...storage, columns }
}

const fillColumns = ({ db, readJson }: StorageTools, storage: TableStorage, fields: readonly string[]): void => {
  const assignments = fields.map((field) => `${storage.columns.get(field)} = ?`).join(', ')
  const update = `update ${storage.name} set ${assignments} where lane = ? and key = ? and from_seq = ?`
  const rows = db
    .sql<{ lane: number; key: string; fromSeq: number; json: string }>(
      `select lane, v.key, from_seq fromSeq, json from ${storage.name} v join changes using (change_no) where json is not null`,
    )
    .all()
  for (const { lane, key, fromSeq, json } of rows) {
    const record = readJson(json)
    if (!isJsonObject(record)) throw new Error(`a version of ${key} holds no record`)
    db.sql(update).run(...fields.map((field) => columnValue(memberOf(record, field))), lane, key, fromSeq)
  }
}

const indexedFields = (catalogue: Catalogue, table: Table): readonly (readonly string[])[] => {
  const references = table.columns.filter((column) => column.foreignKey !== undefined && resolveForeignKey(catalogue, table, column.foreignKey))
  return [...table.rules.unique, ...references.map((column) => [column.name]), ...table.rules.indexes]
}

/** Values for the columns of a storage, in column number order. */
export const columnValues = (storage: TableStorage, fields: JsonObject | undefined): readonly SqlValue[] => {
  const values: SqlValue[] = []
  for (const field of storage.columns.keys()) values.push(fields === undefined ? null : columnValue(memberOf(fields, field)))
  return values
}

const memberOf = (fields: JsonObject, name: string) => (Object.hasOwn(fields, name) ? fields[name] : undefined)
