import { ok } from '../../domain/result.ts'
import type { Snapshot } from '../../projections/snapshot.ts'
import type { OperationAnswer } from '../contract/operations.ts'
import type { Database } from '../database.ts'
import { askSnapshot, parseBranch } from './ask-snapshot.ts'
import type { Handler } from './operation-context.ts'

/** Where the database stands, at its current branch or another one; edits in the files belong to the current one. */
export const readStatus: Handler<'readStatus'> = async (context, { at, branch: named }) => {
  const parsed = parseBranch(named)
  if (!parsed.ok) return parsed
  const status = await context.database.status()
  if (!status.ok) return status
  const unreadable = await askSnapshot(context, { at, branch: named }, (snapshot) => ok(listUnreadable(snapshot)))
  if (!unreadable.ok) return unreadable
  const isOther = parsed.value !== undefined && parsed.value !== status.value.branch
  const head = isOther ? await context.database.resolve({ branch: parsed.value }) : ok(status.value.commit)
  if (!head.ok) return head
  const { branch: current, commit: _commit, ...rest } = status.value
  const [branch, commit] = [parsed.value ?? current, head.value]
  const mirrors = await context.database.openMirrors()
  const states = mirrors.ok ? await mirrors.value.states() : []
  return ok({
    ...rest,
    ...(isOther && { uncommitted: [], workTreeBehind: false }),
    ...(branch !== undefined && { branch }),
    ...(commit !== undefined && { commit }),
    ...(states.length > 0 && { mirrors: states }),
    unreadable: unreadable.value,
    merges: await listWaiting(context.database),
  })
}

const listWaiting = async (database: Database): Promise<OperationAnswer<'readStatus'>['merges']> => {
  const waiting = await (await database.loadMergeStates()).list()
  return waiting.map(({ id, branch, source, conflicts }) => ({ merge: id, branch, source, open: conflicts.length }))
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
