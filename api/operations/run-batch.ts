import type { RecordCommand } from '../../domain/record/record-command.ts'
import type { Result } from '../../domain/result.ts'
import { fail, ok } from '../../domain/result.ts'
import type { OperationInput } from '../contract/operations.ts'
import { commitCommands } from './commit-commands.ts'
import { explainMissing } from './explain-missing.ts'
import type { Handler, OperationContext } from './operation-context.ts'
import { findInsertTarget, takeKey } from './take-key.ts'
import { toWriteCommand } from './write-command.ts'

type BatchCommand = OperationInput<'runBatch'>['commands'][number]
type Insert = Extract<BatchCommand, { readonly type: 'insert' }>

/** Several writes across tables in the order given: one commit, or nothing. A later one sees what the earlier ones did. */
export const runBatch: Handler<'runBatch'> = async (context, input) => {
  const commands: RecordCommand[] = []
  for (const [position, command] of input.commands.entries()) {
    const parsed = command.type === 'insert' ? await toInsert(context, command, { position, branch: input.branch }) : toWriteCommand(command)
    if (!parsed.ok) return fail(await explainMissing(context, parsed.failure, input))
    commands.push(parsed.value)
  }
  return commitCommands(context, commands, input)
}

const toInsert = async (
  context: OperationContext,
  { table, record }: Insert,
  { position, branch }: { readonly position: number; readonly branch: string | undefined },
): Promise<Result<RecordCommand>> => {
  const target = await findInsertTarget(context, { table, records: [record], branch })
  if (!target.ok) return target
  const keyed = takeKey(target.value, record, { position })
  return keyed.ok ? ok({ type: 'InsertRecords', table: target.value.id, records: [keyed.value] }) : keyed
}
