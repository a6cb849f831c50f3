import type { Command, RevisedChange } from '../../domain/event-sourcing/operation.ts'
import { isRequestId } from '../../domain/event-sourcing/request-trailer.ts'
import type { Issue } from '../../domain/failure.ts'
import type { Result } from '../../domain/result.ts'
import { fail, ok } from '../../domain/result.ts'
import { describeRename, describeTableChange } from '../../domain/table/describe-table-change.ts'
import type { OperationAnswer } from '../contract/operations.ts'
import type { WriteRequest } from '../database.ts'
import { parseBranch } from './ask-snapshot.ts'
import { explainMissing } from './explain-missing.ts'
import type { OperationContext } from './operation-context.ts'
import { recallAnswer } from './recall-answer.ts'
import { warnAboutKeys } from './warn-about-keys.ts'

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
  if (!result.ok) return fail(await explainMissing(context, result.failure, scope))
  const { commit, repeated } = result.value
  if (repeated) return recallAnswer(context, commands, commit)
  const changes = result.value.changes.map(presentChange)
  const warnings = await warnAboutKeys(context, changes, scope.branch)
  return ok({ commit, changes, repeated, dryRun, ...(warnings.length > 0 && { warnings }) })
}

const toRequest = (commands: readonly Command[], { branch, message, requestId, force }: WriteScope): Result<WriteRequest> => {
  const parsed = parseBranch(branch)
  if (!parsed.ok) return parsed
  if (requestId !== undefined && !isRequestId(requestId)) return fail({ kind: 'invalid-input', issues: [badRequestId] })
  return ok({
    commands,
    ...(parsed.value !== undefined && { branch: parsed.value }),
    ...(message !== undefined && { message }),
    ...(requestId !== undefined && { requestId }),
    ...(force !== undefined && { force }),
  })
}

const badRequestId: Issue = {
  rule: 'request-id',
  field: '/requestId',
  message: 'a request id has 1 to 200 letters, digits and signs of ASCII, and no blanks',
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
    case 'TableRenamed':
      return { operation: 'rename-table', table: change.after.id, details: describeRename(change) }
    case 'TableChanged':
      return { operation: 'change-table', table: change.after.id, details: describeTableChange(change) }
    case 'ViewDropped':
      return { operation: 'drop-view', table: change.table, view: change.view }
    case 'TableDropped':
      return { operation: 'drop-table', table: change.table }
  }
}
