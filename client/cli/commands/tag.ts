import type { ConfigureCommand } from '../configure-command.ts'
import { addExamples, addFormatOption, type Format } from '../options.ts'
import { toTagRows } from '../output/describe-branches.ts'
import { chooseCommitForm } from '../output/describe-commit.ts'
import { printDone, printIds } from '../output/print-answer.ts'

interface CreateOptions {
  readonly at?: string
  readonly message?: string
}

export const configureTag: ConfigureCommand = (command, session) => {
  const list = command
    .command('list', { isDefault: true })
    .description('tags, with the commit that each stands for')
    .action(async ({ format }: { readonly format?: Format }) => {
      const { tags } = await session.call('listTags', {})
      await printIds(session, { ids: tags.map(({ name }) => name), ...toTagRows(tags, chooseCommitForm(session, format)) }, format)
    })
  addFormatOption(list)
  command
    .command('create')
    .description('give a commit a name that stays')
    .argument('<new-name>', 'name of the new tag')
    .option('--at <revision>', 'commit, branch, tag or time (default: the current branch)')
    .option('--message <text>', 'makes an annotated tag, which says who made it, when and why')
    .action(async (name: string, { at, message }: CreateOptions) => {
      const scope = { ...(at !== undefined && { at }), ...(message !== undefined && { message }), ...session.branch() }
      const answer = await session.call('createTag', { name, ...scope })
      await printDone(session, answer, `created tag ${answer.tag} at ${answer.commit.slice(0, 12)}`)
    })
  command
    .command('delete')
    .description('delete a tag; the commit stays')
    .argument('<tag>', 'name of the tag')
    .action(async (name: string) => {
      const answer = await session.call('deleteTag', { name })
      await printDone(session, answer, `deleted tag ${answer.tag} (it was ${answer.object.slice(0, 12)})`)
    })
  addExamples(command, ['ingitdb tag list', "ingitdb tag create v1 --message 'as published'", 'ingitdb tag create before-import --at main~1'])
}
