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
      if (error.code !== 'EPIPE') throw error
      readerIsGone = true
    })
  }
  return {
    cwd: process.cwd(),
    env: process.env,
    stdin: process.stdin,
    stdinIsTerminal: process.stdin.isTTY === true,
    outIsTerminal: process.stdout.isTTY === true,
    errIsTerminal: process.stderr.isTTY === true,
    ...(process.stdout.isTTY === true && process.stdout.columns > 0 && { columns: process.stdout.columns, rows: process.stdout.rows }),
    out: (data) => (readerIsGone || data.length === 0 ? Promise.resolve() : new Promise((resolve) => process.stdout.write(data, () => resolve()))),
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
