import type { BranchName, CommitId, RecordKey, TableId } from '../ids.ts'
import type { JsonObject } from '../json.ts'
import type { Result } from '../result.ts'
import type { FileProblem, LocateField } from '../table/codecs.ts'
import type { Catalogue } from '../table/table.ts'
import type { Change } from './change.ts'
import type { Operation, Person, RevisedChange } from './operation.ts'

/** A commit's own data, as git has it. Times order nothing; parents do. */
export interface CommitInfo {
  readonly oid: CommitId
  readonly parents: readonly CommitId[]
  readonly author: Person
  readonly authorTime: CommitTime
  readonly committer: Person
  readonly committerTime: CommitTime
  readonly message: string
}

export interface CommitTime {
  readonly seconds: number
  readonly offsetMinutes: number
}

/** A record read from a file, with its revision. */
export interface ReadRecord {
  readonly key: RecordKey
  readonly fields: JsonObject
  readonly revision: string
  /** Where its fields are in the file. */
  readonly locate?: LocateField | undefined
}

/** A record with the file that it was found in, relative to the database, and the line where the format can tell. */
export interface FoundRecord extends ReadRecord {
  readonly path: string
  readonly line: number | undefined
}

/**
 * What a commit left in one record file that it touched.
 * The projector compares this with what it has and so finds what was inserted, updated and deleted.
 */
export type Observation =
  /** A file of one record: present, gone (`record` undefined) or unreadable (`problem`; then `record` is undefined too). */
  | {
      readonly type: 'RecordFileRead'
      readonly table: TableId
      readonly path: string
      readonly key: RecordKey
      readonly record: ReadRecord | undefined
      readonly problem: FileProblem | undefined
    }
  /**
   * What became of some records of a table whose files may lie in several places or hold several records: those of the files that were touched.
   * Of records that none of the files holds any more, only the key is left. `problems` are all there are in `paths` now.
   */
  | {
      readonly type: 'RecordsRead'
      readonly table: TableId
      readonly records: readonly FoundRecord[]
      readonly gone: readonly RecordKey[]
      readonly paths: readonly string[]
      readonly problems: readonly (FileProblem & { readonly path: string })[]
    }
  /** Everything a table holds: its shared file was touched, or its definition changed. Keys not listed are gone. */
  | {
      readonly type: 'TableRead'
      readonly table: TableId
      readonly records: readonly FoundRecord[]
      /** By file path. */
      readonly problems: readonly (FileProblem & { readonly path: string })[]
    }

/** One commit as the projector takes it. */
export interface ObservedCommit {
  readonly commit: CommitInfo
  /** Present when a definition file changed: the catalogue from this commit on. Tables missing in it are gone with all their records. */
  readonly catalogue: Catalogue | undefined
  readonly observations: readonly Observation[]
}

/** Where a chain of commits starts: the newest commit that the reader of events knows, with its catalogue. */
export interface KnownCommit {
  readonly oid: CommitId
  readonly catalogue: Catalogue
}

export interface RecordName {
  readonly table: TableId
  readonly key: RecordKey
}

/** A part of the commits that one descends from. */
export interface CommitRange {
  /** Leaves out what this commit descends from, and itself. */
  readonly without?: CommitId
  /** The commit itself and nothing else. */
  readonly isAlone?: boolean
}

/** The event log: a git repository. */
export interface EventStore {
  /** The commit a branch stands at right now; cheap enough for every read. `undefined`: no such branch, or no commit yet. */
  readHead(branch: BranchName): CommitId | undefined
  /** Branch that HEAD names, also when it has no commit yet; `undefined` when HEAD is detached. */
  readCurrentBranch(): BranchName | undefined
  /** Full sha of any revision git understands (`v1`, `main~2`, abbreviated shas); `undefined` when there is none. Starts a process. */
  resolveRevision(text: string): Promise<CommitId | undefined>
  /** The best common ancestor of two commits, by all parents; `undefined` when there is none. Starts a process. */
  findMergeBase(a: CommitId, b: CommitId): Promise<CommitId | undefined>
  /** All commits that `tip` descends from, itself first, each before its parents and side by side lines one after the other (git's `--topo-order`). */
  listCommits(tip: CommitId, range?: CommitRange): AsyncIterable<CommitInfo>
  /** Git's unified diff between the files of two commits, `undefined` having none, chosen by their path relative to the database. */
  readPatch(from: CommitId | undefined, to: CommitId | undefined, isWanted: (path: string) => boolean): Promise<Uint8Array>
  /** First-parent line from `tip` down to the first commit for which `isKnown` holds (not included), newest first. */
  readLine(
    tip: CommitId,
    isKnown: (oid: CommitId) => boolean,
  ): Promise<{ readonly commits: readonly CommitId[]; readonly base: CommitId | undefined }>
  /** Commits after `base` up to `tip` on the first-parent line, oldest first, each with what it did to its first parent. */
  readCommits(tip: CommitId, base: KnownCommit | undefined): AsyncIterable<ObservedCommit>
  /** Reads ahead what staging changes of these records will ask for, so that a group waits once. A hint: no answer depends on it. */
  warm(
    branch: BranchName,
    head: CommitId | undefined,
    records: { readonly catalogue: Catalogue; readonly names: readonly RecordName[] },
  ): Promise<void>
  /** Starts a group of commits on top of `head` (`undefined` for a branch without a commit). One batch at a time. */
  openBatch(branch: BranchName, head: CommitId | undefined, catalogue: Catalogue): CommitBatch
  close(): Promise<void>
}

/** A group of commits in the making: each `stage` is one commit on top of the one before. */
export interface CommitBatch {
  /**
   * Turns decided changes into files, on top of what this batch has staged so far. Nothing reaches the repository yet.
   * @returns the revisions of the changed records, in the order of `changes`
   */
  stage(operation: Operation, changes: readonly Change[], trailers: readonly Trailer[]): Promise<Result<StagedCommit>>
  /** Lets the store write what is staged so far while more is decided. Only a head start: nothing but `commit` makes it count. */
  writeAhead(): void
  /**
   * Writes all objects, then moves the branch from the head named in `openBatch` to the last commit: the commit point.
   * On any failure the branch stands where it stood.
   */
  commit(): Promise<CommitBatchResult>
}

export interface StagedCommit {
  readonly changes: readonly RevisedChange[]
  /** The catalogue after this commit, when it differs from the one before. */
  readonly catalogue: Catalogue | undefined
  /** What tables hold whose definition changed, read anew as if somebody else had made the commit. Their records are in `changes` too. */
  readonly observations: readonly Observation[]
}

export type CommitBatchResult =
  | { readonly status: 'committed'; readonly commits: readonly CommitInfo[] }
  /** Somebody moved, deleted or created the branch since it was read. */
  | { readonly status: 'lost-race' }
  /** These staged commits (by index) touch files that the user has edited or staged. */
  | { readonly status: 'uncommitted-changes'; readonly rejected: ReadonlyMap<number, readonly string[]> }
  /** A lock held by another program, a full disk: nothing happened. */
  | { readonly status: 'unavailable'; readonly why: string }

/** `Ingitdb-Operation: …` lines at the end of our commit messages: metadata, never needed to understand the data. */
export interface Trailer {
  readonly name: string
  readonly value: string
}
