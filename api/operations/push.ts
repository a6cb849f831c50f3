import { setTimeout as sleep } from 'node:timers/promises'
import type { Failure } from '../../domain/failure.ts'
import { type BranchName, parseBranchName } from '../../domain/ids.ts'
import type { PushReport } from '../../domain/remote/remote-ports.ts'
import { fail, ok, type Result } from '../../domain/result.ts'
import type { OperationInput } from '../contract/operations.ts'
import type { Handler, OperationContext } from './operation-context.ts'
import { pull } from './pull.ts'
import { readUpstream, toMoved, toTransport } from './remotes.ts'

/** Pushes a branch, by default the current one. */
export const push: Handler<'push'> = async (context, input) => {
  const remotes = await context.database.openRemotes()
  if (!remotes.ok) return remotes
  const branch = input.branch === undefined ? remotes.value.currentBranch() : parseBranchName(input.branch)
  if (branch === undefined) return fail(input.branch === undefined ? detached : { kind: 'not-found', what: 'branch', id: input.branch })
  if (input.forceWithLease === true && (input.retry ?? 0) > 0) return fail(retriedForce)
  const pushed = await pushAgain(context, branch, input)
  if (!pushed.ok) return pushed
  const { remote, url, moved, attempts } = pushed.value
  const dryRun = input.dryRun === true
  return ok({ remote, url, branch, moved: moved.map(toMoved), dryRun, attempts, ...(await readUpstream(context, branch)) })
}

const detached: Failure = { kind: 'unsupported', what: 'a push while no branch is checked out', why: 'HEAD is detached: name a branch' }

const retriedForce: Failure = {
  kind: 'invalid-input',
  issues: [{ rule: 'push', message: 'a forced push is not tried again: what came meanwhile would be overwritten or merged unseen' }],
}

type Attempted = PushReport & { readonly attempts: number }

/** Pushes until it is taken, or the policy says that it is enough: what is new there is merged, a remote that cannot be reached is given time. */
const pushAgain = async (context: OperationContext, branch: BranchName, input: OperationInput<'push'>): Promise<Result<Attempted>> => {
  for (let attempts = 1; ; attempts++) {
    const pushed = await pushOnce(context, branch, input)
    if (pushed.ok) return ok({ ...pushed.value, attempts })
    if (attempts > (input.retry ?? 0) || !(await mayTryAgain(context, pushed.failure, { branch, remote: input.remote, attempts }))) return pushed
  }
}

const pushOnce = async (
  context: OperationContext,
  branch: BranchName,
  { tags, forceWithLease, setUpstream, dryRun, remote, timeout }: OperationInput<'push'>,
): Promise<Result<PushReport>> => {
  const remotes = await context.database.openRemotes()
  if (!remotes.ok) return remotes
  const flags = { tags: tags === true, forceWithLease: forceWithLease === true, setUpstream: setUpstream === true, dryRun: dryRun === true }
  return remotes.value.push({ ...toTransport(context, { remote, timeout }), branch, ...flags })
}

const pauseMsMin = 500
const pauseMsMax = 30_000

interface Attempt {
  readonly branch: BranchName
  readonly remote: string | undefined
  readonly attempts: number
}

/** Makes what is needed for another attempt. False when more attempts would change nothing: what is in conflict is for people to settle. */
const mayTryAgain = async (context: OperationContext, failure: Failure, { branch, remote, attempts }: Attempt): Promise<boolean> => {
  if (context.signal?.aborted === true) return false
  if (failure.kind === 'push-rejected' && failure.refs.every(({ reason }) => reason === 'diverged' || reason === 'raced')) {
    const scope = { branch, remote: remote ?? failure.remote }
    const tried = await pull(context, { ...scope, dryRun: true })
    if (!tried.ok || tried.value.merge?.status === 'conflicts') return false
    return (await pull(context, scope)).ok
  }
  if (failure.kind !== 'unavailable') return false
  const pause = Math.min(pauseMsMax, pauseMsMin * 2 ** (attempts - 1))
  return sleep(pause, true, context.signal === undefined ? {} : { signal: context.signal }).catch(() => false)
}
