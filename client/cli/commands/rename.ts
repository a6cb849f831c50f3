import { Argument } from 'commander'
import type { ConfigureCommand } from '../configure-command.ts'
import { addExamples, addRequestIdOption, addWriteOptions, toWriteScope, type WriteOptions } from '../options.ts'
import { printWrite, sayPreview } from '../output/print-write.ts'

interface RenameOptions extends WriteOptions {
  readonly keepDirectory?: boolean
}

export const configureRename: ConfigureCommand = (command, session) => {
  command
    .addArgument(new Argument('<what>', 'what to rename').choices(['table', 'collection']))
    .argument('<name>', 'id of the table')
    .argument('<new-name>', 'its new id')
    .option('--keep-directory', 'leave the files where they are')
    .action(async (...[_what, table, to, options]: readonly [string, string, string, RenameOptions]) => {
      const keep = options.keepDirectory === true && { keepDirectory: true }
      const answer = await session.call('renameTable', { table, to, ...keep, ...toWriteScope(options), ...session.branch() })
      await printWrite(session, answer, { isAsked: false })
      if (answer.dryRun) sayPreview(session, answer)
    })
  addRequestIdOption(addWriteOptions(command))
  addExamples(command, ['ingitdb rename table users people', 'ingitdb rename table users people --keep-directory --dry-run'])
}
