import type { CommitInfo } from '../../domain/event-sourcing/event-store.ts'
import type { BranchName } from '../../domain/ids.ts'
import type { MergeState } from '../../domain/merge/merge-state.ts'
import type { ReplayOutcome } from '../../domain/merge/replay-commits.ts'
import type { MergeStrategy } from '../../domain/merge/strategy.ts'
import { fail, ok, type Result } from '../../domain/result.ts'
import type { OperationAnswer } from '../contract/operations.ts'
import type { Database } from '../database.ts'
import { parseBranch } from './ask-snapshot.ts'
import { describeConflict, describeRecordChange } from './describe-merge.ts'
import { findCommits } from './find-commits.ts'
import { keepWaiting } from './merge-branch.ts'
import type { Handler } from './operation-context.ts'
import { pickStep, type Replayed, revertStep, subjectOf } from './replay-steps.ts'

/** Makes the changes of commits once more; the first that is in conflict waits like a merge, and those after it are not looked at. */
export const cherryPick: Handler<'cherryPick'> = async ({ database }, input) => {
  const branch = requireBranch(database, input.branch)
  if (!branch.ok) return branch
  const commits = await findCommits(database, input.revisions, { branch: branch.value, order: 'oldest-first' })
  if (!commits.ok) return commits
  const replayed = toSteps(commits.value, (commit) => pickStep(commit, input.mainline))
  return replayed.ok ? replay(database, replayed.value, { ...input, branch: branch.value, verb: 'cherry-pick' }) : replayed
}

/** Takes commits back, each with a commit of its own. */
export const revertCommits: Handler<'revertCommits'> = async ({ database }, input) => {
  const branch = requireBranch(database, input.branch)
  if (!branch.ok) return branch
  const commits = await findCommits(database, input.revisions, { branch: branch.value, order: 'newest-first' })
  if (!commits.ok) return commits
  const replayed = toSteps(commits.value, (commit) => revertStep(commit, input.mainline))
  return replayed.ok ? replay(database, replayed.value, { ...input, branch: branch.value, verb: 'revert' }) : replayed
}

/** Takes the newest commit of a branch back, whoever made it; of a merge, what it brought. */
export const undo: Handler<'undo'> = async ({ database }, input) => {
  const branch = requireBranch(database, input.branch)
  if (!branch.ok) return branch
  const head = await database.resolve({ branch: branch.value })
  if (!head.ok) return head
  if (head.value === undefined) return fail({ kind: 'not-found', what: 'commit', id: branch.value, why: `branch ${branch.value} has no commit yet` })
  const commits = await findCommits(database, [head.value], { branch: branch.value, order: 'newest-first' })
  if (!commits.ok) return commits
  const replayed = toSteps(commits.value, (commit) => revertStep(commit, commit.parents.length > 1 ? 1 : undefined))
  return replayed.ok ? replay(database, replayed.value, { ...input, branch: branch.value, verb: 'revert', expected: head.value }) : replayed
}

/** The branch that is asked for, else the current one. */
export const requireBranch = (database: Database, text: string | undefined): Result<BranchName> => {
  const parsed = parseBranch(text)
  if (!parsed.ok) return parsed
  const branch = parsed.value ?? database.readCurrentBranch()
  return branch === undefined
    ? fail({ kind: 'unsupported', what: 'a change while no branch is checked out', why: 'HEAD is detached: name a branch' })
    : ok(branch)
}

const toSteps = (commits: readonly CommitInfo[], toStep: (commit: CommitInfo) => Result<Replayed>): Result<readonly Replayed[]> => {
  const replayed: Replayed[] = []
  for (const commit of commits) {
    const step = toStep(commit)
    if (!step.ok) return step
    replayed.push(step.value)
  }
  return ok(replayed)
}

interface ReplayOptions {
  readonly branch: BranchName
  readonly verb: 'cherry-pick' | 'revert'
  readonly strategy?: MergeStrategy | undefined
  readonly force?: boolean | undefined
  readonly dryRun?: boolean | undefined
  readonly expected?: CommitInfo['oid']
}

type ReplayAnswer = OperationAnswer<'cherryPick'>

const replay = async (database: Database, replayed: readonly Replayed[], options: ReplayOptions): Promise<Result<ReplayAnswer>> => {
  const { branch, verb, strategy, force = false, dryRun = false, expected } = options
  const choices = { ...(strategy !== undefined && { strategy }), resolutions: [] }
  const steps = replayed.map(({ step }) => step)
  const outcome = await database.replay({ branch, steps, choices, action: 'write', force, dryRun, ...(expected !== undefined && { expected }) })
  if (!outcome.ok) return outcome
  const answer = describeReplay(outcome.value, replayed, { branch, dryRun })
  const { stopped } = outcome.value
  const open = replayed[outcome.value.done.length]
  if (stopped === undefined || open === undefined || dryRun) return ok(answer)
  const { base, theirs, ...commit } = open.step
  const plan: Omit<MergeState, 'ours' | 'conflicts'> = {
    id: database.digest(`${branch}\u0000${theirs}\u0000${base}`).slice(0, 8),
    ...{ branch, base, theirs, choices, ...commit, joinsHistory: false, fastForward: 'never', action: 'write' },
    source: `${verb} of ${open.commit.oid.slice(0, 12)}`,
  }
  const kept = await keepWaiting(database, plan, { ours: stopped.sides.ours, conflicts: stopped.conflicts })
  return kept.ok ? ok({ ...answer, merge: plan.id }) : kept
}

/** The outcome of a replay as the contract has it. */
export const describeReplay = (
  { done, stopped, commit, before }: ReplayOutcome,
  replayed: readonly Replayed[],
  { branch, dryRun }: { readonly branch: BranchName; readonly dryRun: boolean },
): ReplayAnswer => {
  const name = ({ commit: of }: Replayed) => ({ of: of.oid, subject: subjectOf(of) })
  const open = stopped === undefined ? undefined : replayed[done.length]
  return {
    status: stopped !== undefined ? 'conflicts' : commit === before ? 'unchanged' : 'changed',
    branch,
    ...(!dryRun && { commit }),
    dryRun,
    done: done.flatMap((step, index) => {
      const of = replayed[index]
      if (of === undefined) return []
      const made = step.commit !== undefined && !dryRun && { commit: step.commit }
      return [{ ...name(of), ...made, unchanged: step.commit === undefined, changes: step.changes.map(describeRecordChange) }]
    }),
    ...(open !== undefined && { stopped: name(open) }),
    remaining: replayed.slice(done.length + 1).map(({ commit: of }) => of.oid),
    conflicts: (stopped?.conflicts ?? []).map(describeConflict),
  }
}
