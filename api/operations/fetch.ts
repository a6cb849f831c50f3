import { ok } from '../../domain/result.ts'
import type { Handler } from './operation-context.ts'
import { readUpstream, toMoved, toTransport } from './remotes.ts'

/** Fetches from a remote. What moved is told even when that is nothing. */
export const fetch: Handler<'fetch'> = async (context, { prune, tags, ...rest }) => {
  const remotes = await context.database.openRemotes()
  if (!remotes.ok) return remotes
  const fetched = await remotes.value.fetch({ ...toTransport(context, rest), prune: prune === true, tags: tags === true })
  if (!fetched.ok) return fetched
  const { remote, url, moved } = fetched.value
  return ok({ remote, url, moved: moved.map(toMoved), ...(await readUpstream(context, remotes.value.currentBranch())) })
}
