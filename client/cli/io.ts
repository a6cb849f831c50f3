import { OperationFailed } from './errors.ts'
import { type Keys, openTerminalKeys } from './keys.ts'
import type { LineEditor, LineEditorOptions } from './line-editor.ts'

/** What a run of the program has of the outside world; tests put their own in its place. */
export interface Io {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdin: AsyncIterable<Uint8Array>
  readonly stdinIsTerminal: boolean
  readonly outIsTerminal: boolean
  readonly errIsTerminal: boolean
  /** Characters in a line of the terminal that takes the output, where that is known. */
  readonly columns?: number
  /** Lines of that terminal. */
  readonly rows?: number
  /** Writes data. Resolves when it is taken; once the reader has gone, does nothing. */
  out(data: string | Uint8Array): Promise<void>
  /** Whether nobody reads the output any more, so that long work need not go on; where it is missing somebody always does. */
  readerIsGone?(): boolean
  /** Writes a message. */
  err(text: string): void
  /** Calls when the user, or the system, asks the program to end; only the first time, the second time it ends. @returns stops listening */
  onInterrupt(listener: () => void): () => void
  /** Key presses of the terminal, which it does not show while they are read. */
  openKeys(): Keys
  /** Lines that are typed and edited on the terminal. */
  openLines(options: LineEditorOptions): Promise<LineEditor>
  /** Runs a program that takes over the terminal until it ends. @returns its exit code; `undefined` when it cannot be started */
  runInForeground(command: readonly string[]): Promise<number | undefined>
}

const endingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** The real outside world. A reader that goes away (`| head -1`) ends the output, not the program: its work is finished quietly. */
export const openProcessIo = (): Io => {
  let readerIsGone = false
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') readerIsGone = true
      // What cannot be written to the standard output is told to whoever writes it.
      else if (stream !== process.stdout) throw error
    })
  }
  const write = (data: string | Uint8Array): Promise<void> =>
    new Promise((resolve, reject) => {
      process.stdout.write(data, (error) => {
        if (error === null || error === undefined || readerIsGone || ('code' in error && error.code === 'EPIPE')) resolve()
        else reject(new OperationFailed({ kind: 'unavailable', what: 'the standard output', why: error.message }))
      })
    })
  return {
    cwd: process.cwd(),
    env: process.env,
    stdin: process.stdin,
    stdinIsTerminal: process.stdin.isTTY === true,
    outIsTerminal: process.stdout.isTTY === true,
    errIsTerminal: process.stderr.isTTY === true,
    ...(process.stdout.isTTY === true && process.stdout.columns > 0 && { columns: process.stdout.columns, rows: process.stdout.rows }),
    out: (data) => (readerIsGone || data.length === 0 ? Promise.resolve() : write(data)),
    readerIsGone: () => readerIsGone,
    err: (text) => {
      process.stderr.write(text)
    },
    onInterrupt: (listener) => {
      const stop = (): void => {
        for (const signal of endingSignals) process.off(signal, once)
      }
      const once = (): void => {
        stop()
        listener()
      }
      for (const signal of endingSignals) process.on(signal, once)
      return stop
    },
    openKeys: () => openTerminalKeys(process.stdin),
    openLines: async (options) => (await import('./line-editor.ts')).openTerminalLines(process.stdin, process.stdout, options),
    runInForeground: async ([program = '', ...args]) => {
      const { spawn } = await import('node:child_process')
      return new Promise((resolve) => {
        const child = spawn(program, args, { stdio: 'inherit' })
        child.on('error', () => resolve(undefined))
        child.on('close', (code) => resolve(code ?? 128))
      })
    },
  }
}
