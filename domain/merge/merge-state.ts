import type { CommitTime } from '../event-sourcing/event-store.ts'
import type { Person } from '../event-sourcing/operation.ts'
import type { BranchName, CommitId } from '../ids.ts'
import type { Result } from '../result.ts'
import type { MergeConflict } from './conflict.ts'
import type { MergeChoices } from './merge-file.ts'
import type { FastForward } from './merge-request.ts'

/**
 * A merge that waits for conflicts to be settled: what it was asked for and what was settled, not its result. Merging is deterministic, so it is
 * made again, on the branch as it is then, whenever somebody looks.
 */
export interface MergeState {
  /** 8 hex digits, the same for the same merge. */
  readonly id: string
  readonly branch: BranchName
  /** How the other side was named: a branch, a tag, a revision. */
  readonly source: string
  readonly theirs: CommitId
  /** Only for what is no merge of histories: see `MergeRequest`. */
  readonly base?: CommitId | null
  readonly joinsHistory: boolean
  readonly fastForward: FastForward
  readonly action: 'merge' | 'write'
  readonly message: string
  /** Of the commit that is picked; absent: whoever finishes the merge. */
  readonly author?: Person
  readonly authorTime?: CommitTime
  readonly choices: MergeChoices
  /** Head of the branch when the conflicts were found. */
  readonly ours: CommitId
  /** What was open then. */
  readonly conflicts: readonly MergeConflict[]
}

/** Where merges wait: in refs of the repository, so that they survive restarts, and a bare repository can have them. */
export interface MergeStates {
  list(): Promise<readonly MergeState[]>
  /** Creates or replaces. @returns `version-conflict` when somebody else has changed it since it was read */
  save(state: MergeState, before: MergeState | undefined): Promise<Result<void>>
  delete(id: string): Promise<Result<void>>
}
