import type { Failure } from '../../domain/failure.ts'
import { type BranchName, type CommitId, parseBranchName } from '../../domain/ids.ts'
import type { Remotes } from '../../domain/remote/remote-ports.ts'
import { fail, ok, type Result } from '../../domain/result.ts'
import type { OperationInput } from '../contract/operations.ts'
import type { MergeAnswer } from './describe-merge.ts'
import { mergeBranch } from './merge-branch.ts'
import type { Handler, OperationContext } from './operation-context.ts'
import { rebaseBranch } from './rebase-branch.ts'
import { toMoved, toTransport } from './remotes.ts'

/**
 * Fetches, and brings what the branch follows into it: by a merge, which waits where something is in conflict, or by a rebase, which then moves nothing.
 * A branch that has nothing of its own just moves, and one that has no commit yet starts there.
 */
export const pull: Handler<'pull'> = async (context, { branch: named, remote: wanted, timeout, ...joining }) => {
  const refused = joining.rebase === true ? refuseBoth(joining) : undefined
  if (refused !== undefined) return fail(refused)
  const remotes = await context.database.openRemotes()
  if (!remotes.ok) return remotes
  const branch = named === undefined ? remotes.value.currentBranch() : parseBranchName(named)
  if (branch === undefined) return fail(named === undefined ? detached : { kind: 'not-found', what: 'branch', id: named })
  const followed = await remotes.value.findUpstream(branch, wanted)
  if (!followed.ok) return followed
  const { remote, ref, name } = followed.value
  const fetched = await remotes.value.fetch({ ...toTransport(context, { remote, timeout }), prune: false, tags: false })
  if (!fetched.ok) return fetched
  const there = await context.database.resolve({ at: ref })
  if (!there.ok || there.value === undefined)
    return fail({ kind: 'not-found', what: 'branch', id: name, why: `${remote} has no branch for ${branch}: ${name} does not exist` })
  const report = { remote, url: fetched.value.url, moved: fetched.value.moved.map(toMoved) }
  const upstream = { ref, name, branch, commit: there.value }
  if (await isUnborn(context, remotes.value, branch)) {
    const started = await startBranch(context, remotes.value, { ...upstream, dryRun: joining.dryRun === true })
    return started.ok ? ok({ ...report, merge: started.value }) : started
  }
  if (joining.rebase === true) {
    const { strategy, force, dryRun } = joining
    const rebased = await rebaseBranch(context, { upstream: ref, branch, strategy, force, dryRun })
    return rebased.ok ? ok({ ...report, rebase: rebased.value }) : rebased
  }
  const merged = await mergeBranch(context, { message: `merge ${name} into ${branch}`, ...joining, source: ref, into: branch })
  return merged.ok ? ok({ ...report, merge: { ...merged.value, source: name } }) : merged
}

/** Only the branch that HEAD names can be there without a commit. */
const isUnborn = async ({ database }: OperationContext, remotes: Remotes, branch: BranchName): Promise<boolean> =>
  branch === remotes.currentBranch() && (await database.openRefs()).readBranch(branch) === undefined

interface Start {
  readonly branch: BranchName
  readonly name: string
  readonly commit: CommitId
  readonly dryRun: boolean
}

const startBranch = async (
  { database }: OperationContext,
  remotes: Remotes,
  { branch, name, commit, dryRun }: Start,
): Promise<Result<MergeAnswer>> => {
  const answer = { status: 'fast-forwarded' as const, branch, source: name, theirs: commit, dryRun, changes: [], conflicts: [] }
  if (dryRun) return ok(answer)
  const started = await database.exclusively(() => remotes.startBranch(branch, commit))
  if (!started.ok) return started
  const read = await database.read({ branch })
  return read.ok ? ok({ ...answer, commit }) : read
}

/** What a merge can be told, and a rebase cannot. */
const refuseBoth = ({ fastForward, message, strategies }: Partial<OperationInput<'pull'>>): Failure | undefined => {
  const wrong = fastForward !== undefined ? 'fastForward' : message !== undefined ? 'message' : strategies !== undefined ? 'strategies' : undefined
  return (
    wrong && {
      kind: 'invalid-input',
      issues: [
        { rule: 'rebase', message: `${wrong} is for merges: a rebase makes each commit once more as it was, so leave out ${wrong} or rebase` },
      ],
    }
  )
}

const detached: Failure = { kind: 'unsupported', what: 'a pull while no branch is checked out', why: 'HEAD is detached: name a branch with --branch' }
