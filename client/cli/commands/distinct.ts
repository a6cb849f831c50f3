import type { OperationAnswer } from '../../../api/contract/operations.ts'
import type { ConfigureCommand } from '../configure-command.ts'
import { UsageError } from '../errors.ts'
import { readFilter } from '../input/read-filter.ts'
import type { FilterOptions, Format, ReadOptions } from '../options.ts'
import { addExamples, addFilterOption, addFormatOption, addPageOptions, addReadOptions, parseTable, splitList, toPage } from '../options.ts'
import { answerWithNote } from '../output/note-uncommitted.ts'
import { printList } from '../output/print-answer.ts'

interface DistinctOptions extends ReadOptions, FilterOptions {
  readonly from?: string
  readonly count?: boolean
  readonly limit?: number
  readonly offset?: number
  readonly format?: Format
}

export const configureDistinct: ConfigureCommand = (command, session) => {
  command
    .argument('<fields>', 'field, or fields between commas: role,address.city', splitList)
    .option('--from <table>', 'table to look in')
    .option('--count', 'say in "$count" how many records have the values')
    .action(async (fields: readonly string[], { from, at, count, limit, offset, format, ...conditions }: DistinctOptions) => {
      if (from === undefined) throw new UsageError('say which table: --from TABLE')
      const records = parseTable(from)
      const page = toPage({ ...(limit !== undefined && { limit }), ...(offset !== undefined && { offset }) })
      const input = { ...records, fields, ...(await readFilter(session, conditions)), ...page, ...(at !== undefined && { at }) }
      const columns = [...fields, ...(count === true ? ['$count'] : [])]
      const toLines = ({ groups }: OperationAnswer<'distinctValues'>): readonly string[] =>
        groups.map((group) => formatGroup(fields, group.values, count === true ? group.count : undefined))
      if (session.sources().length > 1) {
        const { askAll, printLabelled } = await import('../several-sources.ts')
        const answers = await askAll(session, 'distinctValues', (branch) => ({ ...input, ...branch }))
        const rows = answers.map(({ label, answer }) => ({ label, columns, rows: toLines(answer) }))
        return printLabelled(session, rows, format)
      }
      await answerWithNote(session, { table: records.table, at }, async () => {
        const answer = await session.call('distinctValues', { ...input, ...session.branch() })
        await printList(session, { columns, rows: toLines(answer) }, format)
      })
    })
  addPageOptions(addFilterOption(command))
  addFormatOption(addReadOptions(command))
  addExamples(command, ['ingitdb distinct role --from users', "ingitdb distinct role,address.city --from users --count --where 'age>30'"])
}

const formatGroup = (fields: readonly string[], values: readonly string[], count: number | undefined): string => {
  const members = fields.map((field, index) => `${JSON.stringify(field)}:${values[index]}`)
  return `{${[...members, ...(count === undefined ? [] : [`"$count":${count}`])].join(',')}}`
}
