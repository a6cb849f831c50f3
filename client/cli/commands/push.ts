import type { ConfigureCommand } from '../configure-command.ts'
import { UsageError } from '../errors.ts'
import { addExamples, parseWhole } from '../options.ts'
import { describePush } from '../output/describe-remotes.ts'
import { addTransportOptions, refuseRemoteOption, type TransportOptions, toTransportScope } from '../transport-options.ts'

interface PushOptions extends TransportOptions {
  readonly tags?: boolean
  readonly forceWithLease?: boolean
  readonly setUpstream?: boolean
  readonly dryRun?: boolean
  readonly retry?: number
}

export const configurePush: ConfigureCommand = (command, session) => {
  command
    .argument('[remote]', 'name of the remote (default: that of the branch, else origin)')
    .argument('[branch]', 'branch to push, to the branch of the same name there (default: the current one)')
    .option('--tags', 'all tags too')
    .option('--force-with-lease', 'overwrite the branch there, but only what has been fetched and looked at here')
    .option('-u, --set-upstream', 'let the branch follow the one there from now on')
    .option('--retry <n>', 'try again so often: merge what is new there first, or wait when it cannot be reached', (text) => parseWhole(text, 0))
    .option('--dry-run', 'say what would be pushed, send nothing')
    .action(async (remote: string | undefined, named: string | undefined, options: PushOptions) => {
      refuseRemoteOption(session)
      if (named !== undefined && session.options.branch !== undefined) throw new UsageError('the branch is named twice: leave out --branch')
      const { tags, forceWithLease, setUpstream, dryRun, retry, ...rest } = options
      const branch = named ?? session.options.branch
      const answer = await session.interruptibly(() =>
        session.call('push', {
          ...(remote !== undefined && { remote }),
          ...(branch !== undefined && { branch }),
          ...(tags !== undefined && { tags }),
          ...(forceWithLease !== undefined && { forceWithLease }),
          ...(setUpstream !== undefined && { setUpstream }),
          ...(dryRun !== undefined && { dryRun }),
          ...(retry !== undefined && { retry }),
          ...toTransportScope(rest),
        }),
      )
      session.progress.end()
      for (const line of describePush(answer)) session.say(line)
      if (session.options.json === true) await session.io.out(`${JSON.stringify(answer)}\n`)
    })
  addTransportOptions(command)
  addExamples(command, ['ingitdb push', 'ingitdb push origin proposal --set-upstream', 'ingitdb push --tags'])
}
