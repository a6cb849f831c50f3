import { setTimeout as wait } from 'node:timers/promises'
import type { CommitBatchResult } from '../../domain/event-sourcing/event-store.ts'
import { type BranchName, type CommitId, parseCommitId } from '../../domain/ids.ts'
import type { CatFile } from './cat-file.ts'
import type { OnPoint } from './fault-points.ts'
import { EditLayer, type FileEdits } from './file-edits.ts'
import { findCheckout, listCheckouts, type MarkedCheckout } from './find-checkout.ts'
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

/** What has to happen besides moving the branch so that checked-out files follow it. */
export interface Following {
  readonly status: 'ready'
  /** Goes into the same transaction as the branch. */
  readonly refs: readonly RefUpdate[]
  /** Brings index and files to the new commit where they were clean. */
  follow(commit: CommitId): Promise<void>
}

/** Whether the files of the work trees stand where their branches do. */
export interface WorkTreeState {
  readonly isBehind: boolean
  /** Why the files could not follow the last time it was tried. */
  readonly why: string | undefined
}

/** Where index and files of a work tree go; `from` is given when they all stand at one commit. */
interface Move {
  readonly checkout: MarkedCheckout
  readonly inspection: Inspection
  readonly from: string | undefined
  readonly to: string
}

const attemptsMax = 6
/** From so many files on, whole trees are compared. */
const pathsMax = 100
const firstPauseMs = 20

const nobodyFollows: Following = { status: 'ready', refs: [], follow: async () => {} }

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
    const isBehind = listCheckouts(this.#git.location).some(({ marker }) => this.#refs.readRef(marker) !== undefined)
    return { isBehind, why: isBehind ? this.#why : undefined }
  }

  /** Looks at the files that a batch is about to change, before the branch moves. `tree` is the head of the branch. */
  async prepare(
    branch: BranchName,
    tree: TreeState,
    staged: readonly StagedEdits[],
  ): Promise<Following | Extract<CommitBatchResult, { readonly status: 'uncommitted-changes' }>> {
    const checkout = findCheckout(this.#git.location, branch)
    if (checkout === undefined) return nobodyFollows
    await this.#repair(checkout)
    const behind = this.#refs.readRef(checkout.marker)
    const bases = behind === undefined ? ([tree] as const) : ([tree, new TreeState(this.#objects, behind)] as const)
    const paths = await Promise.all(staged.map(({ edits }) => this.#listPaths(edits, tree)))
    const touched = [...new Set(paths.flat())]
    const inspection = await inspectFiles({ git: this.#git, checkout, bases }, touched)
    const rejected = rejectedBy(inspection.dirty, staged, paths)
    if (rejected.size > 0) return { status: 'uncommitted-changes', rejected }
    const restorable = await listRestorable(staged, touched, tree)
    const from = behind === undefined ? (tree.commit ?? emptyTree) : undefined
    return {
      status: 'ready',
      refs: behind === undefined ? [await this.#mark(checkout, tree.commit)] : [],
      follow: async (commit) => {
        const hasFollowed = await this.#bring({ checkout, inspection, from, to: commit }, restorable)
        this.#onPoint?.('files-followed')
        if (hasFollowed && behind === undefined) await this.#unmark(checkout)
        else if (hasFollowed) await this.#repair(checkout)
      },
    }
  }

  /** Finishes what a killed process or a held `index.lock` left undone. Cheap when there is nothing to do. */
  async repair(): Promise<WorkTreeState> {
    for (const checkout of listCheckouts(this.#git.location)) await this.#repair(checkout)
    return this.state
  }

  async #repair(checkout: MarkedCheckout): Promise<void> {
    const stoodAt = this.#refs.readRef(checkout.marker)
    if (stoodAt === undefined) return
    const branch = branchOfHead(checkout.gitDirectory)
    const head = branch === undefined ? await this.#detachedHead(checkout) : this.#refs.readBranch(branch)
    if (head === undefined) return
    const { code, stdout } = await this.#git.run(['diff-tree', '-r', '-z', '--name-status', '--no-renames', stoodAt, head], { checkout })
    if (code !== 0) throw new Error(`git diff-tree exited with ${code}`)
    const { paths, removed } = parseNameStatus(stdout.toString())
    const bases = [new TreeState(this.#objects, head), new TreeState(this.#objects, stoodAt)] as const
    const inspection = await inspectFiles({ git: this.#git, checkout, bases }, paths)
    const unknown = removed.size === 0 ? removed : await this.#notInIndex(checkout, removed)
    const known = paths.filter((path) => !unknown.has(path))
    if (await this.#bring({ checkout, inspection, from: undefined, to: head }, known)) await this.#unmark(checkout)
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
    const before = this.#refs.readRef(checkout.marker)
    // Whoever repaired the same work tree at the same time may have been first.
    if (before !== undefined) await this.#refWriter.move([{ ref: checkout.marker, before, after: undefined }])
  }

  async #notInIndex(checkout: MarkedCheckout, paths: ReadonlySet<string>): Promise<ReadonlySet<string>> {
    const { stdout } = await this.#git.run(['ls-files', '-z', '--cached'], { checkout })
    const index = new Set(stdout.toString().split('\0'))
    return new Set([...paths].filter((path) => !index.has(path)))
  }

  /**
   * Brings index and files to a commit. Where the user has edited a file (also since it was looked at), only the index follows, or the next
   * commit of anything else would take our change back; where the user has staged something, nothing does.
   * @returns false when the files could not follow; they stay marked as behind and `state` says why
   */
  async #bring(move: Move, paths: readonly string[]): Promise<boolean> {
    const { inspection } = move
    const clean = paths.filter(inspection.isClean)
    const edited = paths.filter((path) => !inspection.isClean(path) && !inspection.staged.has(path))
    if (paths.length > pathsMax && clean.length === paths.length && (await this.#readTree(move))) return true
    return (await this.#restore(move, clean, ['--staged', '--worktree'])) && (await this.#restore(move, edited, ['--staged']))
  }

  /** One walk of two trees, where a list of very many paths would be matched against every entry of the index. */
  async #readTree({ checkout, from, to }: Move): Promise<boolean> {
    if (from === undefined) return false
    return (await this.#git.run(['read-tree', '-m', '-u', from, to], { checkout })).code === 0
  }

  async #restore({ checkout, to }: Move, paths: readonly string[], what: readonly string[]): Promise<boolean> {
    if (paths.length === 0) return true
    const args = ['restore', `--source=${to}`, ...what, '--pathspec-from-file=-', '--pathspec-file-nul']
    for (let attempt = 1, pauseMs = firstPauseMs; ; attempt++, pauseMs *= 2) {
      const { code, stderr } = await this.#git.run(args, { checkout, input: paths.join('\0') })
      if (code === 0) return true
      this.#why = stderr.trim()
      if (attempt === attemptsMax) return false
      await wait(pauseMs)
    }
  }
}

/** Touched paths that the new commit or the index has: git refuses to restore others, such as those that a batch both made and removed. */
const listRestorable = async (staged: readonly StagedEdits[], touched: readonly string[], tree: TreeState): Promise<readonly string[]> => {
  const final = new EditLayer()
  for (const { edits } of staged) final.add(edits)
  const known = await Promise.all(touched.map(async (path) => (final.find(path) ?? (await tree.find(path))) !== undefined))
  return touched.filter((_, index) => known[index])
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

/** `M\0path\0D\0path\0` */
const parseNameStatus = (text: string): { readonly paths: readonly string[]; readonly removed: ReadonlySet<string> } => {
  const parts = text.split('\0')
  const paths: string[] = []
  const removed = new Set<string>()
  for (let index = 0; index + 1 < parts.length; index += 2) {
    const path = parts[index + 1] ?? ''
    paths.push(path)
    if (parts[index] === 'D') removed.add(path)
  }
  return { paths, removed }
}
