import type { RecordChange } from '../event-sourcing/change.ts'
import type { Facts } from '../event-sourcing/decision.ts'
import type { CommitBatchResult } from '../event-sourcing/event-store.ts'
import type { MergeModel, MergeSession } from '../event-sourcing/write-model.ts'
import type { WritePorts } from '../event-sourcing/write-ports.ts'
import type { Failure } from '../failure.ts'
import type { CommitId } from '../ids.ts'
import { fail, ok, type Result } from '../result.ts'
import type { SchemaValidator } from '../table/codecs.ts'
import { findTable } from '../table/table.ts'
import type { MergeConflict } from './conflict.ts'
import { findBroken } from './find-broken.ts'
import { mergeMessage } from './merge-message.ts'
import type { MergeBatch, MergeStore } from './merge-ports.ts'
import type { MergeOutcome, MergeRequest, MergeSides } from './merge-request.ts'
import { saysGone } from './resolution.ts'

export interface MergePorts extends Pick<WritePorts, 'readProtection'> {
  readonly store: MergeStore
  readonly mergeModel: MergeModel
  readonly validateSchema: SchemaValidator
}

/** A tree about to be merged into `sides.ours`, which is the head of the session. */
export interface Merging {
  readonly ports: MergePorts
  readonly request: MergeRequest
  readonly session: MergeSession
  readonly sides: MergeSides
  /** Other commits that the session asks about afterwards. */
  readonly keep?: readonly CommitId[]
}

/** What became of three trees; `batch` holds the merged commit, which is written and projected, and to which no branch has moved. */
export type MadeMerge =
  | { readonly batch: MergeBatch; readonly outcome: MergeOutcome & { readonly status: 'merged' } }
  | { readonly batch?: undefined; readonly outcome: MergeOutcome & { readonly status: 'up-to-date' | 'conflicts' } }

/** Makes one commit of three trees: files, then the rules between records. */
export const makeMerge = async (merging: Merging): Promise<Result<MadeMerge>> => {
  const { request, sides } = merging
  const batch = openBatch(merging)
  const { base, ours, theirs } = sides
  const { committer, at } = request
  const staged = await batch.stageMerge(
    { base, theirs, choices: request.choices, restores: request.restores },
    {
      parents: request.joinsHistory ? [theirs] : [],
      ...{ author: request.author ?? committer, authorTime: request.authorTime ?? at, committer, committerTime: at },
      message: mergeMessage(request.restores === undefined ? request : { ...request, choices: { resolutions: [] } }),
      isForced: request.force === true,
      isTrial: request.dryRun === true,
    },
  )
  if (!staged.ok) return staged
  if (staged.value.conflicts.length > 0) return ok({ outcome: { status: 'conflicts', sides, conflicts: staged.value.conflicts } })
  if (staged.value.isUnchanged && !request.joinsHistory) return ok({ outcome: { status: 'up-to-date', commit: ours } })
  const written = await batch.write()
  if (!written.ok) return fail(unavailable(written.failure))
  const [commit] = written.value
  if (commit === undefined) throw new Error('a merge was written as no commit')
  const { changes, broken } = await checkMerge(merging, commit)
  if (broken.length > 0) return ok({ outcome: { status: 'conflicts', sides, conflicts: broken } })
  return ok({ batch, outcome: { status: 'merged', commit, sides, changes } })
}

/** Projects the merge commit in the open transaction, and asks what is broken in it that was whole on both sides. */
const checkMerge = async ({ ports, request, session, sides, keep = [] }: Merging, commit: CommitId) => {
  const { base, ours, theirs } = sides
  const settled = new Map(
    request.choices.resolutions.flatMap((each) => ('key' in each ? [[`${each.table}/${each.key}`, saysGone(each) ? 'gone' : 'kept'] as const] : [])),
  )
  for (const other of [base, theirs]) if (other !== undefined) await session.projectOther(other)
  await session.projectHead(commit, [ours, theirs, ...(base === undefined ? [] : [base]), ...keep])
  const changes = session.changesBetween(ours, commit)
  const broken: readonly MergeConflict[] = findBroken(
    {
      merged: session.factsAt(commit),
      base: base === undefined ? undefined : session.factsAt(base),
      ours: session.factsAt(ours),
      theirs: session.factsAt(theirs),
      fromOurs: changes,
      fromTheirs:
        request.restores === undefined ? session.changesBetween(theirs, commit) : listRedefined(session.factsAt(ours), session.factsAt(commit)),
      findSettled: ({ table, key }) => settled.get(`${table}/${key}`),
    },
    ports.validateSchema,
  )
  return { changes, broken }
}

/** Every record of tables whose definition is another one now: it has to hold by that, whether its file changed or not. */
const listRedefined = (before: Facts, after: Facts): readonly RecordChange[] =>
  after
    .catalogue()
    .tables.filter(({ id, fingerprint }) => findTable(before.catalogue(), id)?.fingerprint !== fingerprint)
    .flatMap(({ id }) =>
      [...after.allRecords(id)].map(({ key, fields }): RecordChange => ({ type: 'RecordInserted', table: id, key, after: fields })),
    )

export const openBatch = ({ ports, request, session, sides }: Merging): MergeBatch =>
  ports.store.openMerge(request.branch, sides.ours, session.facts().catalogue())

/** Moves the branch to what the batch holds, and keeps the rows. Ends the session where that worked. */
export const commitMade = async (session: MergeSession, batch: MergeBatch): Promise<Result<'committed' | 'lost-race'>> => {
  const result = await batch.commit()
  if (result.status === 'lost-race') return ok('lost-race')
  if (result.status !== 'committed') return fail(sayFailure(result))
  keepRows(session)
  return ok('committed')
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
