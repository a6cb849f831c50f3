import type { CommitTime } from '../event-sourcing/event-store.ts'
import type { Person } from '../event-sourcing/operation.ts'
import type { BranchName, CommitId } from '../ids.ts'
import type { Result } from '../result.ts'
import type { Divergence } from './count-divergence.ts'
import type { Protection } from './protection.ts'

/** A branch with its newest commit. */
export interface BranchEntry {
  /** Without `refs/heads/`; may be one that we would not make. */
  readonly name: string
  readonly head: CommitId
  readonly author: Person
  /** When the author made the commit. */
  readonly time: CommitTime
  readonly subject: string
  /** The branch it follows, `origin/main`, when there is such a thing. */
  readonly upstream: string | undefined
}

export interface TagEntry {
  readonly name: string
  /** What it stands for; `undefined` for a tag on something that is no commit. */
  readonly commit: CommitId | undefined
  /** Of the commit. */
  readonly subject: string
  /** Present for a tag that is an object of its own. */
  readonly annotation: { readonly tagger: Person; readonly time: CommitTime; readonly message: string } | undefined
}

/** Who does something to a ref, and when. */
export interface Signature {
  readonly person: Person
  readonly time: CommitTime
}

export interface Head {
  /** `undefined` while HEAD is detached. */
  readonly branch: BranchName | undefined
  /** `undefined` on a branch without a commit. */
  readonly commit: CommitId | undefined
  /** Files of the repository are checked out here. */
  readonly hasFiles: boolean
}

/**
 * Branches, tags and HEAD of a repository: git's own, each question answered from git. What changes them fails with `unavailable` when another
 * program moved the ref meanwhile, or holds its lock; then nothing has happened.
 */
export interface RefStore {
  readHead(): Promise<Head>
  /** The head of a branch as it is this moment; starts no process. */
  readBranch(branch: BranchName): CommitId | undefined
  /** Sorted by name. */
  listBranches(): Promise<readonly BranchEntry[]>
  /** Sorted by name. */
  listTags(): Promise<readonly TagEntry[]>
  listTagNames(): Promise<readonly string[]>
  listBranchNames(): Promise<readonly string[]>
  /** How far tips have diverged from a base; one walk for all of them. */
  countDivergence(base: CommitId, tips: readonly CommitId[]): Promise<ReadonlyMap<string, Divergence>>
  /** Where the branch stands that this one follows. */
  readUpstream(branch: BranchName): Promise<CommitId | undefined>
  /** Names of the folders, this one aside, whose files are those of the branch. */
  listOtherCheckouts(branch: string): readonly string[]
  createBranch(branch: BranchName, at: CommitId): Promise<Result<undefined>>
  /** From exactly where it was seen to be; its reflog and its configuration go too. */
  deleteBranch(branch: BranchName, head: CommitId): Promise<Result<undefined>>
  /** Takes along reflog, configuration, and HEAD of every work tree that stands on it. */
  renameBranch(branch: BranchName, to: BranchName): Promise<Result<undefined>>
  /**
   * Moves HEAD, and the files where there are some.
   * @returns `uncommitted-changes` with the paths whose edits would be lost
   */
  switchBranch(branch: BranchName): Promise<Result<undefined>>
  createTag(name: string, tag: NewTag): Promise<Result<undefined>>
  /** @returns what the tag stood for */
  deleteTag(name: string): Promise<Result<CommitId | undefined>>
  /** Protections that are written down, those that have ended too. Starts a process only when they have changed since they were last read. */
  readProtections(): Promise<Result<readonly Protection[]>>
  /** Replaces them all. @param before  those that were read */
  writeProtections(protections: readonly Protection[], change: ProtectionChange): Promise<Result<undefined>>
  close(): Promise<void>
}

export interface NewTag {
  readonly commit: CommitId
  /** Makes it an object of its own, with who and when. */
  readonly annotation?: Signature & { readonly message: string }
}

export interface ProtectionChange extends Signature {
  /** Subject of the commit that keeps them: `protect main`. */
  readonly subject: string
}
