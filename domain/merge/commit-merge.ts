import type { CommitBatchResult } from '../event-sourcing/event-store.ts'
import type { MergeModel, MergeSession } from '../event-sourcing/write-model.ts'
import type { WritePorts } from '../event-sourcing/write-ports.ts'
import type { Failure } from '../failure.ts'
import type { CommitId } from '../ids.ts'
import { fail, ok, type Result } from '../result.ts'
import type { SchemaValidator } from '../table/codecs.ts'
import { checkProtection } from '../version-control/protection.ts'
import type { MergeConflict } from './conflict.ts'
import { findBroken } from './find-broken.ts'
import { mergeMessage } from './merge-message.ts'
import type { MergeBatch, MergeStore } from './merge-ports.ts'
import type { MergeOutcome, MergeRequest, MergeSides } from './merge-request.ts'
import { dropOutdated } from './resolution.ts'

export interface MergePorts extends Pick<WritePorts, 'readProtection'> {
  readonly store: MergeStore
  readonly mergeModel: MergeModel
  readonly validateSchema: SchemaValidator
}

/** How often a merge is made again because somebody else moved the branch. */
const attemptsMax = 4

/**
 * Merges a tree into a branch as one commit: files, then the rules between records, then the commit point. Where something is in conflict nothing
 * moves. If the branch has moved meanwhile everything is merged again on the new head.
 */
export const commitMerge = async (ports: MergePorts, request: MergeRequest): Promise<Result<MergeOutcome>> => {
  for (let attempt = 1; attempt <= attemptsMax; attempt++) {
    const outcome = await tryMerge(ports, request)
    if (outcome !== 'lost-race') return outcome
  }
  return fail({ kind: 'unavailable', what: `branch ${request.branch}`, why: `others moved it ${attemptsMax} times while this was being merged` })
}

type Attempt = Result<MergeOutcome> | 'lost-race'

const tryMerge = async (ports: MergePorts, request: MergeRequest): Promise<Attempt> => {
  const session = await ports.mergeModel.begin(request.branch)
  try {
    const protection = await ports.readProtection(request.branch)
    const allowed = protection.ok ? checkProtection(protection.value, request.action) : protection
    if (!allowed.ok && request.dryRun !== true) return allowed
    const ours = session.head
    if (ours === undefined) return fail({ kind: 'not-found', what: 'commit', id: request.branch, why: `branch ${request.branch} has no commit yet` })
    const base = request.base === undefined ? await ports.store.findMergeBase(ours, request.theirs) : (request.base ?? undefined)
    const sides = { base, ours, theirs: request.theirs }
    const isUpToDate = request.joinsHistory && base === request.theirs
    if (isUpToDate) return ok({ status: 'up-to-date', commit: ours })
    const canMove = request.joinsHistory && base === ours
    if (request.fastForward === 'only' && !canMove) return fail(notFastForward(request))
    const resolutions = dropOutdated(request.choices.resolutions, (table, key) => session.facts().record(table, key)?.fields)
    const merging = { ports, request: { ...request, choices: { ...request.choices, resolutions } }, session, sides }
    return canMove && request.fastForward !== 'never' ? await moveBranch(merging) : await mergeTrees(merging)
  } finally {
    session.abandon()
  }
}

interface Merging {
  readonly ports: MergePorts
  readonly request: MergeRequest
  readonly session: MergeSession
  readonly sides: MergeSides
}

const moveBranch = async (merging: Merging): Promise<Attempt> => {
  const { request, session, sides } = merging
  const { ours, theirs } = sides
  const batch = openBatch(merging)
  await session.projectHead(theirs, [ours])
  const outcome = { status: 'fast-forwarded', commit: theirs, sides, changes: session.changesBetween(ours, theirs) } as const
  if (request.dryRun === true) return ok(outcome)
  await batch.stageMove(theirs, { isForced: request.force === true })
  return finish(merging, batch, outcome)
}

const mergeTrees = async (merging: Merging): Promise<Attempt> => {
  const { request, sides } = merging
  const batch = openBatch(merging)
  const { base, ours, theirs } = sides
  const { committer, at } = request
  const staged = await batch.stageMerge(
    { base, theirs, choices: request.choices },
    {
      parents: request.joinsHistory ? [theirs] : [],
      ...{ author: request.author ?? committer, authorTime: request.authorTime ?? at, committer, committerTime: at },
      message: mergeMessage(request),
      isForced: request.force === true,
      isTrial: request.dryRun === true,
    },
  )
  if (!staged.ok) return staged
  if (staged.value.conflicts.length > 0) return ok({ status: 'conflicts', sides, conflicts: staged.value.conflicts })
  if (staged.value.isUnchanged && !request.joinsHistory) return ok({ status: 'up-to-date', commit: ours })
  const written = await batch.write()
  if (!written.ok) return fail(unavailable(written.failure))
  const [commit] = written.value
  if (commit === undefined) throw new Error('a merge was written as no commit')
  const { changes, broken } = await checkMerge(merging, commit)
  if (broken.length > 0) return ok({ status: 'conflicts', sides, conflicts: broken })
  const outcome = { status: 'merged', commit, sides, changes } as const
  return request.dryRun === true ? ok(outcome) : finish(merging, batch, outcome)
}

/** Projects the merge commit in the open transaction, and asks what is broken in it that was whole on both sides. */
const checkMerge = async ({ ports, request, session, sides }: Merging, commit: CommitId) => {
  const { base, ours, theirs } = sides
  const settled = new Set(request.choices.resolutions.flatMap((each) => ('key' in each ? [`${each.table}/${each.key}`] : [])))
  for (const other of [base, theirs]) if (other !== undefined) await session.projectOther(other)
  await session.projectHead(commit, [ours, theirs, ...(base === undefined ? [] : [base])])
  const changes = session.changesBetween(ours, commit)
  const broken: readonly MergeConflict[] = findBroken(
    {
      merged: session.factsAt(commit),
      base: base === undefined ? undefined : session.factsAt(base),
      ours: session.factsAt(ours),
      theirs: session.factsAt(theirs),
      fromOurs: changes,
      fromTheirs: session.changesBetween(theirs, commit),
      isSettled: ({ table, key }) => settled.has(`${table}/${key}`),
    },
    ports.validateSchema,
  )
  return { changes, broken }
}

const openBatch = ({ ports, request, session, sides }: Merging): MergeBatch =>
  ports.store.openMerge(request.branch, sides.ours, session.facts().catalogue())

const finish = async ({ session }: Merging, batch: MergeBatch, outcome: MergeOutcome): Promise<Attempt> => {
  const result = await batch.commit()
  if (result.status === 'lost-race') return 'lost-race'
  if (result.status !== 'committed') return fail(sayFailure(result))
  keepRows(session)
  return ok(outcome)
}

/** The merge is in git: whatever goes wrong with the rows now is like a crash at this moment, and the read model catches up later. */
const keepRows = (session: MergeSession): void => {
  try {
    session.finish([])
  } catch {
    session.abandon()
  }
}

const sayFailure = (result: Exclude<CommitBatchResult, { readonly status: 'committed' | 'lost-race' }>): Failure =>
  result.status === 'unavailable'
    ? unavailable(result.why)
    : { kind: 'uncommitted-changes', paths: [...new Set([...result.rejected.values()].flat())] }

const unavailable = (why: string): Failure => ({ kind: 'unavailable', what: 'the git repository', why })

const notFastForward = ({ branch }: MergeRequest): Failure => ({
  kind: 'unsupported',
  what: 'a fast-forward',
  why: `branch ${branch} has commits of its own: merge without asking for a fast-forward`,
})
