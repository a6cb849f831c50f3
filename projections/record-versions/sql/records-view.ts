import { listKeyColumns, type Table } from '../../../domain/table/table.ts'
import { jsonPaths } from '../field-expression.ts'
import type { Line } from '../lanes.ts'
import { isTyped, type TableStorage } from '../table-storage.ts'
import { visibleSources } from '../visible-sources.ts'
import { sqlText } from './sql-text.ts'

/**
 * The records of a table at the end of a line: `"$id"`, below records `"$parent"` before it, then the columns of the definition. Columns of one scalar
 * type have it and can use the table's indexes; any other holds what JSON says: a scalar, or a list or object as JSON text.
 * @param storage  `undefined`: nothing was ever stored
 */
export const recordsView = (
  line: Line,
  table: Table,
  storage: TableStorage | undefined,
): { readonly columns: readonly string[]; readonly view: string } => {
  const keys = listKeyColumns(table).map(({ name }) => name)
  const keyNames = keys.length === 0 ? ['$id'] : keys
  const others = table.columns.filter(({ name }) => !keyNames.includes(name) && name !== '$ID')
  const columns = [...keyNames, ...others.map(({ name }) => name)]
  if (storage === undefined) return { columns, view: `select ${columns.map(() => 'null').join(', ')} where false` }
  const stored = (name: string): string => (name === '$id' && keys.length === 0 ? 'v.key' : `v.${storage.columns.get(name)}`)
  const values = [
    ...keyNames.map(stored),
    ...others.map((column) => (isTyped(column) && storage.columns.has(column.name) ? stored(column.name) : fromText(column.name))),
  ]
  const view = visibleSources(line, storage.name)
    .map(({ condition, parameters }) => `select ${values.join(', ')} from ${storage.name} v where ${inline(condition, parameters)}`)
    .join(' union all ')
  return { columns, view }
}

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
