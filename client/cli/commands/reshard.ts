import { Option } from 'commander'
import type { ConfigureCommand } from '../configure-command.ts'
import { addExamples, addRequestIdOption, addWriteOptions, toWriteScope, type WriteOptions } from '../options.ts'
import { printWrite, sayPreview } from '../output/print-write.ts'

interface ReshardOptions extends WriteOptions {
  readonly levels: string
}

const levels = { '0': 0, '1': 1, '2': 2 } as const
const isLevels = (text: string): text is keyof typeof levels => Object.hasOwn(levels, text)

export const configureReshard: ConfigureCommand = (command, session) => {
  command
    .argument('<table>', 'id of the table')
    .addOption(
      new Option('--levels <n>', 'of directories: 0 for none, 1 for 256 (to 100,000 records), 2 for 65,536')
        .choices(Object.keys(levels))
        .makeOptionMandatory(),
    )
    .action(async (table: string, options: ReshardOptions) => {
      if (!isLevels(options.levels)) throw new Error('a choice that commander lets through is one of these')
      const answer = await session.call('reshardTable', { table, levels: levels[options.levels], ...toWriteScope(options), ...session.branch() })
      await printWrite(session, answer, { isAsked: false })
      if (answer.dryRun) sayPreview(session, answer)
    })
  addRequestIdOption(addWriteOptions(command))
  addExamples(command, ['ingitdb reshard users --levels 1', 'ingitdb reshard users --levels 2 --dry-run'])
}
