import type { ConfigureCommand } from '../configure-command.ts'
import { UsageError } from '../errors.ts'
import { addExamples, addFilterOption, addReadOptions, type FilterOptions, type ReadOptions } from '../options.ts'

interface CountOptions extends ReadOptions, FilterOptions {
  readonly from?: string
}

export const configureCount: ConfigureCommand = (command, session) => {
  command.option('--from <table>', 'table to count in').action(async ({ from, where, at }: CountOptions) => {
    if (from === undefined) throw new UsageError('say which table: --from TABLE')
    const input = { table: from, ...(where !== undefined && { where }), ...(at !== undefined && { at }), ...session.branch() }
    const { count } = await session.call('countRecords', input)
    await session.io.out(`${count}\n`)
  })
  addReadOptions(addFilterOption(command))
  addExamples(command, ['ingitdb count --from users', "ingitdb count --from users --where 'age>30' --at HEAD~1"])
}
