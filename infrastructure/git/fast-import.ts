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
  readonly author: Signature
  readonly committer: Signature
  readonly message: string
  /** Besides the commit before it in the group, or the head. */
  readonly parents: readonly CommitId[]
  readonly edits: FileEdits
}

export interface Signature {
  readonly person: Person
  readonly time: CommitTime
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

/**
 * fast-import compresses each object with buffers of its own, which glibc by its defaults gives back to the system and asks for again every time: two thirds of
 * all time are page faults. Other C libraries do not know these variables.
 */
const allocator = { MALLOC_TRIM_THRESHOLD_: '16777216', MALLOC_MMAP_THRESHOLD_: '16777216' }

interface Writer {
  readonly conversation: GitConversation
  readonly owner: WriterOwner
  groups: number
  /** The last mark that was given. */
  mark: number
}

/** How much of a group one process has been told. */
interface Progress {
  readonly commits: readonly NewCommit[]
  readonly writer: Writer
  readonly firstMark: number
  sent: number
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
  #progress: Progress | undefined
  #retiring: Promise<void> = Promise.resolve()

  /** @param hooks.deleteRefs  deletes scratch refs that are no longer needed; `onPacksFree` is told when packs may be repacked */
  constructor(git: Git, hooks: { deleteRefs(refs: readonly string[]): Promise<boolean>; onPacksFree(): void }) {
    this.#git = git
    this.#deleteRefs = hooks.deleteRefs
    this.#onPacksFree = hooks.onPacksFree
  }

  /**
   * Tells git of the commits that a group has so far, so that it works while the next one is decided. Only a head start: `write` tells what is
   * missing, and whatever goes wrong here goes wrong there again. A group that is given up leaves objects that nothing refers to.
   */
  async sendAhead(group: Pick<Group, 'head' | 'commits'>): Promise<void> {
    try {
      this.#tell(await this.#useWriter(), group)
    } catch (error) {
      if (!(error instanceof GitExit)) throw error
    } finally {
      this.#endWhenIdle()
    }
  }

  /** Gives git files of a commit that is written later and names them by their ids. They are sent once: a process that dies takes them along. */
  async sendBlobs(blobs: readonly Uint8Array[]): Promise<void> {
    const { conversation } = await this.#useWriter()
    try {
      await conversation.send(serialiseBlobs(blobs))
    } finally {
      this.#endWhenIdle()
    }
  }

  /**
   * Writes a chain of commits and returns their ids once they are on disk. A process that dies under it (a foreign `gc --prune=now`)
   * is replaced and the group written once more; then `GitExit` is thrown.
   */
  async write(group: Group): Promise<readonly CommitId[]> {
    try {
      return await this.#writeOnce(group, '')
    } catch (error) {
      if (!(error instanceof GitExit)) throw error
      this.#writer = undefined
      // The same objects again would be a pack of the same name, which the dead process may have left protected: one more blob renames it.
      return await this.#writeOnce(group, `blob\ndata 36\n${randomUUID()}\n`)
    } finally {
      this.#endWhenIdle()
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
    const writer = await this.#useWriter()
    if (before !== '') writer.conversation.tell(before)
    const { firstMark } = this.#tell(writer, { head, commits })
    this.#progress = undefined
    writer.groups += 1
    const answer = writer.conversation.ask(askForCommits(firstMark, commits.length), commits.length)
    onSent()
    return (await answer).map(toCommitId)
  }

  /** Sends the commits that this process has not been told yet. */
  #tell(writer: Writer, { head, commits }: Pick<Group, 'head' | 'commits'>): Progress {
    if (this.#progress?.commits !== commits || this.#progress.writer !== writer) {
      this.#progress = { commits, writer, firstMark: writer.mark + 1, sent: 0 }
    }
    const progress = this.#progress
    const missing = commits.slice(progress.sent)
    const start = progress.sent === 0 ? { head } : undefined
    if (missing.length > 0) writer.conversation.tell(serialiseCommits(writer.owner.ref, start, { commits: missing, firstMark: writer.mark + 1 }))
    writer.mark += missing.length
    progress.sent = commits.length
    return progress
  }

  async #useWriter(): Promise<Writer> {
    clearTimeout(this.#idle)
    // The old process ends on its own while the new one already writes.
    if (((await this.#writer)?.groups ?? 0) >= groupsMax) this.#retiring = this.recycle()
    this.#writer ??= this.#start()
    this.#writer.catch(() => {
      this.#writer = undefined
    })
    return this.#writer
  }

  #endWhenIdle(): void {
    clearTimeout(this.#idle)
    this.#idle = setTimeout(() => {
      this.#retiring = this.recycle()
    }, idleMsMax)
    this.#idle.unref()
  }

  async #start(): Promise<Writer> {
    await this.#sweep()
    this.#onPacksFree()
    const child = await this.#git.start(['fast-import', '--quiet', '--force'], { fsync, environment: allocator })
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

/**
 * The input of fast-import for chained commits.
 * @param start  where the first of them goes on; `undefined` when it follows one that was told before
 */
export const serialiseCommits = (
  ref: string,
  start: { readonly head: CommitId | undefined } | undefined,
  group: { readonly commits: readonly NewCommit[]; readonly firstMark: number },
): Buffer => {
  const parts: Uint8Array[] = []
  let text = start !== undefined && start.head === undefined ? `reset ${ref}\n\n` : ''
  for (const [index, commit] of group.commits.entries()) {
    text += commitHeader(ref, group.firstMark + index, commit) + (index === 0 && start?.head !== undefined ? `from ${start.head}\n` : '')
    for (const parent of commit.parents) text += `merge ${parent}\n`
    for (const directory of commit.edits.removedDirectories) text += `D ${quotePath(directory)}\n`
    for (const [path, file] of commit.edits.files) {
      if (file === null) {
        text += `D ${quotePath(path)}\n`
        continue
      }
      if (file.bytes === undefined) {
        text += `M ${file.mode} ${file.oid} ${quotePath(path)}\n`
        continue
      }
      parts.push(Buffer.from(`${text}M ${file.mode} inline ${quotePath(path)}\ndata ${file.bytes.length}\n`), file.bytes)
      text = '\n'
    }
    text += '\n'
  }
  parts.push(Buffer.from(text))
  return Buffer.concat(parts)
}

const serialiseBlobs = (blobs: readonly Uint8Array[]): Buffer => {
  const lineEnd = Buffer.from('\n')
  return Buffer.concat(blobs.flatMap((bytes) => [Buffer.from(`blob\ndata ${bytes.length}\n`), bytes, lineEnd]))
}

/** A checkpoint, which closes the pack, then a question for every commit's id. */
const askForCommits = (firstMark: number, count: number): string =>
  `checkpoint\n\n${Array.from({ length: count }, (_, index) => `get-mark :${firstMark + index}\n`).join('')}`

const commitHeader = (ref: string, mark: number, { author, committer, message }: NewCommit): string =>
  `commit ${ref}\nmark :${mark}\nauthor ${ident(author)}\ncommitter ${ident(committer)}\ndata ${Buffer.byteLength(message)}\n${message}\n`

const ident = ({ person, time }: Signature): string => `${person.name} <${person.email}> ${formatTime(time)}`
