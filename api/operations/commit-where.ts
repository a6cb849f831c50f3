import type { RecordKey, TableId } from '../../domain/ids.ts'
import type { RecordCommand } from '../../domain/record/record-command.ts'
import type { Result } from '../../domain/result.ts'
import { fail, ok } from '../../domain/result.ts'
import type { RecordRow, Snapshot } from '../../projections/snapshot.ts'
import type { OperationAnswer } from '../contract/operations.ts'
import { askSnapshot } from './ask-snapshot.ts'
import type { WriteScope } from './commit-commands.ts'
import { commitCommands } from './commit-commands.ts'
import { requireTable } from './find-table.ts'
import type { OperationContext } from './operation-context.ts'
import type { FilterInput } from './parse-record-query.ts'
import { parseRecordQuery } from './parse-record-query.ts'

interface WhereInput extends FilterInput, Omit<WriteScope, 'requestId'> {
  readonly table: string
  readonly all?: boolean | undefined
  readonly minAffected?: number | undefined
}

interface Target {
  readonly table: TableId
  readonly key: RecordKey
  readonly expectedRevision: string
}

/**
 * Writes every record that matches a filter, in one commit. Each is written at the revision at which it matched; when one of them has
 * changed in between, the filter is asked again, `attemptsMax` times at most.
 */
export const commitWhere = async (
  context: OperationContext,
  input: WhereInput,
  toCommand: (target: Target) => RecordCommand,
): Promise<Result<OperationAnswer<'runBatch'>>> => {
  for (let attempt = 1; ; attempt++) {
    const targets = await askSnapshot(context, { branch: input.branch }, (snapshot) => findTargets(snapshot, input))
    if (!targets.ok) return targets
    const result = await commitCommands(context, targets.value.map(toCommand), input)
    if (result.ok || result.failure.kind !== 'version-conflict' || attempt === attemptsMax) return result
  }
}

const attemptsMax = 4

const findTargets = async (snapshot: Snapshot, input: WhereInput): Promise<Result<readonly Target[]>> => {
  const { all, minAffected = 0 } = input
  const table = requireTable(snapshot.catalogue, input.table)
  if (!table.ok) return table
  const { id } = table.value
  const asked = parseRecordQuery(table.value, { where: input.where, filter: input.filter })
  if (!asked.ok) return asked
  const query = parseRecordQuery(table.value, { parent: input.parent, where: input.where, filter: input.filter })
  if (!query.ok) return query
  if ((asked.value.where === undefined) !== (all === true)) {
    return fail({ kind: 'invalid-input', issues: [{ rule: 'where', message: 'say which records: a filter, or all of them', table: id }] })
  }
  const rows = await snapshot.selectRecords(id, query.value)
  if (!rows.ok) return rows
  return rows.value.length < minAffected ? refuseFew(id, rows.value.length, minAffected) : ok(rows.value.map((row) => toTarget(id, row)))
}

const toTarget = (table: TableId, { key, revision }: RecordRow): Target => ({ table, key, expectedRevision: revision })

const refuseFew = (table: TableId, matched: number, wanted: number): Result<never> => {
  const message = `${matched} ${matched === 1 ? 'record matches' : 'records match'}, at least ${wanted} should`
  return fail({ kind: 'constraint-violation', issues: [{ rule: 'min-affected', message, table }] })
}
