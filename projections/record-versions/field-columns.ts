import { isJsonObject, type JsonObject } from '../../domain/json.ts'
import { rankOf } from '../../domain/query/compare-values.ts'
import { valueAt } from '../../domain/query/evaluate-filter.ts'
import type { FieldPath } from '../../domain/query/filter.ts'
import { withKeyColumns } from '../../domain/record/record-key.ts'
import type { ReadDatabase, SqlValue } from '../read-database.ts'
import { pathName } from './path-name.ts'
import type { ReadJson } from './read-json.ts'
import { columnValue } from './record-json.ts'

/** SQLite allows 2,000 columns; beyond this many, fields are read from the JSON text. */
const typedColumnsMax = 500
const pathsMax = 100

/** Which columns of a versions table hold which fields, in the order of their numbers. */
export interface FieldColumns {
  /** Field of one scalar type → its column `c<n>`. */
  readonly columns: ReadonlyMap<string, string>
  /** `pathName` of an indexed field that may be anything → its columns `r<n>`, the type's rank, and `p<n>`, the value if it is a scalar. */
  readonly paths: ReadonlyMap<string, PathColumns>
}

interface PathColumns {
  readonly path: FieldPath
  readonly rank: string
  readonly value: string
}

/** Columns for the fields of a definition, in order. */
export const nameColumns = (fields: readonly string[]): FieldColumns['columns'] => new Map(fields.map((field, index) => [field, `c${index + 1}`]))

/** @param text  JSON list of paths, as `addFieldColumns` stores it */
export const readPaths = (text: string): FieldColumns['paths'] => namePaths(JSON.parse(text))

const namePaths = (paths: readonly FieldPath[]): FieldColumns['paths'] =>
  new Map(paths.map((path, index) => [pathName(path), { path, rank: `r${index + 1}`, value: `p${index + 1}` }]))

/** A versions table with its columns. */
export interface ColumnOwner extends FieldColumns {
  readonly tableNo: number
  readonly name: string
}

interface ColumnTools {
  readonly db: ReadDatabase
  readonly readJson: ReadJson
}

export interface WantedFields {
  readonly columns: readonly string[]
  readonly paths: readonly FieldPath[]
  /** Fields among `columns` that hold whole numbers. */
  readonly integers: ReadonlySet<string>
}

/** Adds columns for the fields that have none yet, and fills them for all versions there are. Cost, when there is something to add: the whole table. */
export const addFieldColumns = (tools: ColumnTools, storage: ColumnOwner, wanted: WantedFields): FieldColumns => {
  const missing = wanted.columns.filter((name) => !storage.columns.has(name))
  const missingPaths = new Map(wanted.paths.filter((path) => !storage.paths.has(pathName(path))).map((path) => [pathName(path), path]))
  const columns = nameColumns([...storage.columns.keys(), ...missing].slice(0, Math.max(typedColumnsMax, storage.columns.size)))
  const paths = namePaths(
    [...storage.paths.values(), ...[...missingPaths.values()].map((path) => ({ path }))]
      .map(({ path }) => path)
      .slice(0, Math.max(pathsMax, storage.paths.size)),
  )
  const known = new Set(columnNames(storage))
  const added = columnNames({ columns, paths }).filter((name) => !known.has(name))
  if (added.length === 0) return { columns: storage.columns, paths: storage.paths }
  for (const column of added) tools.db.execute(`alter table ${storage.name} add column ${column}`)
  const lists = [JSON.stringify([...columns.keys()]), JSON.stringify([...paths.values()].map(({ path }) => path))]
  tools.db.sql('update tables set columns = ?, paths = ? where table_no = ?').run(...lists, storage.tableNo)
  fillColumns(tools, { ...storage, columns, paths }, wanted.integers)
  return { columns, paths }
}

const fillColumns = ({ db, readJson }: ColumnTools, storage: ColumnOwner, integers: ReadonlySet<string>): void => {
  const assignments = columnNames(storage).map((name) => `${name} = ?`)
  const update = `update ${storage.name} set ${assignments.join(', ')} where lane = ? and key = ? and from_seq = ?`
  const rows = db
    .sql<{ lane: number; key: string; fromSeq: number; json: string }>(
      `select lane, v.key, from_seq fromSeq, json from ${storage.name} v join changes using (change_no) where json is not null`,
    )
    .all()
  for (const { lane, key, fromSeq, json } of rows) {
    const record = readJson(json)
    if (!isJsonObject(record)) throw new Error(`a version of ${key} holds no record`)
    db.sql(update).run(...columnValues(storage, withKeyColumns(key, record), integers), lane, key, fromSeq)
  }
}

/** Names of the columns that `columnValues` has values for. */
export const columnNames = ({ columns, paths }: FieldColumns): readonly string[] => [
  ...columns.values(),
  ...[...paths.values()].flatMap(({ rank, value }) => [rank, value]),
]

/** A record's values for the columns of its table, in the order of `columnNames`; all null for a version without content. @param integers  fields that hold whole numbers */
export const columnValues = (
  { columns, paths }: FieldColumns,
  fields: JsonObject | undefined,
  integers: ReadonlySet<string>,
): readonly SqlValue[] => {
  const values: SqlValue[] = []
  for (const field of columns.keys())
    values.push(fields === undefined ? null : columnValue(Object.hasOwn(fields, field) ? fields[field] : undefined, integers.has(field)))
  for (const { path } of paths.values()) {
    const value = fields === undefined ? undefined : valueAt(path, '', fields)
    values.push(value === undefined ? null : rankOf(value), columnValue(value))
  }
  return values
}
