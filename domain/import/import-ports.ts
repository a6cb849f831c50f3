import type { Change } from '../event-sourcing/change.ts'
import type { CommitBatch, EventStore, StagedCommit } from '../event-sourcing/event-store.ts'
import type { Operation } from '../event-sourcing/operation.ts'
import type { WriteModel, WriteSession } from '../event-sourcing/write-model.ts'
import type { WritePorts } from '../event-sourcing/write-ports.ts'
import type { Failure } from '../failure.ts'
import type { BranchName, CommitId } from '../ids.ts'
import type { Result } from '../result.ts'
import type { Catalogue } from '../table/table.ts'

/** The event log as importing needs it: one commit is made of many parts, none of which is kept in memory. */
export interface ImportStore extends EventStore {
  /** Starts one commit on top of `head`. One batch at a time. */
  openImport(branch: BranchName, head: CommitId | undefined, catalogue: Catalogue): ImportBatch
}

/** One commit in the making, part by part. Nothing of it is left when it is discarded. */
export interface ImportBatch extends Pick<CommitBatch, 'commit'> {
  /**
   * Turns changes into files and hands their content to the store. A change that cannot be stored is refused by itself, the others are staged.
   * @returns `unavailable` when the store cannot take more (a full disk): then nothing of the import counts
   */
  stagePart(changes: readonly Change[]): Promise<Result<StagedPart>>
  /** Everything that was staged becomes one commit. */
  endParts(operation: Pick<Operation, 'actor' | 'at' | 'force'> & { readonly message: string }): Promise<Result<void>>
  /** Ends the batch, committed or not, and takes away what was written for it and is not in a commit. */
  discard(): Promise<void>
}

export interface StagedPart {
  readonly staged: StagedCommit
  readonly refused: readonly RefusedChange[]
}

export interface RefusedChange {
  readonly change: Change
  readonly failure: Failure
}

/** The read model as importing needs it. */
export interface ImportModel extends WriteModel {
  begin(branch: BranchName): Promise<ImportSession>
}

export interface ImportSession extends WriteSession {
  /** Applies a part of a commit, which goes on until `finish`; facts see it at once. No record may come in two parts. */
  projectPart(part: StagedCommit): void
}

export interface ImportPorts extends Omit<WritePorts, 'store' | 'writeModel'> {
  readonly store: ImportStore
  readonly writeModel: ImportModel
}
