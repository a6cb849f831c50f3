import type { JsonPatchOperation } from '../../domain/record/json-patch.ts'
import { parseJsonPatch } from '../../domain/record/parse-json-patch.ts'
import type { RecordCommand } from '../../domain/record/record-command.ts'
import type { Result } from '../../domain/result.ts'
import { fail, ok } from '../../domain/result.ts'
import type { Json, JsonObject } from '../contract/json.ts'
import { parseRecordId } from './parse-record-id.ts'
import { withoutKey } from './take-key.ts'

interface Target {
  readonly table: string
  readonly id: string
  readonly expectedRevision?: string | undefined
}

/** How a record changes: exactly one of a merge patch (RFC 7396) and a JSON Patch (RFC 6902). */
export interface RecordPatch {
  readonly patch?: JsonObject | undefined
  readonly jsonPatch?: readonly Json[] | undefined
}

/** A write of one named record, as the edges say it. */
export type RecordWrite =
  | (Target & { readonly type: 'upsert' | 'replace'; readonly record: JsonObject })
  | (Target & { readonly type: 'patch' } & RecordPatch)
  | (Target & { readonly type: 'delete' })

/** The command for a write of one record: ids parsed, `"$id"` taken out. */
export const toWriteCommand = (write: RecordWrite): Result<RecordCommand> => {
  const id = parseRecordId(write)
  if (!id.ok) return id
  const target = { ...id.value, ...(write.expectedRevision !== undefined && { expectedRevision: write.expectedRevision }) }
  if (write.type === 'delete') return ok({ type: 'DeleteRecord', ...target })
  if (write.type === 'patch') {
    const part = parseRecordPatch(write)
    if (!part.ok) return part
    if (part.value.type === 'JsonPatchRecord') return ok({ ...target, ...part.value })
    const patch = withoutKey(id.value, part.value.patch)
    return patch.ok ? ok({ type: 'PatchRecord', ...target, patch: patch.value }) : patch
  }
  const fields = withoutKey(id.value, write.record)
  if (!fields.ok) return fields
  switch (write.type) {
    case 'replace':
      return ok({ type: 'ReplaceRecord', ...target, fields: fields.value })
    case 'upsert':
      return ok({ type: 'UpsertRecord', ...target, fields: fields.value })
  }
}

/** What a command that patches does to the record that it names. */
export type PatchPart =
  | { readonly type: 'PatchRecord'; readonly patch: JsonObject }
  | { readonly type: 'JsonPatchRecord'; readonly operations: readonly JsonPatchOperation[] }

/** @returns `invalid-input` when there are both patches or none, or the JSON Patch is none */
export const parseRecordPatch = ({ patch, jsonPatch }: RecordPatch): Result<PatchPart> => {
  if ((patch === undefined) === (jsonPatch === undefined))
    return fail({ kind: 'invalid-input', issues: [{ rule: 'patch', message: 'say how the record changes: patch or jsonPatch, one of the two' }] })
  if (patch !== undefined) return ok({ type: 'PatchRecord', patch })
  const operations = parseJsonPatch(jsonPatch ?? [])
  return operations.ok ? ok({ type: 'JsonPatchRecord', operations: operations.value }) : operations
}
