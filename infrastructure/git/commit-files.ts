import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { cleanPerson } from '../../domain/event-sourcing/clean-person.ts'
import { type CommitId, parseCommitId } from '../../domain/ids.ts'
import { fail, ok, type Result } from '../../domain/result.ts'
import { checkCurrentBranch } from './check-current-branch.ts'
import { cleanTime } from './commit-message.ts'
import { createCommitSettings } from './commit-settings.ts'
import { readIdentity } from './read-identity.ts'
import { hasCode } from './read-ref.ts'
import type { Checkout, Git, GitOutput } from './run-git.ts'
import { checkPath } from './safe-path.ts'
import { signingEnvironment, signMsMax } from './sign-commits.ts'

export interface FilesToCommit {
  /** Files to write and commit, relative to the database; one that exists is replaced. */
  readonly written: ReadonlyMap<string, Uint8Array>
  /** Files that are there already, committed as they are if git does not have them yet. */
  readonly present: readonly string[]
  /** Files that go to another place as they are: old path → new one, where nothing is yet. */
  readonly moved?: ReadonlyMap<string, string>
  readonly removed?: readonly string[]
  readonly message: string
}

/**
 * Writes files into the work tree and commits them, with files that lie there already and are new to git, as `git commit -- <paths>` does: whatever else is
 * edited or staged stays so. When it fails, the files are as they were.
 *
 * @returns `protected` when the branch is; `uncommitted-changes` when a file to be replaced, moved or removed is not as git has it; `unavailable` with what git or the disk said
 */
export const commitFiles = async (git: Git, files: FilesToCommit): Promise<Result<CommitId>> => {
  const { written, present, moved = new Map<string, string>(), removed = [], message } = files
  const { gitDirectory, workTree, databasePath, databaseDirectory } = git.location
  if (workTree === undefined) return fail({ kind: 'unsupported', what: 'a bare repository', why: 'it has no files to begin with' })
  const allowed = await checkCurrentBranch(git)
  if (!allowed.ok) return allowed
  const checkout: Checkout = { gitDirectory, workTree }
  const prefix = databasePath === '' ? '' : `${databasePath}/`
  const gone = [...moved.keys(), ...removed]
  const changed = gone.length === 0 ? [] : await findUncommitted(git, checkout, new Set([...gone, ...written.keys()].map((path) => prefix + path)))
  if (changed.length > 0) return fail({ kind: 'uncommitted-changes', paths: changed })
  const undo: (() => void)[] = []
  const undoAll = (): void => {
    for (const each of undo.reverse()) each()
  }
  try {
    changeFolder(databaseDirectory, { written, moved, removed }, undo)
  } catch (error) {
    undoAll()
    if (hasCode(error, ['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'ENOTDIR', 'EISDIR', 'EEXIST', 'ENOENT']))
      return fail({ kind: 'unavailable', what: 'the folder', why: String(error) })
    throw error
  }
  const paths = [...written.keys(), ...present, ...gone, ...moved.values()].map((path) => prefix + path)
  const committed = await commitPaths(git, checkout, { paths, message })
  if (!committed.ok) undoAll()
  return committed
}

/** Those of some paths that differ from the last commit, or that it does not have. */
const findUncommitted = async (git: Git, checkout: Checkout, paths: ReadonlySet<string>): Promise<readonly string[]> => {
  const { code, stdout, stderr } = await git.run(['status', '--porcelain', '-z', '--no-renames', '--untracked-files=all'], { checkout })
  if (code !== 0) throw new Error(`git status: ${stderr}`)
  return stdout
    .toString()
    .split('\0')
    .map((line) => line.slice(3))
    .filter((path) => paths.has(path))
}

/** Makes the changes one by one, and says for each how it is taken back. */
const changeFolder = (
  directory: string,
  { written, moved, removed }: Required<Pick<FilesToCommit, 'written' | 'moved' | 'removed'>>,
  undo: (() => void)[],
): void => {
  const place = (path: string): string => {
    checkPath(path)
    return join(directory, path)
  }
  const emptied = new Set<string>()
  for (const [from, to] of moved) {
    const [source, target] = [place(from), place(to)]
    if (existsSync(target)) throw Object.assign(new Error(`${to} is there already`), { code: 'EEXIST' })
    mkdirSync(dirname(target), { recursive: true })
    renameSync(source, target)
    undo.push(() => {
      mkdirSync(dirname(source), { recursive: true })
      renameSync(target, source)
      removeEmpty(directory, dirname(to))
    })
    emptied.add(dirname(from))
  }
  for (const path of removed) {
    const target = place(path)
    const bytes = readFileSync(target)
    rmSync(target)
    undo.push(() => {
      mkdirSync(dirname(target), { recursive: true })
      writeFileSync(target, bytes)
    })
    emptied.add(dirname(path))
  }
  for (const [path, bytes] of written) {
    const target = place(path)
    const before = existsSync(target) ? readFileSync(target) : undefined
    mkdirSync(dirname(target), { recursive: true })
    undo.push(() => {
      if (before !== undefined) return writeFileSync(target, before)
      rmSync(target, { force: true })
      removeEmpty(directory, dirname(path))
    })
    writeFileSync(target, bytes)
  }
  for (const path of emptied) removeEmpty(directory, path)
}

/** As git does: a directory goes with its last file. */
const removeEmpty = (directory: string, path: string): void => {
  for (let at = path; at !== '.' && at !== ''; at = dirname(at)) {
    const target = join(directory, at)
    if (!existsSync(target)) continue
    if (readdirSync(target).length > 0) return
    rmdirSync(target)
  }
}

const commitPaths = async (
  git: Git,
  checkout: Checkout,
  { paths, message }: { readonly paths: readonly string[]; readonly message: string },
): Promise<Result<CommitId>> => {
  const input = paths.map((path) => `${path}\0`).join('')
  const fromInput = ['--pathspec-from-file=-', '--pathspec-file-nul']
  const added = await git.run(['--literal-pathspecs', 'add', ...fromInput], { checkout, input })
  if (added.code !== 0) return fail({ kind: 'unavailable', what: 'git add', why: added.stderr.trim() })
  const committed = await commitAdded(git, checkout, { message, fromInput, input })
  if (committed.code !== 0) {
    await git.run(['--literal-pathspecs', 'reset', '--quiet', ...fromInput], { checkout, input })
    return fail({ kind: 'unavailable', what: 'git commit', why: committed.stderr.trim() || committed.stdout.toString().trim() })
  }
  const head = await git.run(['rev-parse', '--verify', 'HEAD'], { checkout })
  const oid = parseCommitId(head.stdout.toString().trim())
  return oid === undefined ? fail({ kind: 'unavailable', what: 'git rev-parse', why: head.stderr.trim() }) : ok(oid)
}

interface AddedFiles {
  readonly message: string
  readonly fromInput: readonly string[]
  readonly input: string
}

const commitAdded = async (git: Git, checkout: Checkout, { message, fromInput, input }: AddedFiles): Promise<GitOutput> => {
  const settings = await createCommitSettings(git)()
  if (!settings.ok) return { code: 1, stdout: Buffer.alloc(0), stderr: settings.failure }
  const { committer, signing } = settings.value
  const time = cleanTime({ seconds: Date.now() / 1000, offsetMinutes: -new Date().getTimezoneOffset() })
  const author = cleanPerson(await readIdentity(git))
  const environment = signingEnvironment({ author: { person: author, time }, committer: { person: committer ?? author, time } })
  const sign = signing === undefined ? '--no-gpg-sign' : '--gpg-sign'
  const args = ['--literal-pathspecs', 'commit', '--quiet', '--no-verify', sign, `--message=${message}`, '--only', ...fromInput]
  return git.run(args, { checkout, input, environment, settings: signing ?? [], timeoutMs: signMsMax })
}
