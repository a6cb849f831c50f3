import type { CommitInfo } from '../../domain/event-sourcing/event-store.ts'
import type { CommitId } from '../../domain/ids.ts'
import { fail, ok } from '../../domain/result.ts'
import { listRange } from './find-commits.ts'
import type { Handler } from './operation-context.ts'
import { describeReplay, requireBranch } from './pick-commits.ts'
import type { Replayed } from './replay-steps.ts'

/**
 * Makes the commits that a branch has and another has not once more on top of that one, and moves the branch there: all of them, or none where one
 * is in conflict. Merge commits are left out, as git does it: what they brought is made once more commit by commit.
 */
export const rebaseBranch: Handler<'rebaseBranch'> = async ({ database }, { strategy, force = false, dryRun = false, ...input }) => {
  const branch = requireBranch(database, input.branch)
  if (!branch.ok) return branch
  const [onto, head] = [await database.resolve({ at: input.upstream }), await database.resolve({ branch: branch.value })]
  if (!onto.ok) return onto
  if (!head.ok) return head
  if (onto.value === undefined) return fail({ kind: 'not-found', what: 'commit', id: input.upstream })
  if (head.value === undefined) return fail({ kind: 'not-found', what: 'commit', id: branch.value, why: `branch ${branch.value} has no commit yet` })
  const expected = (input.expected as CommitId | undefined) ?? head.value
  const scope = { branch: branch.value, dryRun }
  const base = await database.findMergeBase(head.value, onto.value)
  if (base === onto.value) return ok(describeReplay({ before: head.value, commit: head.value, done: [], changes: [] }, [], scope))
  const commits = await listRange(database, head.value, onto.value)
  if (!commits.ok) return commits
  const replayed = commits.value.filter(({ parents }) => parents.length < 2).map(rebaseStep)
  const outcome = await database.replay({
    branch: branch.value,
    onto: onto.value,
    expected,
    steps: replayed.map(({ step }) => step),
    choices: { ...(strategy !== undefined && { strategy }), resolutions: [] },
    action: base === head.value ? 'merge' : 'rewind',
    force,
    dryRun,
  })
  return outcome.ok ? ok(describeReplay(outcome.value, replayed, scope)) : outcome
}

/** The same change, author and message. */
const rebaseStep = (commit: CommitInfo): Replayed => {
  const { oid: theirs, author, authorTime, message, parents } = commit
  return { commit, step: { base: parents[0] ?? null, theirs, author, authorTime, message } }
}
