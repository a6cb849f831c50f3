import type { Command } from 'commander'
import { sayText } from '../../../api/contract/describe-failure.ts'
import type { ConfigureCommand } from '../configure-command.ts'
import { resolveAddress } from '../input/resolve-address.ts'
import { addExamples, addFormatOption, type Format } from '../options.ts'
import { printIds, toRows } from '../output/print-answer.ts'
import type { Session } from '../session.ts'
import { refuseRemoteOption } from '../transport-options.ts'

export const configureRemote: ConfigureCommand = (command, session) => {
  addList(command, session)
  addChanges(command, session)
  addExamples(command, [
    'ingitdb remote list',
    'ingitdb remote add backup ../backup.git',
    'ingitdb remote set-url origin git@example.org:team/db.git',
    'ingitdb remote remove origin',
  ])
}

const addList = (command: Command, session: Session): void => {
  const list = command
    .command('list', { isDefault: true })
    .description('the remotes, with their addresses')
    .action(async ({ format }: { readonly format?: Format }) => {
      refuseRemoteOption(session)
      const { remotes } = await session.call('listRemotes', {})
      await printIds(session, { ids: remotes.map(({ name }) => name), ...toRows(['name', 'url'], remotes) }, format)
    })
  addFormatOption(list)
}

const addChanges = (command: Command, session: Session): void => {
  const print = async (message: string, answer: object): Promise<void> => {
    session.say(message)
    if (session.options.json === true) await session.io.out(`${JSON.stringify(answer)}\n`)
  }
  command
    .command('add')
    .description('give a repository somewhere else a name')
    .argument('<remote>', 'name of the remote')
    .argument('<url>', 'https, http, ssh or file address, user@host:path, or path of a folder')
    .action(async (remote: string, url: string) => {
      refuseRemoteOption(session)
      const answer = await session.call('addRemote', { remote, url: resolveAddress(session.io.cwd, url) })
      await print(`added remote ${answer.name} (${answer.url}); ingitdb fetch ${answer.name} gets its branches`, answer)
    })
  command
    .command('set-url')
    .description('give a remote another address')
    .argument('<remote>', 'name of the remote')
    .argument('<url>', 'the new address')
    .option('--push', 'for pushes alone')
    .action(async (remote: string, url: string, { push }: { readonly push?: boolean }) => {
      refuseRemoteOption(session)
      const answer = await session.call('setRemoteUrl', { remote, url: resolveAddress(session.io.cwd, url), ...(push !== undefined && { push }) })
      const where = push === true ? (answer.pushUrls?.join(', ') ?? answer.url) : answer.url
      await print(`remote ${answer.name} ${push === true ? 'is pushed to' : 'is'} ${where}`, answer)
    })
  command
    .command('mirror')
    .description('push every commit to a remote, beside the writes that make them')
    .argument('<remote>', 'name of the remote')
    .option('--off', 'not any more')
    .action(async (remote: string, { off }: { readonly off?: boolean }) => {
      refuseRemoteOption(session)
      const answer = await session.interruptibly(() => session.call('mirrorRemote', { remote, ...(off !== undefined && { off }) }))
      await print(off === true ? `${remote} is no mirror any more` : `every commit is pushed to ${remote} from now on`, answer)
      if (answer.state?.error !== undefined) session.say(`note: ${sayText(answer.state.error)}`)
    })
  command
    .command('remove')
    .description('forget a remote, and what was fetched from it')
    .argument('<remote>', 'name of the remote')
    .action(async (remote: string) => {
      refuseRemoteOption(session)
      const answer = await session.call('removeRemote', { remote })
      await print(`removed remote ${answer.name}`, answer)
    })
}
