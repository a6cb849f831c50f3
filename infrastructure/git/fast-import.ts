import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { CommitTime } from '../../domain/event-sourcing/event-store.ts'
import type { Person } from '../../domain/event-sourcing/operation.ts'
import { type CommitId, parseCommitId } from '../../domain/ids.ts'
import { formatTime } from './commit-message.ts'
import type { FileEdits } from './file-edits.ts'
import { GitConversation, GitExit } from './git-conversation.ts'
import { quotePath } from './quote-path.ts'
import type { Git } from './run-git.ts'
import { ownerOf, register, sweepDeadWriters, unregister, type WriterOwner } from './writer-owner.ts'

/** A commit to be written. */
export interface NewCommit {
  readonly person: Person
  readonly time: CommitTime
  readonly message: string
  readonly edits: FileEdits
}

/** A chain of commits to be written on top of `head`. */
export interface Group {
  readonly head: CommitId | undefined
  readonly commits: readonly NewCommit[]
  /** Called when git has been told everything. */
  onSent(): void
}

const groupsMax = 50
const idleMsMax = 2000

/** Objects of the group are flushed to disk; our scratch ref needs not be: after a power cut nobody asks for it. */
const fsync = 'loose-object,pack,pack-metadata'

interface Writer {
  readonly conversation: GitConversation
  readonly owner: WriterOwner
  readonly groups: number
  /** The last mark that was given. */
  readonly mark: number
}

/**
 * Writes commits by a long-lived `git fast-import`, one pack per group, under a scratch ref of its own. It never moves a branch.
 * A running fast-import protects its packs from every repack, so it is ended after 50 groups and when idle.
 */
export class FastImport {
  readonly #git: Git
  readonly #deleteRefs: (refs: readonly string[]) => Promise<boolean>
  readonly #onPacksFree: () => void
  #writer: Promise<Writer> | undefined
  #idle: NodeJS.Timeout | undefined
  #retiring: Promise<void> = Promise.resolve()

  /** @param hooks.deleteRefs  deletes scratch refs that are no longer needed; `onPacksFree` is told when packs may be repacked */
  constructor(git: Git, hooks: { deleteRefs(refs: readonly string[]): Promise<boolean>; onPacksFree(): void }) {
    this.#git = git
    this.#deleteRefs = hooks.deleteRefs
    this.#onPacksFree = hooks.onPacksFree
  }

  /**
   * Writes a chain of commits and returns their ids once they are on disk. A process that dies under it (a foreign `gc --prune=now`)
   * is replaced and the group written once more; then `GitExit` is thrown.
   */
  async write(group: Group): Promise<readonly CommitId[]> {
    clearTimeout(this.#idle)
    try {
      return await this.#writeOnce(group, '')
    } catch (error) {
      if (!(error instanceof GitExit)) throw error
      this.#writer = undefined
      // The same objects again would be a pack of the same name, which the dead process may have left protected: one more blob renames it.
      return await this.#writeOnce(group, `blob\ndata 36\n${randomUUID()}\n`)
    } finally {
      this.#idle = setTimeout(() => {
        this.#retiring = this.recycle()
      }, idleMsMax)
      this.#idle.unref()
    }
  }

  /** Ends the process, so that its packs can be repacked; the next group starts another. */
  async recycle(): Promise<void> {
    clearTimeout(this.#idle)
    const starting = this.#writer
    this.#writer = undefined
    if (starting === undefined) return
    const writer = await starting
    const { code } = await writer.conversation.end()
    // What a killed process left is swept by the next one that starts.
    if (code === 0) await this.#clear(writer)
    this.#onPacksFree()
  }

  /** Ends everything that was started. */
  async close(): Promise<void> {
    await this.recycle()
    await this.#retiring
  }

  async #writeOnce({ head, commits, onSent }: Group, before: string): Promise<readonly CommitId[]> {
    // The old process ends on its own while the new one already writes.
    if (((await this.#writer)?.groups ?? 0) >= groupsMax) this.#retiring = this.recycle()
    this.#writer ??= this.#start()
    this.#writer.catch(() => {
      this.#writer = undefined
    })
    const { conversation, owner, ...used } = await this.#writer
    this.#writer = Promise.resolve({ conversation, owner, groups: used.groups + 1, mark: used.mark + commits.length })
    const input = serialiseGroup(owner.ref, head, { commits, firstMark: used.mark + 1 })
    const answer = conversation.ask(before === '' ? input : Buffer.concat([Buffer.from(before), input]), commits.length)
    onSent()
    return (await answer).map(toCommitId)
  }

  async #start(): Promise<Writer> {
    await this.#sweep()
    this.#onPacksFree()
    const child = await this.#git.start(['fast-import', '--quiet', '--force'], { fsync })
    const conversation = new GitConversation(child)
    const owner = ownerOf(conversation.pid ?? 0)
    await register(this.#git.location.commonDirectory, owner)
    return { conversation, owner, groups: 0, mark: 0 }
  }

  async #sweep(): Promise<void> {
    const { commonDirectory, gitDirectory } = this.#git.location
    const refs = sweepDeadWriters(commonDirectory, gitDirectory)
    if (refs.length > 0) await this.#deleteRefs(refs)
  }

  async #clear({ owner, conversation }: Writer): Promise<void> {
    rmSync(join(this.#git.location.gitDirectory, `fast_import_crash_${conversation.pid}`), { force: true })
    // While the ref is there the owner's file stays: a later sweep finds both.
    if (await this.#deleteRefs([owner.ref])) unregister(this.#git.location.commonDirectory, owner)
  }
}

const toCommitId = (text: string): CommitId => {
  const oid = parseCommitId(text)
  if (oid === undefined) throw new Error(`git fast-import answered ${JSON.stringify(text)} instead of a commit id`)
  return oid
}

/** The input of fast-import for one group: chained commits, a checkpoint that closes the pack, then a question for every commit's id. */
export const serialiseGroup = (
  ref: string,
  head: CommitId | undefined,
  group: { readonly commits: readonly NewCommit[]; readonly firstMark: number },
): Buffer => {
  const parts: Uint8Array[] = []
  let text = head === undefined ? `reset ${ref}\n\n` : ''
  let ask = 'checkpoint\n\n'
  for (const [index, commit] of group.commits.entries()) {
    const mark = group.firstMark + index
    text += commitHeader(ref, mark, commit) + (index === 0 && head !== undefined ? `from ${head}\n` : '')
    for (const directory of commit.edits.removedDirectories) text += `D ${quotePath(directory)}\n`
    for (const [path, file] of commit.edits.files) {
      if (file === null) {
        text += `D ${quotePath(path)}\n`
        continue
      }
      parts.push(Buffer.from(`${text}M ${file.mode} inline ${quotePath(path)}\ndata ${file.bytes.length}\n`), file.bytes)
      text = '\n'
    }
    text += '\n'
    ask += `get-mark :${mark}\n`
  }
  parts.push(Buffer.from(text + ask))
  return Buffer.concat(parts)
}

const commitHeader = (ref: string, mark: number, { person, time, message }: NewCommit): string => {
  const ident = `${person.name} <${person.email}> ${formatTime(time)}`
  return `commit ${ref}\nmark :${mark}\nauthor ${ident}\ncommitter ${ident}\ndata ${Buffer.byteLength(message)}\n${message}\n`
}
