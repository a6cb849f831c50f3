import { fail } from '../../domain/result.ts'
import { commitWhere } from './commit-where.ts'
import type { Handler } from './operation-context.ts'
import { parseRecordPatch } from './write-command.ts'

/** Applies the same patch to every record that matches, in one commit. */
export const updateWhere: Handler<'updateWhere'> = async (context, input) => {
  const part = parseRecordPatch(input)
  if (!part.ok) return part
  if (part.value.type === 'PatchRecord' && Object.hasOwn(part.value.patch, '$id')) {
    return fail({ kind: 'invalid-input', issues: [{ rule: 'key', message: 'keys cannot be changed', field: '/$id', table: input.table }] })
  }
  return commitWhere(context, input, (target) => ({ ...target, ...part.value }))
}
