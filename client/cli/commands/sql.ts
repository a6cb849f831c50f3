import type { ConfigureCommand } from '../configure-command.ts'
import { UsageError } from '../errors.ts'
import { readStdin } from '../input/read-text.ts'
import { addExamples, addFormatOption, addReadOptions, collect, type Format, parseWhole, type ReadOptions } from '../options.ts'
import { printList } from '../output/print-answer.ts'
import type { Session } from '../session.ts'

interface SqlOptions extends ReadOptions {
  readonly param?: readonly string[]
  readonly limit?: number
  readonly timeout?: number
  readonly explain?: boolean
  readonly format?: Format
}

export const configureSql: ConfigureCommand = (command, session) => {
  command
    .argument('<statement>', 'one SELECT, or - to read it from standard input')
    .option(
      '-p, --param <name=value>',
      'what :name stands for: a number, true, false or null, any other text as it is, \'"5"\' as the text 5',
      collect,
    )
    .option('--limit <n>', 'at most so many rows (default: 10000)', (text) => parseWhole(text, 1))
    .option('--timeout <seconds>', 'end it after so long (default: 5)', (text) => parseWhole(text, 1))
    .option('--explain', 'say how SQLite would do it, and do nothing')
    .action(async (argument: string, { at, param = [], limit, timeout, explain, format }: SqlOptions) => {
      const answer = await session.call('querySql', {
        sql: argument === '-' ? await readStdin(session) : argument,
        ...(param.length > 0 && { parameters: await readParameters(session, param) }),
        ...(limit !== undefined && { limit }),
        ...(timeout !== undefined && { timeout: timeout * 1000 }),
        ...(explain === true && { explain }),
        ...(at !== undefined && { at }),
        ...session.branch(),
      })
      await printList(session, answer, format)
      if (answer.cutBy !== undefined)
        session.say(`note: only the first ${answer.rows.length.toLocaleString('en')} rows, there are more: ${remedies[answer.cutBy]}`)
    })
  addFormatOption(addReadOptions(command))
  addExamples(command, [
    "ingitdb sql 'SELECT name, age FROM users WHERE age > 30 ORDER BY age DESC'",
    'ingitdb sql \'SELECT "$id" FROM users WHERE name = :name\' --param name=Ada',
    'ingitdb sql "SELECT now.name, old.age AS was, now.age FROM users now JOIN users AS OF \'HEAD~1\' old USING (\\"\\$id\\")"',
  ])
}

const remedies = { rows: 'raise --limit', size: 'ask for fewer columns, or a page with LIMIT and OFFSET' } as const

const readParameters = async (session: Session, pairs: readonly string[]) => {
  const { parseJson } = await session.formats()
  const parameters = new Map<string, Awaited<ReturnType<typeof readValue>>>()
  for (const pair of pairs) {
    const at = pair.indexOf('=')
    if (at < 1) throw new UsageError(`"${pair}" is no parameter: say --param name=value`)
    const name = pair.slice(0, at).replace(/^[:@$]/, '')
    if (parameters.has(name)) throw new UsageError(`the parameter ${name} is given twice`)
    parameters.set(name, await readValue(parseJson, pair.slice(at + 1)))
  }
  return Object.fromEntries(parameters)
}

/** A scalar of JSON, or the text itself. */
const readValue = async (parseJson: Awaited<ReturnType<Session['formats']>>['parseJson'], text: string) => {
  const parsed = await parseJson(text)
  return parsed.ok && !(text.startsWith('{') || text.startsWith('[')) ? parsed.value : text
}
