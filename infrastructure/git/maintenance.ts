import { closeSync, existsSync, mkdirSync, openSync, readdirSync, rmSync, statSync } from 'node:fs'
import { constants, setPriority } from 'node:os'
import { join } from 'node:path'
import { hasCode } from './read-ref.ts'
import { exitCode, type Git, type GitProcess } from './run-git.ts'

/** One pack per group piles up; from so many on, they are put together. */
const packsMax = 50
/** A lock older than this belongs to a killed process. */
const lockAgeMsMax = 10 * 60 * 1000
/** What a closing store waits for work that is nearly done. */
const graceMsMax = 1000

/**
 * What is done in the background, one after the other: every pack joins one at least as big (so each object is copied a logarithmic number of
 * times), the commit graph that walks need, and refs in one file. Objects that nobody reaches yet are kept.
 */
const tasks: readonly (readonly string[])[] = [
  ['repack', '-d', '-l', '-q', '--geometric=2'],
  ['commit-graph', 'write', '--reachable', '--split', '--no-progress'],
  ['pack-refs', '--all'],
]

/** Housekeeping of the repository in the background, at low priority. No writer waits for it. */
export class Maintenance {
  readonly #git: Git
  #running: Promise<void> | undefined
  #child: GitProcess | undefined
  #isClosed = false

  constructor(git: Git) {
    this.#git = git
  }

  /** Starts the work when there is enough of it, and returns at once. */
  consider(): void {
    if (this.#isClosed || this.#running !== undefined || countPacks(this.#git.location.commonDirectory) < packsMax) return
    if (!takeLock(this.#lockFile)) return
    this.#running = this.#runTasks().finally(() => {
      rmSync(this.#lockFile, { force: true })
      this.#running = undefined
    })
  }

  /** Waits a moment for what runs, then stops it: git leaves a repository in order when it is asked to end. */
  async close(): Promise<void> {
    this.#isClosed = true
    const timer = setTimeout(() => this.#child?.kill('SIGTERM'), graceMsMax)
    await this.#running
    clearTimeout(timer)
  }

  get #lockFile(): string {
    return join(this.#git.location.commonDirectory, 'ingitdb', 'maintenance.lock')
  }

  /** A task that fails (another program holds a lock, the disk is full) is left to the next time. */
  async #runTasks(): Promise<void> {
    for (const task of tasks) {
      const child = await this.#git.start(task)
      this.#child = child
      // A system that cannot start one more process now will do it later.
      const ended = exitCode(child).catch(() => 127)
      child.stdin.end()
      child.stdout.resume()
      child.stderr.resume()
      lowerPriority(child.pid)
      const code = await ended
      this.#child = undefined
      if (code !== 0 || this.#isClosed) return
    }
  }
}

/** Packs that a repack may touch: those of a running fast-import are protected by a `.keep` file. */
const countPacks = (commonDirectory: string): number => {
  const directory = join(commonDirectory, 'objects', 'pack')
  const names = existsSync(directory) ? readdirSync(directory) : []
  return names.filter((name) => name.endsWith('.pack')).length - names.filter((name) => name.endsWith('.keep')).length
}

const takeLock = (file: string): boolean => {
  const stat = statSync(file, { throwIfNoEntry: false })
  if (stat !== undefined && Date.now() - stat.mtimeMs > lockAgeMsMax) rmSync(file, { force: true })
  try {
    mkdirSync(join(file, '..'), { recursive: true })
    closeSync(openSync(file, 'wx'))
    return true
  } catch (error) {
    if (hasCode(error, ['EEXIST', 'EACCES', 'EROFS', 'ENOSPC'])) return false
    throw error
  }
}

const lowerPriority = (pid: number | undefined): void => {
  if (pid === undefined) return
  try {
    setPriority(pid, constants.priority.PRIORITY_LOW)
  } catch (error) {
    // It has ended already, or this system does not let us: it then runs at our own priority.
    if (!hasCode(error, ['ESRCH', 'EACCES', 'EPERM', 'ERR_SYSTEM_ERROR'])) throw error
  }
}
