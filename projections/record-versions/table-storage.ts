import type { FieldPath } from '../../domain/query/filter.ts'
import { readColumnPath, searchedPaths } from '../../domain/table/indexed-path.ts'
import { type Catalogue, type Column, listKeyColumns, resolveForeignKey, type Table } from '../../domain/table/table.ts'
import type { ReadDatabase } from '../read-database.ts'
import { addFieldColumns, type ColumnOwner, nameColumns, readPaths } from './field-columns.ts'
import { pathName } from './path-name.ts'
import type { ReadJson } from './read-json.ts'
import { integerFields } from './record-json.ts'
import { addSearchFields, type SearchOwner } from './search-index.ts'

/** Types whose values are scalars of one kind: they get a column of their own, the rest stays in the JSON text. */
const typedColumnTypes = new Set(['string', 'int', 'float', 'bool', 'date', 'time', 'datetime'])

/** Where the versions of a table are kept: SQLite table `t<no>`, with columns for fields. What an older definition asked for stays there. */
export type TableStorage = ColumnOwner & SearchOwner

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
  const row = db
    .sql<{ tableNo: number; columns: string; paths: string; search: string }>(
      'select table_no tableNo, columns, paths, search from tables where table_id = ?',
    )
    .get(tableId)
  return (
    row && {
      tableNo: row.tableNo,
      name: `t${row.tableNo}`,
      columns: nameColumns(JSON.parse(row.columns)),
      paths: readPaths(row.paths),
      search: JSON.parse(row.search),
    }
  )
}

export const createStorage = ({ db, createIndex }: Pick<StorageTools, 'db' | 'createIndex'>, tableId: string): TableStorage => {
  db.sql("insert into tables (table_id, columns, paths, search) values (?, '[]', '[]', '[]')").run(tableId)
  const storage = readStorage(db, tableId)
  if (storage === undefined) throw new Error(`table ${tableId} was not stored`)
  db.execute(createVersions(storage.name))
  createIndex(`create index ${storage.name}_page on ${storage.name} (place, key, ${versionColumns})`)
  return storage
}

/** Makes sure that a table's columns and its indexes exist; new columns are filled for all versions there are. */
export const ensureStorage = (tools: StorageTools, catalogue: Catalogue, table: Table): TableStorage => {
  const before = readStorage(tools.db, table.id) ?? createStorage(tools, table.id)
  const entries = indexedPaths(catalogue, table)
  const typed = [...listKeyColumns(table), ...table.columns.filter(isTyped)].map((column) => column.name)
  const open = entries.flat().filter((path) => path.length > 1 || !typed.includes(path[0] ?? ''))
  const search = addSearchFields(tools, before, searchedPaths(table))
  const storage = { ...before, ...addFieldColumns(tools, before, { columns: typed, paths: open, integers: integerFields(table) }), search }
  for (const columns of listFieldIndexes(entries, storage)) createFieldIndex(tools, storage, columns)
  return storage
}

/** Columns of a versions table that one of its indexes has; an older definition may have left more indexes than it knows. */
export const indexedColumns = (catalogue: Catalogue, table: Table, storage: TableStorage): ReadonlySet<string> =>
  new Set(listFieldIndexes(indexedPaths(catalogue, table), storage).flat())

const listFieldIndexes = (entries: readonly (readonly FieldPath[])[], storage: TableStorage): readonly (readonly string[])[] =>
  entries.flatMap((paths) => {
    const columns = paths.map((path) => columnsOf(storage, path))
    return columns.every((names) => names !== undefined) ? [columns.flat()] : []
  })

/** The key follows the fields, so that an index also has the order of equal values. */
const createFieldIndex = ({ createIndex }: StorageTools, { name }: TableStorage, columns: readonly string[]): void =>
  createIndex(`create index if not exists ${name}_${columns.join('_')} on ${name} (place, ${columns.join(', ')}, key, ${versionColumns})`)

/**
 * What tells whether a version is visible at a commit, at the end of every index: a page at an old commit may pass thousands of newer versions, and
 * looking each up in its table takes twenty times as long as reading on in the index.
 */
const versionColumns = 'from_seq, to_seq, change_no'

const columnsOf = ({ columns, paths }: TableStorage, path: FieldPath): readonly string[] | undefined => {
  const typed = path.length === 1 && path[0] !== undefined ? columns.get(path[0]) : undefined
  const open = paths.get(pathName(path))
  return typed === undefined ? open && [open.rank, open.value] : [typed]
}

export const isTyped = (column: Column): boolean => typedColumnTypes.has(column.type) && column.name !== '$ID' && column.name !== '$id'

/** A unique rule or a foreign key on lists or objects needs no index: whoever asks for one reads the JSON text. */
const indexedPaths = (catalogue: Catalogue, table: Table): readonly (readonly FieldPath[])[] => {
  const references = table.columns.filter((column) => column.foreignKey !== undefined && resolveForeignKey(catalogue, table, column.foreignKey))
  const keys = listKeyColumns(table)
  const isScalar = (name: string): boolean => [...keys, ...table.columns.filter(isTyped)].some((column) => column.name === name)
  const scalars = [
    ...(keys.length === 0 ? [] : [keys.map(({ name }) => name)]),
    ...table.rules.unique,
    ...references.map((column) => [column.name]),
  ].filter((names) => names.every(isScalar))
  const declared = table.rules.indexes.map((names) => names.map((name) => readColumnPath([...keys, ...table.columns], name)))
  return [...scalars.map((names) => names.map((name) => [name])), ...declared.filter((paths) => paths.every((path) => path !== undefined))]
}
