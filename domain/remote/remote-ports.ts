import type { BranchName, CommitId } from '../ids.ts'
import type { Result } from '../result.ts'

/** A repository somewhere else that this one knows by a name. Addresses are as git uses them, without passwords and tokens. */
export interface Remote {
  readonly name: string
  readonly url: string
  /** Where pushes go, when that is elsewhere. */
  readonly pushUrls: readonly string[]
}

export interface TransportRequest {
  /** Default: the one that the branch is set to, else the only one, else `origin`. */
  readonly remote?: string | undefined
  /** How long the other side may say nothing, in milliseconds. */
  readonly stallMs?: number | undefined
  /** Told what git is at: `Receiving objects`, 4, 12. */
  readonly onProgress?: ((done: number, total: number, what: string) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

export interface FetchRequest extends TransportRequest {
  /** Forget branches that the other side has no more. */
  readonly prune: boolean
  /** All tags, and not only those of commits that are fetched. */
  readonly tags: boolean
}

/** What became of one ref: of a remote's branch or a tag in a fetch, of one on the other side in a push. */
export interface MovedRef {
  /** Full name here in a fetch, there in a push. */
  readonly ref: string
  /** Where it was; `undefined`: it is new. */
  readonly from: CommitId | undefined
  /** Where it is; `undefined`: it is gone. */
  readonly to: CommitId | undefined
  /** Whether commits were let go that it had before. */
  readonly isForced: boolean
  /** Commits that came in; `undefined` when that was not counted. */
  readonly commits: number | undefined
}

export interface FetchReport {
  readonly remote: string
  readonly url: string
  /** Sorted by name; empty when everything was here. */
  readonly moved: readonly MovedRef[]
}

/** A branch of this repository after it was to follow one of the same name on a remote. */
export interface FollowedBranch {
  readonly branch: BranchName
  /** `undefined`: it is new. */
  readonly from: CommitId | undefined
  /** Where the other side's is. */
  readonly to: CommitId
  /** `diverged`: it has commits that are not there; `blocked`: edits of files, or its protection, are in the way. Then it stays where it is. */
  readonly status: 'moved' | 'created' | 'forced' | 'diverged' | 'blocked'
  /** Commits that came in. */
  readonly commits: number | undefined
  /** Why it stays. */
  readonly why?: string
}

export type RefuseMove = (branch: BranchName, isForced: boolean) => string | undefined

export interface PushRequest extends TransportRequest {
  readonly branch: BranchName
  /** All tags besides. */
  readonly tags: boolean
  /** Overwrite what is there, if it is what was fetched last. */
  readonly forceWithLease: boolean
  /** Make the remote's branch the one that this branch follows. */
  readonly setUpstream: boolean
  readonly dryRun: boolean
}

export interface PushReport {
  readonly remote: string
  readonly url: string
  /** Refs on the other side that moved, or would move in a dry run; empty when everything was there. */
  readonly moved: readonly MovedRef[]
}

/** A branch on a remote, as it is known here. */
export interface Upstream {
  readonly remote: string
  /** `refs/remotes/origin/main` */
  readonly ref: string
  /** `origin/main` */
  readonly name: string
}

/** A branch beside the branch somewhere else that it follows, as far as that was fetched. */
export interface UpstreamComparison {
  readonly branch: string
  /** `origin/main` */
  readonly upstream: string
  readonly ahead: number
  readonly behind: number
}

/** The remotes of a repository: git's own. Fails with `not-found` and `already-exists` (remote), `unavailable` when git or the other side cannot be reached. */
export interface Remotes {
  /** The branch that HEAD names; `undefined` when it is detached. */
  currentBranch(): BranchName | undefined
  list(): Promise<Result<readonly Remote[]>>
  add(name: string, url: string): Promise<Result<undefined>>
  /** Forgets its branches here too. */
  remove(name: string): Promise<Result<undefined>>
  setUrl(name: string, url: string, use: { readonly isForPush: boolean }): Promise<Result<undefined>>
  /** Moves refs below `refs/remotes/` and tags alone. */
  fetch(request: FetchRequest): Promise<Result<FetchReport>>
  /**
   * Moves branches of this repository to where those of the same names were fetched, forwards only (a bare mirror: wherever they are). Nobody else may write
   * meanwhile. @param refuse  why a branch is to stay where it is; a move is forced when commits would be let go
   */
  advance(remote: string, refuse: RefuseMove): Promise<Result<readonly FollowedBranch[]>>
  /** Makes the current branch, which has no commit yet, stand at a commit, with its files. Nobody else may write meanwhile. */
  startBranch(branch: BranchName, commit: CommitId): Promise<Result<undefined>>
  /** Fails with `push-rejected` when the other side does not take it. */
  push(request: PushRequest): Promise<Result<PushReport>>
  /** The branch on a remote that a branch follows, else the one of the same name there; whether it was ever fetched is another question. */
  findUpstream(branch: BranchName, remote: string | undefined): Promise<Result<Upstream>>
  /** `undefined` when the branch follows none, or that was never fetched. */
  compareUpstream(branch: BranchName): Promise<UpstreamComparison | undefined>
}

/** How a remote that is to have every commit stands. Times are RFC 3339. */
export interface MirrorState {
  readonly remote: string
  /** Commits of branches that it is not known to have. */
  readonly unpushed: number
  readonly pushedAt?: string
  /** When the last push failed, and why; absent when it did not. */
  readonly failedAt?: string
  readonly error?: string
}

/** Remotes that get every commit. */
export interface Mirrors {
  /** There are new commits: pushes them in the background. Cheap where there is no mirror. */
  notify(): void
  /** Pushes now, and waits for it; how it went is in the states. */
  push(): Promise<void>
  states(): Promise<readonly MirrorState[]>
  /** Makes a remote a mirror of this repository by this user's will, or one no more. */
  set(remote: string, isOn: boolean): Promise<Result<undefined>>
  /** Waits for what is under way, within bounds. */
  close(): Promise<void>
}
