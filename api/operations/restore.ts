import type { Issue } from '../../domain/failure.ts'
import type { CommitId, RecordKey, TableId } from '../../domain/ids.ts'
import type { JsonObject } from '../../domain/json.ts'
import type { MergeConflict } from '../../domain/merge/conflict.ts'
import type { RestoreScope } from '../../domain/merge/merge-request.ts'
import type { Resolution } from '../../domain/merge/resolution.ts'
import { recordAddress } from '../../domain/record/record-address.ts'
import { validateRecord } from '../../domain/record/validate-record.ts'
import { fail, ok, type Result } from '../../domain/result.ts'
import { listRecordPaths, placementOf } from '../../domain/table/record-path.ts'
import type { Table } from '../../domain/table/table.ts'
import type { OperationInput } from '../contract/operations.ts'
import type { Database } from '../database.ts'
import { askSnapshot } from './ask-snapshot.ts'
import { describeConflict, describeRecordChange } from './describe-merge.ts'
import { explainMissingRecord } from './explain-missing.ts'
import { requireTable } from './find-table.ts'
import type { Handler, OperationContext } from './operation-context.ts'
import { parseKey } from './parse-record-id.ts'
import { requireBranch } from './pick-commits.ts'

/** Makes one record, or a table with its definition and records, what it was at another moment, in a new commit. What would break a rule is refused. */
export const restore: Handler<'restore'> = async (context, input) => {
  const { database } = context
  const branch = requireBranch(database, input.branch)
  if (!branch.ok) return branch
  const to = await database.resolve({ at: input.to, branch: branch.value })
  if (!to.ok) return to
  if (to.value === undefined) return fail({ kind: 'not-found', what: 'commit', id: input.to })
  const planned = await plan(context, { ...input, branch: branch.value }, to.value)
  if (!planned.ok) return planned
  const { name, scope, resolutions } = planned.value
  const { force = false, dryRun = false } = input
  const outcome = await database.merge({
    ...{ branch: branch.value, theirs: to.value, restores: scope, choices: { resolutions }, force, dryRun },
    ...{ joinsHistory: false, fastForward: 'never', action: 'write' },
    message: input.message ?? `restore ${name} to ${to.value.slice(0, 12)}`,
  })
  if (!outcome.ok) return outcome
  if (outcome.value.status === 'conflicts')
    return fail({ kind: 'constraint-violation', why: `${name} cannot be restored`, issues: outcome.value.conflicts.map(toIssue) })
  const answer = { branch: branch.value, to: to.value, dryRun, ...(!dryRun && { commit: outcome.value.commit }) }
  if (outcome.value.status === 'up-to-date') return ok({ ...answer, status: 'unchanged', changes: [] })
  return ok({ ...answer, status: 'restored', changes: outcome.value.changes.map(describeRecordChange) })
}

const toIssue = (conflict: MergeConflict): Issue => {
  if (conflict.type === 'constraint') return conflict.issue
  const { type: rule, message, table, id, file } = describeConflict(conflict)
  return { rule, message, ...(table !== undefined && { table }), ...(id !== undefined && { key: id }), ...(file !== undefined && { file }) }
}

interface Plan {
  readonly name: string
  readonly scope: RestoreScope
  readonly resolutions: readonly Resolution[]
}

interface State {
  readonly table: Table
  readonly fields: JsonObject | undefined
}

const plan = async (context: OperationContext, input: OperationInput<'restore'>, to: CommitId): Promise<Result<Plan>> => {
  const now = await readState(context, input, { branch: input.branch })
  if (!now.ok) return explainDropped(now, input.table)
  const then = await readState(context, input, { at: to })
  if (!then.ok) return then
  const isSamePlace = samePlace(now.value.table) === samePlace(then.value.table)
  if (input.id !== undefined) return planRecord(context, { input, to, now: now.value, before: then.value, isSamePlace })
  if (!isSamePlace)
    return fail({ kind: 'unsupported', what: `restoring table ${input.table}`, why: 'it lay elsewhere then: restore its records one by one' })
  return ok({ name: `table ${now.value.table.id}`, scope: { tables: [now.value.table.id] }, resolutions: [] })
}

const readState = (
  context: OperationContext,
  input: Pick<OperationInput<'restore'>, 'table' | 'id'>,
  scope: { readonly branch?: string | undefined; readonly at?: string },
): Promise<Result<State>> =>
  askSnapshot(context, scope, (snapshot) => {
    const table = requireTable(snapshot.catalogue, input.table)
    if (!table.ok || input.id === undefined) return table.ok ? ok({ table: table.value, fields: undefined }) : table
    const key = parseKey(table.value.id, input.id)
    if (!key.ok) return key
    return ok({ table: table.value, fields: snapshot.readStored(table.value.id, key.value)?.fields })
  })

const explainDropped = (missing: Result<State>, table: string): Result<never> => {
  if (missing.ok || missing.failure.kind !== 'not-found') return missing.ok ? fail({ kind: 'not-found', what: 'table', id: table }) : missing
  return fail({
    ...missing.failure,
    why: `there is no table ${table} now: revert the commit that dropped it, which "ingitdb log --table ${table}" finds`,
  })
}

interface RecordStates {
  readonly input: OperationInput<'restore'>
  readonly to: CommitId
  readonly now: State
  readonly before: State
  /** Files of the table lie where they lay, and say what they say in the same way. */
  readonly isSamePlace: boolean
}

const planRecord = async (context: OperationContext, { input, to, now, before, isSamePlace }: RecordStates): Promise<Result<Plan>> => {
  const { table } = now
  const key = parseKey(table.id, input.id ?? '')
  if (!key.ok) return key
  const name = recordAddress(table.id, key.value)
  if (now.fields === undefined && before.fields === undefined)
    return askSnapshot(context, { at: to }, (snapshot) => fail(explainMissingRecord(snapshot, name)))
  const issues =
    before.fields === undefined ? [] : validateRecord(table, { key: key.value, fields: before.fields }, await context.database.loadValidator())
  if (issues.length > 0)
    return fail({ kind: 'constraint-violation', why: `${name} cannot be restored: it does not hold by the definition of today`, issues })
  const hasOwnFile = isSamePlace && placementOf(table) === 'key'
  if (hasOwnFile) return ok({ name, scope: { paths: listPaths(context.database, table, key.value) }, resolutions: [] })
  return ok({
    name,
    scope: { paths: [] },
    resolutions: [{ type: 'record', table: table.id as TableId, key: key.value, fields: before.fields, ours: now.fields }],
  })
}

const listPaths = (database: Database, table: Table, key: RecordKey): readonly string[] => listRecordPaths(table, key, database.digest)

/** Everything that says where the files of a table lie, and how they are written. */
const samePlace = ({ directory, steps, definitionDirectory, recordsDirectory, recordFile, layout }: Table): string =>
  JSON.stringify([directory, steps, definitionDirectory, recordsDirectory, recordFile, layout])
