import type { CommitInfo, CommitTime } from '../../domain/event-sourcing/event-store.ts'
import type { Person } from '../../domain/event-sourcing/operation.ts'
import { type CommitId, parseCommitId } from '../../domain/ids.ts'
import { blobSizeBytesMax } from './cat-file.ts'
import { unquotePath } from './quote-path.ts'
import { submoduleMode } from './tree-object.ts'

/** A file that a commit wrote. */
export interface WrittenFile {
  readonly path: string
  /** `100644`, `100755`, `120000`, `160000` */
  readonly mode: string
  readonly oid: string
  /** `undefined`: not in this part of the stream, ask for `oid`; or too big to hold. */
  readonly bytes: Buffer | undefined
}

/** One commit and what it did to its first parent, paths from the top of the tree. */
export interface RawCommit {
  readonly info: CommitInfo
  readonly written: readonly WrittenFile[]
  readonly removed: readonly string[]
}

type Line = (line: string) => void

const newline = 10

/**
 * Parses the output of `git fast-export --show-original-ids` as it comes, in chunks of any size, at about the speed of git itself.
 * Contents of a commit's own blobs are held until the commit is complete; blobs over 10 MiB are never held.
 */
export class FastExportParser {
  readonly #oids: string[] = []
  readonly #commits: RawCommit[] = []
  #fresh = new Map<number, Buffer>()
  #commit: CommitDraft | undefined
  #mark = 0
  #inBlob = false
  /** Bytes of a `data` command still to come, and where they go; negative when a line is expected. */
  #wanted = -1
  #data: Buffer[] = []
  #isHeld = true
  /** Newer versions of git write the signature of a commit before its message. */
  #isSignature = false
  #rest: Buffer = Buffer.alloc(0)

  /** @returns the commits that this chunk completed, oldest first */
  push(chunk: Buffer): readonly RawCommit[] {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    let at = 0
    while (at < bytes.length) {
      if (this.#wanted >= 0) {
        at = this.#takeData(bytes, at)
        continue
      }
      const end = bytes.indexOf(newline, at)
      if (end < 0) break
      if (end > at) this.#takeLine(bytes, at, end)
      at = end + 1
    }
    this.#rest = bytes.subarray(at)
    return this.#commits.splice(0)
  }

  /** The end of the stream completes the last commit. */
  end(): readonly RawCommit[] {
    this.#finishCommit()
    return this.#commits.splice(0)
  }

  #takeData(bytes: Buffer, at: number): number {
    const end = Math.min(bytes.length, at + this.#wanted)
    if (this.#isHeld && end > at) this.#data.push(bytes.subarray(at, end))
    this.#wanted -= end - at
    if (this.#wanted === 0) this.#finishData()
    return end
  }

  #finishData(): void {
    this.#wanted = -1
    const [only = Buffer.alloc(0)] = this.#data
    const data = this.#data.length > 1 ? Buffer.concat(this.#data) : only
    this.#data = []
    if (this.#isSignature) this.#isSignature = false
    else if (this.#inBlob) {
      if (this.#isHeld) this.#fresh.set(this.#mark, data)
      this.#inBlob = false
    } else if (this.#commit !== undefined && this.#commit.message === undefined) this.#commit.message = data
  }

  #takeLine(bytes: Buffer, start: number, end: number): void {
    const first = bytes[start]
    if (this.#commit !== undefined && (first === 0x4d || first === 0x44) && bytes[start + 1] === 0x20) {
      if (first === 0x4d) this.#takeWritten(bytes, start, end)
      else this.#commit.removed.push(unquotePath(bytes.toString('utf8', start + 2, end)))
      return
    }
    const space = bytes.indexOf(0x20, start)
    const word = bytes.toString('latin1', start, space < 0 || space > end ? end : space)
    this.#commands[word]?.(bytes.toString('latin1', start + word.length + 1, end))
  }

  /** `M <mode> <:mark or id> <path>` */
  #takeWritten(bytes: Buffer, start: number, end: number): void {
    const mode = bytes.toString('latin1', start + 2, start + 8)
    const space = bytes.indexOf(0x20, start + 9)
    const path = bytes.toString('utf8', space + 1, end)
    const reference = bytes.toString('latin1', start + 9, space)
    const mark = reference.charCodeAt(0) === 0x3a ? Number(reference.slice(1)) : undefined
    const oid = mark === undefined ? reference : (this.#oids[mark] ?? '')
    const content = mark === undefined || mode === submoduleMode ? undefined : this.#fresh.get(mark)
    this.#commit?.written.push({ path: unquotePath(path), mode, oid, bytes: content })
  }

  readonly #commands: Readonly<Record<string, Line>> = {
    blob: () => {
      this.#finishCommit()
      this.#inBlob = true
    },
    reset: () => this.#finishCommit(),
    commit: () => {
      this.#finishCommit()
      this.#commit = { parents: [], written: [], removed: [] }
    },
    mark: (line) => {
      this.#mark = Number(line.slice(1))
    },
    'original-oid': (line) => {
      this.#oids[this.#mark] = line
      if (this.#commit !== undefined) this.#commit.oid = line
    },
    author: (line) => {
      if (this.#commit !== undefined) this.#commit.author = line
    },
    committer: (line) => {
      if (this.#commit !== undefined) this.#commit.committer = line
    },
    encoding: (line) => {
      if (this.#commit !== undefined) this.#commit.encoding = line
    },
    gpgsig: () => {
      this.#isSignature = true
    },
    data: (line) => {
      this.#wanted = Number(line)
      this.#isHeld = !this.#inBlob || this.#wanted <= blobSizeBytesMax
      if (this.#wanted === 0) this.#finishData()
    },
    from: (line) => this.#commit?.parents.push(this.#resolve(line)),
    merge: (line) => this.#commit?.parents.push(this.#resolve(line)),
  }

  #resolve(reference: string): string {
    return reference.startsWith(':') ? (this.#oids[Number(reference.slice(1))] ?? '') : reference
  }

  #finishCommit(): void {
    const draft = this.#commit
    if (draft === undefined) return
    this.#commit = undefined
    this.#fresh = new Map()
    this.#commits.push({ info: toCommitInfo(draft), written: draft.written, removed: draft.removed })
  }
}

interface CommitDraft {
  readonly parents: string[]
  readonly written: WrittenFile[]
  readonly removed: string[]
  oid?: string
  author?: string
  committer?: string
  encoding?: string
  message?: Buffer
}

const toCommitInfo = (draft: CommitDraft): CommitInfo => {
  const decode = decoderOf(draft.encoding)
  const committer = parseIdent(decode(Buffer.from(draft.committer ?? '', 'latin1')))
  const author = draft.author === undefined ? committer : parseIdent(decode(Buffer.from(draft.author, 'latin1')))
  return {
    oid: commitId(draft.oid ?? ''),
    parents: draft.parents.map(commitId),
    author: author.person,
    authorTime: author.time,
    committer: committer.person,
    committerTime: committer.time,
    message: decode(draft.message ?? Buffer.alloc(0)),
  }
}

const commitId = (text: string): CommitId => {
  const oid = parseCommitId(text)
  if (oid === undefined) throw new Error(`git fast-export wrote ${JSON.stringify(text)} where a commit id belongs`)
  return oid
}

/** Messages may be in any encoding; one that this system does not know is read as UTF-8. */
const decoderOf = (encoding: string | undefined): ((bytes: Buffer) => string) => {
  if (encoding === undefined || !isKnownEncoding(encoding)) return (bytes) => bytes.toString()
  const decoder = new TextDecoder(encoding)
  return (bytes) => decoder.decode(bytes)
}

const isKnownEncoding = (label: string): boolean => {
  try {
    return new TextDecoder(label).encoding !== ''
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

const ident = /^(.*?) ?<([^>]*)> (-?\d+) ([+-])(\d+)$/s

/** `Ada <ada@example.org> 1700000000 +0100`, as git writes people into its objects. */
export const parseIdent = (line: string): { readonly person: Person; readonly time: CommitTime } => {
  const [, name = '', email = '', seconds = '0', sign = '+', zone = '0'] = ident.exec(line) ?? []
  const offset = Math.trunc(Number(zone) / 100) * 60 + (Number(zone) % 100)
  return { person: { name, email }, time: { seconds: Number(seconds), offsetMinutes: sign === '-' && offset !== 0 ? -offset : offset } }
}
