import type { RecordKey, TableId } from '../ids.ts'
import type { JsonObject } from '../json.ts'
import type { JsonPatchOperation } from './json-patch.ts'

/** Revision a caller read before: a mismatch fails with `version-conflict` instead of overwriting. */
type Expected = { readonly expectedRevision?: string }

export type RecordCommand =
  /** One commit for all of them, or nothing. */
  | { readonly type: 'InsertRecords'; readonly table: TableId; readonly records: readonly { readonly key: RecordKey; readonly fields: JsonObject }[] }
  | ({ readonly type: 'ReplaceRecord'; readonly table: TableId; readonly key: RecordKey; readonly fields: JsonObject } & Expected)
  /** Merge-patch by RFC 7396: null removes a field, objects merge, anything else replaces. */
  | ({ readonly type: 'PatchRecord'; readonly table: TableId; readonly key: RecordKey; readonly patch: JsonObject } & Expected)
  /** JSON Patch by RFC 6902: operations in order, all of them or none. The document is the record as answers show it, `$id` included. */
  | ({
      readonly type: 'JsonPatchRecord'
      readonly table: TableId
      readonly key: RecordKey
      readonly operations: readonly JsonPatchOperation[]
    } & Expected)
  /** Inserts, or replaces what is there. */
  | ({ readonly type: 'UpsertRecord'; readonly table: TableId; readonly key: RecordKey; readonly fields: JsonObject } & Expected)
  | ({ readonly type: 'DeleteRecord'; readonly table: TableId; readonly key: RecordKey } & Expected)
