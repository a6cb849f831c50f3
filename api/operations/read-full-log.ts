import type { CommitInfo } from '../../domain/event-sourcing/event-store.ts'
import type { CommitId } from '../../domain/ids.ts'
import { fail, ok, type Result } from '../../domain/result.ts'
import type { ChangeTarget, CommitAuthorship, CommitCounts, LogFilter, Page, Snapshot } from '../../projections/snapshot.ts'
import type { OperationContext } from './operation-context.ts'

export interface FullLogEntry extends CommitAuthorship, Partial<CommitCounts> {
  readonly parents: readonly CommitId[]
}

/**
 * Every commit that a snapshot's can reach, in topological order, from git; with what each did where the read model knows it. To look for what
 * changed a table or record, commits that it does not know yet are projected. Cost: git reads the whole history first; then the commits up to the page's end.
 */
export const readFullLog = async (
  context: OperationContext,
  snapshot: Snapshot,
  { page, filter }: { readonly page: Page; readonly filter: LogFilter },
): Promise<Result<readonly FullLogEntry[]>> => {
  if (snapshot.isWorkTree) return fail({ kind: 'unsupported', what: 'the full log of the work tree', why: 'it has edits that are no commit of git' })
  const entries: FullLogEntry[] = []
  if (snapshot.commit === undefined || page.limit === 0) return ok(entries)
  const { target } = filter
  let skip = page.offset
  for await (const info of context.database.listCommits(snapshot.commit)) {
    const entry = toEntry(info)
    if (!isInTime(info, filter) || filter.isWanted?.(entry) === false) continue
    const counts =
      target === undefined ? ok(snapshot.readCommitCounts(info.oid, undefined)) : await findCounts(context, snapshot, { ...info, target })
    if (!counts.ok) return counts
    if (counts.value?.isOnTarget === false || skip-- > 0) continue
    entries.push({ ...entry, ...(counts.value !== undefined && pickCounts(counts.value)) })
    if (entries.length === page.limit) break
  }
  return ok(entries)
}

const toEntry = ({ oid, parents, author, authorTime, message }: CommitInfo): FullLogEntry => ({
  commit: oid,
  parents,
  author,
  time: authorTime,
  message,
})

const isInTime = ({ committerTime: { seconds } }: CommitInfo, { since, until }: LogFilter): boolean =>
  (since === undefined || seconds >= since) && (until === undefined || seconds <= until)

const pickCounts = ({ inserted, updated, deleted }: CommitCounts): CommitCounts => ({ inserted, updated, deleted })

type Counts = ReturnType<Snapshot['readCommitCounts']>

const findCounts = async (
  { database }: OperationContext,
  snapshot: Snapshot,
  { oid, target }: { readonly oid: CommitId; readonly target: ChangeTarget },
): Promise<Result<Counts>> => {
  const known = snapshot.readCommitCounts(oid, target)
  if (known !== undefined) return ok(known)
  const read = await database.read({ at: oid, ...(snapshot.commit !== undefined && { keep: [snapshot.commit] }) })
  return read.ok ? ok(read.value.readCommitCounts(oid, target)) : read
}
