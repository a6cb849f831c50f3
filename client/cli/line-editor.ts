import { createInterface } from 'node:readline'
import type { ReadStream, WriteStream } from 'node:tty'

export interface LineEditorOptions {
  /** Lines of before, newest first. */
  readonly history: readonly string[]
  /** What the end of a line can become: whole candidates, and the part of the line that they replace. @param after  what follows it on its line */
  complete(line: string, after: string): Promise<readonly [candidates: readonly string[], replaced: string]>
}

/** Lines that a person types and edits. */
export interface LineEditor {
  /** The next line; `interrupted` when it was given up with Ctrl-C, `undefined` at the end of the input (Ctrl-D). */
  read(prompt: string): Promise<{ readonly line: string } | 'interrupted' | undefined>
  /** Calls when Ctrl-C is pressed while nobody reads. @returns stops listening */
  onInterrupt(listener: () => void): () => void
  /** Makes the newest lines of the history one entry. */
  joinHistory(lines: number, entry: string): void
  close(): void
}

const historyMax = 1_000

/** Lines of the process's terminal. What is typed while nobody reads waits. */
export const openTerminalLines = (input: ReadStream, output: WriteStream, { history, complete }: LineEditorOptions): LineEditor => {
  const editor = createInterface({
    ...{ input, output, terminal: true, history: [...history], historySize: historyMax, removeHistoryDuplicates: true },
    completer: (line: string, done: (error: Error | null, result: [string[], string]) => void) => {
      complete(line, editor.line.slice(editor.cursor)).then(
        ([candidates, replaced]) => done(null, [[...candidates], replaced]),
        // Who types must not be disturbed by a database that cannot be asked right now.
        () => done(null, [[], line]),
      )
    },
  })
  const waiting: string[] = []
  const listeners = new Set<() => void>()
  let hasEnded = false
  let settle: ((read: { readonly line: string } | 'interrupted' | undefined) => void) | undefined
  editor.on('line', (line) => {
    if (settle === undefined) waiting.push(line)
    else settle({ line })
  })
  editor.on('SIGINT', () => {
    if (settle === undefined) for (const listener of listeners) listener()
    else {
      output.write('^C\n')
      settle('interrupted')
    }
  })
  editor.on('close', () => {
    hasEnded = true
    settle?.(undefined)
  })
  return {
    read: (prompt) => {
      const line = waiting.shift()
      if (line !== undefined) return Promise.resolve({ line })
      if (hasEnded) return Promise.resolve(undefined)
      return new Promise((resolve) => {
        settle = (read) => {
          settle = undefined
          resolve(read)
        }
        editor.setPrompt(prompt)
        // What was typed of a line that was given up goes with it.
        editor.write(null, { ctrl: true, name: 'e' })
        editor.write(null, { ctrl: true, name: 'u' })
        editor.prompt()
      })
    },
    onInterrupt: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    joinHistory: (lines, entry) => {
      const entries = historyOf(editor)
      entries.splice(0, lines, entry)
    },
    close: () => editor.close(),
  }
}

/** The list that the editor itself works on, newest first; its types do not have it. */
const historyOf = (editor: object): string[] => ('history' in editor && Array.isArray(editor.history) ? editor.history : [])
