import { dirname, join } from 'node:path'
import type { Change } from '../../domain/event-sourcing/change.ts'
import { cleanPerson } from '../../domain/event-sourcing/clean-person.ts'
import type { CommitBatch, CommitBatchResult, CommitInfo, Observation, StagedCommit, Trailer } from '../../domain/event-sourcing/event-store.ts'
import type { Operation, Person } from '../../domain/event-sourcing/operation.ts'
import type { Failure } from '../../domain/failure.ts'
import type { BranchName, CommitId, TableId } from '../../domain/ids.ts'
import type { ImportBatch, StagedPart } from '../../domain/import/import-ports.ts'
import type { MergeFile } from '../../domain/merge/merge-file.ts'
import type { MergeBatch, MergeCommit, StagedMerge, TreeMerge } from '../../domain/merge/merge-ports.ts'
import { fail, ok, type Result } from '../../domain/result.ts'
import type { DefinitionFile } from '../../domain/table/codecs.ts'
import { joinPath } from '../../domain/table/record-path.ts'
import { type Catalogue, findTable } from '../../domain/table/table.ts'
import { defaultViewName } from '../../domain/view/view.ts'
import type { BlobCache } from './blob-cache.ts'
import type { CatFile } from './cat-file.ts'
import { cleanTime, commitMessage } from './commit-message.ts'
import { CommitParts } from './commit-parts.ts'
import type { CommitSettings } from './commit-settings.ts'
import { inDatabase } from './database-path.ts'
import { diffTrees } from './diff-trees.ts'
import type { FastImport, NewCommit } from './fast-import.ts'
import type { OnPoint } from './fault-points.ts'
import { EditLayer, type FileEdits } from './file-edits.ts'
import { emptyTree } from './inspect-files.ts'
import { listTree } from './list-tree.ts'
import { stageMerge } from './merge/stage-merge.ts'
import { type ObjectSource, readDefinitions } from './read-definitions.ts'
import { rereadTable } from './reread-table.ts'
import type { Git } from './run-git.ts'
import { signCommits } from './sign-commits.ts'
import { stageChanges } from './stage-changes.ts'
import type { Codecs, StageContext } from './stage-context.ts'
import { StagedTree } from './staged-tree.ts'
import { syncDirectory } from './sync-directory.ts'
import type { TreeState } from './tree-state.ts'
import type { RefWriter } from './update-ref.ts'
import type { Following, WorkTree } from './work-tree.ts'
import { writeObjects } from './write-objects.ts'

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
  /** Whose name commits have besides their authors', and how they are signed. */
  readCommitSettings(): Promise<Result<CommitSettings, string>>
  loadMergeFile(): Promise<MergeFile>
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
  readonly isTrial?: boolean
}

/** The branch moves to a commit that is there already. */
interface Move {
  readonly to: CommitId
  readonly edits: FileEdits
  readonly isForced: boolean
}

/** A group of commits in the making, a merge, or one commit in parts; see the ports. */
export class GitCommitBatch implements CommitBatch, MergeBatch, ImportBatch {
  readonly #context: BatchContext
  readonly #start: BatchStart
  readonly #staged: Staged[] = []
  readonly #layer = new EditLayer()
  #catalogue: Catalogue
  #definitions: ReadonlyMap<string, DefinitionFile> | undefined
  #move: Move | undefined
  #parts: CommitParts | undefined
  #written: Promise<Result<readonly CommitId[], string>> | undefined

  constructor(context: BatchContext, start: BatchStart) {
    this.#context = context
    this.#start = start
    this.#catalogue = start.catalogue
    this.#definitions = start.state.definitions
  }

  async stage(operation: Operation, changes: readonly Change[], trailers: readonly Trailer[]): Promise<Result<StagedCommit>> {
    const { objects, blobs } = this.#context
    const tree = new StagedTree({ state: this.#start.state.tree, objects, blobs }, [this.#layer])
    const context = this.#stageOn(tree)
    const [settings, staged] = await Promise.all([this.#context.readCommitSettings(), stageChanges(context, changes)])
    if (!staged.ok) return staged
    if (!settings.ok) return fail(unavailable(settings.failure))
    const observations = await this.#readChanged(context.catalogue, changes, tree)
    const isNewCatalogue = context.catalogue !== this.#catalogue
    this.#catalogue = context.catalogue
    this.#definitions = context.read()
    this.#layer.add(tree.layer)
    const author = { person: cleanPerson(operation.actor), time: cleanTime(operation.at) }
    this.#staged.push({
      author,
      committer: { person: committerOf(settings.value, author.person), time: author.time },
      message: commitMessage(operation, changes, trailers),
      parents: [],
      edits: tree.layer,
      isForced: operation.force === true,
    })
    return ok({ changes: staged.value, catalogue: isNewCatalogue ? this.#catalogue : undefined, observations })
  }

  async stageMerge(merge: TreeMerge, commit: MergeCommit): Promise<Result<StagedMerge>> {
    const { objects, blobs, databasePath } = this.#context
    const { tree: state } = this.#start.state
    const tree = new StagedTree({ state, objects, blobs }, [this.#layer])
    const listHead = async (directory: string) => {
      const files = await tree.list(joinPath(databasePath, directory))
      return files.map(({ path }) => path.slice(inDatabase(databasePath, '').length))
    }
    const context = { ...this.#stageOn(tree), listHead, git: this.#context.git, mergeFile: await this.#context.loadMergeFile(), state }
    const [settings, conflicts] = await Promise.all([this.#context.readCommitSettings(), stageMerge(context, merge)])
    if (!conflicts.ok) return conflicts
    if (!settings.ok) return fail(unavailable(settings.failure))
    const isUnchanged = await leavesAll(tree.layer, state)
    this.#catalogue = context.catalogue
    this.#definitions = context.read()
    this.#layer.add(tree.layer)
    const { parents, message, isForced, isTrial } = commit
    const [author, committer] = [
      { person: cleanPerson(commit.author), time: cleanTime(commit.authorTime) },
      { person: committerOf(settings.value, cleanPerson(commit.committer)), time: cleanTime(commit.committerTime) },
    ]
    this.#staged.push({ author, committer, message, parents, edits: tree.layer, isForced, isTrial })
    return ok({ conflicts: conflicts.value, isUnchanged })
  }

  async stageMove(to: CommitId, { isForced }: { readonly isForced: boolean }): Promise<void> {
    const { git } = this.#context
    const differences = await diffTrees(git, this.#start.head ?? emptyTree, to)
    for (const [path, { after }] of differences) this.#layer.files.set(path, after === undefined ? null : { ...after, bytes: undefined })
    this.#definitions = undefined
    this.#move = { to, edits: this.#layer, isForced }
  }

  async stagePart(changes: readonly Change[]): Promise<Result<StagedPart>> {
    const parts = this.#openParts()
    const context = this.#stageOn(parts.tree)
    const staged = await parts.stage(context, changes)
    if (!staged.ok) return staged
    const isNewCatalogue = context.catalogue !== this.#catalogue
    this.#catalogue = context.catalogue
    this.#definitions = context.read()
    const catalogue = isNewCatalogue ? this.#catalogue : undefined
    return ok({ staged: { changes: staged.value.changes, catalogue, observations: [] }, refused: staged.value.refused })
  }

  async endParts({ message, ...operation }: Parameters<ImportBatch['endParts']>[0]): Promise<Result<void>> {
    const parts = this.#openParts()
    const [settings, ended] = await Promise.all([this.#context.readCommitSettings(), parts.end(this.#stageOn(parts.tree))])
    if (!ended.ok) return ended
    if (!settings.ok) return fail(unavailable(settings.failure))
    this.#layer.add(parts.tree.layer)
    const author = { person: cleanPerson(operation.actor), time: cleanTime(operation.at) }
    const committer = { person: committerOf(settings.value, author.person), time: author.time }
    const text = commitMessage({ ...operation, message, branch: this.#start.branch, commands: [] }, [], [])
    this.#staged.push({ author, committer, message: text, parents: [], edits: parts.tree.layer, isForced: operation.force === true })
    return ok(undefined)
  }

  async discard(): Promise<void> {
    await this.#parts?.discard()
    this.#parts = undefined
  }

  #openParts(): CommitParts {
    const { objects, blobs, git } = this.#context
    this.#parts ??= new CommitParts(git.location, new StagedTree({ state: this.#start.state.tree, objects, blobs }, [this.#layer]))
    return this.#parts
  }

  write(): Promise<Result<readonly CommitId[], string>> {
    this.#written ??= this.#move === undefined ? this.#writeObjects() : Promise.resolve(ok([]))
    return this.#written
  }

  writeAhead(): void {
    void this.#context.importer.sendAhead({ head: this.#start.head, commits: this.#staged })
  }

  async commit(): Promise<CommitBatchResult> {
    if (this.#staged.length === 0 && this.#move === undefined) return { status: 'committed', commits: [] }
    const version = await this.#context.git.requireVersion()
    if (!version.ok) return { status: 'unavailable', why: 'why' in version.failure ? version.failure.why : version.failure.kind }
    const { branch, state } = this.#start
    // Objects alone change nothing, so looking at the user's files and writing them overlap.
    const edits = this.#move === undefined ? this.#staged : [this.#move]
    const [prepared, written] = await Promise.allSettled([this.#context.workTree.prepare(branch, state.tree, edits), this.write()])
    if (prepared.status === 'rejected') throw prepared.reason
    const following = prepared.value
    if (written.status === 'rejected') {
      if (following.status === 'ready') following.release(false)
      throw written.reason
    }
    return following.status === 'ready' ? await this.#finish(following, written.value) : following
  }

  async #finish(following: Following, written: Result<readonly CommitId[], string>): Promise<CommitBatchResult> {
    let hasMoved = false
    try {
      if (!written.ok) return { status: 'unavailable', why: written.failure }
      const commits = written.value
      const last = this.#move?.to ?? commits.at(-1) ?? failToName()
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

  async #writeObjects(): Promise<Result<readonly CommitId[], string>> {
    const { onPoint } = this.#context
    onPoint?.('before-objects')
    const importer = this.#parts?.importer ?? this.#context.importer
    const written = await writeObjects(async () => {
      const commits = await importer.write({ head: this.#start.head, commits: this.#staged, onSent: () => onPoint?.('objects-sent') })
      await this.#parts?.admit()
      const signed = await this.#sign(commits)
      onPoint?.('objects-durable')
      return signed
    })
    return written.ok ? written.value : written
  }

  async #sign(commits: readonly CommitId[]): Promise<Result<readonly CommitId[], string>> {
    const settings = await this.#context.readCommitSettings()
    if (!settings.ok) return settings
    const { signing } = settings.value
    if (signing === undefined || this.#staged.some(({ isTrial }) => isTrial === true)) return ok(commits)
    return signCommits(this.#context.git, signing, { head: this.#start.head, commits: this.#staged, written: commits })
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
    // A large commit is not carried along: its directories are read again when they are asked for.
    if (this.#parts !== undefined) return
    for (const file of this.#layer.files.values()) if (file?.bytes !== undefined) this.#context.blobs.set(file.oid, file.bytes)
    state.definitions = this.#definitions
    await state.tree.advance(last, [this.#layer])
  }

  #describe(commits: readonly CommitId[]): readonly CommitInfo[] {
    return this.#staged.map(({ author, committer, message, parents }, index) => {
      const parent = index === 0 ? this.#start.head : commits[index - 1]
      return {
        oid: commits[index] ?? failToName(),
        parents: [...(parent === undefined ? [] : [parent]), ...parents],
        author: author.person,
        authorTime: author.time,
        committer: committer.person,
        committerTime: committer.time,
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

  /** What staging works with on top of everything staged so far; `read` gives the definition files as it left them. */
  #stageOn(tree: StagedTree): StageContext & ObjectSource & { read(): ReadonlyMap<string, DefinitionFile> | undefined } {
    let definitions = this.#definitions
    const { objects, blobs, recordCodec, catalogueCodec, digest, databasePath } = this.#context
    return {
      ...{ objects, blobs, recordCodec, catalogueCodec, digest, databasePath },
      tree,
      catalogue: this.#catalogue,
      renamedColumns: new Map(),
      definitions: async () => {
        definitions ??= await this.#readDefinitions()
        return definitions
      },
      setDefinitions: (files) => {
        definitions = files
      },
      listHead: (directory) => this.#listHead(directory),
      read: () => definitions,
    }
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

/** As in git: the author is who made the change, the committer who put it into the repository. */
const committerOf = ({ committer }: CommitSettings, author: Person): Person => (committer === undefined ? author : cleanPerson(committer))

const unavailable = (why: string): Failure => ({ kind: 'unavailable', what: 'the git repository', why })

/** Whether edits make every path what it is already. */
const leavesAll = async ({ files, removedDirectories }: FileEdits, state: TreeState): Promise<boolean> => {
  if (removedDirectories.size > 0) return false
  for (const [path, file] of files) {
    const entry = await state.find(path)
    if (entry?.oid !== file?.oid || entry?.mode !== file?.mode) return false
  }
  return true
}

const failToName = (): never => {
  throw new Error('git fast-import answered fewer commit ids than it was given commits')
}
