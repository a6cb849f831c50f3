import type { BranchName } from '../../domain/ids.ts'
import type { MovedRef, Remote, TransportRequest } from '../../domain/remote/remote-ports.ts'
import { ok, type Result } from '../../domain/result.ts'
import type { OperationAnswer } from '../contract/operations.ts'
import type { Handler, OperationContext } from './operation-context.ts'

export const listRemotes: Handler<'listRemotes'> = async ({ database }) => {
  const remotes = await database.openRemotes()
  if (!remotes.ok) return remotes
  const listed = await remotes.value.list()
  return listed.ok ? ok({ remotes: listed.value.map(toAnswer) }) : listed
}

export const addRemote: Handler<'addRemote'> = async (context, { remote, url }) => {
  const remotes = await context.database.openRemotes()
  if (!remotes.ok) return remotes
  const added = await remotes.value.add(remote, url)
  return added.ok ? readRemote(context, remote) : added
}

export const setRemoteUrl: Handler<'setRemoteUrl'> = async (context, { remote, url, push }) => {
  const remotes = await context.database.openRemotes()
  if (!remotes.ok) return remotes
  const set = await remotes.value.setUrl(remote, url, { isForPush: push === true })
  return set.ok ? readRemote(context, remote) : set
}

export const removeRemote: Handler<'removeRemote'> = async ({ database }, { remote }) => {
  const remotes = await database.openRemotes()
  if (!remotes.ok) return remotes
  const removed = await remotes.value.remove(remote)
  return removed.ok ? ok({ name: remote }) : removed
}

/** What every request to a remote has, as the ports take it. */
export const toTransport = (
  { onProgress, signal }: OperationContext,
  { remote, timeout }: { readonly remote?: string | undefined; readonly timeout?: number | undefined },
): TransportRequest => ({ remote, stallMs: timeout === undefined ? undefined : timeout * 1_000, onProgress, signal })

export const toMoved = ({ ref, from, to, isForced, commits }: MovedRef) => ({
  ref,
  ...(from !== undefined && { from }),
  ...(to !== undefined && { to }),
  forced: isForced,
  ...(commits !== undefined && { commits }),
})

/** How a branch stands to the one that it follows, as a member of an answer. */
export const readUpstream = async ({ database }: OperationContext, branch: BranchName | undefined) => {
  const remotes = await database.openRemotes()
  const upstream = remotes.ok && branch !== undefined ? await remotes.value.compareUpstream(branch) : undefined
  return upstream === undefined ? {} : { upstream }
}

const readRemote = async (context: OperationContext, name: string): Promise<Result<OperationAnswer<'addRemote'>>> => {
  const listed = await listRemotes(context, {})
  if (!listed.ok) return listed
  const remote = listed.value.remotes.find((candidate) => candidate.name === name)
  return ok(remote ?? { name, url: '' })
}

const toAnswer = ({ name, url, pushUrls }: Remote): OperationAnswer<'addRemote'> => ({ name, url, ...(pushUrls.length > 0 && { pushUrls }) })
