import type { Formats } from '../../api/contract/formats.ts'
import type { OperationAnswer, OperationInput, OperationName } from '../../api/contract/operations.ts'
import { unwrap } from './errors.ts'
import { findDatabase } from './find-database.ts'
import type { Io } from './io.ts'
import type { Local, OpenDatabase } from './local.ts'
import { createProgressBar, type ProgressBar } from './progress-bar.ts'

/** Options that every command takes. */
export interface GlobalOptions {
  readonly path?: string
  readonly branch?: string
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
  /** Set by a command that ran and whose answer is no. */
  exitCode = 0
  /** Set by a command whose exit code says in one number that it could not run, whatever the reason. */
  exitCodeOfFailure: number | undefined
  readonly #loadLocal: () => Promise<Local>
  #local: Promise<Local> | undefined
  #database: Promise<OpenDatabase> | undefined

  constructor(io: Io, loadLocal: () => Promise<Local>) {
    this.io = io
    this.#loadLocal = loadLocal
    this.progress = createProgressBar(io, () => this.options.quiet !== true)
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
    this.#database ??= this.#open()
    return unwrap(await (await this.#database).call(name, input))
  }

  /** The part of an input that says which branch is meant. */
  branch(): { readonly branch?: string } {
    return this.options.branch === undefined ? {} : { branch: this.options.branch }
  }

  /** Whether answers are painted: on a terminal, unless the user is against it. */
  usesColor(): boolean {
    return this.io.outIsTerminal && this.options.color !== false && !this.io.env.NO_COLOR
  }

  /** Says something to people, on the error stream. */
  say(message: string): void {
    if (this.options.quiet !== true) this.io.err(`${message}\n`)
  }

  async close(): Promise<void> {
    this.progress.end()
    await (await this.#database)?.[Symbol.asyncDispose]()
  }

  async #open(): Promise<OpenDatabase> {
    const directory = unwrap(findDatabase(this.io.cwd, this.options.path))
    const local = await this.local()
    return unwrap(await local.open(directory, (done, total) => this.progress.show('commits', done, total)))
  }
}
