import { orderColumns } from '../table/build-table.ts'
import type { Table } from '../table/table.ts'
import type { ExportColumn } from './export-file.ts'
import type { View } from './view.ts'

/** `$ID`, then the columns of the view, else those of `columns_order`, else all by name. */
export const dataColumns = (table: Table, view: Pick<View, 'columns'>): readonly ExportColumn[] =>
  withTypes(table, ['$ID', ...chooseNames(table, view)])

/** For people: the columns of the view as they stand there, else as in data. */
export const tableColumns = (table: Table, view: Pick<View, 'columns'>): readonly ExportColumn[] =>
  view.columns.length === 0 ? dataColumns(table, view) : withTypes(table, view.columns)

/** Columns that a view names and the table does not have. */
export const findUnknownColumns = (table: Table, view: Pick<View, 'columns'>): readonly string[] =>
  view.columns.filter((name) => name !== '$ID' && !table.columns.some((column) => column.name === name))

const chooseNames = (table: Table, { columns }: Pick<View, 'columns'>): readonly string[] => {
  if (columns.length > 0) return columns
  return table.columnsOrder.length > 0 ? table.columnsOrder : orderColumns(table.columns, []).map(({ name }) => name)
}

const withTypes = (table: Table, names: readonly string[]): readonly ExportColumn[] =>
  [...new Set(names)].map((name) => ({
    name,
    type: table.columns.find((column) => column.name === name)?.type ?? (name === '$ID' ? 'string' : undefined),
  }))
