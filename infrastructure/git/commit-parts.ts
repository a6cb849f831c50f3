import type { Change } from '../../domain/event-sourcing/change.ts'
import { fail, ok, type Result } from '../../domain/result.ts'
import type { FastImport } from './fast-import.ts'
import { Quarantine } from './quarantine.ts'
import type { RepositoryLocation } from './repository-location.ts'
import type { StageContext } from './stage-context.ts'
import { noMemory, type StagedChanges, stagePart, stageShared } from './stage-part.ts'
import type { StagedTree } from './staged-tree.ts'
import { writeObjects } from './write-objects.ts'

/** A commit that comes in parts: git has the content of its files already, in quarantine; here are their paths and ids. */
export class CommitParts {
  readonly tree: StagedTree
  readonly #location: RepositoryLocation
  readonly #memory = noMemory()
  #quarantine: Quarantine | undefined

  constructor(location: RepositoryLocation, tree: StagedTree) {
    this.#location = location
    this.tree = tree
  }

  /** Writes the commit, on top of what was sent. To be asked for when something was staged. */
  get importer(): FastImport | undefined {
    return this.#quarantine?.importer
  }

  async stage(context: StageContext, changes: readonly Change[]): Promise<Result<StagedChanges>> {
    const staged = await stagePart(context, changes, this.#memory)
    const sent = staged.ok ? await this.#send() : staged
    return sent.ok ? staged : sent
  }

  /** What could not be staged before everything was there. */
  async end(context: StageContext): Promise<Result<void>> {
    const shared = await stageShared(context, this.#memory)
    return shared.ok ? this.#send() : shared
  }

  /** Makes what was written part of the repository. */
  async admit(): Promise<void> {
    await this.#quarantine?.admit()
  }

  /** Takes away whatever was not admitted. */
  async discard(): Promise<void> {
    await this.#quarantine?.discard()
  }

  async #send(): Promise<Result<void>> {
    const blobs = this.tree.takeBytes()
    const sent = await writeObjects(async () => {
      this.#quarantine ??= Quarantine.open(this.#location)
      if (blobs.length > 0) await this.#quarantine.importer.sendBlobs(blobs)
    })
    return sent.ok ? ok(undefined) : fail({ kind: 'unavailable', what: 'the git repository', why: sent.failure })
  }
}
