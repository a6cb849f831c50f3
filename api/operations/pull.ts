import type { Failure } from '../../domain/failure.ts'
import { parseBranchName } from '../../domain/ids.ts'
import { fail, ok } from '../../domain/result.ts'
import { mergeBranch } from './merge-branch.ts'
import type { Handler } from './operation-context.ts'
import { toMoved, toTransport } from './remotes.ts'

/** Fetches, and merges what the branch follows into it; one that has nothing of its own just moves. Where something is in conflict, the merge waits. */
export const pull: Handler<'pull'> = async (context, { branch: named, rebase, remote: wanted, timeout, ...merging }) => {
  if (rebase === true) return fail(noRebase)
  const remotes = await context.database.openRemotes()
  if (!remotes.ok) return remotes
  const branch = named === undefined ? remotes.value.currentBranch() : parseBranchName(named)
  if (branch === undefined) return fail(named === undefined ? detached : { kind: 'not-found', what: 'branch', id: named })
  const followed = await remotes.value.findUpstream(branch, wanted)
  if (!followed.ok) return followed
  const { remote, ref, name } = followed.value
  const fetched = await remotes.value.fetch({ ...toTransport(context, { remote, timeout }), prune: false, tags: false })
  if (!fetched.ok) return fetched
  const { url, moved } = fetched.value
  const there = await context.database.resolve({ at: ref })
  if (!there.ok || there.value === undefined)
    return fail({ kind: 'not-found', what: 'branch', id: name, why: `${remote} has no branch for ${branch}: ${name} does not exist` })
  const merged = await mergeBranch(context, { message: `merge ${name} into ${branch}`, ...merging, source: ref, into: branch })
  return merged.ok ? ok({ remote, url, moved: moved.map(toMoved), merge: { ...merged.value, source: name } }) : merged
}

const noRebase: Failure = {
  kind: 'unsupported',
  what: 'pull --rebase',
  why: 'commits are not moved onto others yet: leave out --rebase to merge, or use git pull --rebase',
}

const detached: Failure = { kind: 'unsupported', what: 'a pull while no branch is checked out', why: 'HEAD is detached: name a branch with --branch' }
