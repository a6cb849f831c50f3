import { Argument } from 'commander'
import type { ConfigureCommand } from '../configure-command.ts'
import { OperationFailed, UsageError } from '../errors.ts'
import { addExamples, addRequestIdOption, addWriteOptions, toWriteScope, type WriteOptions } from '../options.ts'
import { printWrite } from '../output/print-write.ts'

interface DropOptions extends WriteOptions {
  readonly ifExists?: boolean
  readonly cascade?: boolean
  readonly in?: string
}

export const configureDrop: ConfigureCommand = (command, session) => {
  command
    .addArgument(new Argument('<what>', 'what to drop').choices(['table', 'collection', 'view']))
    .argument('<name>', 'id of the table, or name of the view')
    .option('--in <table>', 'the table of the view')
    .option('--if-exists', 'what does not exist is no error')
    .option('--cascade', 'taken as the Go CLI takes it: nothing besides its records goes with a table')
    .action(async (what: string, name: string, options: DropOptions) => {
      const { in: table } = options
      if ((what === 'view') !== (table !== undefined)) throw new UsageError('a view is dropped from its table: drop view NAME --in TABLE')
      const scope = { ...toWriteScope(options), ...session.branch() }
      try {
        const answer =
          table === undefined
            ? await session.call('dropTable', { table: name, ...scope })
            : await session.call('dropView', { table, view: name, ...scope })
        await printWrite(session, answer, { isAsked: false })
      } catch (error) {
        if (!(options.ifExists === true && isMissing(error, ['table', 'view']))) throw error
        session.say(`there is no ${what === 'view' ? `view ${table}/${name}` : `table ${name}`}: nothing to drop`)
      }
    })
  addRequestIdOption(addWriteOptions(command))
  addExamples(command, ['ingitdb drop table users', 'ingitdb drop table users --if-exists', 'ingitdb drop view active --in users'])
}

const isMissing = (error: unknown, what: readonly string[]): boolean =>
  error instanceof OperationFailed && error.failure.kind === 'not-found' && what.includes(error.failure.what)
