import type { Failure } from '../failure.ts'
import type { BranchName, CommitId } from '../ids.ts'
import { asJson, stringifyJson } from '../json.ts'
import { fail, ok, type Result } from '../result.ts'
import { checkDirectWrite } from './check-direct-write.ts'
import { decideOperation } from './decide-operation.ts'
import type { CommitBatch, CommitInfo, RecordName, Trailer } from './event-store.ts'
import type { Operation, OperationResult, RevisedChange } from './operation.ts'
import { requestTrailer } from './request-trailer.ts'
import type { WriteSession } from './write-model.ts'
import type { WritePorts } from './write-ports.ts'

/** How often a group is decided again because somebody else moved the branch. */
const attemptsMax = 4

/** What became of one operation before the commit point: staged commits are named by index, for they have no id yet. */
type Outcome =
  | { readonly status: 'failed'; readonly failure: Failure }
  | { readonly status: 'repeated'; readonly commit: CommitId }
  /** Nothing to change; `after` is the staged commit it was decided on, -1 for the head itself. */
  | { readonly status: 'unchanged'; readonly after: number }
  | { readonly status: 'staged'; readonly index: number; readonly changes: readonly RevisedChange[] }

/**
 * Decides, stages, commits and projects operations on one branch, each as its own commit, all with one write to disk.
 * If the branch has moved meanwhile everything is decided again on the new head. An operation that fails leaves no trace; the others go on.
 * @param operations all on the same branch
 * @returns one result for each operation, in order
 */
export const commitGroup = async (ports: WritePorts, operations: readonly Operation[]): Promise<readonly Result<OperationResult>[]> => {
  const results = new Map<Operation, Result<OperationResult>>()
  for (let attempt = 1; ; ) {
    const open = operations.filter((operation) => !results.has(operation))
    if (open.length === 0) break
    const tried = await tryGroup(ports, open)
    for (const [operation, result] of tried.settled) results.set(operation, result)
    if (!tried.lostRace) continue
    if (++attempt > attemptsMax) for (const operation of open) results.set(operation, fail(keptMoving(operation.branch)))
  }
  return operations.map((operation) => results.get(operation) ?? fail(keptMoving(operation.branch)))
}

interface Attempt {
  readonly settled: ReadonlyMap<Operation, Result<OperationResult>>
  readonly lostRace: boolean
}

const tryGroup = async (ports: WritePorts, operations: readonly Operation[]): Promise<Attempt> => {
  const [first] = operations
  if (first === undefined) return { settled: new Map(), lostRace: false }
  const session = await ports.writeModel.begin(first.branch)
  try {
    const allowed = await checkDirectWrite(ports, first.branch)
    await ports.store.warm(first.branch, session.head, { catalogue: session.facts().catalogue(), names: operations.flatMap(recordNames) })
    const batch = ports.store.openBatch(first.branch, session.head, session.facts().catalogue())
    const outcomes = new Map<Operation, Outcome>()
    let staged = 0
    for (const operation of withoutRepeats(operations)) {
      const outcome = await stageOperation(ports, { session, batch, staged, allowed }, operation)
      if (outcome.status === 'staged') {
        staged += 1
        if (operations.length > 1) batch.writeAhead()
      }
      outcomes.set(operation, outcome)
    }
    return staged === 0 ? settleAll(outcomes, session.head, []) : await commitStaged(session, batch, outcomes)
  } finally {
    session.abandon()
  }
}

/** Records that an operation names itself; what it cascades to is read when it comes. Inserts have no file to read. */
const recordNames = ({ commands }: Operation): readonly RecordName[] =>
  commands.flatMap((command) => ('key' in command ? [{ table: command.table, key: command.key }] : []))

/** A request id twice in one group: the second waits for the next try, where the first one's commit can be found. */
const withoutRepeats = (operations: readonly Operation[]): readonly Operation[] => {
  const seen = new Set<string>()
  return operations.filter(({ actor, requestId }) => {
    if (requestId === undefined) return true
    const request = `${requestId} ${actor.email}`
    return !seen.has(request) && seen.add(request).has(request)
  })
}

interface Progress {
  readonly session: WriteSession
  readonly batch: CommitBatch
  readonly staged: number
  /** Whether anything may be written to the branch. What was written before it was protected is still answered. */
  readonly allowed: Result<undefined>
}

const stageOperation = async (ports: WritePorts, { session, batch, staged, allowed }: Progress, operation: Operation): Promise<Outcome> => {
  const payload = operation.requestId === undefined ? '' : ports.digest(stringifyJson(asJson(operation.commands)))
  if (operation.requestId !== undefined) {
    const earlier = session.findRequest(operation.actor.email, operation.requestId)
    if (earlier?.payload === payload) return { status: 'repeated', commit: earlier.commit }
    if (earlier !== undefined) return { status: 'failed', failure: { kind: 'request-reused', requestId: earlier.id, commit: earlier.commit } }
  }
  if (!allowed.ok) return { status: 'failed', failure: allowed.failure }
  const decided = decideOperation(operation, session.facts(), ports.rules)
  if (!decided.ok) return { status: 'failed', failure: decided.failure }
  if (decided.value.length === 0) return { status: 'unchanged', after: staged - 1 }
  const trailers: readonly Trailer[] = operation.requestId === undefined ? [] : [requestTrailer({ id: operation.requestId, payload })]
  const result = await batch.stage(operation, decided.value, trailers)
  if (!result.ok) return { status: 'failed', failure: result.failure }
  session.project(result.value)
  return { status: 'staged', index: staged, changes: result.value.changes }
}

const commitStaged = async (session: WriteSession, batch: CommitBatch, outcomes: ReadonlyMap<Operation, Outcome>): Promise<Attempt> => {
  const result = await batch.commit()
  switch (result.status) {
    case 'committed':
      keepRows(session, result.commits)
      return settleAll(outcomes, session.head, result.commits)
    case 'lost-race':
      return { settled: new Map(), lostRace: true }
    case 'uncommitted-changes':
      // Only these fail; what was decided after them may have built on them, so the rest is decided again.
      return { settled: settleRejected(outcomes, result.rejected), lostRace: false }
    case 'unavailable': {
      const failure: Failure = { kind: 'unavailable', what: 'the git repository', why: result.why }
      return { settled: new Map([...outcomes.keys()].map((operation) => [operation, fail(failure)])), lostRace: false }
    }
  }
}

/**
 * The commits are in git: whatever goes wrong with the rows now is like a crash at this moment, the write has happened and must be acknowledged.
 * The read model catches up from git on the next read, and is built again if it is damaged.
 */
const keepRows = (session: WriteSession, commits: readonly CommitInfo[]): void => {
  try {
    session.finish(commits)
  } catch {
    session.abandon()
  }
}

const settleRejected = (
  outcomes: ReadonlyMap<Operation, Outcome>,
  rejected: ReadonlyMap<number, readonly string[]>,
): ReadonlyMap<Operation, Result<OperationResult>> => {
  const settled = new Map<Operation, Result<OperationResult>>()
  for (const [operation, outcome] of outcomes) {
    const paths = outcome.status === 'staged' ? rejected.get(outcome.index) : undefined
    if (paths !== undefined) settled.set(operation, fail({ kind: 'uncommitted-changes', paths }))
  }
  if (settled.size === 0) throw new Error('the event store rejected commits that are not in the group')
  return settled
}

const settleAll = (outcomes: ReadonlyMap<Operation, Outcome>, head: CommitId | undefined, commits: readonly CommitInfo[]): Attempt => {
  const settled = new Map<Operation, Result<OperationResult>>()
  for (const [operation, outcome] of outcomes) settled.set(operation, settle(outcome, head, commits))
  return { settled, lostRace: false }
}

const settle = (outcome: Outcome, head: CommitId | undefined, commits: readonly CommitInfo[]): Result<OperationResult> => {
  switch (outcome.status) {
    case 'failed':
      return fail(outcome.failure)
    case 'repeated':
      return ok({ commit: outcome.commit, changes: [], repeated: true })
    case 'unchanged': {
      const commit = outcome.after < 0 ? head : commits[outcome.after]?.oid
      return commit === undefined ? fail({ kind: 'not-found', what: 'commit', id: 'HEAD' }) : ok({ commit, changes: [], repeated: false })
    }
    case 'staged': {
      const commit = commits[outcome.index]?.oid
      if (commit === undefined) throw new Error('the event store committed fewer commits than were staged')
      return ok({ commit, changes: outcome.changes, repeated: false })
    }
  }
}

const keptMoving = (branch: BranchName): Failure => ({
  kind: 'unavailable',
  what: `branch ${branch}`,
  why: `others moved it ${attemptsMax} times while this was being written`,
})
