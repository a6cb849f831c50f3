import { dirname, join } from 'node:path'
import type { Change } from '../../domain/event-sourcing/change.ts'
import { cleanPerson } from '../../domain/event-sourcing/clean-person.ts'
import type { CommitBatch, CommitBatchResult, CommitInfo, Observation, StagedCommit, Trailer } from '../../domain/event-sourcing/event-store.ts'
import type { Operation } from '../../domain/event-sourcing/operation.ts'
import type { BranchName, CommitId, TableId } from '../../domain/ids.ts'
import { fail, ok, type Result } from '../../domain/result.ts'
import type { DefinitionFile } from '../../domain/table/codecs.ts'
import { joinPath } from '../../domain/table/record-path.ts'
import { type Catalogue, findTable } from '../../domain/table/table.ts'
import { defaultViewName } from '../../domain/view/view.ts'
import type { BlobCache } from './blob-cache.ts'
import type { CatFile } from './cat-file.ts'
import { cleanTime, commitMessage } from './commit-message.ts'
import type { FastImport, NewCommit } from './fast-import.ts'
import type { OnPoint } from './fault-points.ts'
import { EditLayer } from './file-edits.ts'
import { GitExit } from './git-conversation.ts'
import { listTree } from './list-tree.ts'
import { readDefinitions } from './read-definitions.ts'
import { hasCode } from './read-ref.ts'
import { rereadTable } from './reread-table.ts'
import type { Git } from './run-git.ts'
import { inDatabase, stageChanges } from './stage-changes.ts'
import type { Codecs } from './stage-context.ts'
import { StagedTree } from './staged-tree.ts'
import { syncDirectory } from './sync-directory.ts'
import type { TreeState } from './tree-state.ts'
import type { RefWriter } from './update-ref.ts'
import type { Following, WorkTree } from './work-tree.ts'

/** What the store knows about a branch between batches. */
export interface BranchState {
  readonly tree: TreeState
  definitions: ReadonlyMap<string, DefinitionFile> | undefined
}

export interface BatchContext extends Codecs {
  readonly git: Git
  readonly objects: CatFile
  readonly blobs: BlobCache
  readonly importer: FastImport
  readonly refWriter: RefWriter
  readonly workTree: WorkTree
  readonly databasePath: string
  readonly onPoint: OnPoint | undefined
}

export interface BatchStart {
  readonly branch: BranchName
  readonly head: CommitId | undefined
  readonly catalogue: Catalogue
  readonly state: BranchState
}

interface Staged extends NewCommit {
  readonly isForced: boolean
}

interface Written {
  readonly commits: readonly CommitId[]
  readonly last: CommitId
}

/** A group of commits in the making; see the port. */
export class GitCommitBatch implements CommitBatch {
  readonly #context: BatchContext
  readonly #start: BatchStart
  readonly #staged: Staged[] = []
  readonly #layer = new EditLayer()
  #catalogue: Catalogue
  #definitions: ReadonlyMap<string, DefinitionFile> | undefined

  constructor(context: BatchContext, start: BatchStart) {
    this.#context = context
    this.#start = start
    this.#catalogue = start.catalogue
    this.#definitions = start.state.definitions
  }

  async stage(operation: Operation, changes: readonly Change[], trailers: readonly Trailer[]): Promise<Result<StagedCommit>> {
    const { objects, blobs } = this.#context
    const tree = new StagedTree({ state: this.#start.state.tree, objects, blobs }, [this.#layer])
    let definitions = this.#definitions
    const context = {
      ...this.#context,
      tree,
      catalogue: this.#catalogue,
      renamedColumns: new Map(),
      definitions: async () => {
        definitions ??= await this.#readDefinitions()
        return definitions
      },
      setDefinitions: (files: ReadonlyMap<string, DefinitionFile>) => {
        definitions = files
      },
      listHead: (directory: string) => this.#listHead(directory),
    }
    const staged = await stageChanges(context, changes)
    if (!staged.ok) return staged
    const observations = await this.#readChanged(context.catalogue, changes, tree)
    const isNewCatalogue = context.catalogue !== this.#catalogue
    this.#catalogue = context.catalogue
    this.#definitions = definitions
    this.#layer.add(tree.layer)
    this.#staged.push({
      person: cleanPerson(operation.actor),
      time: cleanTime(operation.at),
      message: commitMessage(operation, changes, trailers),
      edits: tree.layer,
      isForced: operation.force === true,
    })
    return ok({ changes: staged.value, catalogue: isNewCatalogue ? this.#catalogue : undefined, observations })
  }

  writeAhead(): void {
    void this.#context.importer.sendAhead({ head: this.#start.head, commits: this.#staged })
  }

  async commit(): Promise<CommitBatchResult> {
    if (this.#staged.length === 0) return { status: 'committed', commits: [] }
    const version = await this.#context.git.requireVersion()
    if (!version.ok) return { status: 'unavailable', why: 'why' in version.failure ? version.failure.why : version.failure.kind }
    const { branch, state } = this.#start
    // Objects alone change nothing, so looking at the user's files and writing them overlap.
    const [prepared, written] = await Promise.allSettled([this.#context.workTree.prepare(branch, state.tree, this.#staged), this.#writeObjects()])
    if (prepared.status === 'rejected') throw prepared.reason
    const following = prepared.value
    if (written.status === 'rejected') {
      if (following.status === 'ready') following.release(false)
      throw written.reason
    }
    return following.status === 'ready' ? await this.#finish(following, written.value) : following
  }

  async #finish(following: Following, written: Result<Written, string>): Promise<CommitBatchResult> {
    let hasMoved = false
    try {
      if (!written.ok) return { status: 'unavailable', why: written.failure }
      const { commits, last } = written.value
      const moved = await this.#moveBranch(last, following)
      if (moved.status !== 'moved') return moved
      hasMoved = true
      const { onPoint, git } = this.#context
      await syncDirectory(dirname(join(git.location.commonDirectory, `refs/heads/${this.#start.branch}`)))
      onPoint?.('ref-moved')
      onPoint?.('before-work-tree')
      await following.follow()
      onPoint?.('work-tree-followed')
      await this.#remember(last)
      onPoint?.('before-acknowledge')
      return { status: 'committed', commits: this.#describe(commits) }
    } finally {
      following.release(hasMoved)
    }
  }

  async #writeObjects(): Promise<Result<Written, string>> {
    const { importer, onPoint } = this.#context
    onPoint?.('before-objects')
    try {
      const commits = await importer.write({ head: this.#start.head, commits: this.#staged, onSent: () => onPoint?.('objects-sent') })
      onPoint?.('objects-durable')
      return ok({ commits, last: commits[commits.length - 1] ?? failToName() })
    } catch (error) {
      if (error instanceof GitExit) return fail(error.stderr.trim() || error.message)
      if (hasCode(error, ['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT']) || isUnmakable(error)) return fail(String(error))
      throw error
    }
  }

  /** The names of the packs are on disk before the branch moves, its own new name before the write is acknowledged. */
  async #moveBranch(last: CommitId, following: Following) {
    const { refWriter, onPoint, git } = this.#context
    const { branch, head } = this.#start
    onPoint?.('before-ref')
    const { commonDirectory } = git.location
    const packsSynced = syncDirectory(join(commonDirectory, 'objects', 'pack'))
    const update = { ref: `refs/heads/${branch}`, before: head, after: last }
    const moved = await refWriter.move([update, ...following.refs], async () => {
      await packsSynced
      onPoint?.('ref-prepared')
      following.enter(last)
    })
    await packsSynced
    return moved
  }

  /** What was just written is what the next batch starts from. */
  async #remember(last: CommitId): Promise<void> {
    const { state } = this.#start
    for (const file of this.#layer.files.values()) if (file?.bytes !== undefined) this.#context.blobs.set(file.oid, file.bytes)
    state.definitions = this.#definitions
    await state.tree.advance(last, [this.#layer])
  }

  #describe(commits: readonly CommitId[]): readonly CommitInfo[] {
    return this.#staged.map(({ person, time, message }, index) => {
      const parent = index === 0 ? this.#start.head : commits[index - 1]
      return {
        oid: commits[index] ?? failToName(),
        parents: parent === undefined ? [] : [parent],
        author: person,
        authorTime: time,
        committer: person,
        committerTime: time,
        message,
      }
    })
  }

  /** Records that could not be read by the old definition may be good by the new one, and their texts come in another order of columns. */
  async #readChanged(catalogue: Catalogue, changes: readonly Change[], tree: StagedTree): Promise<readonly Observation[]> {
    const observations: Observation[] = []
    for (const change of changes) {
      const id = changedTable(change)
      const table = id === undefined ? undefined : findTable(catalogue, id)
      if (table !== undefined) observations.push(await rereadTable(this.#context, { catalogue, table }, tree))
    }
    return observations
  }

  async #readDefinitions(): Promise<ReadonlyMap<string, DefinitionFile>> {
    const { head } = this.#start
    const { databasePath, catalogueCodec } = this.#context
    return head === undefined ? new Map() : await readDefinitions(this.#context, head, { path: databasePath, codec: catalogueCodec })
  }

  async #listHead(directory: string): Promise<readonly string[]> {
    const { head } = this.#start
    const { databasePath, objects } = this.#context
    if (head === undefined) return []
    const files = await listTree(objects, head, { directory: joinPath(databasePath, directory) })
    return files.map(({ path }) => path.slice(inDatabase(databasePath, '').length))
  }
}

/** The table whose definition file a change writes: a view with a file of its own is no part of it. */
const changedTable = (change: Change): TableId | undefined => {
  if (change.type === 'ViewDropped') return change.view === defaultViewName ? change.table : undefined
  return change.type === 'TableChanged' || change.type === 'TableRenamed' ? change.after.id : undefined
}

/** Node says of a folder that cannot be made, on a read-only disk above all, that it does not exist. */
const isUnmakable = (error: unknown): boolean =>
  hasCode(error, ['ENOENT', 'ENOTDIR']) && error instanceof Error && 'syscall' in error && error.syscall === 'mkdir'

const failToName = (): never => {
  throw new Error('git fast-import answered fewer commit ids than it was given commits')
}
