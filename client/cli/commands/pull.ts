import { Option } from 'commander'
import type { OperationInput } from '../../../api/contract/operations.ts'
import { exitCodes } from '../../../api/contract/problem.ts'
import type { ConfigureCommand } from '../configure-command.ts'
import { addExamples, addWriteOptions, type WriteOptions } from '../options.ts'
import { describeFetch } from '../output/describe-remotes.ts'
import { printMerge } from '../output/print-merge.ts'
import { printReplay } from '../output/print-replay.ts'
import { strategies } from '../replay-options.ts'
import { addTransportOptions, refuseRemoteOption, type TransportOptions, toTransportScope } from '../transport-options.ts'

type Strategy = NonNullable<OperationInput<'pull'>['strategy']>

interface PullOptions extends TransportOptions, WriteOptions {
  readonly strategy?: Strategy
  readonly ffOnly?: boolean
  readonly rebase?: boolean
}

export const configurePull: ConfigureCommand = (command, session) => {
  addWriteOptions(command)
    .argument('[remote]', 'name of the remote (default: that of the branch, else origin)')
    .addOption(new Option('--strategy <strategy>', 'what counts where both sides changed the same value').choices(strategies))
    .option('--ff-only', 'move the branch forwards, or fail')
    .addOption(
      new Option('--rebase', 'make the commits of the branch once more on top of what was fetched, and merge nothing').conflicts([
        'ffOnly',
        'message',
      ]),
    )
    .action(async (remote: string | undefined, { strategy, ffOnly, rebase, message, force, dryRun, ...rest }: PullOptions) => {
      refuseRemoteOption(session)
      const {
        merge,
        rebase: rebased,
        ...fetched
      } = await session.interruptibly(() =>
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
        if ((rebased ?? merge)?.status === 'conflicts') session.exitCode = exitCodes.no
        return session.io.out(`${JSON.stringify({ ...fetched, ...(merge && { merge }), ...(rebased && { rebase: rebased }) })}\n`)
      }
      for (const line of describeFetch(fetched)) session.say(line)
      if (merge !== undefined) await printMerge(session, merge)
      if (rebased !== undefined) await printReplay(session, rebased, { command: 'rebase', done: 'rebased', would: 'rebase' })
    })
  addTransportOptions(command)
  addExamples(command, ['ingitdb pull', 'ingitdb pull origin --ff-only', 'ingitdb pull --rebase'])
}
