import type { CommitId } from '../../domain/ids.ts'
import type { MergeState } from '../../domain/merge/merge-state.ts'
import { fail, ok, type Result } from '../../domain/result.ts'
import type { Snapshot } from '../../projections/snapshot.ts'
import type { OperationInput } from '../contract/operations.ts'
import type { Database } from '../database.ts'
import { askSnapshot, parseBranch } from './ask-snapshot.ts'
import { describeChangedBy } from './describe-changed-by.ts'
import { describeMerge, type MergeAnswer } from './describe-merge.ts'
import type { Handler, OperationContext } from './operation-context.ts'

/** Merges what the source names into a branch; where something is in conflict the merge waits under an id, and nothing has moved. */
export const mergeBranch: Handler<'mergeBranch'> = async (context, input) => {
  const { database } = context
  const planned = await planMerge(database, input)
  if (!planned.ok) return planned
  const named = await requireTables(context, Object.keys(input.strategies ?? {}), planned.value)
  if (!named.ok) return named
  return runMerge(database, planned.value, { dryRun: input.dryRun === true, force: input.force === true })
}

type Plan = Omit<MergeState, 'ours' | 'conflicts'>

const planMerge = async (database: Database, input: OperationInput<'mergeBranch'>): Promise<Result<Plan>> => {
  const { source, squash = false, fastForward = 'when-possible', strategy, strategies } = input
  const into = parseBranch(input.into)
  if (!into.ok) return into
  if (squash && fastForward === 'only')
    return fail({ kind: 'invalid-input', issues: [{ rule: 'merge', message: 'a squashed merge is a commit: it cannot be a fast-forward' }] })
  const theirs = await database.resolve({ at: source })
  if (!theirs.ok) return theirs
  if (theirs.value === undefined) return fail({ kind: 'not-found', what: 'commit', id: source })
  const branch = into.value ?? database.readCurrentBranch()
  if (branch === undefined)
    return fail({ kind: 'unsupported', what: 'a merge while no branch is checked out', why: 'HEAD is detached: say which branch to merge into' })
  return ok({
    id: identify(database, { branch, theirs: theirs.value, squash }),
    branch,
    source,
    theirs: theirs.value,
    joinsHistory: !squash,
    action: 'merge',
    fastForward: squash ? 'never' : fastForward,
    message: input.message ?? `${squash ? 'squash' : 'merge'} ${source} into ${branch}`,
    choices: { ...(strategy !== undefined && { strategy }), ...(strategies !== undefined && { strategies }), resolutions: [] },
  })
}

/** A strategy for a table that neither side has would count for nothing, and nobody would notice. */
const requireTables = async (context: OperationContext, ids: readonly string[], { branch, theirs }: Plan): Promise<Result<void>> => {
  if (ids.length === 0) return ok(undefined)
  const sides = [await askSnapshot(context, { branch }, readTables), await askSnapshot(context, { at: theirs }, readTables)]
  const among = new Set<string>()
  for (const side of sides) {
    if (!side.ok) return side
    for (const id of side.value) among.add(id)
  }
  const unknown = ids.find((id) => !among.has(id))
  return unknown === undefined ? ok(undefined) : fail({ kind: 'not-found', what: 'table', id: unknown, among: [...among].sort() })
}

const readTables = ({ catalogue }: Snapshot) => ok(catalogue.tables.map(({ id }): string => id))

const identify = (
  database: Database,
  { branch, theirs, squash }: { readonly branch: string; readonly theirs: CommitId; readonly squash: boolean },
): string => database.digest(`${branch}\u0000${theirs}${squash ? '\u0000squash' : ''}`).slice(0, 8)

interface RunOptions {
  readonly dryRun: boolean
  readonly force: boolean
}

/** Makes a merge, and keeps it, or forgets it, as a merge that waits. @param waiting  the merge as it was read, when it waits already */
export const runMerge = async (
  database: Database,
  plan: Plan,
  { dryRun, force, waiting }: RunOptions & { readonly waiting?: MergeState },
): Promise<Result<MergeAnswer>> => {
  const { branch, theirs, base, joinsHistory, fastForward, action, choices, message, author, authorTime } = plan
  const outcome = await database.merge({
    ...{ branch, theirs, joinsHistory, fastForward, action, choices, message, force, dryRun },
    ...(base !== undefined && { base }),
    ...(author !== undefined && { author }),
    ...(authorTime !== undefined && { authorTime }),
  })
  if (!outcome.ok) return outcome
  if (dryRun) return ok(await describeChangedBy(database, describeMerge(outcome.value, { ...plan, id: undefined }, true)))
  if (outcome.value.status !== 'conflicts') {
    if (waiting !== undefined) await (await database.loadMergeStates()).delete(plan.id)
    return ok(describeMerge(outcome.value, { ...plan, id: undefined }, false))
  }
  const kept = await keepWaiting(database, plan, { ours: outcome.value.sides.ours, conflicts: outcome.value.conflicts, waiting })
  return kept.ok ? ok(await describeChangedBy(database, describeMerge(outcome.value, plan, false))) : kept
}

/** Keeps a merge as one that waits, with whatever was settled of it before. */
export const keepWaiting = async (
  database: Database,
  plan: Plan,
  { ours, conflicts, waiting }: Pick<MergeState, 'ours' | 'conflicts'> & { readonly waiting?: MergeState | undefined },
): Promise<Result<void>> => {
  const states = await database.loadMergeStates()
  const known = waiting ?? (await states.list()).find(({ id }) => id === plan.id)
  const choices = waiting === undefined ? { ...plan.choices, resolutions: known?.choices.resolutions ?? [] } : plan.choices
  return states.save({ ...plan, choices, ours, conflicts }, known)
}
