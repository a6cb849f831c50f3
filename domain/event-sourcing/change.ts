import type { RecordKey, TableId } from '../ids.ts'
import type { JsonObject } from '../json.ts'
import type { TableChange } from '../table/codecs.ts'
import type { Table } from '../table/table.ts'

/**
 * What a commit did, as a closed union that a tree diff can express. Our own writes are decided as changes and then become files;
 * commits made by anybody are read as files and become changes: both meet in the projector.
 */
export type Change =
  | { readonly type: 'RecordInserted'; readonly table: TableId; readonly key: RecordKey; readonly after: JsonObject }
  | { readonly type: 'RecordUpdated'; readonly table: TableId; readonly key: RecordKey; readonly before: JsonObject; readonly after: JsonObject }
  | { readonly type: 'RecordDeleted'; readonly table: TableId; readonly key: RecordKey; readonly before: JsonObject }
  | { readonly type: 'TableCreated'; readonly table: Table }
  | { readonly type: 'TableDropped'; readonly table: TableId }
  /** The definition says something else now, under the same id. Records that changed with it are changes of their own. */
  | ({ readonly type: 'TableChanged' } & TableChange)
  /** The same records under another id, and in another directory unless that stayed. */
  | { readonly type: 'TableRenamed'; readonly before: Table; readonly after: Table }
  /** Records and table stay what they are. */
  | { readonly type: 'ViewDropped'; readonly table: TableId; readonly view: string }

export type RecordChange = Extract<Change, { readonly key: RecordKey }>
