import type { EventStore } from '../domain/event-sourcing/event-store.ts'
import type { CommitId } from '../domain/ids.ts'
import { parseCommitId } from '../domain/ids.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import type { ReadModel } from '../projections/read-model.ts'
import { readLine, readPosition } from '../projections/record-versions/lanes.ts'
import { type FirstCommit, findCommitAt, findFirstCommit } from '../projections/record-versions/log.ts'
import type { Where } from './database.ts'
import { formatCommitTime } from './operations/format-commit-time.ts'
import { isTime, parseTime } from './parse-time.ts'

/** Refs as they are this moment, read without starting a process. */
export type RefsNow = Pick<EventStore, 'readHead' | 'readCurrentBranch'>

interface GitSources {
  readonly refs: RefsNow
  loadStore(): Promise<EventStore>
}

interface Sources extends GitSources {
  readonly readModel: ReadModel
}

/**
 * The commit that a question is about. `undefined`: the current branch has no commit yet, so the database is empty.
 * Fails with `not-found` for a branch or revision that does not exist, or a moment before the first commit.
 */
export const resolveMoment = async (sources: Sources, where: Where): Promise<Result<CommitId | undefined>> => {
  const { at } = where
  if (at === undefined) return readHead(sources, where)
  if (at === 'worktree') return fail({ kind: 'unsupported', what: '--at worktree', why: 'this question needs a commit' })
  const known = parseCommitId(at)
  if (known !== undefined && readPosition(sources.readModel.reader, known) !== undefined) return ok(known)
  if (isTime(at)) return resolveTime(sources, { ...where, at })
  return resolveRevision(sources, at)
}

/** As `resolveMoment`, for what git alone can tell; `undefined` for a time, which only the read model knows to place. */
export const resolveWithoutReadModel = async (sources: GitSources, where: Where): Promise<Result<CommitId | undefined> | undefined> => {
  const { at } = where
  if (at === undefined) return readHead(sources, where)
  if (isTime(at) || at === 'worktree') return undefined
  return resolveRevision(sources, at)
}

/** Longer texts are not given to git, which takes them on its command line. */
const revisionLengthMax = 4_096

const resolveRevision = async ({ loadStore }: GitSources, at: string): Promise<Result<CommitId>> => {
  if (at.length > revisionLengthMax)
    return fail({ kind: 'limit-exceeded', what: 'the name of a commit', limit: revisionLengthMax, actual: at.length, unit: 'characters' })
  const commit = await (await loadStore()).resolveRevision(at)
  return commit === undefined ? fail({ kind: 'not-found', what: 'commit', id: at }) : ok(commit)
}

const readHead = async ({ refs, loadStore }: GitSources, { branch: named }: Where): Promise<Result<CommitId | undefined>> => {
  const branch = named ?? refs.readCurrentBranch()
  if (branch === undefined) return ok(await (await loadStore()).resolveRevision('HEAD'))
  const head = refs.readHead(branch)
  return head === undefined && named !== undefined ? fail({ kind: 'not-found', what: 'branch', id: named }) : ok(head)
}

const resolveTime = async (sources: Sources, { at, branch }: Where & { readonly at: string }): Promise<Result<CommitId>> => {
  const { refs, readModel } = sources
  const seconds = parseTime(at, 'last')
  if (!seconds.ok) return seconds
  const head = await readHead(sources, branch === undefined ? {} : { branch })
  if (!head.ok) return head
  if (head.value === undefined) return fail({ kind: 'not-found', what: 'commit', id: at })
  await readModel.ensureProjected(head.value, branch ?? refs.readCurrentBranch())
  const { reader } = readModel
  const position = readPosition(reader, head.value)
  const line = position === undefined ? [] : readLine(reader, position)
  const found = findCommitAt(reader, line, seconds.value)
  return found === undefined ? fail({ kind: 'not-found', what: 'commit', id: at, why: sayTooEarly(at, findFirstCommit(reader, line)) }) : ok(found)
}

const sayTooEarly = (at: string, first: FirstCommit | undefined): string => {
  const early = `there was no commit as early as ${at}`
  return first === undefined
    ? early
    : `${early}; the first is ${first.oid.slice(0, 12)} of ${formatCommitTime({ seconds: first.seconds, offsetMinutes: 0 })}`
}
