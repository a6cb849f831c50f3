import { Option } from 'commander'
import type { OperationInput } from '../../../api/contract/operations.ts'
import type { ConfigureCommand } from '../configure-command.ts'
import { UsageError } from '../errors.ts'
import { addExamples } from '../options.ts'
import { printReplay } from '../output/print-replay.ts'
import { addSafetyOptions, type SafetyOptions, strategies } from '../replay-options.ts'

interface RebaseOptions extends SafetyOptions {
  readonly baseRef?: string
  readonly base_ref?: string
  readonly strategy?: NonNullable<OperationInput<'rebaseBranch'>['strategy']>
}

export const configureRebase: ConfigureCommand = (command, session) => {
  addSafetyOptions(command)
    .argument('[upstream]', 'branch, tag or commit that the commits go on top of')
    .option('--base-ref <revision>', 'the same, as the Go tools name it')
    .addOption(new Option('--base_ref <revision>').hideHelp())
    .addOption(
      new Option('--strategy <strategy>', 'what counts where both changed the same value; "theirs" are the commits of the branch').choices(
        strategies,
      ),
    )
    .action(async (argument: string | undefined, { baseRef, base_ref, strategy, dryRun, force }: RebaseOptions) => {
      const upstream = argument ?? baseRef ?? base_ref
      if (upstream === undefined) throw new UsageError('say onto what: a branch, a tag or a commit')
      const { branch } = session.options
      const answer = await session.call('rebaseBranch', {
        upstream,
        ...(branch !== undefined && { branch }),
        ...(strategy !== undefined && { strategy }),
        ...(dryRun === true && { dryRun }),
        ...(force === true && { force }),
      })
      await printReplay(session, answer, { command: 'rebase', done: 'rebased', would: 'rebase' })
    })
  addExamples(command, ['ingitdb rebase main', 'ingitdb --branch proposal rebase main --dry-run'])
}
