import { type BranchName, type CommitId, parseBranchName } from '../../../domain/ids.ts'
import type { FollowedBranch, RefuseMove } from '../../../domain/remote/remote-ports.ts'
import { findCheckout } from '../find-checkout.ts'
import type { Git } from '../run-git.ts'
import { countBetween, listRefs } from './moved-refs.ts'

export interface FollowOptions {
  readonly remote: string
  /** Whether the repository is a copy of the other one: its branches go wherever theirs are. */
  readonly isMirror: boolean
  /** Why a branch is to stay where it is. */
  readonly refuse: RefuseMove
}

/**
 * Moves branches to where a remote's of the same names were fetched, forwards only. In a repository with files those that are there are moved, in a bare one
 * missing ones are made too. What cannot be moved stays, and is told; a branch with commits of its own that the other side has not yet is left out.
 */
export const followRemote = async (git: Git, { remote, isMirror, refuse }: FollowOptions): Promise<readonly FollowedBranch[]> => {
  const prefix = `refs/remotes/${remote}/`
  const [theirs, ours] = await Promise.all([listRefs(git, [prefix]), listRefs(git, ['refs/heads/'])])
  const followed: FollowedBranch[] = []
  for (const [ref, to] of theirs) {
    const branch = parseBranchName(ref.slice(prefix.length))
    if (branch === undefined) continue
    const from = ours.get(`refs/heads/${branch}`)
    if (from === to || (from === undefined && git.location.workTree !== undefined)) continue
    const counted = from === undefined ? undefined : await countBetween(git, from, to)
    const lost = counted?.lost ?? 0
    if (lost > 0 && counted?.gained === 0 && !isMirror) continue
    const commits = counted?.gained
    const refused = refuse(branch, lost > 0)
    if (lost > 0 && !isMirror) followed.push({ branch, from, to, status: 'diverged', commits, why: `${lost} commits here are not there` })
    else if (refused !== undefined) followed.push({ branch, from, to, status: 'blocked', commits, why: refused })
    else followed.push({ branch, from, to, commits, ...(await moveBranch(git, { branch, from, to, isForced: lost > 0 })) })
  }
  return followed
}

interface Move {
  readonly branch: BranchName
  readonly from: CommitId | undefined
  readonly to: CommitId
  readonly isForced: boolean
}

/** Git moves files, index and branch of a work tree together, or nothing when edits are in the way. */
export const moveBranch = async (git: Git, { branch, from, to, isForced }: Move): Promise<Pick<FollowedBranch, 'status' | 'why'>> => {
  const checkout = findCheckout(git.location, branch)
  const isMoved = isForced ? 'forced' : from === undefined ? 'created' : 'moved'
  const done =
    checkout === undefined
      ? await git.run(['update-ref', '-m', 'ingitdb: follow', `refs/heads/${branch}`, to, from ?? '0'.repeat(40)])
      : await git.run(['merge', '--ff-only', '--quiet', to], { checkout })
  if (done.code === 0) return { status: isMoved }
  const lines = done.stderr.split('\n').filter((line) => line.trim() !== '')
  return {
    status: 'blocked',
    why: lines
      .slice(0, 2)
      .join(' ')
      .replaceAll(/^(error|fatal): |\t/g, ''),
  }
}
