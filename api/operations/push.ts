import type { Failure } from '../../domain/failure.ts'
import { parseBranchName } from '../../domain/ids.ts'
import { fail, ok } from '../../domain/result.ts'
import type { Handler } from './operation-context.ts'
import { readUpstream, toMoved, toTransport } from './remotes.ts'

/** Pushes a branch, by default the current one. */
export const push: Handler<'push'> = async (context, { branch: named, tags, forceWithLease, setUpstream, dryRun, ...rest }) => {
  const remotes = await context.database.openRemotes()
  if (!remotes.ok) return remotes
  const branch = named === undefined ? remotes.value.currentBranch() : parseBranchName(named)
  if (branch === undefined) return fail(named === undefined ? detached : { kind: 'not-found', what: 'branch', id: named })
  const pushed = await remotes.value.push({
    ...toTransport(context, rest),
    branch: branch,
    tags: tags === true,
    forceWithLease: forceWithLease === true,
    setUpstream: setUpstream === true,
    dryRun: dryRun === true,
  })
  if (!pushed.ok) return pushed
  const { remote, url, moved } = pushed.value
  return ok({ remote, url, branch: branch, moved: moved.map(toMoved), dryRun: dryRun === true, ...(await readUpstream(context, branch)) })
}

const detached: Failure = { kind: 'unsupported', what: 'a push while no branch is checked out', why: 'HEAD is detached: name a branch' }
