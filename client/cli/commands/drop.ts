import { Argument } from 'commander'
import type { ConfigureCommand } from '../configure-command.ts'
import { OperationFailed } from '../errors.ts'
import { addExamples, addRequestIdOption, addWriteOptions, toWriteScope, type WriteOptions } from '../options.ts'
import { printWrite } from '../output/print-write.ts'

interface DropOptions extends WriteOptions {
  readonly ifExists?: boolean
  readonly cascade?: boolean
}

export const configureDrop: ConfigureCommand = (command, session) => {
  command
    .addArgument(new Argument('<what>', 'what to drop').choices(['table', 'collection']))
    .argument('<name>', 'id of the table')
    .option('--if-exists', 'a table that does not exist is no error')
    .option('--cascade', 'taken as the Go CLI takes it: nothing besides its records goes with a table')
    .action(async (_what: string, table: string, options: DropOptions) => {
      try {
        await printWrite(session, await session.call('dropTable', { table, ...toWriteScope(options), ...session.branch() }), { isAsked: false })
      } catch (error) {
        if (!(options.ifExists === true && isMissingTable(error))) throw error
        session.say(`there is no table ${table}: nothing to drop`)
      }
    })
  addRequestIdOption(addWriteOptions(command))
  addExamples(command, ['ingitdb drop table users', 'ingitdb drop table users --if-exists'])
}

const isMissingTable = (error: unknown): boolean =>
  error instanceof OperationFailed && error.failure.kind === 'not-found' && error.failure.what === 'table'
