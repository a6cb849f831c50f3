import type { ConfigureCommand } from '../configure-command.ts'
import { parsePatterns } from '../input/view-options.ts'
import { addExamples, addReadOptions, type ReadOptions } from '../options.ts'
import { printGenerated } from '../output/print-generated.ts'

interface UpdateOptions extends ReadOptions {
  readonly collection?: readonly string[]
  readonly force?: boolean
}

export const configureDocs: ConfigureCommand = (command, session) => {
  const update = command
    .command('update')
    .description('write README.md beside the records of each table')
    .option('--collection <patterns>', "only tables whose id matches; '**' and no pattern are all of them", parsePatterns)
    .option('--force', 'also in the place of a README that was written by hand')
  addReadOptions(update).action(async ({ at, collection, force }: UpdateOptions) => {
    const answer = await session.call('updateReadmes', {
      ...(collection !== undefined && { tables: collection }),
      ...(force !== undefined && { force }),
      ...(at !== undefined && { at }),
      ...session.branch(),
    })
    await printGenerated(session, answer)
  })
  addExamples(command, ['ingitdb docs update', 'ingitdb docs update --collection users'])
}
