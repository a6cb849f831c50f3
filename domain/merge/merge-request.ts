import type { RecordChange } from '../event-sourcing/change.ts'
import type { CommitTime, Trailer } from '../event-sourcing/event-store.ts'
import type { Person } from '../event-sourcing/operation.ts'
import type { BranchName, CommitId, TableId } from '../ids.ts'
import type { MergeConflict } from './conflict.ts'
import type { MergeChoices } from './merge-file.ts'

/** Whether a branch that has nothing of its own just moves to the other side's commit. */
export const fastForwards = ['when-possible', 'never', 'only'] as const
export type FastForward = (typeof fastForwards)[number]

/** What is restored: files of records, by path relative to the database, or whole tables with their definitions and subcollections. */
export type RestoreScope = { readonly paths: readonly string[] } | { readonly tables: readonly TableId[] }

/** A tree to be merged into a branch: by a merge, a cherry-pick, a revert. Identity and time arrive here. */
export interface MergeRequest {
  readonly branch: BranchName
  /** The commit whose tree is merged. */
  readonly theirs: CommitId
  /** What both sides are compared with; absent: the merge base of `theirs` and the branch's head. null: an empty tree. */
  readonly base?: CommitId | null
  /** Only this is taken from `theirs`, as it is there; everything else stays. The base is then the head of the branch. */
  readonly restores?: RestoreScope
  /** A commit with two parents; else only its changes are taken (squash, cherry-pick, revert). */
  readonly joinsHistory: boolean
  readonly fastForward: FastForward
  /** What it is to a protected branch: a merge, or a change of its own. */
  readonly action: 'merge' | 'write'
  readonly choices: MergeChoices
  /** Who made the change; the committer when nobody else is named. */
  readonly author?: Person
  readonly authorTime?: CommitTime
  readonly committer: Person
  readonly at: CommitTime
  /** First lines of the commit's message. */
  readonly message: string
  readonly trailers?: readonly Trailer[]
  readonly force?: boolean
  /** Goes through everything, and moves nothing. */
  readonly dryRun?: boolean
}

/** The commits that a merge is made of. */
export interface MergeSides {
  readonly base: CommitId | undefined
  /** The base was made of several common ancestors: it is no commit that anybody could look at. */
  readonly hasVirtualBase?: boolean
  readonly ours: CommitId
  readonly theirs: CommitId
}

export type MergeOutcome =
  /** The branch has everything already. */
  | { readonly status: 'up-to-date'; readonly commit: CommitId }
  /** The branch moved to a commit that there was; `changes`: what that changed in it. */
  | { readonly status: 'fast-forwarded'; readonly commit: CommitId; readonly sides: MergeSides; readonly changes: readonly RecordChange[] }
  /** After a dry run, a commit that no branch has. */
  | { readonly status: 'merged'; readonly commit: CommitId; readonly sides: MergeSides; readonly changes: readonly RecordChange[] }
  /** Nothing moved. `sides` may change until it is tried again. */
  | { readonly status: 'conflicts'; readonly sides: MergeSides; readonly conflicts: readonly MergeConflict[] }
