import type { Command, RevisedChange } from '../../domain/event-sourcing/operation.ts'
import type { Failure } from '../../domain/failure.ts'
import type { Result } from '../../domain/result.ts'
import { fail, ok } from '../../domain/result.ts'
import type { OperationAnswer } from '../contract/operations.ts'
import type { WriteRequest } from '../database.ts'
import { askSnapshot, parseBranch } from './ask-snapshot.ts'
import { requireTable } from './find-table.ts'
import type { OperationContext } from './operation-context.ts'
import { recallAnswer } from './recall-answer.ts'

/** Members of an input that say how to commit. */
export interface WriteScope {
  readonly branch?: string | undefined
  readonly message?: string | undefined
  readonly requestId?: string | undefined
  readonly force?: boolean | undefined
  readonly dryRun?: boolean | undefined
}

type WriteAnswer = OperationAnswer<'runBatch'>

/** Writes the commands as one commit, or only decides them when the input says `dryRun`. */
export const commitCommands = async (context: OperationContext, commands: readonly Command[], scope: WriteScope): Promise<Result<WriteAnswer>> => {
  const request = toRequest(commands, scope)
  if (!request.ok) return request
  const dryRun = scope.dryRun === true
  const result = dryRun ? await context.database.dryRun(request.value) : await context.database.write(request.value)
  if (!result.ok) return fail(await nameTables(context, result.failure, scope))
  const { commit, repeated } = result.value
  return repeated ? recallAnswer(context, commands, commit) : ok({ commit, changes: result.value.changes.map(presentChange), repeated, dryRun })
}

const toRequest = (commands: readonly Command[], { branch, message, requestId, force }: WriteScope): Result<WriteRequest> => {
  const parsed = parseBranch(branch)
  if (!parsed.ok) return parsed
  return ok({
    commands,
    ...(parsed.value !== undefined && { branch: parsed.value }),
    ...(message !== undefined && { message }),
    ...(requestId !== undefined && { requestId }),
    ...(force !== undefined && { force }),
  })
}

const presentChange = ({ change, revision }: RevisedChange): WriteAnswer['changes'][number] => {
  const rev = revision === undefined ? {} : { rev: revision }
  switch (change.type) {
    case 'RecordInserted':
      return { operation: 'insert', table: change.table, id: change.key, ...rev }
    case 'RecordUpdated':
      return { operation: 'update', table: change.table, id: change.key, ...rev }
    case 'RecordDeleted':
      return { operation: 'delete', table: change.table, id: change.key }
    case 'TableCreated':
      return { operation: 'create-table', table: change.table.id }
    case 'TableDropped':
      return { operation: 'drop-table', table: change.table }
  }
}

/** A table that was not found: said with the tables there are, so that an edge can suggest one. Every other failure as it is. */
export const nameTables = async (context: OperationContext, failure: Failure, scope: WriteScope): Promise<Failure> => {
  if (failure.kind !== 'not-found' || failure.what !== 'table' || failure.among !== undefined) return failure
  const table = await askSnapshot(context, { branch: scope.branch }, ({ catalogue }) => requireTable(catalogue, failure.id))
  return table.ok ? failure : table.failure
}
