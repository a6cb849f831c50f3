import type { ChildProcessByStdio } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import type { TransportOptions } from '../git-environment.ts'

export interface TransportOutput {
  readonly code: number
  readonly stdout: Buffer
  /** Without what only showed progress. */
  readonly stderr: string
  /** Why it was ended before it was done. */
  readonly ended?: 'stalled' | 'aborted'
}

/** How long the other side may say nothing. A repository of millions of objects is counted within that. */
export const stallMsDefault = 300_000
/** How long a process that is told to end may take. */
const graceMs = 2_000
/** Kept of what is said; a hook on the other side may say anything. */
const saidMax = 64 * 1024

/** Follows a git process that speaks to another repository to its end: shows how far it is, and ends it when it is stuck or nobody waits for it any more. */
export const followTransport = (
  child: ChildProcessByStdio<Writable, Readable, Readable>,
  { stallMs = stallMsDefault, onProgress, signal }: TransportOptions,
): Promise<TransportOutput> =>
  new Promise((resolve, reject) => {
    const out: Buffer[] = []
    const said = new SaidLines((line) => showProgress(line, onProgress))
    let ended: TransportOutput['ended']
    let killer: NodeJS.Timeout | undefined
    const end = (why: NonNullable<TransportOutput['ended']>): void => {
      if (ended !== undefined) return
      ended = why
      endProcess(child, 'SIGTERM')
      killer = setTimeout(() => endProcess(child, 'SIGKILL'), graceMs)
    }
    const abort = (): void => end('aborted')
    const watch = setTimeout(() => end('stalled'), stallMs)
    child.stdout.on('data', (chunk: Buffer) => {
      watch.refresh()
      out.push(chunk)
    })
    child.stderr.on('data', (chunk: Buffer) => {
      watch.refresh()
      said.push(chunk.toString())
    })
    const finish = (): void => {
      clearTimeout(watch)
      clearTimeout(killer)
      signal?.removeEventListener('abort', abort)
    }
    signal?.addEventListener('abort', abort, { once: true })
    if (signal?.aborted === true) abort()
    child.once('error', (error) => {
      finish()
      reject(error)
    })
    child.once('close', (code) => {
      finish()
      const answer = { code: ended === undefined ? (code ?? 128) : 128, stdout: Buffer.concat(out), stderr: said.end() }
      resolve(ended === undefined ? answer : { ...answer, ended })
    })
  })

/** All of a process that leads a group of its own, else the process. */
const endProcess = (child: ChildProcessByStdio<Writable, Readable, Readable>, signal: NodeJS.Signals): void => {
  try {
    if (child.pid !== undefined && process.platform !== 'win32') process.kill(-child.pid, signal)
  } catch {
    // It leads no group, or has ended.
  }
  child.kill(signal)
}

/** Lines of the error stream: those that overwrite one another on a terminal are shown and dropped, the others are kept. */
class SaidLines {
  #open = ''
  #kept = ''
  readonly #show: (line: string) => boolean

  constructor(show: (line: string) => boolean) {
    this.#show = show
  }

  push(text: string): void {
    const lines = `${this.#open}${text}`.split(/[\r\n]/)
    this.#open = lines.pop() ?? ''
    for (const line of lines) this.#keep(line)
  }

  end(): string {
    this.#keep(this.#open)
    return this.#kept
  }

  #keep(line: string): void {
    if (line.trim() !== '' && !this.#show(line) && this.#kept.length < saidMax) this.#kept += `${line.trimEnd()}\n`
  }
}

/** @returns whether the line was about progress: `Receiving objects:  33% (4/12), 1.20 MiB | 2.00 MiB/s`, by the other side after `remote: ` */
const showProgress = (line: string, onProgress: TransportOptions['onProgress']): boolean => {
  const [, what, done, total] = progressLine.exec(line) ?? []
  if (what !== undefined) onProgress?.(Number(done), Number(total ?? 0), what)
  return what !== undefined
}

/** A hook on the other side may say what looks like it, so that the words are git's. */
const progressLine =
  /^(?:remote: )?((?:Counting|Enumerating|Compressing|Receiving|Resolving|Writing|Unpacking|Indexing|Updating|Filtering|Checking|Expanding) (?:objects|deltas|files|content|connectivity)):\s+(?:\d+% \()?(\d+)(?:\/(\d+)\))?/
