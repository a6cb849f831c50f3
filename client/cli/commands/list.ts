import { Argument } from 'commander'
import type { ConfigureCommand } from '../configure-command.ts'
import { addExamples, addFormatOption, addReadOptions, type Format, type ReadOptions } from '../options.ts'
import { printIds, toRows } from '../output/print-answer.ts'

interface ListOptions extends ReadOptions {
  readonly format?: Format
  readonly filterName?: string
}

export const configureList: ConfigureCommand = (command, session) => {
  command
    .addArgument(new Argument('<what>', 'what to list').choices(['tables', 'collections']))
    .option('--filter-name <glob>', 'only ids that match, with * and ?')
    .action(async (_what: string, { at, format, filterName }: ListOptions) => {
      const isTable = format !== undefined || session.options.json === true || session.io.outIsTerminal
      const answer = await session.call('listTables', { counts: isTable, ...(at !== undefined && { at }), ...session.branch() })
      const tables = filterName === undefined ? answer.tables : answer.tables.filter(({ id }) => matchesGlob(id, filterName))
      const rows = toRows(['id', 'records', 'format', 'columns', 'directory'], tables)
      await printIds(session, { ids: tables.map(({ id }) => id), ...rows }, format)
    })
  addFormatOption(addReadOptions(command))
  addExamples(command, ['ingitdb list tables', "ingitdb list collections --filter-name 'geo.*' --format json"])
}

const matchesGlob = (text: string, glob: string): boolean => {
  const pattern = glob
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll('\\*', '.*')
    .replaceAll('\\?', '.')
  return new RegExp(`^${pattern}$`).test(text)
}
