import type { Change } from '../../domain/event-sourcing/change.ts'
import type { CommitBatch, CommitBatchResult, CommitInfo, EventStore, Trailer } from '../../domain/event-sourcing/event-store.ts'
import type { Operation } from '../../domain/event-sourcing/operation.ts'
import { type RequestMark, readRequest } from '../../domain/event-sourcing/request-trailer.ts'
import type { WriteModel, WriteSession } from '../../domain/event-sourcing/write-model.ts'
import type { WritePorts } from '../../domain/event-sourcing/write-ports.ts'
import type { Failure } from '../../domain/failure.ts'
import { type BranchName, type CommitId, parseBranchName, parseCommitId } from '../../domain/ids.ts'
import { fail, ok } from '../../domain/result.ts'
import type { Table } from '../../domain/table/table.ts'
import type { Protection } from '../../domain/version-control/protection.ts'
import { applyChanges, factsOf, type State } from './given-records.ts'

export const branchOf = (text: string): BranchName => {
  const branch = parseBranchName(text)
  if (branch === undefined) throw new Error(`no branch name: ${text}`)
  return branch
}

/** What becomes of one group at its commit point; `meanwhile` is what somebody else does just before. */
export type CommitPoint =
  | { readonly status: 'committed' | 'lost-race' | 'unavailable'; readonly meanwhile?: () => void }
  | { readonly status: 'rejected'; readonly indexes: readonly number[] }
  | { readonly status: 'broken'; readonly error: Error }

/** One branch in memory: its commits, oldest first, and how the last one left the records. */
interface Branch {
  readonly commits: readonly CommitInfo[]
  readonly state: State
}

interface Session {
  readonly branch: BranchName
  end: 'finished' | 'abandoned' | undefined
}

const noBranch: Branch = { commits: [], state: {} }

/**
 * The ports of the write path in memory, for tests of what lies between them: the store does at each commit point what it is told to, the write
 * model keeps the state of each branch, and both remember what they were asked. A second session beside an open one is refused, as a bug.
 */
export class MemoryWritePorts implements WritePorts {
  readonly rules = { validateSchema: () => ok(() => []) }
  readonly digest = (text: string): string => `digest-of:${text}`.replaceAll(' ', '_')
  readonly branches = new Map<BranchName, Branch>()
  readonly sessions: Session[] = []
  /** Subjects of the commits of each group that came to its commit point. */
  readonly groups: { readonly branch: BranchName; readonly subjects: readonly string[] }[] = []
  /** What happens at the next commit points; then every group is committed. */
  readonly commitPoints: CommitPoint[] = []
  /** Failures of staging, by the message of the operation. */
  readonly stagingFailures = new Map<string, Failure>()
  /** A bug in one of the ports: thrown once, by what it is named for. */
  readonly bugs = new Map<'begin' | 'warm' | 'stage' | 'project' | 'finish', Error>()
  /** Protections of branches. */
  readonly protections = new Map<BranchName, Protection>()
  readonly readProtection = async (branch: BranchName) => ok(this.protections.get(branch))
  writesAhead = 0
  readonly #tables: readonly Table[]
  #made = 0

  constructor(tables: readonly Table[]) {
    this.#tables = tables
  }

  readonly store: EventStore = {
    readHead: (branch) => this.headOf(branch),
    readCurrentBranch: () => undefined,
    resolveRevision: async () => undefined,
    findMergeBase: async () => undefined,
    listCommits: async function* () {},
    readPatch: async () => new Uint8Array(),
    readLine: async () => ({ commits: [], base: undefined }),
    readCommits: async function* () {},
    warm: async () => this.#throwIfBroken('warm'),
    openBatch: (branch, head) => this.#openBatch(branch, head),
    close: async () => {},
  }

  readonly writeModel: WriteModel = {
    begin: async (branch) => {
      this.#throwIfBroken('begin')
      if (this.sessions.some(({ end }) => end === undefined)) throw new Error('a second session was begun beside an open one')
      return this.#openSession(branch)
    },
  }

  headOf(branch: BranchName): CommitId | undefined {
    return this.branches.get(branch)?.commits.at(-1)?.oid
  }

  /** Subjects of a branch's commits, oldest first. */
  lineOf(branch: BranchName): readonly string[] {
    return (this.branches.get(branch) ?? noBranch).commits.map(({ message }) => message.split('\n')[0] ?? '')
  }

  stateOf(branch: BranchName): State {
    return (this.branches.get(branch) ?? noBranch).state
  }

  /** A commit made by somebody else. */
  commitForeign(branch: BranchName, state: State): void {
    this.#append(branch, [this.#describe('foreign', undefined)], state)
  }

  #openSession(branch: BranchName): WriteSession {
    const session: Session = { branch, end: undefined }
    this.sessions.push(session)
    const base = this.branches.get(branch) ?? noBranch
    let { state } = base
    return {
      head: base.commits.at(-1)?.oid,
      facts: () => factsOf(base.commits.length === 0 ? [] : this.#tables, state),
      findRequest: (actor, requestId) => findRequest(base.commits, actor, requestId),
      project: (staged) => {
        this.#throwIfBroken('project')
        state = applyChanges(
          state,
          staged.changes.map(({ change }) => change),
        )
      },
      finish: (commits) => {
        this.#append(branch, commits, state)
        this.#throwIfBroken('finish')
        session.end = 'finished'
      },
      abandon: () => {
        session.end ??= 'abandoned'
      },
    }
  }

  #openBatch(branch: BranchName, head: CommitId | undefined): CommitBatch {
    const staged: CommitInfo[] = []
    return {
      stage: async (operation, changes, trailers) => {
        this.#throwIfBroken('stage')
        const failure = this.stagingFailures.get(operation.message ?? '')
        if (failure !== undefined) return fail(failure)
        staged.push(this.#describe(messageOf(operation, changes, trailers), operation))
        return ok({ changes: changes.map((change) => ({ change, revision: `revision ${staged.length}` })), catalogue: undefined, observations: [] })
      },
      writeAhead: () => {
        this.writesAhead += 1
      },
      commit: async () => {
        this.groups.push({ branch, subjects: staged.map(({ message }) => message.split('\n')[0] ?? '') })
        return this.#reach(this.commitPoints.shift() ?? { status: 'committed' }, { branch, head, staged })
      },
    }
  }

  #reach(
    point: CommitPoint,
    { branch, head, staged }: { readonly branch: BranchName; readonly head: CommitId | undefined; readonly staged: readonly CommitInfo[] },
  ): CommitBatchResult {
    if (point.status === 'broken') throw point.error
    if (point.status === 'rejected')
      return { status: 'uncommitted-changes', rejected: new Map(point.indexes.map((index) => [index, [`file of commit ${index}`]])) }
    point.meanwhile?.()
    if (point.status === 'unavailable') return { status: 'unavailable', why: 'the disk is full' }
    return point.status === 'lost-race' || this.headOf(branch) !== head ? { status: 'lost-race' } : { status: 'committed', commits: staged }
  }

  #append(branch: BranchName, commits: readonly CommitInfo[], state: State): void {
    this.branches.set(branch, { commits: [...(this.branches.get(branch) ?? noBranch).commits, ...commits], state })
  }

  #describe(message: string, operation: Operation | undefined): CommitInfo {
    const oid = parseCommitId((++this.#made).toString(16).padStart(40, '0'))
    if (oid === undefined) throw new Error('there are no more commit ids')
    const author = operation?.actor ?? { name: 'Foreign', email: 'foreign@example.org' }
    const authorTime = operation?.at ?? { seconds: 1_700_000_000, offsetMinutes: 0 }
    return { oid, parents: [], author, authorTime, committer: author, committerTime: authorTime, message }
  }

  #throwIfBroken(what: 'begin' | 'warm' | 'stage' | 'project' | 'finish'): void {
    const error = this.bugs.get(what)
    this.bugs.delete(what)
    if (error !== undefined) throw error
  }
}

const messageOf = (operation: Operation, changes: readonly Change[], trailers: readonly Trailer[]): string => {
  const subject = operation.message ?? changes.map((change) => change.type).join(', ')
  return `${subject}\n\n${trailers.map(({ name, value }) => `${name}: ${value}\n`).join('')}`
}

const findRequest = (commits: readonly CommitInfo[], actor: string, requestId: string): (RequestMark & { readonly commit: CommitId }) | undefined => {
  for (const { oid, author, message } of commits) {
    const mark = readRequest(message)
    if (author.email === actor && mark?.id === requestId) return { ...mark, commit: oid }
  }
  return undefined
}
