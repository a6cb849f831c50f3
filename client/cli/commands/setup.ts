import { resolve } from 'node:path'
import type { ConfigureCommand } from '../configure-command.ts'
import { unwrap } from '../errors.ts'
import { addExamples, createFormatOption } from '../options.ts'

export const configureSetup: ConfigureCommand = (command, session) => {
  command
    .addOption(
      createFormatOption('--default-format <format>', 'record format that new settings name as the default', [
        'yaml',
        'yml',
        'json',
        'markdown',
        'toml',
        'ingr',
        'csv',
        'jsonl',
      ]),
    )
    .action(async ({ defaultFormat }: { readonly defaultFormat?: string }) => {
      const directory = resolve(session.io.cwd, session.options.path ?? '.')
      const { commit, made } = unwrap(await (await session.local()).setUp(directory, defaultFormat))
      for (const what of made) session.say(`made ${what}`)
      if (made.length === 0) session.say('everything is there already, and nothing is changed')
      const files = made.filter((what) => what.startsWith('.'))
      if (commit === undefined && files.length > 0) session.say(`note: this is not committed yet; git add ${files.join(' ')} && git commit keeps it`)
      if (session.options.json === true) await session.io.out(`${JSON.stringify({ directory, made, ...(commit !== undefined && { commit }) })}\n`)
    })
  addExamples(command, ['ingitdb setup', 'ingitdb setup --path mydb --default-format json'])
}
