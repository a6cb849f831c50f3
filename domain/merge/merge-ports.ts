import type { CommitBatch, CommitTime, EventStore } from '../event-sourcing/event-store.ts'
import type { Person } from '../event-sourcing/operation.ts'
import type { BranchName, CommitId } from '../ids.ts'
import type { Result } from '../result.ts'
import type { Catalogue } from '../table/table.ts'
import type { MergeConflict } from './conflict.ts'
import type { MergeChoices } from './merge-file.ts'
import type { RestoreScope } from './merge-request.ts'

/** Three trees to be made one; ours is the head of the branch. */
export interface TreeMerge {
  /** What both sides are compared with; `undefined`: an empty tree. */
  readonly base: CommitId | undefined
  readonly theirs: CommitId
  readonly choices: MergeChoices
  /** Nothing else of theirs counts. */
  readonly restores?: RestoreScope | undefined
}

/** The commit that a merge becomes. */
export interface MergeCommit {
  /** Besides the head of the branch. */
  readonly parents: readonly CommitId[]
  readonly author: Person
  readonly authorTime: CommitTime
  readonly committer: Person
  readonly committerTime: CommitTime
  /** Whole, with trailers. */
  readonly message: string
  /** Commit although the user has edited or staged the touched files; only the merge's changes are committed. */
  readonly isForced: boolean
  /** It is only looked at and then thrown away: nobody is asked to sign it. */
  readonly isTrial: boolean
}

export interface StagedMerge {
  readonly conflicts: readonly MergeConflict[]
  /** The merge leaves every file of ours as it is. */
  readonly isUnchanged: boolean
}

/** An event log that can make one tree of three. */
export interface MergeStore extends EventStore {
  /** The best common ancestors of two commits, the newest first; several where histories crossed. Starts a process. */
  findMergeBases(a: CommitId, b: CommitId): Promise<readonly CommitId[]>
  /** Starts one merge on top of `head`; the branch has to have a commit. */
  openMerge(branch: BranchName, head: CommitId, catalogue: Catalogue): MergeBatch
}

/** One commit in the making, or a branch about to move to a commit that there is. */
export interface MergeBatch extends Pick<CommitBatch, 'commit'> {
  /**
   * Merges another tree into the head, as one commit. Open conflicts leave ours where they are; nobody should commit them.
   * @returns what the codecs say of a file that cannot be written
   */
  stageMerge(merge: TreeMerge, commit: MergeCommit): Promise<Result<StagedMerge>>
  /** Moves the branch to a commit that is there, instead of staging one. */
  stageMove(to: CommitId, options: { readonly isForced: boolean }): Promise<void>
  /** Writes the objects of what is staged, without moving the branch: the commit can be read from now on. @returns its id, or why it failed */
  write(): Promise<Result<readonly CommitId[], string>>
}
