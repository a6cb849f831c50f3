import type { Command } from 'commander'
import type { ConfigureCommand } from '../configure-command.ts'
import { addExamples, addFormatOption, type Format } from '../options.ts'
import { toBranchRows } from '../output/describe-branches.ts'
import { chooseCommitForm } from '../output/describe-commit.ts'
import { printDone, printIds } from '../output/print-answer.ts'
import type { Session } from '../session.ts'

export const configureBranch: ConfigureCommand = (command, session) => {
  addListing(command, session)
  addMaking(command, session)
  addProtecting(command, session)
  addExamples(command, [
    'ingitdb branch list',
    'ingitdb branch create draft --from main',
    'ingitdb branch switch proposal',
    "ingitdb branch protect main --reason 'changes go through proposals'",
  ])
}

const addListing = (command: Command, session: Session): void => {
  const list = command
    .command('list', { isDefault: true })
    .description('branches, with how far each has diverged from the current one, and whether it is protected')
    .option('--base <revision>', 'compare with this one instead')
    .action(async ({ base, format }: { readonly base?: string; readonly format?: Format }) => {
      const { branches } = await session.call('listBranches', base === undefined ? {} : { base })
      const rows = toBranchRows(branches, chooseCommitForm(session, format))
      await printIds(session, { ids: branches.map(({ name }) => name), ...rows }, format)
    })
  addFormatOption(list)
}

const addMaking = (command: Command, session: Session): void => {
  command
    .command('create')
    .description('make a branch')
    .argument('<new-name>', 'name of the new branch')
    .option('--from <revision>', 'commit, branch, tag or time that it starts at (default: the current branch)')
    .action(async (name: string, { from }: { readonly from?: string }) => {
      const answer = await session.call('createBranch', { name, ...(from !== undefined && { from }), ...session.branch() })
      await printDone(session, answer, `created branch ${answer.branch} at ${answer.commit.slice(0, 12)}`)
    })
  command
    .command('switch')
    .description('make a branch the current one, and check out its files')
    .argument('<branch>', 'name of the branch')
    .action((name: string) => switchTo(session, name))
  command
    .command('rename')
    .description('give a branch another name')
    .argument('<branch>', 'name of the branch')
    .argument('<new-name>', 'its new name')
    .action(async (name: string, to: string) => {
      const answer = await session.call('renameBranch', { name, to })
      await printDone(session, answer, `renamed branch ${name} to ${answer.branch}`)
    })
  command
    .command('delete')
    .description('delete a branch that is merged')
    .argument('<branch>', 'name of the branch')
    .option('--force', 'also one with commits that no other branch may have')
    .action(async (name: string, { force }: { readonly force?: boolean }) => {
      const answer = await session.call('deleteBranch', { name, ...(force !== undefined && { force }) })
      await printDone(session, answer, `deleted branch ${answer.branch} (it was at ${answer.commit.slice(0, 12)})`)
    })
}

const switchTo = async (session: Session, name: string): Promise<void> => {
  const answer = await session.call('switchBranch', { name })
  const { branch, previous, detached } = answer
  await printDone(session, answer, previous === branch ? `${branch} is the current branch already` : `switched to branch ${branch}`)
  if (detached !== undefined)
    session.say(`note: HEAD was at ${detached.slice(0, 12)}; to keep that: ingitdb branch create NAME --from ${detached.slice(0, 12)}`)
}

interface ProtectOptions {
  readonly reason: string
  readonly until?: string
  readonly freeze?: boolean
}

const addProtecting = (command: Command, session: Session): void => {
  command
    .command('protect')
    .description('refuse direct writes to a branch, and to delete, rename or move it back; merges go into it')
    .argument('<branch>', 'name of the branch')
    .requiredOption('--reason <text>', 'why; whoever is refused reads it')
    .option('--until <time>', 'when the protection ends by itself: 2026-12-31, or 2026-12-31T12:00:00Z')
    .option('--freeze', 'refuse merges too')
    .action(async (name: string, { reason, until, freeze }: ProtectOptions) => {
      const scope = { ...(until !== undefined && { until }), ...(freeze !== undefined && { freeze }) }
      const answer = await session.call('protectBranch', { name, reason, ...scope })
      const { protection } = answer
      const end = protection.until === undefined ? '' : ` until ${protection.until}`
      await printDone(session, answer, `branch ${answer.branch} is ${protection.frozen ? 'frozen' : 'protected'}${end}`)
    })
  command
    .command('unprotect')
    .description('take the protection of a branch away')
    .argument('<branch>', 'name of the branch')
    .action(async (name: string) => {
      const answer = await session.call('unprotectBranch', { name })
      await printDone(
        session,
        answer,
        answer.protection === undefined ? `branch ${name} was not protected` : `branch ${name} is not protected any more`,
      )
    })
}
