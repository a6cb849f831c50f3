import type { MergeSession } from '../event-sourcing/write-model.ts'
import type { Failure } from '../failure.ts'
import type { BranchName, CommitId } from '../ids.ts'
import { fail, ok, type Result } from '../result.ts'
import type { MergeStore, StagedMerge } from './merge-ports.ts'
import { type Resolution, takeSide } from './resolution.ts'

export interface FoundBase {
  readonly commit: CommitId | undefined
  /** No branch has it: it was made of several. */
  readonly isVirtual: boolean
}

export interface Crossing {
  readonly store: MergeStore
  readonly session: MergeSession
  readonly branch: BranchName
}

/**
 * The commit that two others are compared with when they are merged; `undefined` where they have nothing in common. Histories that crossed have several
 * best common ancestors: these are merged into one that no branch has, as git does. What they do not agree about is in it as their own ancestor
 * had it. Comparing with one of them alone would take what the other decided for a change, and what this one decided for nothing, and undo it.
 */
export const findBase = async (crossing: Crossing, a: CommitId, b: CommitId): Promise<Result<FoundBase>> => {
  // Git begins with the oldest.
  const [first, ...others] = [...(await crossing.store.findMergeBases(a, b))].reverse()
  let base = first
  for (const other of others) {
    if (base === undefined) break
    const merged = await mergeBases(crossing, base, other)
    if (!merged.ok) return merged
    base = merged.value
  }
  return ok({ commit: base, isVirtual: others.length > 0 })
}

const mergeBases = async (crossing: Crossing, ours: CommitId, theirs: CommitId): Promise<Result<CommitId>> => {
  const { store, session, branch } = crossing
  const base = await findBase(crossing, ours, theirs)
  if (!base.ok) return base
  await session.projectOther(ours)
  const stage = async (resolutions: readonly Resolution[]) => {
    const batch = store.openMerge(branch, ours, session.factsAt(ours).catalogue())
    const staged: Result<StagedMerge> = await batch.stageMerge(
      { base: base.value.commit, theirs, choices: { resolutions } },
      { ...virtualCommit, parents: [theirs] },
    )
    return staged.ok ? ok({ batch, conflicts: staged.value.conflicts }) : staged
  }
  const first = await stage([])
  if (!first.ok) return first
  const { conflicts } = first.value
  const settled = conflicts.length === 0 ? first : await stage(conflicts.flatMap((conflict) => takeSide(conflict, 'base') ?? []))
  if (!settled.ok) return settled
  const written = await settled.value.batch.write()
  if (!written.ok) return fail<Failure>({ kind: 'unavailable', what: 'the git repository', why: written.failure })
  const [commit] = written.value
  if (commit === undefined) throw new Error('common ancestors were merged into no commit')
  return ok(commit)
}

/** The same for the same ancestors, whoever asks and whenever. */
const nobody = { name: 'inGitDB', email: 'ingitdb@localhost' }
const never = { seconds: 0, offsetMinutes: 0 }
const virtualCommit = {
  ...{ author: nobody, authorTime: never, committer: nobody, committerTime: never },
  message: 'Merge common ancestors\n',
  isForced: false,
  isTrial: true,
}
