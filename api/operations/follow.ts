import type { FollowedBranch, RefuseMove } from '../../domain/remote/remote-ports.ts'
import { ok } from '../../domain/result.ts'
import { checkProtection, type Protection } from '../../domain/version-control/protection.ts'
import { describeFailure } from '../contract/describe-failure.ts'
import { readProtections } from './find-branch.ts'
import type { Handler } from './operation-context.ts'
import { toMoved, toTransport } from './remotes.ts'

/** Fetches, lets the branches of this repository follow, and projects what came: the next question finds it read. */
export const follow: Handler<'follow'> = async (context, { prune, ...rest }) => {
  const { database } = context
  const remotes = await database.openRemotes()
  if (!remotes.ok) return remotes
  const fetched = await remotes.value.fetch({ ...toTransport(context, rest), prune: prune === true, tags: false })
  if (!fetched.ok) return fetched
  const { remote, url, moved } = fetched.value
  const protections = await readProtections(context, await database.openRefs())
  if (!protections.ok) return protections
  const advanced = await database.exclusively(() => remotes.value.advance(remote, refuseBy(protections.value)))
  if (!advanced.ok) return advanced
  for (const { branch, status } of advanced.value) {
    if (status === 'diverged' || status === 'blocked') continue
    const read = await database.read({ branch })
    if (!read.ok) return read
  }
  return ok({ remote, url, moved: moved.map(toMoved), branches: advanced.value.map(toAnswer) })
}

/** What others have agreed on comes in as a merge would, and a frozen branch takes none; a protected one is not rewritten either. */
const refuseBy =
  (protections: readonly Protection[]): RefuseMove =>
  (name, isForced) => {
    const protection = protections.find(({ branch }) => branch === name)
    const allowed = checkProtection(protection, isForced ? 'rewind' : 'merge')
    return allowed.ok ? undefined : describeFailure(allowed.failure).summary
  }

const toAnswer = ({ branch, from, to, status, commits, why }: FollowedBranch) => ({
  branch: String(branch),
  ...(from !== undefined && { from: String(from) }),
  to: String(to),
  status,
  ...(commits !== undefined && { commits }),
  ...(why !== undefined && { why }),
})
