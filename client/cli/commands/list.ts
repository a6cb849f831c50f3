import { Argument } from 'commander'
import type { ConfigureCommand } from '../configure-command.ts'
import { filterByName, type NameFilter } from '../input/match-names.ts'
import { addExamples, addFormatOption, addReadOptions, type Format, type ReadOptions } from '../options.ts'
import { printIds, toRows } from '../output/print-answer.ts'
import { describeProblem } from '../output/print-generated.ts'
import type { Session } from '../session.ts'

interface ListOptions extends ReadOptions, NameFilter {
  readonly format?: Format
}

export const configureList: ConfigureCommand = (command, session) => {
  command
    .addArgument(new Argument('<what>', 'what to list').choices(['tables', 'collections', 'views']))
    .option('--in <regex>', 'only tables in directories that match, found anywhere in the path')
    .option('--filter-name <glob>', 'only ids, or names of views, that match, with *, ? and [a-z]')
    .action(async (what: string, options: ListOptions) => {
      if (what === 'views') return listViews(session, options)
      const { at, format, ...filter } = options
      const isTable = format !== undefined || session.options.json === true || session.io.outIsTerminal
      const answer = await session.call('listTables', { counts: isTable, ...(at !== undefined && { at }), ...session.branch() })
      for (const problem of answer.problems) session.say(`warning: ${describeProblem(problem)}`)
      const tables = await filterByName(answer.tables, filter)
      const rows = toRows(['id', 'records', 'format', 'columns', 'directory'], tables)
      await printIds(session, { ids: tables.map(({ id }) => id), ...rows }, format)
    })
  addFormatOption(addReadOptions(command))
  addExamples(command, ['ingitdb list tables', 'ingitdb list views', "ingitdb list collections --filter-name 'geo.*' --format json"])
}

const listViews = async (session: Session, { at, format, ...filter }: ListOptions): Promise<void> => {
  const answer = await session.call('listViews', { ...(at !== undefined && { at }), ...session.branch() })
  for (const problem of answer.problems) session.say(`warning: ${describeProblem(problem)}`)
  const named = answer.views.map((view) => ({ ...view, id: view.name }))
  const views = (await filterByName(named, filter)).map(({ id, directory: _, ...view }) => ({ id: `${view.table}/${id}`, ...view }))
  const rows = toRows(
    ['table', 'name', 'formats', 'columns', 'file'],
    views.map(({ id: _, ...view }) => ({ ...view, formats: view.formats.join(', ') })),
  )
  await printIds(session, { ids: views.map(({ id }) => id), ...rows }, format)
}
