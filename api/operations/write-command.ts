import type { RecordCommand } from '../../domain/record/record-command.ts'
import type { Result } from '../../domain/result.ts'
import { ok } from '../../domain/result.ts'
import type { JsonObject } from '../contract/json.ts'
import { parseRecordId } from './parse-record-id.ts'
import { withoutKey } from './take-key.ts'

interface Target {
  readonly table: string
  readonly id: string
  readonly expectedRevision?: string | undefined
}

/** A write of one named record, as the edges say it. */
export type RecordWrite =
  | (Target & { readonly type: 'upsert' | 'replace'; readonly record: JsonObject })
  | (Target & { readonly type: 'patch'; readonly patch: JsonObject })
  | (Target & { readonly type: 'delete' })

/** The command for a write of one record: ids parsed, `"$id"` taken out. */
export const toWriteCommand = (write: RecordWrite): Result<RecordCommand> => {
  const id = parseRecordId(write)
  if (!id.ok) return id
  const target = { ...id.value, ...(write.expectedRevision !== undefined && { expectedRevision: write.expectedRevision }) }
  if (write.type === 'delete') return ok({ type: 'DeleteRecord', ...target })
  const fields = withoutKey(id.value, write.type === 'patch' ? write.patch : write.record)
  if (!fields.ok) return fields
  switch (write.type) {
    case 'patch':
      return ok({ type: 'PatchRecord', ...target, patch: fields.value })
    case 'replace':
      return ok({ type: 'ReplaceRecord', ...target, fields: fields.value })
    case 'upsert':
      return ok({ type: 'UpsertRecord', ...target, fields: fields.value })
  }
}
