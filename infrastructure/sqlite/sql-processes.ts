import { type ChildProcess, fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { SqlEnd, SqlOutcome, SqlRequest, SqlRunner } from '../../projections/record-versions/sql/sql-runner.ts'
import { Semaphore } from './semaphore.ts'
import { begun, ready, type SqlTask } from './sql-task.ts'

/** Processes kept for the next statement. */
const idleMax = 2
/** A process that has not started by then never will. Starting is no part of a statement's time. */
const startMsMax = 30_000

/** More statements at once would only make each other late. */
const runningDefault = Math.max(2, availableParallelism())
/** How long a statement waits for its turn, which is no part of its time either. */
const waitMsDefault = 30_000

type Limits = Parameters<SqlRunner['run']>[1]

export interface SqlProcessesOptions {
  /** Statements that run at once. */
  readonly runningMax?: number
  readonly waitMsMax?: number
}

const ending = extname(fileURLToPath(import.meta.url))
const entry = fileURLToPath(new URL(`./sql-process${ending}`, import.meta.url))
/** From the sources, as tests run, the process has to read TypeScript too. */
const execArgv = ending === '.ts' ? ['--import', 'tsx'] : []

/** Runs statements in processes of their own: SQLite cannot be interrupted from within, and a statement must not take the process that serves others with it. */
export class SqlProcesses implements SqlRunner {
  readonly #idle: ChildProcess[] = []
  readonly #running = new Set<ChildProcess>()
  readonly #file: string
  readonly #turns: Semaphore
  readonly #waitMsMax: number
  #isClosed = false

  /** @param file  of the read model */
  constructor(file: string, { runningMax = runningDefault, waitMsMax = waitMsDefault }: SqlProcessesOptions = {}) {
    this.#file = file
    this.#turns = new Semaphore(runningMax)
    this.#waitMsMax = waitMsMax
  }

  async run(request: SqlRequest, limits: Limits): Promise<SqlEnd> {
    const turn = await this.#turns.take(this.#waitMsMax, limits.signal)
    if (turn === 'aborted') return { type: 'killed' }
    if (turn === 'late') return { type: 'crowded', waitedMs: this.#waitMsMax }
    try {
      return await this.#runNow(request, limits)
    } finally {
      this.#turns.release()
    }
  }

  /** A process that waited may have been ended by somebody before it began: then another one runs the statement. */
  async #runNow(request: SqlRequest, limits: Limits): Promise<SqlEnd> {
    for (let waiting = this.#idle.pop(); waiting !== undefined; waiting = this.#idle.pop()) {
      const end = await this.#runIn(waiting, request, limits)
      if (end.type !== 'unstarted') return end
    }
    const started = await this.#start(limits.signal)
    if (started !== undefined) return this.#runIn(started, request, limits)
    return { type: limits.signal?.aborted === true ? 'killed' : 'unstarted' }
  }

  #runIn(child: ChildProcess, request: SqlRequest, { deadlineMs, signal }: Limits): Promise<SqlEnd> {
    this.#running.add(child)
    return new Promise((resolve) => {
      let [isKilled, hasBegun] = [false, false]
      const kill = (): void => {
        isKilled = true
        child.kill('SIGKILL')
      }
      const timer = setTimeout(kill, deadlineMs)
      const end = (result: SqlEnd): void => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', kill)
        child.removeAllListeners()
        this.#running.delete(child)
        if (result.type === 'killed' || result.type === 'died' || result.type === 'unstarted') child.kill('SIGKILL')
        else this.#keep(child)
        resolve(result)
      }
      const fall = (): void => end({ type: isKilled ? 'killed' : hasBegun ? 'died' : 'unstarted' })
      signal?.addEventListener('abort', kill, { once: true })
      if (signal?.aborted === true) kill()
      child.on('message', (said: SqlOutcome | typeof begun) => {
        if (said === begun) hasBegun = true
        else end(said)
      })
      // Not `exit`: what it said before may still be on its way.
      child.once('close', fall)
      child.once('error', fall)
      child.ref()
      child.channel?.ref()
      const task: SqlTask = { file: this.#file, request }
      child.send(task, (error) => {
        if (error !== null) fall()
      })
    })
  }

  async close(): Promise<void> {
    this.#isClosed = true
    for (const child of [...this.#idle.splice(0), ...this.#running]) child.kill('SIGKILL')
  }

  /** @returns `undefined` for a process that could not start, or that nobody waits for any more */
  #start(signal: AbortSignal | undefined): Promise<ChildProcess | undefined> {
    const child = fork(entry, { execArgv, serialization: 'advanced', stdio: ['ignore', 'ignore', 'ignore', 'ipc'], env: {} })
    this.#running.add(child)
    return new Promise((resolve) => {
      const kill = (): void => void child.kill('SIGKILL')
      const timer = setTimeout(kill, startMsMax)
      signal?.addEventListener('abort', kill, { once: true })
      if (signal?.aborted === true) kill()
      const end = (started: ChildProcess | undefined): void => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', kill)
        child.removeAllListeners()
        this.#running.delete(child)
        resolve(started)
      }
      child.once('message', (message) => end(message === ready ? child : undefined))
      child.once('exit', () => end(undefined))
      child.once('error', () => end(undefined))
    })
  }

  /** A process that waits keeps nobody from ending. */
  #keep(child: ChildProcess): void {
    if (this.#isClosed || this.#idle.length >= idleMax) {
      child.kill('SIGKILL')
      return
    }
    child.unref()
    child.channel?.unref()
    child.once('exit', () => {
      const index = this.#idle.indexOf(child)
      if (index >= 0) this.#idle.splice(index, 1)
    })
    this.#idle.push(child)
  }
}
