import type { Result } from '../../domain/result.ts'
import { fail } from '../../domain/result.ts'
import type { OperationAnswer } from '../contract/operations.ts'
import type { WriteScope } from './commit-commands.ts'
import { commitCommands } from './commit-commands.ts'
import { explainMissing } from './explain-missing.ts'
import type { Handler, OperationContext } from './operation-context.ts'
import type { RecordWrite } from './write-command.ts'
import { toWriteCommand } from './write-command.ts'

/** Replaces a record that exists: fields that are not given are gone. */
export const replaceRecord: Handler<'replaceRecord'> = (context, input) => writeOne(context, { type: 'replace', ...input }, input)

/** Changes a record by a merge patch (RFC 7396: null removes a field, objects merge, anything else replaces) or a JSON Patch (RFC 6902). */
export const patchRecord: Handler<'patchRecord'> = (context, input) => writeOne(context, { type: 'patch', ...input }, input)

/** Inserts a record, or replaces the one that is there. */
export const upsertRecord: Handler<'upsertRecord'> = (context, input) => writeOne(context, { type: 'upsert', ...input }, input)

/** Deletes a record that exists. What refers to it forbids that, or follows by the rules of its table. */
export const deleteRecord: Handler<'deleteRecord'> = (context, input) => writeOne(context, { type: 'delete', ...input }, input)

const writeOne = async (context: OperationContext, write: RecordWrite, scope: WriteScope): Promise<Result<OperationAnswer<'runBatch'>>> => {
  const command = toWriteCommand(write)
  return command.ok ? commitCommands(context, [command.value], scope) : fail(await explainMissing(context, command.failure, scope))
}
