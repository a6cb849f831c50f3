import { type Catalogue, listKeyColumns, type Table } from '../../../domain/table/table.ts'
import { jsonPaths } from '../field-expression.ts'
import type { Line } from '../lanes.ts'
import { indexedColumns, isTyped, type TableStorage } from '../table-storage.ts'
import { visibleSources } from '../visible-sources.ts'
import { sqlText } from './sql-text.ts'

/** A table at the end of a line, among the tables that were there. */
export interface TableOfLine {
  readonly line: Line
  readonly catalogue: Catalogue
  readonly table: Table
  /** `undefined`: nothing was ever stored. */
  readonly storage: TableStorage | undefined
}

/**
 * The records of a table at the end of a line: `"$id"`, below records `"$parent"` before it, then the columns of the definition. Columns of one scalar
 * type have it and can use the table's indexes; any other holds what JSON says: a scalar, or a list or object as JSON text.
 */
export const recordsView = ({ line, catalogue, table, storage }: TableOfLine): { readonly columns: readonly string[]; readonly view: string } => {
  const keys = listKeyColumns(table).map(({ name }) => name)
  const keyNames = keys.length === 0 ? ['$id'] : keys
  const others = table.columns.filter(({ name }) => !keyNames.includes(name) && name !== '$ID')
  const columns = [...keyNames, ...others.map(({ name }) => name)]
  if (storage === undefined) return { columns, view: `select ${columns.map(() => 'null').join(', ')} where false` }
  const sources = visibleSources(line, storage.name)
  const inIndex = sources.length > 1 ? indexedColumns(catalogue, table, storage) : undefined
  const place = (column: string | undefined): string => `${inIndex === undefined || inIndex.has(column ?? '') ? 'v' : 'w'}.${column}`
  const stored = (name: string): string => (name === '$id' && keys.length === 0 ? 'v.key' : place(storage.columns.get(name)))
  const values = [
    ...keyNames.map(stored),
    ...others.map((column) => (isTyped(column) && storage.columns.has(column.name) ? stored(column.name) : fromText(column.name))),
  ]
  const from = `${storage.name} v${inIndex === undefined ? '' : ` ${laterLookup(storage.name)}`}`
  const view = sources.map(({ condition, parameters }) => `select ${values.join(', ')} from ${from} where ${inline(condition, parameters)}`)
  return { columns, view: view.join(' union all ') }
}

/**
 * An old commit passes newer versions that only their index entry tells from its own (see `versionColumns`). SQLite looks a row up in its table before
 * it tests anything, so the columns that no index has come from the same row once more, after the test. Where a statement needs none of them SQLite
 * leaves the join out.
 */
const laterLookup = (name: string): string => `left join ${name} w on w.lane = v.lane and w.key = v.key and w.from_seq = v.from_seq`

/** Asked of the text of a record only when the column is. */
const fromText = (name: string): string => {
  const place = jsonPaths([name]).at(-1) ?? '$'
  return `(select json_extract(b.json, ${sqlText(place)}) from changes b where b.change_no = v.change_no)`
}

/** All of them are numbers of ours. */
const inline = (condition: string, parameters: readonly unknown[]): string => {
  let next = 0
  return condition.replaceAll('?', () => String(Number(parameters[next++])))
}
