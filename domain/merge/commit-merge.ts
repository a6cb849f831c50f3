import type { Failure } from '../failure.ts'
import { fail, ok, type Result } from '../result.ts'
import { checkProtection } from '../version-control/protection.ts'
import { findBase } from './find-base.ts'
import { commitMade, type MergePorts, type Merging, makeMerge, openBatch } from './make-merge.ts'
import type { MergeBatch } from './merge-ports.ts'
import type { MergeOutcome, MergeRequest } from './merge-request.ts'
import { dropOutdated } from './resolution.ts'

/** How often a merge is made again because somebody else moved the branch. */
const attemptsMax = 4

/**
 * Merges a tree into a branch as one commit: files, then the rules between records, then the commit point. Where something is in conflict nothing
 * moves. If the branch has moved meanwhile everything is merged again on the new head.
 */
export const commitMerge = async (ports: MergePorts, request: MergeRequest): Promise<Result<MergeOutcome>> => {
  for (let attempt = 1; attempt <= attemptsMax; attempt++) {
    const outcome = await tryMerge(ports, request)
    if (outcome !== 'lost-race') return outcome
  }
  return fail({ kind: 'unavailable', what: `branch ${request.branch}`, why: `others moved it ${attemptsMax} times while this was being merged` })
}

type Attempt = Result<MergeOutcome> | 'lost-race'

const tryMerge = async (ports: MergePorts, request: MergeRequest): Promise<Attempt> => {
  const session = await ports.mergeModel.begin(request.branch)
  try {
    const protection = await ports.readProtection(request.branch)
    const allowed = protection.ok ? checkProtection(protection.value, request.action) : protection
    if (!allowed.ok && request.dryRun !== true) return allowed
    const ours = session.head
    if (ours === undefined) return fail({ kind: 'not-found', what: 'commit', id: request.branch, why: `branch ${request.branch} has no commit yet` })
    const crossing = { store: ports.store, session, branch: request.branch }
    const given = request.restores === undefined ? request.base : ours
    const found = given === undefined ? await findBase(crossing, ours, request.theirs) : ok({ commit: given ?? undefined, isVirtual: false })
    if (!found.ok) return found
    const { commit: base, isVirtual } = found.value
    const sides = { base, ours, theirs: request.theirs, ...(isVirtual && { hasVirtualBase: true }) }
    const isUpToDate = request.joinsHistory && base === request.theirs
    if (isUpToDate) return ok({ status: 'up-to-date', commit: ours })
    const canMove = request.joinsHistory && base === ours
    if (request.fastForward === 'only' && !canMove) return fail(notFastForward(request))
    const { resolutions: settled } = request.choices
    const resolutions = request.restores === undefined ? dropOutdated(settled, (table, key) => session.facts().record(table, key)?.fields) : settled
    const merging = { ports, request: { ...request, choices: { ...request.choices, resolutions } }, session, sides }
    return canMove && request.fastForward !== 'never' ? await moveBranch(merging) : await mergeTrees(merging)
  } finally {
    session.abandon()
  }
}

const moveBranch = async (merging: Merging): Promise<Attempt> => {
  const { request, session, sides } = merging
  const { ours, theirs } = sides
  const batch = openBatch(merging)
  await session.projectHead(theirs, [ours])
  const outcome = { status: 'fast-forwarded', commit: theirs, sides, changes: session.changesBetween(ours, theirs) } as const
  if (request.dryRun === true) return ok(outcome)
  await batch.stageMove(theirs, { isForced: request.force === true })
  return finish(merging, batch, outcome)
}

const mergeTrees = async (merging: Merging): Promise<Attempt> => {
  const made = await makeMerge(merging)
  if (!made.ok) return made
  const { batch, outcome } = made.value
  return batch === undefined || merging.request.dryRun === true ? ok(outcome) : finish(merging, batch, outcome)
}

const finish = async ({ session }: Merging, batch: MergeBatch, outcome: MergeOutcome): Promise<Attempt> => {
  const committed = await commitMade(session, batch)
  return committed.ok ? (committed.value === 'lost-race' ? 'lost-race' : ok(outcome)) : committed
}

const notFastForward = ({ branch }: MergeRequest): Failure => ({
  kind: 'unsupported',
  what: 'a fast-forward',
  why: `branch ${branch} has commits of its own: merge without asking for a fast-forward`,
})
