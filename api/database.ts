import type { CommitInfo, CommitRange } from '../domain/event-sourcing/event-store.ts'
import type { Mailmap } from '../domain/event-sourcing/mailmap.ts'
import type { Operation, OperationResult } from '../domain/event-sourcing/operation.ts'
import type { BranchName, CommitId, RecordKey } from '../domain/ids.ts'
import type { ImportReport, ImportRequest } from '../domain/import/import-request.ts'
import type { MergeOutcome, MergeRequest } from '../domain/merge/merge-request.ts'
import type { MergeStates } from '../domain/merge/merge-state.ts'
import type { ReplayOutcome, ReplayRequest } from '../domain/merge/replay-commits.ts'
import type { Mirrors, Remotes } from '../domain/remote/remote-ports.ts'
import type { Result } from '../domain/result.ts'
import type { DefinitionFile, Digest, SchemaValidator } from '../domain/table/codecs.ts'
import type { Table } from '../domain/table/table.ts'
import type { ValidationPart } from '../domain/validation/check-database.ts'
import type { Finding } from '../domain/validation/finding.ts'
import type { RefStore, Signature } from '../domain/version-control/ref-store.ts'
import type { ExportFolder, ViewCodec } from '../domain/view/view-ports.ts'
import type { SqlEnd, SqlRequest, SqlRunner } from '../projections/record-versions/sql/sql-runner.ts'
import type { Snapshot } from '../projections/snapshot.ts'

/** Where to read: a branch's head, or any moment (`at`: sha, branch, tag or RFC 3339 timestamp). Default: the head of the current branch. */
export interface Where {
  readonly branch?: BranchName
  readonly at?: string
  /** Commits of snapshots that the same question looks at: reading this one must not make the read model forget them. */
  readonly keep?: readonly CommitId[]
}

/** Told how far long work is: so many of a total (0: not known), of commits unless `what` says of what. Called often, must be cheap. */
export type ReportProgress = (done: number, total: number, what?: string) => void

export interface ValidationRequest {
  /** Default: the files of the work tree where there is one, else the head of the current branch. */
  readonly where: Where
  /** Only what came after this moment. */
  readonly from?: string | undefined
  readonly part: ValidationPart
}

export interface ValidationReport {
  /** What the files are, or are edits of; `undefined` before the first commit. */
  readonly commit: CommitId | undefined
  readonly tables: number
  readonly records: number
  readonly findings: readonly Finding[]
}

export interface PatchRequest {
  readonly from: CommitId | undefined
  readonly to: CommitId | 'worktree' | undefined
  /** Which files, by their path relative to the database. */
  isWanted(path: string): boolean
}

export interface RebuildReport {
  readonly commits: number
  readonly records: number
  readonly milliseconds: number
}

export interface DatabaseStatus {
  readonly directory: string
  readonly bare: boolean
  readonly branch: BranchName | undefined
  readonly commit: string | undefined
  readonly readModel: { readonly file: string; readonly sizeBytes: number; readonly commits: number }
  /** Paths that differ from the index or HEAD, as `git status --porcelain` names them; empty for a bare repository. */
  readonly uncommitted: readonly string[]
  /** True when a write was committed but the work tree could not follow yet. */
  readonly workTreeBehind: boolean
}

export interface DoctorFinding {
  readonly check: string
  readonly ok: boolean
  readonly detail: string
  /** Next command to run, when something is wrong. */
  readonly remedy?: string
}

/** Whose files to look at: a table's, or those of one record with the revision that answers show (`undefined`: they show no such record). */
export interface UncommittedScope {
  readonly table: Table
  readonly record?: { readonly key: RecordKey; readonly revision: string | undefined }
}

export type Question<T> = (snapshot: Snapshot) => Result<T> | Promise<Result<T>>

/** One open database: what operations work on. `api/local.ts` makes it for a checkout or a bare repository. */
export interface Database extends AsyncDisposable {
  /** Not for the work tree, of which there is no snapshot that lasts: see `ask`. */
  read(where: Where): Promise<Result<Snapshot>>
  /**
   * Asks one question about any moment, the work tree included (`at: 'worktree'`). The snapshot is good until the question is answered. A
   * question about the work tree may `read` commits, and cannot write or ask about the work tree inside itself: it has the turn to write.
   */
  ask<T>(where: Where, question: Question<T>): Promise<Result<T>>
  /** Runs a statement over the read model, in a process of its own. Its commits are those of snapshots. */
  runSql(request: SqlRequest, limits: Parameters<SqlRunner['run']>[1]): Promise<Result<SqlEnd>>
  /** The best common ancestor of two commits, by all parents; `undefined` when their histories have nothing in common. Starts git. */
  findMergeBase(a: CommitId, b: CommitId): Promise<CommitId | undefined>
  /** All commits that one descends from, itself first, each before its parents. Starts git; stopping early is cheap. */
  listCommits(tip: CommitId, range?: CommitRange): AsyncIterable<CommitInfo>
  /** How people are to be named, by the repository's mailmap; starts git when that may have changed. */
  readMailmap(): Promise<Mailmap>
  /** The commit at a moment, without looking at what is in it; `undefined` before the first commit. */
  resolve(where: Where): Promise<Result<CommitId | undefined>>
  /** Branches, tags and protections of the repository. */
  openRefs(): Promise<RefStore>
  /** Who asks when nobody is named: git's identity of the user; and the time. */
  sign(): Promise<Signature>
  /** Runs work while nobody, in this process or another, writes to the database, and files of the work tree are where their branch is. */
  exclusively<T>(work: () => Promise<Result<T>>): Promise<Result<T>>
  /** What makes the files of one commit those of another, as git's unified diff; `undefined`: a commit without files. Starts git. */
  readPatch(request: PatchRequest): Promise<Result<Uint8Array>>
  /** Names the directories of sharded tables. */
  readonly digest: Digest
  /** Queued with everything else that waits for the branch; resolves when the commit is in git, projected, and the work tree has followed. */
  write(operation: WriteRequest): Promise<Result<OperationResult>>
  /** Writes records without end as one commit, or several; see `ImportRequest`. Waits for its turn among all writes, and keeps it until the commit is done. */
  importRecords(request: ImportInput): Promise<Result<ImportReport>>
  /** The branch that HEAD names; `undefined` when HEAD is detached. */
  readCurrentBranch(): BranchName | undefined
  /** Merges a tree into a branch, in one commit; where something is in conflict nothing moves. Waits for its turn among all writes. */
  merge(request: MergeInput): Promise<Result<MergeOutcome>>
  /** Makes changes of other commits, or their opposites, once more on a branch; see `ReplayRequest`. Waits for its turn among all writes. */
  replay(request: ReplayInput): Promise<Result<ReplayOutcome>>
  /** Merges that wait for conflicts to be settled. */
  loadMergeStates(): Promise<MergeStates>
  /** Decides and validates, and commits nothing. */
  dryRun(operation: WriteRequest): Promise<Result<OperationResult>>
  /** Throws the read model away and reads it from git again. */
  rebuild(onProgress?: ReportProgress): Promise<Result<RebuildReport>>
  /**
   * To be called with what a snapshot threw. True when the cause is gone (a damaged read model has been built again, a rewritten branch has been
   * read again) and the whole question can be asked once more, on a new snapshot; false for anything else.
   */
  recover(error: unknown): Promise<boolean>
  /** Reads every file at a moment, and says what is wrong with definitions and records. */
  validate(request: ValidationRequest): Promise<Result<ValidationReport>>
  /** Files at a moment, chosen by their path relative to the database; those of records are not among them. */
  readFiles(where: Where, isWanted: (path: string) => boolean): Promise<Result<ReadonlyMap<string, DefinitionFile>>>
  /** Checks records against the JSON Schemas of tables. */
  loadValidator(): Promise<SchemaValidator>
  /** Reads views, and makes files of them. */
  loadViewCodec(): Promise<ViewCodec>
  /** The checked-out files, for generated ones; `unsupported` where there are none. */
  openExportFolder(): Promise<Result<ExportFolder>>
  /** Repositories somewhere else. */
  openRemotes(): Promise<Result<Remotes>>
  /** Those of them that get every commit. */
  openMirrors(): Promise<Result<Mirrors>>
  status(): Promise<Result<DatabaseStatus>>
  /**
   * Files with edits that reading the branch (default: the current one) does not show, relative to the database. Empty for a bare repository and
   * for a branch that is not checked out. A record with a file of its own that was not touched costs one read, everything else a git process.
   */
  readUncommitted(scope: UncommittedScope, branch: string | undefined): Promise<Result<readonly string[]>>
  doctor(): Promise<readonly DoctorFinding[]>
}

/** An operation before the edge has filled in branch (default: current), actor (default: git's identity) and time (default: now). */
export type WriteRequest = Pick<Operation, 'commands'> & Partial<Omit<Operation, 'commands'>>

/** An import before the edge has filled in branch, actor and time, as of a write. */
export type ImportInput = Omit<ImportRequest, 'branch' | 'actor' | 'at'> & Partial<Pick<ImportRequest, 'branch' | 'actor' | 'at'>>

/** A replay before the edge has filled in branch, committer and time, as of a merge. */
export type ReplayInput = Omit<ReplayRequest, 'branch' | 'committer' | 'at'> & Partial<Pick<ReplayRequest, 'branch' | 'committer' | 'at'>>

/** A merge before the edge has filled in branch (default: current), committer (default: git's identity) and time (default: now). */
export type MergeInput = Omit<MergeRequest, 'branch' | 'committer' | 'at'> & Partial<Pick<MergeRequest, 'branch' | 'committer' | 'at'>>
