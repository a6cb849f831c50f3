import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { CommitId } from '../../domain/ids.ts'
import { GitConversation, GitExit } from './git-conversation.ts'
import type { RefReader } from './read-ref.ts'
import type { Git } from './run-git.ts'

/** One ref of a transaction: from exactly `before` (`undefined`: it does not exist) to `after` (`undefined`: it goes). */
export interface RefUpdate {
  readonly ref: string
  readonly before: CommitId | undefined
  readonly after: CommitId | undefined
}

export type RefResult =
  | { readonly status: 'moved' }
  /** The ref was not where it was said to be. */
  | { readonly status: 'lost-race' }
  | { readonly status: 'unavailable'; readonly why: string }

const attemptsMax = 4
const firstPauseMs = 50
const zeroes = '0'.repeat(40)

/** Moves refs by a long-lived `git update-ref --stdin`: all of a transaction or none, each from an exact old value, with a reflog entry. */
export class RefWriter {
  readonly #git: Git
  readonly #refs: RefReader
  #conversation: Promise<GitConversation> | undefined
  /** Transactions of one process cannot overlap. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(git: Git, refs: RefReader) {
    this.#git = git
    this.#refs = refs
  }

  /**
   * The first update decides: it is the branch. A lock that stays is reported and never deleted.
   * `beforeCommit` runs while the refs are locked and checked, before they move.
   */
  async move(updates: readonly [RefUpdate, ...RefUpdate[]], beforeCommit?: () => Promise<void>): Promise<RefResult> {
    const [branch] = updates
    const input = updates.map(({ ref, before, after }) => `update ${ref} ${after ?? zeroes} ${before ?? zeroes}\n`).join('')
    for (let attempt = 1, pauseMs = firstPauseMs; ; attempt++, pauseMs *= 2) {
      const exit = await this.#transact(input, beforeCommit)
      if (exit === undefined) return { status: 'moved' }
      const now = this.#refs.readRef(branch.ref)
      // The process died after the commit point and before it could say so.
      if (now !== undefined && now === branch.after) return { status: 'moved' }
      if (now !== branch.before) return { status: 'lost-race' }
      if (attempt === attemptsMax) return { status: 'unavailable', why: this.#explain(branch.ref, exit) }
      await wait(pauseMs)
    }
  }

  /** Deletes refs whatever they point to. @returns false when a lock or a full disk forbids it */
  async delete(refs: readonly string[]): Promise<boolean> {
    return refs.length === 0 || (await this.#transact(refs.map((ref) => `delete ${ref}\n`).join(''))) === undefined
  }

  async close(): Promise<void> {
    const starting = this.#conversation
    this.#conversation = undefined
    await (await starting)?.end()
  }

  #transact(input: string, beforeCommit?: () => Promise<void>): Promise<GitExit | undefined> {
    const done = this.#last.then(() => this.#transactAlone(input, beforeCommit))
    this.#last = done.catch(() => undefined)
    return done
  }

  async #transactAlone(input: string, beforeCommit?: () => Promise<void>): Promise<GitExit | undefined> {
    try {
      const conversation = await this.#open()
      if (beforeCommit === undefined) {
        await conversation.ask(`start\n${input}prepare\ncommit\n`, 3)
        return undefined
      }
      await conversation.ask(`start\n${input}prepare\n`, 2)
      try {
        await beforeCommit()
      } catch (error) {
        await conversation.ask('abort\n', 1)
        throw error
      }
      await conversation.ask('commit\n', 1)
      return undefined
    } catch (error) {
      if (!(error instanceof GitExit)) throw error
      this.#conversation = undefined
      return error
    }
  }

  async #open(): Promise<GitConversation> {
    if (this.#conversation !== undefined && (await this.#conversation).hasEnded) this.#conversation = undefined
    this.#conversation ??= this.#git.start(['update-ref', '-m', 'ingitdb', '--stdin']).then((child) => new GitConversation(child))
    return await this.#conversation
  }

  #explain(ref: string, exit: GitExit): string {
    const lock = join(this.#git.location.commonDirectory, `${ref}.lock`)
    if (existsSync(lock)) return `${lock} exists: another program is writing this branch, or was killed; remove the file if none is`
    return exit.stderr.trim() || exit.message
  }
}
