import type { ConfigureCommand } from '../configure-command.ts'
import { UsageError } from '../errors.ts'
import { readFilter } from '../input/read-filter.ts'
import { addExamples, addFilterOption, addReadOptions, type FilterOptions, parseTable, type ReadOptions } from '../options.ts'
import { answerWithNote } from '../output/note-uncommitted.ts'

interface CountOptions extends ReadOptions, FilterOptions {
  readonly from?: string
  readonly search?: string
}

export const configureCount: ConfigureCommand = (command, session) => {
  command
    .option('--from <table>', 'table to count in')
    .option('--search <words>', 'only records that have these words')
    .action(async ({ from, at, search, ...conditions }: CountOptions) => {
      if (from === undefined) throw new UsageError('say which table: --from TABLE')
      const records = parseTable(from)
      const filter = { ...(await readFilter(session, conditions)), ...(search !== undefined && { search }) }
      if (session.sources().length > 1) {
        const { askAll, printLabelled } = await import('../several-sources.ts')
        const counts = await askAll(session, 'countRecords', (branch) => ({ ...records, ...filter, ...(at !== undefined && { at }), ...branch }))
        const rows = counts.map(({ label, answer }) => ({ label, columns: ['count'], rows: [JSON.stringify({ count: answer.count })] }))
        return printLabelled(session, rows, undefined)
      }
      const input = { ...records, ...filter, ...(at !== undefined && { at }), ...session.branch() }
      await answerWithNote(session, { table: records.table, at }, async () => {
        const { count } = await session.call('countRecords', input)
        await session.io.out(`${count}\n`)
      })
    })
  addReadOptions(addFilterOption(command))
  addExamples(command, ['ingitdb count --from users', "ingitdb count --from users --where 'age>30' --at HEAD~1"])
}
