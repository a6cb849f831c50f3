import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { CommitBatchResult } from '../../domain/event-sourcing/event-store.ts'
import { type BranchName, type CommitId, parseCommitId } from '../../domain/ids.ts'
import { readVersions } from './ask-about-files.ts'
import type { CatFile } from './cat-file.ts'
import { parseRawDiff } from './diff-trees.ts'
import type { OnPoint } from './fault-points.ts'
import { EditLayer, type FileEdits } from './file-edits.ts'
import { removeFile, stampFile } from './file-stamp.ts'
import { findCheckout, listCheckouts, type MarkedCheckout, needsRepair } from './find-checkout.ts'
import { type IndexEntry, IndexLock, type Leftover, noMode } from './index-lock.ts'
import { emptyTree, type Inspection, inspectFiles } from './inspect-files.ts'
import { listTree } from './list-tree.ts'
import { branchOfHead, type RefReader } from './read-ref.ts'
import type { Git } from './run-git.ts'
import { TreeState } from './tree-state.ts'
import type { RefUpdate, RefWriter } from './update-ref.ts'

export interface StagedEdits {
  readonly edits: FileEdits
  /** The user's edits of the same files do not stand in the way; they stay in the work tree. */
  readonly isForced: boolean
}

/** What has to happen besides moving the branch so that checked-out files follow it. The index is locked until `release`. */
export interface Following {
  readonly status: 'ready'
  /** Goes into the same transaction as the branch. */
  readonly refs: readonly RefUpdate[]
  /** Puts the index of the new commit in place, while the branch is locked and before it moves: no moment has the new branch and the old index. */
  enter(commit: CommitId): void
  /** Brings the files to the new commit where they were clean; the branch has moved. */
  follow(): Promise<void>
  /** Gives the lock back in any case, and takes back what was entered unless the branch has moved. */
  release(hasMoved: boolean): void
}

/** Whether the files of the work trees stand where their branches do. */
export interface WorkTreeState {
  readonly isBehind: boolean
  /** Why the files could not follow the last time it was tried. */
  readonly why: string | undefined
}

type NotReady = Extract<CommitBatchResult, { readonly status: 'uncommitted-changes' | 'unavailable' }>

/** What index and files are to become at the paths that change. */
interface Move {
  readonly checkout: MarkedCheckout
  readonly lock: IndexLock
  readonly inspection: Inspection
  readonly entries: readonly IndexEntry[]
}

const nobodyFollows: Following = { status: 'ready', refs: [], enter: () => {}, follow: async () => {}, release: () => {} }

/** Keeps checked-out files in step with commits that were made without them. */
export class WorkTree {
  readonly #git: Git
  readonly #objects: CatFile
  readonly #refs: RefReader
  readonly #refWriter: RefWriter
  readonly #onPoint: OnPoint | undefined
  #why: string | undefined

  constructor(parts: {
    readonly git: Git
    readonly objects: CatFile
    readonly refs: RefReader
    readonly refWriter: RefWriter
    readonly onPoint: OnPoint | undefined
  }) {
    this.#git = parts.git
    this.#objects = parts.objects
    this.#refs = parts.refs
    this.#refWriter = parts.refWriter
    this.#onPoint = parts.onPoint
  }

  get state(): WorkTreeState {
    const isBehind = listCheckouts(this.#git.location).some((checkout) => needsRepair(checkout, this.#refs))
    return { isBehind, why: isBehind ? this.#why : undefined }
  }

  /** Locks the index and looks at the files that a batch is about to change, before the branch moves. `tree` is the head of the branch. */
  async prepare(branch: BranchName, tree: TreeState, staged: readonly StagedEdits[]): Promise<Following | NotReady> {
    const checkout = findCheckout(this.#git.location, branch)
    if (checkout === undefined) return nobodyFollows
    const taken = await IndexLock.take(this.#git, checkout)
    if (!taken.ok) return { status: 'unavailable', why: taken.failure }
    const lock = taken.value
    let following: Following | NotReady | undefined
    try {
      this.#onPoint?.('index-locked')
      // The user may have switched branches while we waited.
      const isStill = branchOfHead(checkout.gitDirectory) === branch
      following = isStill ? await this.#prepareLocked({ checkout, lock }, tree, staged) : undefined
    } finally {
      if (following?.status !== 'ready') lock.release()
    }
    return following ?? (await this.prepare(branch, tree, staged))
  }

  async #prepareLocked({ checkout, lock }: Pick<Move, 'checkout' | 'lock'>, tree: TreeState, staged: readonly StagedEdits[]) {
    await this.#repairLocked(checkout, lock)
    const behind = this.#refs.readRef(checkout.marker)
    const paths = await Promise.all(staged.map(({ edits }) => this.#listPaths(edits, tree)))
    const touched = [...new Set(paths.flat())]
    const inspection = await this.#inspect(checkout, { head: tree, behind }, touched)
    const rejected = rejectedBy(inspection.dirty, staged, paths)
    if (rejected.size > 0) return { status: 'uncommitted-changes', rejected } as const
    const move = { checkout, lock, inspection, entries: listEntries(staged, touched) }
    const built = await this.#build(move)
    if (!built.ok) return { status: 'unavailable', why: built.failure } as const
    return {
      status: 'ready',
      refs: behind === undefined ? [await this.#mark(checkout, tree.commit)] : [],
      enter: (commit: CommitId) => {
        lock.enter(commit)
        this.#onPoint?.('index-entered')
      },
      follow: () => this.#follow(move, behind),
      release: (hasMoved: boolean) => {
        if (hasMoved) lock.settle()
        lock.release()
      },
    } as const
  }

  async #follow(move: Move, behind: CommitId | undefined): Promise<void> {
    const { checkout, lock } = move
    const hasFollowed = await this.#writeFiles(move)
    this.#onPoint?.('files-followed')
    lock.settle()
    if (hasFollowed && behind === undefined) await this.#unmark(checkout)
    lock.release()
  }

  /** Finishes what a killed process or a file that could not be written left undone. Cheap when there is nothing to do. */
  async repair(): Promise<WorkTreeState> {
    for (const checkout of listCheckouts(this.#git.location)) if (needsRepair(checkout, this.#refs)) await this.#repair(checkout)
    return this.state
  }

  async #repair(checkout: MarkedCheckout): Promise<void> {
    const taken = await IndexLock.take(this.#git, checkout)
    if (!taken.ok) {
      this.#why = taken.failure
      return
    }
    try {
      await this.#repairLocked(checkout, taken.value)
    } finally {
      taken.value.release()
    }
  }

  async #repairLocked(checkout: MarkedCheckout, lock: IndexLock): Promise<void> {
    const branch = branchOfHead(checkout.gitDirectory)
    const head = branch === undefined ? await this.#detachedHead(checkout) : this.#refs.readBranch(branch)
    const leftover = lock.findLeftover()
    if (leftover !== undefined) await this.#clear(leftover, head)
    const stoodAt = this.#refs.readRef(checkout.marker)
    if (stoodAt === undefined || head === undefined) return
    const { code, stdout } = await this.#git.run(['diff-tree', '-r', '-z', '--raw', '--no-abbrev', '--no-renames', stoodAt, head], { checkout })
    if (code !== 0) throw new Error(`git diff-tree exited with ${code}`)
    const entries = [...parseRawDiff(stdout.toString())].map(([path, { after }]) => ({ path, mode: after?.mode ?? noMode, oid: after?.oid ?? '' }))
    const paths = entries.map(({ path }) => path)
    const inspection = await this.#inspect(checkout, { head: new TreeState(this.#objects, head), behind: stoodAt }, paths)
    const move = { checkout, lock, inspection, entries }
    const built = await this.#build(move)
    if (!built.ok) {
      this.#why = built.failure
      return
    }
    lock.enter(head)
    const hasFollowed = await this.#writeFiles(move)
    lock.settle()
    // As long as somebody edits a file that did not follow, what it was edited from has to be known.
    if (hasFollowed && inspection.dirty.size === 0) await this.#unmark(checkout)
  }

  /** A process was killed when it had entered an index: the right one if its commit is in the branch. */
  async #clear(leftover: Leftover, head: CommitId | undefined): Promise<void> {
    const isIn =
      head !== undefined && (head === leftover.target || (await this.#git.run(['merge-base', '--is-ancestor', leftover.target, head])).code === 0)
    if (isIn) leftover.keep()
    else leftover.undo()
  }

  #inspect(checkout: MarkedCheckout, base: { readonly head: TreeState; readonly behind: CommitId | undefined }, paths: readonly string[]) {
    const { head, behind } = base
    if (behind === undefined || head.commit === undefined) return inspectFiles({ git: this.#git, checkout, bases: [head] }, paths)
    const range = { from: behind === emptyTree ? undefined : behind, to: head.commit }
    const bases = [head, new TreeState(this.#objects, behind)] as const
    return inspectFiles({ git: this.#git, checkout, bases, versionsOf: (suspect) => readVersions(this.#git, range, suspect) }, paths)
  }

  async #detachedHead(checkout: MarkedCheckout): Promise<CommitId | undefined> {
    const { code, stdout } = await this.#git.run(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'], { checkout })
    return code === 0 ? parseCommitId(stdout.toString().trim()) : undefined
  }

  async #listPaths(edits: FileEdits, tree: TreeState): Promise<readonly string[]> {
    const paths = new Set(edits.files.keys())
    for (const directory of tree.commit === undefined ? [] : edits.removedDirectories)
      for (const { path } of await listTree(this.#objects, tree.commit ?? emptyTree, { directory })) paths.add(path)
    return [...paths]
  }

  /** Marks where the files stand; on an unborn branch that is the empty tree, which has to exist before a ref can name it. */
  async #mark(checkout: MarkedCheckout, head: string | undefined): Promise<RefUpdate> {
    if (head === undefined) await this.#git.run(['hash-object', '-t', 'tree', '-w', '--stdin'])
    return { ref: checkout.marker, before: undefined, after: parseCommitId(head ?? emptyTree) }
  }

  async #unmark(checkout: MarkedCheckout): Promise<void> {
    this.#why = undefined
    const lock = join(this.#git.location.commonDirectory, 'packed-refs.lock')
    // Git would wait for it at every write, and nothing is lost: the next repair takes the marker away.
    if (existsSync(lock)) {
      this.#why = `${lock} exists: another program is packing refs, or was killed; remove the file if none is`
      return
    }
    const before = this.#refs.readRef(checkout.marker)
    // Whoever repaired the same work tree at the same time may have been first.
    if (before !== undefined) await this.#refWriter.move([{ ref: checkout.marker, before, after: undefined }])
  }

  /**
   * Prepares an index in which everything follows but what the user has staged. Where the user has edited a file the index follows too, or the
   * next commit of anything else would take our change back.
   */
  #build({ lock, inspection, entries }: Move) {
    const { bits, staged } = inspection
    const followers = entries.filter(({ path }) => !staged.has(path))
    const kept = followers.filter(({ mode }) => mode !== noMode).map(({ path }) => path)
    return lock.build(followers, {
      skipWorktree: kept.filter((path) => bits.get(path)?.skipWorktree),
      assumeUnchanged: kept.filter((path) => bits.get(path)?.assumeUnchanged),
    })
  }

  /** @returns false when files could not follow; the work tree stays marked as behind and `state` says why */
  async #writeFiles({ checkout, lock, inspection, entries }: Move): Promise<boolean> {
    const isHidden = (path: string) => inspection.bits.has(path) && stampFile(checkout.workTree, path) === '-'
    const clean = entries.filter(({ path }) => inspection.isClean(path) && !isHidden(path))
    for (const { path } of clean.filter(({ mode }) => mode === noMode)) {
      const problem = removeFile(checkout.workTree, path)
      if (problem !== undefined) return this.#stayBehind(problem)
    }
    const written = await lock.checkOut(clean.filter(({ mode }) => mode !== noMode).map(({ path }) => path))
    return written.ok ? true : this.#stayBehind(written.failure)
  }

  #stayBehind(why: string): false {
    this.#why = why
    return false
  }
}

/** What the index is to have at the touched paths after a batch. */
const listEntries = (staged: readonly StagedEdits[], touched: readonly string[]): readonly IndexEntry[] => {
  const final = new EditLayer()
  for (const { edits } of staged) final.add(edits)
  return touched.map((path) => {
    const file = final.find(path)
    return file === null || file === undefined ? { path, mode: noMode, oid: '' } : { path, mode: file.mode, oid: file.oid }
  })
}

const rejectedBy = (
  dirty: ReadonlySet<string>,
  staged: readonly StagedEdits[],
  paths: readonly (readonly string[])[],
): ReadonlyMap<number, readonly string[]> => {
  const rejected = new Map<number, readonly string[]>()
  for (const [index, { isForced }] of staged.entries()) {
    const inTheWay = isForced ? [] : (paths[index] ?? []).filter((path) => dirty.has(path))
    if (inTheWay.length > 0) rejected.set(index, inTheWay)
  }
  return rejected
}
