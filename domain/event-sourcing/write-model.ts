import type { BranchName, CommitId } from '../ids.ts'
import type { RecordChange } from './change.ts'
import type { Facts } from './decision.ts'
import type { CommitInfo, StagedCommit } from './event-store.ts'
import type { RequestMark } from './request-trailer.ts'

/** The read model as deciding needs it: opened for one group of operations on one branch, everything in one transaction. */
export interface WriteModel {
  /** Waits for other writers of this database, in this process and others, and catches up with the branch. */
  begin(branch: BranchName): Promise<WriteSession>
}

export interface WriteSession {
  /** The branch's head that all facts are of; `undefined` for a branch without a commit. */
  readonly head: CommitId | undefined
  /** Facts after everything projected in this session. */
  facts(): Facts
  /** The commit on this branch that carries the request id of this actor (by e-mail address). */
  findRequest(actor: string, requestId: string): (RequestMark & { readonly commit: CommitId }) | undefined
  /** Applies a staged commit, so that the next operation of the group sees it. */
  project(staged: StagedCommit): void
  /** The staged commits are in git under these ids: keeps the rows. Ends the session. */
  finish(commits: readonly CommitInfo[]): void
  /** Takes everything back. Ends the session; does nothing when it has ended. */
  abandon(): void
}

/** The read model as merging needs it: it also looks at other commits than the head. */
export interface MergeModel extends WriteModel {
  begin(branch: BranchName): Promise<MergeSession>
}

export interface MergeSession extends WriteSession {
  /** Makes sure that a commit of any branch can be asked about in this session. To be called before `projectHead`. */
  projectOther(commit: CommitId): Promise<void>
  /** Projects a commit that is in git as the branch's next head, with those in `keep` still to be asked about. */
  projectHead(commit: CommitId, keep: readonly CommitId[]): Promise<void>
  /** Facts at a commit that was projected in this session or before. */
  factsAt(commit: CommitId): Facts
  /** Records that differ between two projected commits, as changes from the one to the other. Cost: the changes since their last common first parent. */
  changesBetween(from: CommitId, to: CommitId): readonly RecordChange[]
}
