import type { ConfigureCommand } from '../configure-command.ts'
import { readStdin } from '../input/read-text.ts'
import { readSqlParameters } from '../input/sql-parameters.ts'
import { toSqlQuestion } from '../input/sql-question.ts'
import { addExamples, addFormatOption, addReadOptions, collect, type Format, parseWhole, type ReadOptions } from '../options.ts'
import { printSql } from '../output/print-sql.ts'

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
      const sql = argument === '-' ? await readStdin(session) : argument
      const settings = { at, limit, timeoutSeconds: timeout, explain, parameters: await readSqlParameters(session, param) }
      await printSql(session, await session.call('querySql', toSqlQuestion(session, sql, settings)), format)
    })
  addFormatOption(addReadOptions(command))
  addExamples(command, [
    "ingitdb sql 'SELECT name, age FROM users WHERE age > 30 ORDER BY age DESC'",
    'ingitdb sql \'SELECT "$id" FROM users WHERE name = :name\' --param name=Ada',
    'ingitdb sql "SELECT now.name, old.age AS was, now.age FROM users now JOIN users AS OF \'HEAD~1\' old USING (\\"\\$id\\")"',
  ])
}
