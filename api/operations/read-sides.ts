import type { Failure } from '../../domain/failure.ts'
import type { TableId } from '../../domain/ids.ts'
import { fail, ok, type Result } from '../../domain/result.ts'
import type { Snapshot } from '../../projections/snapshot.ts'
import type { OperationAnswer, OperationInput } from '../contract/operations.ts'
import { parseBranch } from './ask-snapshot.ts'
import { requireTable } from './find-table.ts'
import type { OperationContext } from './operation-context.ts'

export type SidesInput = Pick<OperationInput<'diffCommits'>, 'from' | 'to' | 'branch' | 'sinceMergeBase'>

/** The two moments of a comparison. */
export interface Sides {
  readonly from: Snapshot
  readonly to: Snapshot
  /** What `to` is compared with: `from`, or the merge base of both. */
  readonly base: Snapshot
}

/** Reads what `to` is compared with. Fails with `not-found` for moments that are not there, or histories without a merge base. */
export const readSides = async (context: OperationContext, input: SidesInput, to: Snapshot): Promise<Result<Sides>> => {
  const branch = parseBranch(input.branch)
  if (!branch.ok) return branch
  const keep = to.commit === undefined ? [] : [to.commit]
  const from = await context.database.read({ at: input.from, keep, ...(branch.value !== undefined && { branch: branch.value }) })
  if (!from.ok) return from
  const sides = { from: from.value, to, base: from.value }
  if (input.sinceMergeBase !== true || from.value.commit === undefined || to.commit === undefined) return ok(sides)
  const commit = await context.database.findMergeBase(from.value.commit, to.commit)
  if (commit === undefined) return fail(unrelated(input))
  const base = await context.database.read({ at: commit, keep })
  return base.ok ? ok({ ...sides, base: base.value }) : base
}

const unrelated = ({ from, to = 'HEAD' }: SidesInput): Failure => ({
  kind: 'not-found',
  what: 'commit',
  id: `${from}...${to}`,
  why: `${from} and ${to} have no commit in common`,
})

/** The id of a table that is there on one side at least. */
export const findTableOfEither = ({ base, to }: Sides, id: string): Result<TableId> => {
  const [now, before] = [requireTable(to.catalogue, id), requireTable(base.catalogue, id)]
  const found = now.ok ? now : before.ok ? before : now
  return found.ok ? ok(found.value.id) : found
}

/** The sides as answers name them. */
export const describeSides = ({ from, to, base }: Sides, input: SidesInput): Pick<OperationAnswer<'diffCommits'>, 'from' | 'to' | 'mergeBase'> => ({
  from: sideOf(input.from, from),
  to: sideOf(input.to ?? input.branch ?? 'HEAD', to),
  ...(base !== from && base.commit !== undefined && { mergeBase: base.commit }),
})

const sideOf = (moment: string, { commit }: Snapshot): OperationAnswer<'diffCommits'>['from'] => ({
  moment,
  ...(commit !== undefined && { commit }),
})
