import type { JsonObject } from '../../../domain/json.ts'
import { ok, type Result } from '../../../domain/result.ts'
import { type ColumnNames, renameMembers } from '../../../domain/table/rename-columns.ts'
import { rewriteSharedFile } from '../../../domain/table/rewrite-shared-file.ts'
import type { Table } from '../../../domain/table/table.ts'
import { relativePath } from '../database-path.ts'
import type { TreeDifference } from '../diff-trees.ts'
import type { StageContext } from '../stage-context.ts'
import type { Identify } from './identify-file.ts'

/**
 * Record files that one side wrote while the other gave columns other names, or a shared file another header: written as the merged definition has
 * them, for they would say something else by it, or nothing.
 */
export const adaptFiles = async (
  context: StageContext,
  changed: Readonly<Record<'ours' | 'theirs', ReadonlyMap<string, TreeDifference>>>,
  identify: Identify,
): Promise<Result<void>> => {
  for (const side of ['ours', 'theirs'] as const) {
    const other = side === 'ours' ? 'theirs' : 'ours'
    for (const [path, { after }] of changed[side]) {
      const file = relativePath(context.databasePath, path)
      if (after === undefined || file === undefined || changed[other].has(path)) continue
      const content = await identify(file)
      const names = content.type === 'records' ? content.versions?.renamed[other] : undefined
      const table = content.type === 'records' ? content.versions?.sides[side] : undefined
      if (content.type !== 'records' || content.versions === undefined || names === undefined || table === undefined) continue
      const read = await context.tree.read(path)
      if (!read.ok || read.value === undefined) continue
      const adapted = adaptFile(context, { path: file, table, names, merged: content.versions.merged }, read.value.bytes)
      if (!adapted.ok) return adapted
      if (adapted.value !== undefined) context.tree.write(path, adapted.value, read.value.mode)
    }
  }
  return ok(undefined)
}

interface FileToAdapt {
  readonly path: string
  /** By which it was written. */
  readonly table: Table
  readonly merged: Table
  readonly names: ColumnNames
}

/** @returns `undefined` for a file that can stay as it is */
const adaptFile = ({ recordCodec }: StageContext, { path, table, merged, names }: FileToAdapt, bytes: Uint8Array): Result<Uint8Array | undefined> => {
  const isRenamed = Object.keys(names).length > 0
  if (table.recordFile.type === 'single') return ok(isRenamed ? recordCodec.rename(table, bytes, names) : undefined)
  const { records, problems } = recordCodec.read(table, bytes, undefined)
  if (problems.length > 0) return ok(undefined) // it is unreadable on its own side already
  const renamed = records.map(({ key, fields }): [string, JsonObject] => [key, renameMembers(fields, names)])
  const edits = new Map(isRenamed ? renamed : [])
  const rewritten = rewriteSharedFile(recordCodec, { before: table, after: merged, path }, { bytes, edits })
  return rewritten.ok && rewritten.value === undefined && isRenamed ? recordCodec.edit(merged, bytes, edits) : rewritten
}
