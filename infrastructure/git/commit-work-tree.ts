import { accessSync, constants, copyFileSync, lstatSync, mkdirSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CommitId, parseCommitId } from '../../domain/ids.ts'
import { fail, ok, type Result } from '../../domain/result.ts'
import { listCheckouts, needsRepair } from './find-checkout.ts'
import { hasCode, RefReader } from './read-ref.ts'
import type { RepositoryLocation } from './repository-location.ts'
import { type Checkout, Git, type GitOptions } from './run-git.ts'

/** The files of a work tree as they are, as a commit that nobody sees: no ref, index or object of the repository is written. */
export interface WorkTreeCommit extends Disposable {
  /** What HEAD stands at; `undefined` before the first commit. */
  readonly head: CommitId | undefined
  /** Has `head` as its parent. It is `head` itself when the files hold no edits. */
  readonly commit: CommitId | undefined
  /** Where the objects of `commit` are, besides the repository's own; `undefined` when there are none. Gone when disposed. */
  readonly objectDirectory: string | undefined
}

/** How often files are looked at when the branch moves under them every time. */
const attemptsMax = 5

/**
 * Takes the files of the database as git would commit them now: edits, staged or not, and untracked files that are not ignored; what git was told
 * not to look at (skip-worktree, assume-unchanged) is as in HEAD. Objects go into a temporary directory.
 * @returns `unsupported` for a bare repository, `unavailable` where git cannot read the files, or the branch does not stand still
 * Cost: `git status`; for files with edits a few processes more, and their content.
 */
export const commitWorkTree = async (location: RepositoryLocation): Promise<Result<WorkTreeCommit>> => {
  const { gitDirectory, workTree } = location
  if (workTree === undefined)
    return fail({ kind: 'unsupported', what: '--at worktree', why: 'this repository is bare: it has no files besides its commits' })
  const tree: OpenTree = {
    git: new Git(location),
    checkout: { gitDirectory, workTree },
    databasePath: location.databasePath,
    refs: new RefReader(location),
  }
  for (let attempt = 1; attempt <= attemptsMax; attempt++) {
    await waitUntilFilesFollow(location, tree)
    const head = await readHead(tree)
    const edits = await listEdits(tree)
    if (!edits.ok) return edits
    if ((await readHead(tree)) !== head || isBehind(location, tree)) continue
    return edits.value.length === 0
      ? ok({ head, commit: head, objectDirectory: undefined, [Symbol.dispose]: () => undefined })
      : ok(await commitEdits(location, tree, { head, edits: edits.value }))
  }
  return fail({ kind: 'unavailable', what: 'the work tree', why: `others moved its branch ${attemptsMax} times while it was read` })
}

interface OpenTree {
  readonly git: Git
  readonly checkout: Checkout
  readonly databasePath: string
  readonly refs: RefReader
}

const followWaitMs = 10
const followWaitMaxMs = 2_000

/** A write of ours moves the branch first and the files after it: what lies between is nobody's edit. One that was killed there is repaired when the database is opened. */
const waitUntilFilesFollow = async (location: RepositoryLocation, tree: OpenTree): Promise<void> => {
  for (let waitedMs = 0; waitedMs < followWaitMaxMs && isBehind(location, tree); waitedMs += followWaitMs)
    await new Promise((resolve) => setTimeout(resolve, followWaitMs))
}

const isBehind = (location: RepositoryLocation, { refs }: OpenTree): boolean =>
  listCheckouts(location)
    .slice(0, 1)
    .some((checkout) => needsRepair(checkout, refs))

const readHead = async ({ git, refs }: OpenTree): Promise<CommitId | undefined> => {
  const branch = refs.readCurrentBranch()
  if (branch !== undefined) return refs.readBranch(branch)
  const { code, stdout } = await git.run(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'])
  return code === 0 ? parseCommitId(stdout.toString().trim()) : undefined
}

interface Edit {
  readonly path: string
  /** Taken out of the index and then ignored: git would not commit the file, though it is there. */
  readonly isGone: boolean
}

const listEdits = async ({ git, checkout, databasePath }: OpenTree): Promise<Result<readonly Edit[]>> => {
  const args = ['status', '--porcelain=v1', '-z', '--no-renames', '--untracked-files=all', '--', databasePath === '' ? '.' : databasePath]
  const { code, stdout, stderr } = await git.run(args, { checkout })
  if (code !== 0) return fail({ kind: 'unavailable', what: 'git status', why: stderr.trim() })
  const entries = stdout
    .toString()
    .split('\0')
    .filter((entry) => entry !== '')
  const untracked = new Set(entries.filter((entry) => entry.startsWith('??')).map((entry) => entry.slice(3)))
  return ok(
    entries.flatMap((entry) => {
      const path = entry.slice(3)
      // A repository inside this one ends with a slash: it is somebody else's.
      return path.endsWith('/') ? [] : [{ path, isGone: entry.startsWith('D ') && !untracked.has(path) }]
    }),
  )
}

const commitEdits = async (
  location: RepositoryLocation,
  { checkout }: OpenTree,
  { head, edits }: { readonly head: CommitId | undefined; readonly edits: readonly Edit[] },
): Promise<WorkTreeCommit> => {
  const directory = mkdtempSync(join(tmpdir(), 'ingitdb-worktree-'))
  const remove = () => rmSync(directory, { recursive: true, force: true })
  try {
    const objectDirectory = join(directory, 'objects')
    mkdirSync(join(objectDirectory, 'info'), { recursive: true })
    writeFileSync(join(objectDirectory, 'info', 'alternates'), `${join(location.commonDirectory, 'objects')}\n`)
    const indexFile = join(directory, 'index')
    copyIndex(join(location.gitDirectory, 'index'), indexFile)
    const run = createRunner(new Git(location, { objectDirectory }), { checkout, indexFile, fsync: 'none' })
    await stageEdits(run, checkout, edits)
    const tree = await run(['write-tree'], '')
    const message = 'Uncommitted changes of the work tree'
    const commit = parseCommitId(await run(['commit-tree', tree, ...(head === undefined ? [] : ['-p', head]), '-m', message], ''))
    if (commit === undefined) throw new Error('git commit-tree did not say which commit it made')
    return { head, commit, objectDirectory, [Symbol.dispose]: remove }
  } catch (error) {
    remove()
    throw error
  }
}

/**
 * Copies an index together with its time: git takes a file for unchanged that has the size and the time that the index says, unless the index was
 * written in the same second. A younger copy would make it overlook edits of that second.
 */
const copyIndex = (from: string, to: string): void => {
  const stat = statSync(from, { throwIfNoEntry: false })
  if (stat === undefined) return
  copyFileSync(from, to)
  const seconds = Math.floor(stat.mtimeMs / 1000)
  utimesSync(to, seconds, seconds)
}

type Run = (args: readonly string[], input: string) => Promise<string>

const createRunner =
  (git: Git, options: GitOptions): Run =>
  async (args, input) => {
    const { code, stdout, stderr } = await git.run(args, { ...options, input })
    if (code !== 0) throw new Error(`git ${args[0]} exited with ${code}: ${stderr.trim()}`)
    return stdout.toString().trim()
  }

/** Files that this user may not read stay as they were: nobody could say what is in them. */
const stageEdits = async (run: Run, { workTree }: Checkout, edits: readonly Edit[]): Promise<void> => {
  const gone = edits.filter(({ isGone }) => isGone)
  if (gone.length > 0) await run(['update-index', '-z', '--force-remove', '--stdin'], join0(gone))
  const changed = edits.filter(({ isGone, path }) => !isGone && isReadable(join(workTree, path)))
  if (changed.length > 0) await run(['update-index', '-z', '--add', '--remove', '--replace', '--stdin'], join0(changed))
}

const join0 = (edits: readonly Edit[]): string => edits.map(({ path }) => `${path}\0`).join('')

const isReadable = (file: string): boolean => {
  try {
    if (lstatSync(file).isFile()) accessSync(file, constants.R_OK)
    return true
  } catch (error) {
    if (hasCode(error, ['ENOENT', 'ENOTDIR'])) return true
    if (hasCode(error, ['EACCES', 'EPERM'])) return false
    throw error
  }
}
