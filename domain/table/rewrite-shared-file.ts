import { equalJson, type JsonObject } from '../json.ts'
import { fail, ok, type Result } from '../result.ts'
import type { RecordCodec } from './codecs.ts'
import type { Table } from './table.ts'

interface SharedFile {
  readonly before: Table
  readonly after: Table
  /** For messages. */
  readonly path: string
}

/**
 * A file of many records that means something else under a new definition, because its rows are read by the names of columns: the header of a
 * csv file, the columns that hold the keys. Read by the old definition, written anew by the new one.
 * @param edits  what becomes of records that change
 * @returns `undefined` where the file can be edited like any other; `invalid-database` when part of it cannot be read, for that would be lost
 */
export const rewriteSharedFile = (
  codec: Pick<RecordCodec, 'read' | 'edit'>,
  { before, after, path }: SharedFile,
  { bytes, edits }: { readonly bytes: Uint8Array; readonly edits: ReadonlyMap<string, JsonObject | null> },
): Result<Uint8Array | undefined> => {
  const isReadAlike = equalJson(before.primaryKey, after.primaryKey) && (!hasHeader(before) || equalJson(before.columnsOrder, after.columnsOrder))
  if (before.recordFile.type === 'dictionary' && !hasHeader(before)) return ok(undefined)
  if (isReadAlike) return ok(undefined)
  const { records, problems } = codec.read(before, bytes, undefined)
  if (problems.length > 0)
    return fail({ kind: 'invalid-database', issues: problems.map((problem) => ({ rule: 'parse', table: before.id, file: path, ...problem })) })
  const fields = records.map(({ key, fields: old }): [string, JsonObject | null] => [key, edits.has(key) ? (edits.get(key) ?? null) : old])
  return codec.edit(after, undefined, new Map(fields))
}

const hasHeader = ({ recordFile }: Table): boolean => recordFile.format === 'csv' || recordFile.format === 'ingr'
