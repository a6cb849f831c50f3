import { Argument } from 'commander'
import type { ConfigureCommand } from '../configure-command.ts'
import { filterByName, type NameFilter } from '../input/match-names.ts'
import { addExamples, addFormatOption, addReadOptions, type Format, type ReadOptions } from '../options.ts'
import { printIds, toRows } from '../output/print-answer.ts'

interface ListOptions extends ReadOptions, NameFilter {
  readonly format?: Format
}

export const configureList: ConfigureCommand = (command, session) => {
  command
    .addArgument(new Argument('<what>', 'what to list').choices(['tables', 'collections']))
    .option('--in <regex>', 'only tables in directories that match, found anywhere in the path')
    .option('--filter-name <glob>', 'only ids that match, with *, ? and [a-z]')
    .action(async (_what: string, { at, format, ...filter }: ListOptions) => {
      const isTable = format !== undefined || session.options.json === true || session.io.outIsTerminal
      const answer = await session.call('listTables', { counts: isTable, ...(at !== undefined && { at }), ...session.branch() })
      const tables = await filterByName(answer.tables, filter)
      const rows = toRows(['id', 'records', 'format', 'columns', 'directory'], tables)
      await printIds(session, { ids: tables.map(({ id }) => id), ...rows }, format)
    })
  addFormatOption(addReadOptions(command))
  addExamples(command, ['ingitdb list tables', "ingitdb list collections --filter-name 'geo.*' --format json"])
}
