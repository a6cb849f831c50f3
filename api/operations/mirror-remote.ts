import { ok } from '../../domain/result.ts'
import type { Handler } from './operation-context.ts'
import { toTransport } from './remotes.ts'

/** Makes a remote a mirror, or one no more. The first push is waited for: what is wrong with the address shows now, and not in the background. */
export const mirrorRemote: Handler<'mirrorRemote'> = async (context, { remote, off, ...rest }) => {
  const mirrors = await context.database.openMirrors()
  if (!mirrors.ok) return mirrors
  if (off === true) {
    const set = await mirrors.value.set(remote, false)
    return set.ok ? ok({ remote, mirror: false }) : set
  }
  const remotes = await context.database.openRemotes()
  if (!remotes.ok) return remotes
  // A push overwrites what is there only where that is known here.
  const fetched = await remotes.value.fetch({ ...toTransport(context, { ...rest, remote }), prune: false, tags: false })
  if (!fetched.ok) return fetched
  const set = await mirrors.value.set(remote, true)
  if (!set.ok) return set
  await mirrors.value.push()
  const state = (await mirrors.value.states()).find((candidate) => candidate.remote === remote)
  return ok({ remote, mirror: true, ...(state !== undefined && { state }) })
}
