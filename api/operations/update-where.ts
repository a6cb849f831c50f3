import { fail } from '../../domain/result.ts'
import { commitWhere } from './commit-where.ts'
import type { Handler } from './operation-context.ts'

/** Merges the same patch into every record that matches, in one commit. */
export const updateWhere: Handler<'updateWhere'> = async (context, input) => {
  if (Object.hasOwn(input.patch, '$id')) {
    return fail({ kind: 'invalid-input', issues: [{ rule: 'key', message: 'keys cannot be changed', field: '/$id', table: input.table }] })
  }
  return commitWhere(context, input, (target) => ({ type: 'PatchRecord', ...target, patch: input.patch }))
}
