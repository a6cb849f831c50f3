import { toJsonText } from '../../../api/contract/json.ts'
import type { ConfigureCommand } from '../configure-command.ts'
import { UsageError } from '../errors.ts'
import { addExamples, addFormatOption, addReadOptions, type Format, type ReadOptions } from '../options.ts'
import { printObject } from '../output/print-answer.ts'

interface DescribeOptions extends ReadOptions {
  readonly format?: Format
  readonly in?: string
}

export const configureDescribe: ConfigureCommand = (command, session) => {
  command
    .argument('<name...>', 'id of the table, "table" or "collection" before it is allowed; or "view" and the name of a view')
    .option('--in <table>', 'the table of a view, where several have one of that name')
    .action(async (names: readonly string[], options: DescribeOptions) => {
      const { at, format, in: table } = options
      const view = takeView(names)
      if (view === undefined && table !== undefined) throw new UsageError('--in goes with a view: describe view NAME --in TABLE')
      const scope = { ...(at !== undefined && { at }), ...session.branch() }
      const answer =
        view === undefined
          ? await session.call('describeTable', { table: takeName(names), ...scope })
          : await session.call('describeView', { view, ...(table !== undefined && { table }), ...scope })
      await printObject(session, { columns: [], rows: [toJsonText(answer.definition)] }, format)
    })
  addFormatOption(addReadOptions(command))
  addExamples(command, ['ingitdb describe users', 'ingitdb describe table users --format json', 'ingitdb describe view active --in users'])
}

const takeView = ([first, second, ...others]: readonly string[]): string | undefined => (first === 'view' && others.length === 0 ? second : undefined)

const takeName = (names: readonly string[]): string => {
  const [first = '', second] = names
  if (second === undefined) return first
  if (names.length === 2 && (first === 'table' || first === 'collection')) return second
  throw new UsageError('describe takes one table at a time')
}
