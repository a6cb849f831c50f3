import type { Failure } from '../../domain/failure.ts'
import { recordAddress } from '../../domain/record/record-address.ts'
import { fail } from '../../domain/result.ts'
import type { Snapshot } from '../../projections/snapshot.ts'
import { askSnapshot } from './ask-snapshot.ts'
import { requireTable } from './find-table.ts'
import type { OperationContext } from './operation-context.ts'

/**
 * A table or record that was not found, said with what is known: the tables there are, so that an edge can suggest one, or what is wrong with the
 * file that cannot be read. Every other failure as it is.
 */
export const explainMissing = async (
  context: OperationContext,
  failure: Failure,
  scope: { readonly branch?: string | undefined },
): Promise<Failure> => {
  if (failure.kind !== 'not-found' || (failure.what !== 'table' && failure.what !== 'record')) return failure
  const { what, id } = failure
  const explained = await askSnapshot(context, { branch: scope.branch }, (snapshot) => {
    if (what === 'record') return fail(explainMissingRecord(snapshot, id))
    const table = requireTable(snapshot.catalogue, id)
    return table.ok ? fail(failure) : table
  })
  return explained.ok ? failure : explained.failure
}

/** A record whose file cannot be read is there: the failure says what is wrong with it. @param id  `users/u1` */
export const explainMissingRecord = (snapshot: Snapshot, id: string): Failure => {
  const issues = snapshot
    .readQuarantine()
    .filter(({ table, key }) => recordAddress(table, key ?? '') === id)
    .map(({ table, key = '', path, line, message }) => ({ rule: 'unreadable', message, table, key, file: path, ...(line !== undefined && { line }) }))
  return issues.length > 0 ? { kind: 'invalid-database', issues } : { kind: 'not-found', what: 'record', id }
}
