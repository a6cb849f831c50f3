import { quoteSqlName } from '../../../api/contract/sql-text.ts'
import { UsageError } from '../errors.ts'
import { nameOfParameter, readSqlValue } from '../input/sql-parameters.ts'
import { scopeOf } from '../input/sql-question.ts'
import { formatNames } from '../options.ts'
import { printList, toRows } from '../output/print-answer.ts'
import type { Session } from '../session.ts'
import type { Settings } from './settings.ts'

/** What a dot command works on. */
export interface DotContext {
  readonly session: Session
  readonly settings: Settings
  /** Runs the statements of a text, as if they were typed. */
  run(text: string): Promise<void>
}

interface DotCommand {
  readonly name: string
  readonly usage: string
  readonly summary: string
  /** What its argument can be, for completion. */
  readonly values?: 'table' | 'moment' | 'format'
  run(context: DotContext, args: readonly string[]): Promise<void>
}

/** In the order of `.help`. */
export const dotCommands: readonly DotCommand[] = [
  {
    ...{ name: '.help', usage: '.help', summary: 'this list' },
    run: async ({ session }) => {
      const width = Math.max(...dotCommands.map(({ usage }) => usage.length))
      await session.io.out(dotCommands.map(({ usage, summary }) => `${usage.padEnd(width)}  ${summary}\n`).join(''))
    },
  },
  {
    ...{ name: '.tables', usage: '.tables', summary: 'ids of the tables' },
    run: async ({ session, settings }) => {
      const { tables } = await session.call('listTables', scopeOf(session, settings))
      await session.io.out(tables.map(({ id }) => `${id}\n`).join(''))
    },
  },
  {
    ...{ name: '.schema', usage: '.schema TABLE', summary: 'columns of a table, and their types', values: 'table' },
    run: async ({ session, settings }, [table]) => {
      if (table === undefined) throw new UsageError('.schema is followed by a table')
      const { definition } = await session.call('describeTable', { table, ...scopeOf(session, settings) })
      const { columns } = await session.call('querySql', { sql: `SELECT * FROM ${quoteSqlName(table)} WHERE false`, ...scopeOf(session, settings) })
      const rows = columns.map((column) => ({ column, ...describeColumn(definition.columns, column) }))
      await printList(session, toRows(['column', 'type', 'required', 'foreign_key'], rows), settings.format)
    },
  },
  {
    ...{ name: '.at', usage: '.at [MOMENT]', summary: 'ask everything at a commit, branch, tag or time; without one: now', values: 'moment' },
    run: async ({ session, settings }, [at]) => {
      // A moment that there is not is refused before anything is asked at it.
      if (at !== undefined) await session.call('listTables', { ...session.branch(), at })
      settings.at = at
    },
  },
  {
    ...{ name: '.mode', usage: '.mode [FORMAT]', summary: `form of answers: ${formatNames.join(', ')}; without one: as it was`, values: 'format' },
    run: async ({ settings }, [format]) => {
      const known = formatNames.find((name) => name === format)
      if (format !== undefined && known === undefined) throw new UsageError(`"${format}" is no form: take ${formatNames.join(', ')}`)
      settings.format = known
    },
  },
  {
    ...{ name: '.limit', usage: '.limit [ROWS]', summary: 'at most so many rows in an answer; without a number: 10000' },
    run: async ({ settings }, [rows]) => {
      settings.limit = readWhole(rows)
    },
  },
  {
    ...{ name: '.timeout', usage: '.timeout [SECONDS]', summary: 'end statements after so long; without a number: 5' },
    run: async ({ settings }, [seconds]) => {
      settings.timeoutSeconds = readWhole(seconds)
    },
  },
  {
    ...{ name: '.param', usage: '.param [NAME [VALUE]]', summary: 'what :NAME stands for; without a value: nothing; alone: the list' },
    run: async ({ session, settings: { parameters } }, [name, ...words]) => {
      if (name === undefined) await session.io.out([...parameters].map(([key, value]) => `:${key} = ${String(value)}\n`).join(''))
      else if (words.length === 0) parameters.delete(nameOfParameter(name))
      else parameters.set(nameOfParameter(name), await readSqlValue(session, words.join(' ')))
    },
  },
  {
    ...{ name: '.read', usage: '.read FILE', summary: 'run the statements of a file' },
    run: async ({ session, run }, [file]) => {
      if (file === undefined) throw new UsageError('.read is followed by a file')
      const { readTextFile } = await import('../input/read-text.ts')
      await run(await readTextFile(session, file))
    },
  },
  { name: '.quit', usage: '.quit', summary: 'leave, as Ctrl-D does', run: async () => undefined },
]

/** @returns whether the shell goes on */
export const runDotCommand = async (context: DotContext, line: string): Promise<boolean> => {
  const [name = '', ...args] = line.trim().replace(/;$/, '').split(/\s+/)
  if (name === '.quit' || name === '.exit') return false
  const command = dotCommands.find((each) => each.name === name)
  if (command === undefined) throw new UsageError(`there is no ${name}: .help lists what there is`)
  await command.run(context, args)
  return true
}

const readWhole = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new UsageError(`"${text}" must be a whole number from 1`)
  return Number(text)
}

const describeColumn = (columns: unknown, name: string): object => {
  const column = typeof columns === 'object' && columns !== null && Object.hasOwn(columns, name) ? Reflect.get(columns, name) : undefined
  return typeof column === 'object' && column !== null ? column : {}
}
