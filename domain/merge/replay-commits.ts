import type { RecordChange } from '../event-sourcing/change.ts'
import type { MergeSession } from '../event-sourcing/write-model.ts'
import type { CommitId } from '../ids.ts'
import { fail, ok, type Result } from '../result.ts'
import { checkProtection, type ProtectedAction } from '../version-control/protection.ts'
import type { MergeConflict } from './conflict.ts'
import { commitMade, type MergePorts, makeMerge } from './make-merge.ts'
import type { MergeRequest, MergeSides } from './merge-request.ts'

/** The change between two trees, made once more: `theirs` is the commit itself, or for a revert what was before it. */
export interface ReplayStep extends Pick<MergeRequest, 'theirs' | 'author' | 'authorTime' | 'message'> {
  /** null: an empty tree. */
  readonly base: CommitId | null
}

/** Changes to be made once more on a branch, one commit each: cherry-picks, reverts, a rebase. */
export interface ReplayRequest extends Pick<MergeRequest, 'branch' | 'choices' | 'committer' | 'at' | 'force' | 'dryRun'> {
  readonly steps: readonly ReplayStep[]
  /**
   * The commit that the first step goes on top of, and the branch then moves to the last one instead of what it was: all or nothing. Absent: the
   * head of the branch; a conflict then leaves the steps before it done.
   */
  readonly onto?: CommitId
  /** Where the branch has to stand; anywhere when absent. */
  readonly expected?: CommitId
  /** What it is to a protected branch. */
  readonly action: ProtectedAction
}

export interface ReplayedStep {
  /** `undefined`: everything of it was there already, and no commit was made. */
  readonly commit: CommitId | undefined
  readonly changes: readonly RecordChange[]
}

export interface ReplayOutcome {
  /** Where the branch stood. */
  readonly before: CommitId
  /** Where it stands; after a dry run, where it would stand. */
  readonly commit: CommitId
  /** What became of the steps, in their order, up to the one that is in conflict. */
  readonly done: readonly ReplayedStep[]
  /** Why the step after those was not made. */
  readonly stopped?: { readonly sides: MergeSides; readonly conflicts: readonly MergeConflict[] }
  /** From where the branch stood to where it stands. */
  readonly changes: readonly RecordChange[]
}

const attemptsMax = 4

/** Makes changes once more, each a commit of its own and validated as a merge is; the branch moves once, at the end. */
export const replayCommits = async (ports: MergePorts, request: ReplayRequest): Promise<Result<ReplayOutcome>> => {
  for (let attempt = 1; attempt <= attemptsMax; attempt++) {
    const outcome = await tryReplay(ports, request)
    if (outcome !== 'lost-race') return outcome
  }
  return fail({ kind: 'unavailable', what: `branch ${request.branch}`, why: `others moved it ${attemptsMax} times while this was being done` })
}

type Attempt = Result<ReplayOutcome> | 'lost-race'

const tryReplay = async (ports: MergePorts, request: ReplayRequest): Promise<Attempt> => {
  const session = await ports.mergeModel.begin(request.branch)
  try {
    const before = session.head
    const allowed = await checkStart(ports, request, before)
    if (!allowed.ok) return allowed
    const made = await makeSteps(ports, session, { ...request, before: allowed.value })
    if (!made.ok) return made
    const outcome = made.value
    if (request.dryRun === true || outcome.commit === outcome.before) return ok(outcome)
    const batch = ports.store.openMerge(request.branch, outcome.before, session.facts().catalogue())
    await batch.stageMove(outcome.commit, { isForced: request.force === true })
    const committed = await commitMade(session, batch)
    return committed.ok ? (committed.value === 'lost-race' ? 'lost-race' : made) : committed
  } finally {
    session.abandon()
  }
}

/** @returns where the branch stands */
const checkStart = async (ports: MergePorts, request: ReplayRequest, head: CommitId | undefined): Promise<Result<CommitId>> => {
  const { branch, expected, action, dryRun = false } = request
  const protection = await ports.readProtection(branch)
  if (!protection.ok) return protection
  const allowed = checkProtection(protection.value, action)
  if (!allowed.ok && !dryRun) return allowed
  if (head === undefined) return fail({ kind: 'not-found', what: 'commit', id: branch, why: `branch ${branch} has no commit yet` })
  return expected === undefined || expected === head
    ? ok(head)
    : fail({ kind: 'version-conflict', what: 'branch', id: branch, expected, actual: head })
}

const makeSteps = async (
  ports: MergePorts,
  session: MergeSession,
  request: ReplayRequest & { readonly before: CommitId },
): Promise<Result<ReplayOutcome>> => {
  const { before, onto = before, steps } = request
  const keep = [...new Set([before, onto, ...steps.flatMap(({ base, theirs }) => (base === null ? [theirs] : [base, theirs]))])]
  for (const commit of keep) await session.projectOther(commit)
  await session.projectHead(onto, keep)
  const done: ReplayedStep[] = []
  let stopped: ReplayOutcome['stopped']
  let tip = onto
  for (const { base, theirs, ...step } of steps) {
    const sides = { base: base ?? undefined, ours: tip, theirs }
    const merge: MergeRequest = { ...request, ...step, theirs, action: 'write', joinsHistory: false, fastForward: 'never' }
    const made = await makeMerge({ ports, request: merge, session, sides, keep })
    if (!made.ok) return made
    const { outcome } = made.value
    if (outcome.status === 'conflicts') {
      stopped = { sides, conflicts: outcome.conflicts }
      break
    }
    done.push(outcome.status === 'merged' ? { commit: outcome.commit, changes: outcome.changes } : { commit: undefined, changes: [] })
    tip = outcome.commit
  }
  if (stopped !== undefined && request.onto !== undefined) tip = before
  await session.projectHead(tip, keep)
  return ok({ before, commit: tip, done, changes: session.changesBetween(before, tip), ...(stopped !== undefined && { stopped }) })
}
