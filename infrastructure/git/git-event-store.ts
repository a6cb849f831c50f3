import type { CommitBatch, CommitRange, KnownCommit, ObservedCommit, RecordName } from '../../domain/event-sourcing/event-store.ts'
import { type BranchName, type CommitId, parseCommitId } from '../../domain/ids.ts'
import type { ImportBatch, ImportStore } from '../../domain/import/import-ports.ts'
import type { MergeFile } from '../../domain/merge/merge-file.ts'
import type { MergeBatch, MergeStore } from '../../domain/merge/merge-ports.ts'
import { ok, type Result } from '../../domain/result.ts'
import { recordPath } from '../../domain/table/record-path.ts'
import { type Catalogue, findTable } from '../../domain/table/table.ts'
import type { DatabaseReader } from '../../domain/validation/whole-database.ts'
import { BlobCache } from './blob-cache.ts'
import { CatFile } from './cat-file.ts'
import { type BatchContext, type BranchState, GitCommitBatch } from './commit-batch.ts'
import { createCommitSettings } from './commit-settings.ts'
import { inDatabase } from './database-path.ts'
import { FastImport } from './fast-import.ts'
import type { OnPoint } from './fault-points.ts'
import { listCommits } from './list-commits.ts'
import { Maintenance } from './maintenance.ts'
import { CommitObserver } from './observe-commit.ts'
import { readRawCommits } from './read-commits.ts'
import { readWholeDatabase } from './read-database.ts'
import { readFilesWithBases } from './read-definitions.ts'
import { readLine } from './read-line.ts'
import { readPatch } from './read-patch.ts'
import { RefReader } from './read-ref.ts'
import type { RepositoryLocation } from './repository-location.ts'
import { Git } from './run-git.ts'
import type { Codecs } from './stage-context.ts'
import { readBlob } from './staged-tree.ts'
import { TreeState } from './tree-state.ts'
import { RefWriter } from './update-ref.ts'
import { WorkTree, type WorkTreeState } from './work-tree.ts'

export interface GitEventStoreOptions extends Codecs {
  readonly location: RepositoryLocation
  /** Where objects are that the repository does not have: those of a `WorkTreeCommit`. Such a store is only for reading. */
  readonly objectDirectory?: string
  /** Merging takes parsers that no other write needs. */
  loadMergeFile(): Promise<MergeFile>
  /** Called at each named moment of a write; for fault injection in tests. */
  readonly onPoint?: OnPoint
}

export interface GitEventStore extends MergeStore, ImportStore, DatabaseReader {
  /** Finishes what a killed process, or a lock held by the user, left undone in the work tree. Under the write lock; cheap when nothing is. */
  repairWorkTree(): Promise<WorkTreeState>
  /** Whether checked-out files are behind their branch, because a write was committed and they could not follow. Starts no process. */
  readWorkTreeState(): WorkTreeState
}

const blobCacheBytesMax = 64 * 1024 * 1024
const branchStatesMax = 8

/** Opens the event log of a repository that `findRepository` found. Starts no process: reading a head takes none. */
export const openGitEventStore = async (options: GitEventStoreOptions): Promise<Result<GitEventStore>> => ok(new OpenStore(options))

class OpenStore implements GitEventStore {
  readonly #context: BatchContext
  readonly #refs: RefReader
  readonly #maintenance: Maintenance
  readonly #states = new Map<BranchName, BranchState>()

  constructor(options: GitEventStoreOptions) {
    const git = new Git(options.location, { objectDirectory: options.objectDirectory })
    const refs = new RefReader(options.location)
    const refWriter = new RefWriter(git, refs)
    const objects = new CatFile(git)
    this.#refs = refs
    this.#maintenance = new Maintenance(git)
    this.#context = {
      recordCodec: options.recordCodec,
      catalogueCodec: options.catalogueCodec,
      digest: options.digest,
      git,
      objects,
      blobs: new BlobCache(blobCacheBytesMax),
      importer: new FastImport(git, {
        deleteRefs: (names) => refWriter.delete(names.filter((name) => refs.readRef(name) !== undefined)),
        onPacksFree: () => this.#maintenance.consider(),
      }),
      refWriter,
      readCommitSettings: createCommitSettings(git),
      workTree: new WorkTree({ git, objects, refs, refWriter, onPoint: options.onPoint }),
      databasePath: options.location.databasePath,
      loadMergeFile: options.loadMergeFile,
      onPoint: options.onPoint,
    }
  }

  readHead(branch: BranchName): CommitId | undefined {
    return this.#refs.readBranch(branch)
  }

  readCurrentBranch(): BranchName | undefined {
    return this.#refs.readCurrentBranch()
  }

  async resolveRevision(text: string): Promise<CommitId | undefined> {
    if (text === '' || text.includes('\0')) return undefined
    const { code, stdout } = await this.#context.git.run(['rev-parse', '--verify', '--quiet', '--end-of-options', `${text}^{commit}`])
    return code === 0 ? parseCommitId(stdout.toString().trim()) : undefined
  }

  async findMergeBase(a: CommitId, b: CommitId): Promise<CommitId | undefined> {
    const [best] = await this.findMergeBases(a, b)
    return best
  }

  async findMergeBases(a: CommitId, b: CommitId): Promise<readonly CommitId[]> {
    const { code, stdout, stderr } = await this.#context.git.run(['merge-base', '--all', a, b])
    if (code > 1) throw new Error(`git merge-base ${a} ${b}: ${stderr}`)
    return stdout
      .toString()
      .split('\n')
      .map(parseCommitId)
      .filter((commit) => commit !== undefined)
  }

  listCommits(tip: CommitId, range?: CommitRange) {
    return listCommits(this.#context.git, tip, range)
  }

  readPatch(from: CommitId | undefined, to: CommitId | undefined, isWanted: (path: string) => boolean) {
    const { git, databasePath } = this.#context
    return readPatch(git, { from, to, directory: databasePath, isWanted })
  }

  readLine(tip: CommitId, isKnown: (oid: CommitId) => boolean) {
    return readLine(this.#context.git, tip, isKnown)
  }

  async *readCommits(tip: CommitId, base: KnownCommit | undefined): AsyncGenerator<ObservedCommit> {
    const observer = new CommitObserver(this.#context, base)
    for await (const raw of readRawCommits(this.#context.git, tip, base?.oid)) yield await observer.observe(raw)
  }

  readDatabase(commit: CommitId, part: 'definition' | 'all') {
    return readWholeDatabase(this.#context, commit, part)
  }

  readFiles(commit: CommitId, isWanted: (path: string) => boolean) {
    const { databasePath, catalogueCodec } = this.#context
    return readFilesWithBases(this.#context, commit, { path: databasePath, codec: catalogueCodec, isWanted })
  }

  openBatch(branch: BranchName, head: CommitId | undefined, catalogue: Catalogue): CommitBatch {
    return new GitCommitBatch(this.#context, { branch, head, catalogue, state: this.#stateOf(branch, head) })
  }

  openImport(branch: BranchName, head: CommitId | undefined, catalogue: Catalogue): ImportBatch {
    return new GitCommitBatch(this.#context, { branch, head, catalogue, state: this.#stateOf(branch, head) })
  }

  openMerge(branch: BranchName, head: CommitId, catalogue: Catalogue): MergeBatch {
    return new GitCommitBatch(this.#context, { branch, head, catalogue, state: this.#stateOf(branch, head) })
  }

  async warm(branch: BranchName, head: CommitId | undefined, records: { readonly catalogue: Catalogue; readonly names: readonly RecordName[] }) {
    const { tree } = this.#stateOf(branch, head)
    const { objects, blobs, databasePath, digest } = this.#context
    const read = async ({ table: id, key }: RecordName) => {
      const table = findTable(records.catalogue, id)
      const entry = table === undefined ? undefined : await tree.find(inDatabase(databasePath, recordPath(table, key, digest)))
      if (entry?.mode.startsWith('100')) await readBlob(objects, blobs, entry.oid)
    }
    await Promise.all(records.names.map(read))
  }

  repairWorkTree(): Promise<WorkTreeState> {
    return this.#context.workTree.repair()
  }

  readWorkTreeState(): WorkTreeState {
    return this.#context.workTree.state
  }

  async close(): Promise<void> {
    await this.#maintenance.close()
    await this.#context.importer.close()
    await this.#context.refWriter.close()
    await this.#context.objects.close()
  }

  #stateOf(branch: BranchName, head: CommitId | undefined): BranchState {
    const known = this.#states.get(branch)
    if (known !== undefined && known.tree.commit === head) return known
    const state = { tree: new TreeState(this.#context.objects, head), definitions: undefined }
    this.#states.delete(branch)
    this.#states.set(branch, state)
    const [oldest] = this.#states.keys()
    if (this.#states.size > branchStatesMax && oldest !== undefined) this.#states.delete(oldest)
    return state
  }
}
