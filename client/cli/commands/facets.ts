import type { OperationAnswer } from '../../../api/contract/operations.ts'
import type { ConfigureCommand } from '../configure-command.ts'
import { UsageError } from '../errors.ts'
import { readFilter } from '../input/read-filter.ts'
import type { FilterOptions, Format, ReadOptions } from '../options.ts'
import { addExamples, addFilterOption, addFormatOption, addReadOptions, parseTable, parseWhole, splitList } from '../options.ts'
import { answerWithNote } from '../output/note-uncommitted.ts'
import { printList } from '../output/print-answer.ts'

interface FacetsOptions extends ReadOptions, FilterOptions {
  readonly from?: string
  readonly top?: number
  readonly format?: Format
}

export const configureFacets: ConfigureCommand = (command, session) => {
  command
    .argument('<fields>', 'fields between commas, each counted on its own: role,address.city', splitList)
    .option('--from <table>', 'table to look in')
    .option('--top <n>', 'so many values of each field (default: 10)', (text) => parseWhole(text, 1))
    .action(async (fields: readonly string[], { from, at, top, format, ...conditions }: FacetsOptions) => {
      if (from === undefined) throw new UsageError('say which table: --from TABLE')
      const records = parseTable(from)
      const filter = await readFilter(session, conditions)
      const input = { ...records, fields, ...filter, ...(top !== undefined && { top }), ...(at !== undefined && { at }) }
      if (session.sources().length > 1) {
        const { askAll, printLabelled } = await import('../several-sources.ts')
        const answers = await askAll(session, 'countFacets', (branch) => ({ ...input, ...branch }))
        const rows = answers.map(({ label, answer }) => ({ label, columns, rows: toLines(answer) }))
        return printLabelled(session, rows, format)
      }
      await answerWithNote(session, { table: records.table, at }, async () => {
        const answer = await session.call('countFacets', { ...input, ...session.branch() })
        await printList(session, { columns, rows: toLines(answer) }, format)
      })
    })
  addFilterOption(command)
  addFormatOption(addReadOptions(command))
  addExamples(command, ['ingitdb facets role,address.city --from users', "ingitdb facets role --from users --top 3 --where 'age>30'"])
}

const columns = ['field', 'value', 'count']

const toLines = ({ facets }: OperationAnswer<'countFacets'>): readonly string[] =>
  facets.flatMap(({ field, values }) => values.map(({ value, count }) => `{"field":${JSON.stringify(field)},"value":${value},"count":${count}}`))
