import type { TableId } from '../ids.ts'
import type { Json, JsonObject } from '../json.ts'
import type { Column, Layout, RecordFormat, Rules } from './table.ts'

export type TableCommand =
  | {
      readonly type: 'CreateTable'
      readonly table: TableId
      /** Columns by hand, or a JSON Schema (2020-12) from which columns are derived; exactly one of the two. */
      readonly columns?: readonly Column[]
      readonly schema?: JsonObject
      readonly recordFormat: Exclude<RecordFormat, 'yml'>
      /** Of a Markdown table: the field that holds what follows the front matter; default `$content`. */
      readonly contentField?: string
      /** Field that repeats the key; default: `id` when the schema has that property. */
      readonly keyField?: string
      readonly rules?: Partial<Rules>
      readonly layout?: Layout
      /** As `Table.recordsDirectory`. */
      readonly recordsDirectory?: string
    }
  | { readonly type: 'DropTable'; readonly table: TableId }
  | ChangeTable
  | RenameTable
  | ReshardTable
  | DropView

export interface DropView {
  readonly type: 'DropView'
  readonly table: TableId
  /** Name of its file, or `$default_view`. */
  readonly view: string
}

export interface ReshardTable {
  readonly type: 'ReshardTable'
  readonly table: TableId
  /** Levels of directories that the records are spread over; 0: all lie in one. */
  readonly levels: 0 | 1 | 2
}

export interface RenameTable {
  readonly type: 'RenameTable'
  readonly table: TableId
  readonly to: TableId
  /** The files stay where they are. */
  readonly keepDirectory?: boolean
}

/**
 * What becomes of a table, its records included. Everything is optional and takes effect in the order in which it stands here, so that later
 * parts name columns as the earlier ones left them.
 */
export interface ChangeTable {
  readonly type: 'ChangeTable'
  readonly table: TableId
  /** Old name → new name, in the records too. */
  readonly renameColumns?: Readonly<Record<string, string>>
  /** Columns that go, with their values in all records. */
  readonly dropColumns?: readonly string[]
  /** A new JSON Schema in the place of the old one; the columns are derived again. */
  readonly schema?: JsonObject
  readonly addColumns?: readonly AddedColumn[]
  readonly setColumns?: readonly ColumnSettings[]
  /** Values for records that lack the field. */
  readonly fill?: JsonObject
  /** Each member that is given replaces that rule. */
  readonly rules?: Partial<Rules>
  readonly columnsOrder?: readonly string[]
  /** Null takes them away. */
  readonly titles?: Readonly<Record<string, string>> | null
}

export interface AddedColumn {
  readonly column: Column
  /** For records that lack the field, now and when they are inserted later. */
  readonly value?: Json
}

/** Settings of one column that change; null takes one away. A column that gets another type has its values converted. */
export type ColumnSettings = { readonly name: string } & { readonly [Key in Exclude<keyof Column, 'name'>]?: Column[Key] | null }

export type CreateTable = Extract<TableCommand, { readonly type: 'CreateTable' }>
export type DropTable = Extract<TableCommand, { readonly type: 'DropTable' }>
