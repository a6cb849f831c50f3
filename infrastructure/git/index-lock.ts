import { copyFileSync, existsSync, linkSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fail, ok, type Result } from '../../domain/result.ts'
import { hasCode } from './read-ref.ts'
import type { Checkout, Git, GitOutput } from './run-git.ts'
import { isGone, ownerOf } from './writer-owner.ts'

/** What an index says about a path; a mode of zeroes takes the path out. */
export interface IndexEntry {
  readonly path: string
  readonly mode: string
  readonly oid: string
}

/** Bits of index entries that make git look away from a file. */
export interface LookAwayBits {
  readonly skipWorktree: readonly string[]
  readonly assumeUnchanged: readonly string[]
}

/** Commits that the index was entered for, of a process that was killed under its lock. */
export interface Leftover {
  readonly target: string
  /** Puts the index back to what it was before. */
  undo(): void
  /** Lets the index be as it is. */
  keep(): void
}

export const noMode = '000000'
const zeroes = '0'.repeat(40)
const mark = 'ingitdb '
const waitMsMax = 2000
const firstPauseMs = 5
const pauseMsMax = 160
const nextName = 'ingitdb-index'
const beforePrefix = 'ingitdb-index-before-'

/**
 * The lock that every git program takes before it writes the index of a work tree (`index.lock`). While we hold it the index is replaced by
 * renaming, and nobody can commit what the old one says. Owner: `<lock>` holds the id of our process, so that the lock of a killed one is known.
 */
export class IndexLock {
  readonly #git: Git
  readonly #checkout: Checkout
  #entered: string | undefined
  #isHeld = true

  private constructor(git: Git, checkout: Checkout) {
    this.#git = git
    this.#checkout = checkout
  }

  /** Waits for somebody else's lock up to two seconds. @returns a sentence about why it cannot be had */
  static async take(git: Git, checkout: Checkout): Promise<Result<IndexLock, string>> {
    const file = lockFile(checkout)
    const until = Date.now() + waitMsMax
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, pauseMsMax)) {
      if (isLeftBehind(checkout)) rmSync(file, { force: true })
      const problem = create(file)
      if (problem === undefined) return ok(new IndexLock(git, checkout))
      if (problem !== 'held') return fail(problem)
      if (Date.now() > until)
        return fail(`index.lock is held: ${file} exists because a git command is running, or was killed; remove the file if none is`)
      await wait(pauseMs)
    }
  }

  /** What a killed process left of an index that it had entered or was about to. */
  findLeftover(): Leftover | undefined {
    const { gitDirectory } = this.#checkout
    const name = readdirSync(gitDirectory).find((entry) => entry.startsWith(beforePrefix))
    if (name === undefined) return undefined
    const before = join(gitDirectory, name)
    return {
      target: name.slice(beforePrefix.length),
      undo: () => restore(before, join(gitDirectory, 'index')),
      keep: () => rmSync(before),
    }
  }

  /** Prepares the next index: the one there is, with these entries changed. @returns false with git's words when they do not fit in */
  async build(entries: readonly IndexEntry[], bits: LookAwayBits): Promise<Result<void, string>> {
    this.#startNext()
    const sorted = [...entries].sort((a, b) => (a.path < b.path ? -1 : 1))
    const input = sorted.map(({ path, mode, oid }) => `${mode} ${mode === noMode ? zeroes : oid}\t${path}\0`).join('')
    const steps: readonly (readonly [readonly string[], string])[] = [
      [['--index-info'], input],
      [['--skip-worktree', '--stdin'], toList(bits.skipWorktree)],
      [['--assume-unchanged', '--stdin'], toList(bits.assumeUnchanged)],
    ]
    for (const [args, text] of steps) {
      const { code, stderr } = text === '' ? done : await this.#run(['update-index', '-z', ...args], text)
      if (code !== 0) return fail(stderr.trim())
    }
    return ok(undefined)
  }

  /** Puts the prepared index in place; the lock stays. Until `settle`, `release(false)` (or whoever finds the lock of a killed process) can undo it. */
  enter(target: string): void {
    if (this.#entered !== undefined) return
    const { index, next } = this.#files
    const before = join(this.#checkout.gitDirectory, beforePrefix + target)
    if (existsSync(index)) shareFile(index, before)
    else writeFileSync(before, '')
    this.#entered = before
    if (existsSync(next)) renameSync(next, index)
  }

  /** Writes files as the index has them. */
  async checkOut(paths: readonly string[]): Promise<Result<void, string>> {
    if (paths.length === 0) return ok(undefined)
    this.#startNext()
    const { code, stderr } = await this.#run(['checkout-index', '-q', '-f', '-u', '-z', '--ignore-skip-worktree-bits', '--stdin'], toList(paths))
    const { index, next } = this.#files
    if (code === 0) renameSync(next, index)
    return code === 0 ? ok(undefined) : fail(stderr.trim() || `git checkout-index exited with ${code}`)
  }

  /** The entered index is the right one from now on. */
  settle(): void {
    if (this.#entered !== undefined) rmSync(this.#entered, { force: true })
    this.#entered = undefined
  }

  /** Gives the lock back, and with it the index as it was unless it has been settled. Does nothing the second time. */
  release(): void {
    if (!this.#isHeld) return
    this.#isHeld = false
    if (this.#entered !== undefined) restore(this.#entered, this.#files.index)
    this.#clearNext()
    rmSync(lockFile(this.#checkout), { force: true })
  }

  get #files() {
    const { gitDirectory } = this.#checkout
    return { index: join(gitDirectory, 'index'), next: join(gitDirectory, nextName) }
  }

  #startNext(): void {
    const { index, next } = this.#files
    this.#clearNext()
    if (existsSync(index)) shareFile(index, next)
  }

  #clearNext(): void {
    const { next } = this.#files
    rmSync(next, { force: true })
    rmSync(`${next}.lock`, { force: true })
  }

  #run(args: readonly string[], input: string): Promise<GitOutput> {
    return this.#git.run(args, { checkout: this.#checkout, indexFile: this.#files.next, input })
  }
}

/** Whether the index of a work tree is locked by a process of ours that is gone. */
export const isLeftBehind = (checkout: Checkout): boolean => {
  try {
    const file = lockFile(checkout)
    const text = readFileSync(file, 'latin1')
    return text.startsWith(mark) && isGone(text.slice(mark.length).trim(), statSync(file).mtimeMs)
  } catch (error) {
    if (hasCode(error, ['ENOENT', 'ENOTDIR', 'EACCES', 'EISDIR'])) return false
    throw error
  }
}

const done = { code: 0, stderr: '' }
const toList = (paths: readonly string[]): string => paths.map((path) => `${path}\0`).join('')
const lockFile = ({ gitDirectory }: Checkout): string => join(gitDirectory, 'index.lock')

let owner: string | undefined
const create = (file: string): string | undefined => {
  owner ??= ownerOf(process.pid).id
  try {
    writeFileSync(file, mark + owner, { flag: 'wx' })
    return undefined
  } catch (error) {
    if (hasCode(error, ['EEXIST'])) return 'held'
    if (!hasCode(error, ['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT', 'ENOENT'])) throw error
    // A full disk lets a file be made and not be filled.
    if (hasCode(error, ['ENOSPC', 'EDQUOT'])) rmSync(file, { force: true })
    return `${file} cannot be written: ${String(error)}`
  }
}

/** Git never writes into an index, it replaces it: another name for the same file is a copy, with the time that tells git which entries to distrust. */
const shareFile = (from: string, to: string): void => {
  rmSync(to, { force: true })
  try {
    linkSync(from, to)
  } catch (error) {
    if (!hasCode(error, ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV'])) throw error
    copyFileSync(from, to)
    const seconds = Math.floor(statSync(from).mtimeMs) / 1000
    utimesSync(to, seconds, seconds)
  }
}

/** An empty file stands for no index at all. */
const restore = (before: string, index: string): void => {
  if (statSync(before).size === 0) rmSync(index, { force: true })
  else renameSync(before, index)
  // Two names of one file are left as they are by a rename.
  rmSync(before, { force: true })
}
