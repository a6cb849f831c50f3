import { listParameters, splitStatements } from '../../../api/contract/sql-text.ts'
import { UsageError } from '../errors.ts'
import { scopeOf, toSqlQuestion } from '../input/sql-question.ts'
import type { LineEditor } from '../line-editor.ts'
import type { Format } from '../options.ts'
import { printSql } from '../output/print-sql.ts'
import { reportError } from '../report-error.ts'
import type { Session } from '../session.ts'
import { completeLine } from './complete-line.ts'
import { runDotCommand } from './dot-commands.ts'
import type { Settings } from './settings.ts'
import { ShellHistory, toHistory } from './shell-history.ts'

export interface ShellOptions {
  readonly at?: string
  readonly format?: Format
}

/** Answers statements and dot commands, from a terminal until its user leaves, or from a script until its end or its first error. */
export const runShell = async (session: Session, options: ShellOptions): Promise<void> => {
  const shell = new Shell(session, options)
  if (session.io.stdinIsTerminal && session.io.outIsTerminal) await shell.talk()
  else await shell.runScript()
}

class Shell {
  readonly #session: Session
  readonly #settings: Settings

  constructor(session: Session, { at, format }: ShellOptions) {
    this.#session = session
    this.#settings = { at, format, limit: undefined, timeoutSeconds: undefined, parameters: new Map() }
  }

  async runScript(): Promise<void> {
    const { readStdin } = await import('../input/read-text.ts')
    await this.#runText(await readStdin(this.#session))
  }

  /** Dot commands stand on lines of their own. A last statement needs no semicolon. */
  async #runText(text: string): Promise<boolean> {
    let pending = ''
    for (const line of [...text.split(/\r?\n/), ';']) {
      if (pending.trim() === '' && line.trimStart().startsWith('.')) {
        if (!(await this.#runDot(line))) return false
        continue
      }
      const { statements, rest } = splitStatements(`${pending}${line}\n`)
      for (const statement of statements) await this.#runStatement(statement)
      pending = rest
    }
    if (pending !== '') throw new UsageError('the last statement is not complete: a quote or a comment is never closed')
    return true
  }

  async talk(): Promise<void> {
    const { io } = this.#session
    await this.#session.call('listTables', scopeOf(this.#session, this.#settings))
    const history = await this.#openHistory()
    /** What has been typed since nothing was open, and what of it is still to be answered. */
    let [typed, pending] = ['', '']
    const editor = await io.openLines({
      history: history.entries,
      complete: (line, after) => completeLine(this.#session, this.#settings, { before: `${pending}${line}`, after }),
    })
    this.#session.say('Statements end with ";", .help lists other commands, Ctrl-D leaves.')
    try {
      for (;;) {
        const read = await editor.read(pending === '' ? this.#prompt() : '   ...> ')
        if (read === undefined) break
        if (read === 'interrupted') {
          typed = pending = ''
          continue
        }
        const isDot = pending === '' && read.line.trimStart().startsWith('.')
        const { statements, rest } = isDot ? { statements: [], rest: '' } : splitStatements(`${pending}${read.line}\n`)
        typed += `${read.line}\n`
        pending = rest
        if (pending === '') {
          this.#remember(typed, history, editor)
          typed = ''
        }
        if (!(await this.#answer(editor, isDot ? read.line : statements))) break
      }
    } finally {
      editor.close()
      await this.#keep(history)
    }
  }

  /** Without a history that can be read or written, people can still ask. */
  async #openHistory(): Promise<ShellHistory> {
    try {
      return await ShellHistory.open(this.#session.io.env)
    } catch (error) {
      this.#session.say(`note: what was typed before cannot be read: ${messageOf(error)}`)
      return ShellHistory.open({ INGITDB_HISTORY: '' })
    }
  }

  /** What took several lines is one entry, where it can be. */
  #remember(typed: string, history: ShellHistory, editor: LineEditor): void {
    const text = typed.trim()
    const entries = toHistory(text)
    for (const entry of entries) history.add(entry)
    const [entry, ...others] = entries
    const lines = text.split('\n').length
    if (entry !== undefined && others.length === 0 && lines > 1) editor.joinHistory(lines, entry)
  }

  async #keep(history: ShellHistory): Promise<void> {
    try {
      await history.save()
    } catch (error) {
      this.#session.say(`note: what was typed is not kept: ${messageOf(error)}`)
    }
  }

  #prompt(): string {
    const { at } = this.#settings
    const { branch } = this.#session.options
    return `ingitdb${branch === undefined ? '' : `:${branch}`}${at === undefined ? '' : `@${at}`}> `
  }

  /** What goes wrong is said, and the next line can be typed. @returns whether to go on */
  async #answer(editor: LineEditor, asked: string | readonly string[]): Promise<boolean> {
    try {
      return await this.#session.interruptibly(async () => {
        if (typeof asked === 'string') return await this.#runDot(asked)
        for (const statement of asked) await this.#runStatement(statement)
        return true
      }, editor.onInterrupt)
    } catch (error) {
      this.#report(error)
      return true
    } finally {
      this.#session.exitCodeOfFailure = undefined
      this.#session.progress.end()
    }
  }

  /** A usage error here is about a dot command, whose help is not that of the program. */
  #report(error: unknown): void {
    if (error instanceof UsageError) this.#session.io.err(`error: ${error.message}\n`)
    else reportError(error, this.#session)
  }

  async #runDot(line: string): Promise<boolean> {
    const run = async (text: string): Promise<void> => {
      await this.#runText(text)
    }
    return runDotCommand({ session: this.#session, settings: this.#settings, run }, line)
  }

  async #runStatement(text: string): Promise<void> {
    const { format, parameters } = this.#settings
    const explained = /^explain\s+(?:query\s+plan\s+)?/i.exec(text)?.[0]
    const sql = text.slice(explained?.length ?? 0)
    const names = new Set(listParameters(sql))
    const settings = {
      ...this.#settings,
      explain: explained !== undefined,
      parameters: Object.fromEntries([...parameters].filter(([name]) => names.has(name))),
    }
    const startedAt = performance.now()
    const answer = await this.#session.call('querySql', toSqlQuestion(this.#session, sql, settings))
    const milliseconds = Math.round(performance.now() - startedAt)
    await printSql(this.#session, answer, format)
    if (this.#session.io.outIsTerminal)
      this.#session.say(`${answer.rows.length.toLocaleString('en')} ${answer.rows.length === 1 ? 'row' : 'rows'} (${milliseconds} ms)`)
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
