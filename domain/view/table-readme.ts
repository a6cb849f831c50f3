import type { Column, Table } from '../table/table.ts'
import { tableColumns } from './export-columns.ts'
import type { ExportColumn } from './export-file.ts'
import type { ExportRow, ReadmeSettings, TableViews, View } from './view.ts'

/** What the README of a table says. */
export interface TableReadme {
  readonly title: string
  /** `undefined`: hidden. */
  readonly columns: readonly Column[] | undefined
  /** Those of them that the Go tools list. */
  readonly columnsInOrder: readonly Column[]
  readonly subcollections: readonly { readonly name: string; readonly link: string; readonly below: number }[]
  readonly views: readonly View[]
  readonly preview: ReadmePreview | undefined
}

export interface ReadmePreview {
  /** `Top 3 records where age > 30 ordered by name` */
  readonly heading: string
  readonly columns: readonly ExportColumn[]
  readonly rows: readonly ExportRow[]
}

export interface ReadmeSource {
  readonly table: Table
  readonly views: Pick<TableViews, 'views' | 'readme'>
  /** All tables, for those below this one. */
  readonly tables: readonly Table[]
  /** Rows of the preview. */
  readonly rows: readonly ExportRow[]
}

export const planReadme = ({ table, views: { views, readme }, tables, rows }: ReadmeSource): TableReadme => {
  const columns = table.columns.filter(({ name }) => !isHidden(readme, name))
  const below = tables.filter(({ parent }) => parent === table.id)
  return {
    title: titleOf(table),
    columns: readme.hideColumns === true ? undefined : columns,
    columnsInOrder: table.columnsOrder.flatMap((name) => columns.find((column) => column.name === name) ?? []),
    subcollections: readme.hideSubcollections ? [] : below.map((sub) => describeSubcollection(table, sub, tables)),
    views: readme.hideViews ? [] : views.filter(({ isDefault }) => !isDefault),
    preview: readme.preview === undefined ? undefined : planPreview(table, readme.preview, rows),
  }
}

const isHidden = ({ hideColumns }: ReadmeSettings, name: string): boolean => Array.isArray(hideColumns) && hideColumns.includes(name)

const titleOf = ({ titles = {}, id }: Table): string => titles.en ?? titles[Object.keys(titles).sort()[0] ?? ''] ?? id

const describeSubcollection = (table: Table, sub: Table, tables: readonly Table[]): TableReadme['subcollections'][number] => {
  const name = sub.id.slice(table.id.length + 1)
  const directory = sub.definitionDirectory ?? ''
  const link = directory.startsWith(`${table.directory}/`) ? directory.slice(table.directory.length + 1) : name
  return { name, link, below: tables.filter(({ parent }) => parent === sub.id).length }
}

const planPreview = (table: Table, view: View, rows: readonly ExportRow[]): ReadmePreview => {
  const top = view.top === undefined ? 'All records' : `Top ${view.top} records`
  const where = view.where === undefined ? '' : ` where ${view.where}`
  const order = view.orderBy === undefined ? '' : ` ordered by ${view.orderBy}`
  return { heading: top + where + order, columns: tableColumns(table, view), rows: view.top === undefined ? rows : rows.slice(0, view.top) }
}
