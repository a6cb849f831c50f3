import type { ConfigureCommand } from '../configure-command.ts'
import { UsageError } from '../errors.ts'
import { readFilter } from '../input/read-filter.ts'
import type { FilterOptions, Format, ReadOptions } from '../options.ts'
import { addExamples, addFilterOption, addFormatOption, addPageOptions, addReadOptions, parseTable, splitList } from '../options.ts'
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
      const page = { ...(limit !== undefined && { limit }), ...(offset !== undefined && { offset }) }
      const input = { ...records, fields, ...(await readFilter(session, conditions)), ...page, ...(at !== undefined && { at }), ...session.branch() }
      await answerWithNote(session, { table: records.table, at }, async () => {
        const { groups } = await session.call('distinctValues', input)
        const rows = groups.map((group) => formatGroup(fields, group.values, count === true ? group.count : undefined))
        await printList(session, { columns: [...fields, ...(count === true ? ['$count'] : [])], rows }, format)
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
