import type { BranchName, CommitId } from '../../domain/ids.ts'
import { fail, ok, type Result } from '../../domain/result.ts'
import { checkProtection } from '../../domain/version-control/protection.ts'
import type { Head, RefStore } from '../../domain/version-control/ref-store.ts'
import { findBranch, readProtections } from './find-branch.ts'
import type { Handler } from './operation-context.ts'

/** Deletes a branch, while nobody writes to it, from exactly where it was looked at. */
export const deleteBranch: Handler<'deleteBranch'> = async (context, { name, force }) => {
  const refs = await context.database.openRefs()
  return context.database.exclusively(async () => {
    const found = await findBranch(refs, name)
    if (!found.ok) return found
    const { branch, head } = found.value
    const protections = await readProtections(context, refs)
    if (!protections.ok) return protections
    const allowed = checkProtection(
      protections.value.find((protection) => protection.branch === branch),
      'delete',
    )
    if (!allowed.ok) return allowed
    const here = await refs.readHead()
    const [worktree] = refs.listOtherCheckouts(branch)
    if (here.branch === branch || head === undefined) return fail({ kind: 'checked-out', branch })
    if (worktree !== undefined) return fail({ kind: 'checked-out', branch, worktree })
    const kept = force === true ? ok(undefined) : await checkMerged(refs, { branch, head }, here)
    if (!kept.ok) return kept
    const deleted = await refs.deleteBranch(branch, head)
    return deleted.ok ? ok({ branch, commit: head }) : deleted
  })
}

interface Doomed {
  readonly branch: BranchName
  readonly head: CommitId
}

/** Whether the current branch, or the one that this one follows, has all of its commits. */
const checkMerged = async (refs: RefStore, { branch, head }: Doomed, here: Head): Promise<Result<undefined>> => {
  const upstream = await refs.readUpstream(branch)
  const homes = [here.commit, upstream].filter((commit) => commit !== undefined)
  const ahead: number[] = []
  for (const home of homes) ahead.push((await refs.countDivergence(home, [head])).get(head)?.ahead ?? 0)
  return ahead.includes(0) ? ok(undefined) : fail({ kind: 'not-merged', branch, into: here.branch ?? 'HEAD', commit: head, ahead: ahead[0] ?? 0 })
}
