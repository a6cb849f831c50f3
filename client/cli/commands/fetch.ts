import type { ConfigureCommand } from '../configure-command.ts'
import { addExamples } from '../options.ts'
import { describeFetch } from '../output/describe-remotes.ts'
import { addTransportOptions, refuseRemoteOption, type TransportOptions, toTransportScope } from '../transport-options.ts'

interface FetchOptions extends TransportOptions {
  readonly prune?: boolean
  readonly tags?: boolean
}

export const configureFetch: ConfigureCommand = (command, session) => {
  command
    .argument('[remote]', 'name of the remote (default: that of the current branch, else origin)')
    .option('--prune', 'forget branches that the remote has no more')
    .option('--tags', 'all tags, and not only those of commits that are fetched')
    .action(async (remote: string | undefined, { prune, tags, ...rest }: FetchOptions) => {
      refuseRemoteOption(session)
      const answer = await session.interruptibly(() =>
        session.call('fetch', {
          ...(remote !== undefined && { remote }),
          ...(prune !== undefined && { prune }),
          ...(tags !== undefined && { tags }),
          ...toTransportScope(rest),
        }),
      )
      session.progress.end()
      for (const line of describeFetch(answer)) session.say(line)
      if (session.options.json === true) await session.io.out(`${JSON.stringify(answer)}\n`)
    })
  addTransportOptions(command)
  addExamples(command, ['ingitdb fetch', 'ingitdb fetch origin --prune'])
}
