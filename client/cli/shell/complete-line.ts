import { quoteSqlName } from '../../../api/contract/sql-text.ts'
import { listValues } from '../completion/list-values.ts'
import { scopeOf } from '../input/sql-question.ts'
import { formatNames } from '../options.ts'
import type { Session } from '../session.ts'
import { completeSql, type SqlWords } from './complete-sql.ts'
import { dotCommands } from './dot-commands.ts'
import type { Settings } from './settings.ts'

/** What the end of what has been typed can become. @param text  `before` the cursor, with the lines before as well, and after it */
export const completeLine = async (
  session: Session,
  settings: Settings,
  { before, after }: { readonly before: string; readonly after: string },
): Promise<readonly [candidates: readonly string[], replaced: string]> => {
  const words = wordsOf(session, settings)
  const dot = /^\s*(\.\w*)(\s+)?(\S*)$/.exec(before)
  if (dot === null) {
    const { candidates, word } = await completeSql({ before, after }, words)
    return [candidates, word]
  }
  const [, name = '', blank, argument = ''] = dot
  if (blank === undefined) return [dotCommands.map((command) => command.name).filter((each) => each.startsWith(name)), name]
  const values = await listArguments(words, dotCommands.find((command) => command.name === name)?.values)
  return [values.filter((value) => value.startsWith(argument)), argument]
}

const listArguments = (words: SqlWords, kind: 'table' | 'moment' | 'format' | undefined): Promise<readonly string[]> => {
  switch (kind) {
    case 'table':
      return words.listTables()
    case 'moment':
      return words.listMoments()
    case 'format':
      return Promise.resolve(formatNames)
    case undefined:
      return Promise.resolve([])
  }
}

const wordsOf = (session: Session, settings: Settings): SqlWords => ({
  listTables: async () => (await session.call('listTables', scopeOf(session, settings))).tables.map(({ id }) => id),
  listColumns: async (table) => {
    const { tables } = await session.call('listTables', scopeOf(session, settings))
    if (!tables.some(({ id }) => id === table)) return []
    return (await session.call('querySql', { sql: `SELECT * FROM ${quoteSqlName(table)} WHERE false`, ...scopeOf(session, settings) })).columns
  },
  listMoments: async () => (await listValues(session, { kind: 'moment', table: undefined, typed: '' })).map(({ value }) => value),
})
