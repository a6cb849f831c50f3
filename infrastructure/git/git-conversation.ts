import { exitCode, type GitProcess, ignoreBrokenPipe } from './run-git.ts'

/** A long-lived git process ended while it was asked, or before. */
export class GitExit extends Error {
  readonly code: number
  readonly stderr: string
  constructor(code: number, stderr: string) {
    super(`git exited with ${code}: ${stderr.trim()}`)
    this.code = code
    this.stderr = stderr
  }
}

const stderrMax = 4096
/** What may wait in memory for a process to read it, before whoever sends more has to wait. */
const waitingBytesMax = 4 * 1024 * 1024

interface Question {
  readonly linesWanted: number
  readonly lines: string[]
  readonly resolve: (lines: readonly string[]) => void
  readonly reject: (error: GitExit) => void
}

/** Questions and answers with a git process that answers in lines, in order; questions may overlap. */
export class GitConversation {
  readonly pid: number | undefined
  readonly #child: GitProcess
  readonly #questions: Question[] = []
  readonly #ended: Promise<GitExit>
  #exit: GitExit | undefined
  #rest = ''
  #stderr = ''

  constructor(child: GitProcess) {
    this.#child = child
    this.pid = child.pid
    child.stdout.setEncoding('utf8')
    child.stdout.on('data', (chunk: string) => this.#take(chunk))
    child.stderr.on('data', (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString()).slice(-stderrMax)
    })
    child.stdin.on('error', ignoreBrokenPipe)
    this.#ended = exitCode(child).then(
      (code) => this.#finish(new GitExit(code, this.#stderr)),
      (error) => this.#finish(new GitExit(127, String(error))),
    )
  }

  get hasEnded(): boolean {
    return this.#exit !== undefined || this.#child.exitCode !== null
  }

  /** @returns so many lines of answer, without line ends; rejects with `GitExit` when the process ends first */
  ask(input: string | Uint8Array, linesWanted: number): Promise<readonly string[]> {
    if (this.#exit !== undefined) return Promise.reject(this.#exit)
    return new Promise((resolve, reject) => {
      this.#questions.push({ linesWanted, lines: [], resolve, reject })
      this.#child.stdin.write(input)
    })
  }

  /** Sends what has no answer. Throws `GitExit` when the process has ended. */
  tell(input: string | Uint8Array): void {
    if (this.#exit !== undefined) throw this.#exit
    this.#child.stdin.write(input)
  }

  /** As `tell`, and waits while the process is far behind with reading: for more than may wait in memory. */
  async send(input: string | Uint8Array): Promise<void> {
    if (this.#exit !== undefined) throw this.#exit
    if (this.#child.stdin.write(input) || this.#child.stdin.writableLength < waitingBytesMax) return
    const drained = new Promise<undefined>((resolve) => this.#child.stdin.once('drain', () => resolve(undefined)))
    const exit = await Promise.race([drained, this.#ended])
    if (exit !== undefined) throw exit
  }

  /** Ends the input and waits for the process. */
  end(): Promise<GitExit> {
    this.#child.stdin.end()
    return this.#ended
  }

  #take(chunk: string): void {
    const lines = (this.#rest + chunk).split('\n')
    this.#rest = lines.pop() ?? ''
    for (const line of lines) {
      const question = this.#questions[0]
      if (question === undefined) continue
      question.lines.push(line)
      if (question.lines.length < question.linesWanted) continue
      this.#questions.shift()
      question.resolve(question.lines)
    }
  }

  #finish(exit: GitExit): GitExit {
    this.#exit = exit
    for (const question of this.#questions.splice(0)) question.reject(exit)
    return exit
  }
}
