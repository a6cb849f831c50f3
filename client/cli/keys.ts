import type { ReadStream } from 'node:tty'

/** Single key presses of a terminal. */
export interface Keys {
  /** The next key: a character, or `up`, `down`, `page-up`, `page-down`, `home`, `end`, `tab`, `enter`, `escape`, `ctrl-c`. `undefined`: the input has ended. */
  read(): Promise<string | undefined>
  /** Gives the terminal back, to an editor or for good; the next read takes it again. */
  release(): void
}

/** Keys of the process's terminal. Pressed while nobody reads, they wait. */
export const openTerminalKeys = (stdin: ReadStream): Keys => {
  let waiting: string[] = []
  let isTaken = false
  let hasEnded = false
  let wake: (() => void) | undefined
  const take = (chunk: Uint8Array): void => {
    waiting = [...waiting, ...decodeKeys(Buffer.from(chunk).toString('utf8'))]
    wake?.()
  }
  const end = (): void => {
    hasEnded = true
    wake?.()
  }
  const hold = (): void => {
    if (isTaken) return
    isTaken = true
    stdin.setRawMode(true)
    stdin.on('data', take)
    stdin.on('end', end)
    stdin.resume()
  }
  return {
    async read() {
      hold()
      while (waiting.length === 0 && !hasEnded) await new Promise<void>((resolve) => (wake = resolve))
      return waiting.shift()
    },
    release() {
      if (!isTaken) return
      isTaken = false
      stdin.off('data', take)
      stdin.off('end', end)
      stdin.setRawMode(false)
      stdin.pause()
    },
  }
}

const sequences: Readonly<Record<string, string>> = {
  '\u001b[A': 'up',
  '\u001b[B': 'down',
  '\u001bOA': 'up',
  '\u001bOB': 'down',
  '\u001b[5~': 'page-up',
  '\u001b[6~': 'page-down',
  '\u001b[H': 'home',
  '\u001b[F': 'end',
  '\u001bOH': 'home',
  '\u001bOF': 'end',
  '\u001b[1~': 'home',
  '\u001b[4~': 'end',
  '\u001b': 'escape',
  '\t': 'tab',
  '\r': 'enter',
  '\n': 'enter',
  '\u0003': 'ctrl-c',
}

/** What a terminal sends for keys, as their names; a sequence that is not known is one key without meaning. */
export const decodeKeys = (text: string): readonly string[] =>
  [...text.matchAll(/\u001b\[[0-9;?]*[ -/]*[@-~]|\u001bO[A-Za-z]|[\s\S]/gu)].map(([sequence]) => sequences[sequence] ?? sequence)
