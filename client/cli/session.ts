import type { Source } from '../../api/contract/ask-sources.ts'
import type { Formats } from '../../api/contract/formats.ts'
import type { OperationAnswer, OperationInput, OperationName } from '../../api/contract/operations.ts'
import { exitCodes } from '../../api/contract/problem.ts'
import type { Result } from '../../api/contract/result.ts'
import { unwrap } from './errors.ts'
import { findDatabase } from './find-database.ts'
import type { Io } from './io.ts'
import type { Local, OpenDatabase, Watch } from './local.ts'
import { wantsColor } from './output/wants-color.ts'
import { createProgressBar, type ProgressBar } from './progress-bar.ts'

/** Options that every command takes. */
export interface GlobalOptions {
  readonly path?: string
  readonly branch?: string
  /** All that are named, for commands that ask several. */
  readonly paths?: readonly string[]
  readonly branches?: readonly string[]
  /** Address of a repository somewhere else. */
  readonly remote?: string
  readonly token?: string
  readonly provider?: string
  /** Fetch from there now, however old the clone is. */
  readonly refresh?: boolean
  /** Errors and answers as JSON. */
  readonly json?: boolean
  readonly quiet?: boolean
  readonly color?: boolean
}

/** One run of the program: what a command has to work with. */
export class Session {
  readonly io: Io
  readonly progress: ProgressBar
  options: GlobalOptions = {}
  /** Name of the command, as soon as it is known. */
  command: string | undefined
  /** Whether the command asks for the past, for which a clone needs the whole history. */
  asksForPast = false
  /** Set by a command that ran and whose answer is no. */
  exitCode = 0
  /** Set by a command whose exit code says in one number that it could not run, whatever the reason. */
  exitCodeOfFailure: number | undefined
  /** What long work is given: it shows how far it is, and ends when it is interrupted. */
  readonly watch: Watch
  #interrupt = new AbortController()
  readonly #loadLocal: () => Promise<Local>
  #local: Promise<Local> | undefined
  readonly #databases = new Map<string | undefined, Promise<Result<OpenDatabase>>>()

  constructor(io: Io, loadLocal: () => Promise<Local>) {
    this.io = io
    this.#loadLocal = loadLocal
    this.progress = createProgressBar(io, () => this.options.quiet !== true)
    const signal = (): AbortSignal => this.#interrupt.signal
    this.watch = {
      onProgress: (done, total, what = 'commits') => this.progress.show(what, done, total),
      get signal() {
        return signal()
      },
    }
  }

  local(): Promise<Local> {
    this.#local ??= this.#loadLocal()
    return this.#local
  }

  async formats(): Promise<Formats> {
    return (await this.local()).formats
  }

  /** Runs an operation on the database that the options name; a failure is thrown as `OperationFailed`. */
  async call<Name extends OperationName>(name: Name, input: OperationInput<Name>): Promise<OperationAnswer<Name>> {
    return unwrap(await unwrap(await this.#open(this.options.path)).call(name, input))
  }

  /** Every database with every branch that the options name; more than one only for commands that say so. */
  sources(): readonly Source[] {
    const { paths = [], branches = [] } = this.options
    const [places, lines] = [paths.length === 0 ? [undefined] : paths, branches.length === 0 ? [undefined] : branches]
    return places.flatMap((path) =>
      lines.map((branch) => ({
        label: {
          ...(path !== undefined && paths.length > 1 && { $database: path }),
          ...(branch !== undefined && branches.length > 1 && { $branch: branch }),
        },
        branch: this.options.remote === undefined ? branch : undefined,
        open: async () => {
          const opened = await this.#open(path)
          return opened.ok ? { ok: true, value: opened.value.call } : opened
        },
      })),
    )
  }

  /** The part of an input that says which branch is meant; a clone stands at the one that was asked for. */
  branch(): { readonly branch?: string } {
    const { branch, remote } = this.options
    return branch === undefined || remote !== undefined ? {} : { branch }
  }

  /** Whether answers are painted: on a terminal, unless the user is against it. */
  usesColor(): boolean {
    return wantsColor(this.io.outIsTerminal, this.io, this.options.color)
  }

  /** Says something to people, on the error stream. */
  say(message: string): void {
    if (this.options.quiet !== true) this.io.err(`${message}\n`)
  }

  /** Lets an interruption end the work in an orderly way: what was begun is taken back or finished, and said. Work after it has a signal of its own. */
  async interruptibly<T>(work: () => Promise<T>, onInterrupt: Io['onInterrupt'] = this.io.onInterrupt): Promise<T> {
    this.#interrupt = new AbortController()
    const stop = onInterrupt(() => {
      this.exitCodeOfFailure = exitCodes.interrupted
      this.#interrupt.abort()
    })
    try {
      return await work()
    } finally {
      stop()
    }
  }

  async close(): Promise<void> {
    this.progress.end()
    for (const opening of this.#databases.values()) {
      const opened = await opening
      if (opened.ok) await opened.value[Symbol.asyncDispose]()
    }
  }

  #open(path: string | undefined): Promise<Result<OpenDatabase>> {
    const opening = this.#databases.get(path) ?? this.#openAt(path)
    this.#databases.set(path, opening)
    return opening
  }

  async #openAt(path: string | undefined): Promise<Result<OpenDatabase>> {
    if (this.options.remote !== undefined) return this.#openRemote()
    const directory = findDatabase(this.io.cwd, path)
    if (!directory.ok) return directory
    const local = await this.local()
    return local.open(directory.value, this.watch)
  }

  async #openRemote(): Promise<Result<OpenDatabase>> {
    const { readRemotePlace } = await import('./input/read-remote-place.ts')
    const place = readRemotePlace(this.options, { env: this.io.env, asksForPast: this.asksForPast })
    const local = await this.local()
    const database = await local.openRemote(place, this.watch.onProgress)
    const stale = database.ok ? database.value.stale : undefined
    if (stale !== undefined) this.say(`note: ${place.url} cannot be reached (${stale.why}); this is as of ${stale.fetchedAt.toISOString()}`)
    return database
  }
}
