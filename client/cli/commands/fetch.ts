import type { ConfigureCommand } from '../configure-command.ts'
import { UsageError } from '../errors.ts'
import { addExamples } from '../options.ts'
import { describeFetch } from '../output/describe-remotes.ts'
import { addTransportOptions, parseSeconds, refuseRemoteOption, type TransportOptions, toTransportScope } from '../transport-options.ts'
import { followRemote } from './follow-remote.ts'

interface FetchOptions extends TransportOptions {
  readonly prune?: boolean
  readonly tags?: boolean
  readonly follow?: boolean
  readonly interval?: number
}

export const configureFetch: ConfigureCommand = (command, session) => {
  command
    .argument('[remote]', 'name of the remote (default: that of the current branch, else origin)')
    .option('--prune', 'forget branches that the remote has no more')
    .option('--tags', 'all tags, and not only those of commits that are fetched')
    .option('--follow', 'fetch again and again, and let the branches here follow; prints a line for each move')
    .option('--interval <seconds>', 'with --follow: how long to wait in between (default: 10)', parseSeconds)
    .action(async (remote: string | undefined, { prune, tags, follow, interval, ...rest }: FetchOptions) => {
      refuseRemoteOption(session)
      if (follow !== true && interval !== undefined) throw new UsageError('--interval goes with --follow')
      if (follow === true && tags === true) throw new UsageError('--follow moves branches: --tags goes without it')
      const scope = { ...(remote !== undefined && { remote }), ...(prune !== undefined && { prune }), ...toTransportScope(rest) }
      if (follow === true) return session.interruptibly(() => followRemote(session, scope, interval ?? 10))
      const answer = await session.interruptibly(() => session.call('fetch', { ...scope, ...(tags !== undefined && { tags }) }))
      session.progress.end()
      for (const line of describeFetch(answer)) session.say(line)
      if (session.options.json === true) await session.io.out(`${JSON.stringify(answer)}\n`)
    })
  addTransportOptions(command)
  addExamples(command, ['ingitdb fetch', 'ingitdb fetch origin --prune'])
}
