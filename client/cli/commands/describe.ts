import { toJsonText } from '../../../api/contract/json.ts'
import type { ConfigureCommand } from '../configure-command.ts'
import { UsageError } from '../errors.ts'
import { addExamples, addFormatOption, addReadOptions, type Format, type ReadOptions } from '../options.ts'
import { printObject } from '../output/print-answer.ts'

interface DescribeOptions extends ReadOptions {
  readonly format?: Format
}

export const configureDescribe: ConfigureCommand = (command, session) => {
  command
    .argument('<name...>', 'id of the table; "table" or "collection" before it is allowed')
    .action(async (names: readonly string[], options: DescribeOptions) => {
      const { at, format } = options
      const answer = await session.call('describeTable', { table: takeName(names), ...(at !== undefined && { at }), ...session.branch() })
      await printObject(session, { columns: [], rows: [toJsonText(answer.definition)] }, format)
    })
  addFormatOption(addReadOptions(command))
  addExamples(command, ['ingitdb describe users', 'ingitdb describe table users --format json'])
}

const takeName = (names: readonly string[]): string => {
  const [first = '', second] = names
  if (second === undefined) return first
  if (names.length === 2 && (first === 'table' || first === 'collection')) return second
  throw new UsageError('describe takes one table at a time')
}
