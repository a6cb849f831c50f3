import type { Git, GitProcess } from './run-git.ts'
import { exitCode, ignoreBrokenPipe } from './run-git.ts'

export interface GitObject {
  readonly oid: string
  readonly type: 'blob' | 'tree' | 'commit' | 'tag'
  /** Empty for a blob over `blobSizeBytesMax`: nobody holds such a thing in memory. */
  readonly bytes: Buffer
  readonly sizeBytes: number
}

/** Largest blob whose content is read: 10 MiB, the largest record file. */
export const blobSizeBytesMax = 10 * 1024 * 1024

interface Request {
  readonly name: string
  readonly resolve: (object: GitObject | undefined) => void
  readonly reject: (error: Error) => void
  attempts: number
}

const attemptsMax = 3
const objectTypes: readonly string[] = ['blob', 'tree', 'commit', 'tag']

/** A long-lived `git cat-file --batch-command`: reads overlap, answers come in order, a process that dies is replaced and asked again. */
export class CatFile {
  readonly #git: Git
  #child: GitProcess | undefined
  #starting: Promise<void> | undefined
  #waiting: Request[] = []
  #chunks: Buffer[] = []
  #length = 0
  #header: { readonly oid: string; readonly type: GitObject['type']; readonly size: number } | undefined
  #unsent: string[] = []
  /** Bytes of a blob that is too big, still to be thrown away. */
  #skip = 0
  #closed = false

  constructor(git: Git) {
    this.#git = git
  }

  /** @param name  an object id, or `<commit>^{tree}`; never user text. `undefined`: there is no such object. */
  read(name: string): Promise<GitObject | undefined> {
    if (this.#closed) return Promise.reject(new Error('the repository is closed'))
    return new Promise((resolve, reject) => {
      this.#waiting.push({ name, resolve, reject, attempts: 0 })
      this.#send(name)
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#starting
    const child = this.#child
    if (child === undefined) return
    const ended = exitCode(child)
    child.stdin.end()
    if (child.exitCode === null) await ended
  }

  /** Requests of one turn of the event loop leave in one write. */
  #send(name: string): void {
    this.#unsent.push(name)
    if (this.#unsent.length > 1) return
    queueMicrotask(() => void this.#flush())
  }

  async #flush(): Promise<void> {
    if (this.#child === undefined) {
      this.#starting ??= this.#start()
      await this.#starting
    }
    const names = this.#unsent.splice(0)
    // Unbuffered, git would write each object by itself: many small reads cost more here than finding the objects does there.
    if (names.length > 0) this.#child?.stdin.write(`${names.map((name) => `contents ${name}\n`).join('')}flush\n`)
  }

  async #start(): Promise<void> {
    const child = await this.#git.start(['cat-file', '--batch-command', '--buffer'])
    child.stdin.on('error', ignoreBrokenPipe)
    child.stdout.on('data', (chunk: Buffer) => this.#take(chunk))
    child.stderr.resume()
    child.once('error', (error) => this.#fail(error))
    child.once('close', () => this.#restart(child))
    this.#child = child
    this.#starting = undefined
  }

  #restart(child: GitProcess): void {
    if (this.#child !== child) return
    this.#child = undefined
    this.#header = undefined
    this.#chunks = []
    this.#length = 0
    this.#skip = 0
    const again = this.#waiting
    this.#waiting = []
    this.#unsent = []
    for (const request of again) {
      request.attempts++
      if (this.#closed || request.attempts >= attemptsMax) request.reject(new Error('git cat-file ended'))
      else {
        this.#waiting.push(request)
        this.#send(request.name)
      }
    }
  }

  #fail(error: Error): void {
    for (const request of this.#waiting.splice(0)) request.reject(error)
  }

  #take(chunk: Buffer): void {
    const skipped = Math.min(this.#skip, chunk.length)
    this.#skip -= skipped
    if (skipped < chunk.length) this.#gather(skipped === 0 ? chunk : chunk.subarray(skipped))
  }

  #gather(chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.#length += chunk.length
    const wanted = this.#header === undefined ? 1 : this.#header.size + 1
    if (this.#length < wanted) return
    let bytes = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks)
    for (let left: Buffer | undefined = bytes; left !== undefined; left = this.#takeOne(left)) bytes = left
    this.#chunks = bytes.length === 0 ? [] : [bytes]
    this.#length = bytes.length
  }

  /** @returns what is left behind one header or one body; `undefined` when neither is complete */
  #takeOne(bytes: Buffer): Buffer | undefined {
    const header = this.#header
    if (header !== undefined) {
      if (bytes.length <= header.size) return undefined
      this.#header = undefined
      this.#waiting.shift()?.resolve({ oid: header.oid, type: header.type, bytes: bytes.subarray(0, header.size), sizeBytes: header.size })
      return bytes.subarray(header.size + 1)
    }
    const end = bytes.indexOf(10)
    if (end < 0) return undefined
    const [oid = '', type = '', size] = bytes.toString('latin1', 0, end).split(' ')
    const left = bytes.subarray(end + 1)
    if (size === undefined || !isObjectType(type)) this.#waiting.shift()?.resolve(undefined)
    else if (type !== 'blob' || Number(size) <= blobSizeBytesMax) this.#header = { oid, type, size: Number(size) }
    else return this.#skipBlob(oid, Number(size), left)
    return left
  }

  #skipBlob(oid: string, sizeBytes: number, left: Buffer): Buffer {
    this.#waiting.shift()?.resolve({ oid, type: 'blob', bytes: Buffer.alloc(0), sizeBytes })
    const here = Math.min(left.length, sizeBytes + 1)
    this.#skip = sizeBytes + 1 - here
    return left.subarray(here)
  }
}

const isObjectType = (text: string): text is GitObject['type'] => objectTypes.includes(text)
