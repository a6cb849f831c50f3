import { ok } from '../../domain/result.ts'
import type { Snapshot } from '../../projections/snapshot.ts'
import type { OperationAnswer } from '../contract/operations.ts'
import { askSnapshot } from './ask-snapshot.ts'
import type { Handler } from './operation-context.ts'

/** Where the database stands. */
export const readStatus: Handler<'readStatus'> = async (context, { at }) => {
  const status = await context.database.status()
  if (!status.ok) return status
  const unreadable = await askSnapshot(context, { at }, (snapshot) => ok(listUnreadable(snapshot)))
  if (!unreadable.ok) return unreadable
  const { branch, commit, ...rest } = status.value
  return ok({
    ...rest,
    ...(branch !== undefined && { branch }),
    ...(commit !== undefined && { commit }),
    unreadable: unreadable.value,
  })
}

const listUnreadable = (snapshot: Snapshot): OperationAnswer<'readStatus'>['unreadable'] => [
  ...snapshot.catalogue.problems.map(({ severity: _severity, rule: _rule, ...problem }) => problem),
  ...snapshot.readQuarantine().map(({ table, path, key, line, message }) => ({
    table,
    file: path,
    ...(key !== undefined && { key }),
    ...(line !== undefined && { line }),
    message,
  })),
]
