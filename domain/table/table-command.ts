import type { TableId } from '../ids.ts'
import type { JsonObject } from '../json.ts'
import type { Column, Layout, RecordFormat, Rules } from './table.ts'

export type TableCommand =
  | {
      readonly type: 'CreateTable'
      readonly table: TableId
      /** Columns by hand, or a JSON Schema (2020-12) from which columns are derived; exactly one of the two. */
      readonly columns?: readonly Column[]
      readonly schema?: JsonObject
      readonly recordFormat: Exclude<RecordFormat, 'yml' | 'toml'>
      /** Of a Markdown table: the field that holds what follows the front matter; default `$content`. */
      readonly contentField?: string
      /** Field that repeats the key; default: `id` when the schema has that property. */
      readonly keyField?: string
      readonly rules?: Partial<Rules>
      readonly layout?: Layout
    }
  | { readonly type: 'DropTable'; readonly table: TableId }

export type CreateTable = Extract<TableCommand, { readonly type: 'CreateTable' }>
export type DropTable = Extract<TableCommand, { readonly type: 'DropTable' }>
