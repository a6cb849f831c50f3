import { Option } from 'commander'
import type { OperationInput } from '../../../api/contract/operations.ts'
import type { ConfigureCommand } from '../configure-command.ts'
import { addExamples, addWriteOptions, type WriteOptions } from '../options.ts'
import { describeFetch } from '../output/describe-remotes.ts'
import { printMerge } from '../output/print-merge.ts'
import { addTransportOptions, refuseRemoteOption, type TransportOptions, toTransportScope } from '../transport-options.ts'

type Strategy = NonNullable<OperationInput<'pull'>['strategy']>

interface PullOptions extends TransportOptions, WriteOptions {
  readonly strategy?: Strategy
  readonly ffOnly?: boolean
  readonly rebase?: boolean
}

const strategies: readonly Strategy[] = ['manual', 'ours', 'theirs', 'union', 'max', 'min', 'strict']

export const configurePull: ConfigureCommand = (command, session) => {
  addWriteOptions(command)
    .argument('[remote]', 'name of the remote (default: that of the branch, else origin)')
    .addOption(new Option('--strategy <strategy>', 'what counts where both sides changed the same value').choices(strategies))
    .option('--ff-only', 'move the branch forwards, or fail')
    .option('--rebase', 'not yet: commits are merged, git pull --rebase moves them')
    .action(async (remote: string | undefined, { strategy, ffOnly, rebase, message, force, dryRun, ...rest }: PullOptions) => {
      refuseRemoteOption(session)
      const { merge, ...fetched } = await session.interruptibly(() =>
        session.call('pull', {
          ...(remote !== undefined && { remote }),
          ...(strategy !== undefined && { strategy }),
          ...(ffOnly === true && { fastForward: 'only' as const }),
          ...(rebase !== undefined && { rebase }),
          ...(message !== undefined && { message }),
          ...(force !== undefined && { force }),
          ...(dryRun !== undefined && { dryRun }),
          ...session.branch(),
          ...toTransportScope(rest),
        }),
      )
      session.progress.end()
      if (session.options.json === true) {
        if (merge.status === 'conflicts') session.exitCode = 1
        return session.io.out(`${JSON.stringify({ ...fetched, merge })}\n`)
      }
      for (const line of describeFetch(fetched)) session.say(line)
      await printMerge(session, merge)
    })
  addTransportOptions(command)
  addExamples(command, ['ingitdb pull', 'ingitdb pull origin --ff-only'])
}
