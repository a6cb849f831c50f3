import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'

const entriesMax = 1_000

/** A statement as one line, so that it can be got back whole; its lines where one line would say something else: in quotes, and with comments. */
export const toHistory = (text: string): readonly string[] => {
  const lines = text.split('\n')
  const isOpen = (_: string, index: number): boolean => /["'`]/.test(withoutQuoted(lines.slice(0, index).join('\n')))
  return text.includes('--') || lines.some(isOpen) ? lines : [lines.map((line) => line.trim()).join(' ')]
}

const withoutQuoted = (text: string): string => text.replace(/'[^']*'|"[^"]*"|`[^`]*`/g, '')

/** What was typed before and is kept for the next time, in a file that only its owner can read. */
export class ShellHistory {
  readonly #file: string | undefined
  readonly #entries: string[]

  private constructor(file: string | undefined, entries: readonly string[]) {
    this.#file = file
    this.#entries = [...entries]
  }

  /** @param env  `INGITDB_HISTORY` names another file; empty, nothing is kept */
  static async open(env: Readonly<Record<string, string | undefined>>): Promise<ShellHistory> {
    const { INGITDB_HISTORY: file = join(env.XDG_STATE_HOME || join(env.HOME ?? homedir(), '.local', 'state'), 'ingitdb', 'shell-history') } = env
    if (file === '') return new ShellHistory(undefined, [])
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return ''
      throw error
    })
    return new ShellHistory(
      file,
      text.split('\n').filter((line) => line !== ''),
    )
  }

  /** Newest first. */
  get entries(): readonly string[] {
    return this.#entries.toReversed()
  }

  add(entry: string): void {
    if (entry !== '' && this.#entries.at(-1) !== entry) this.#entries.push(entry)
  }

  /** Throws what the disk says. */
  async save(): Promise<void> {
    if (this.#file === undefined) return
    await mkdir(dirname(this.#file), { recursive: true, mode: 0o700 })
    const beside = `${this.#file}.${process.pid}`
    await writeFile(
      beside,
      this.#entries
        .slice(-entriesMax)
        .map((line) => `${line}\n`)
        .join(''),
      { mode: 0o600 },
    )
    await chmod(beside, 0o600)
    await rename(beside, this.#file)
  }
}
