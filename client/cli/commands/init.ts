import { resolve } from 'node:path'
import type { ConfigureCommand } from '../configure-command.ts'
import { unwrap } from '../errors.ts'
import { addExamples } from '../options.ts'

export const configureInit: ConfigureCommand = (command, session) => {
  command.argument('<dir>', 'folder to make the database in: a new one, or an empty one').action(async (dir: string) => {
    const directory = resolve(session.io.cwd, session.options.path ?? '.', dir)
    const local = await session.local()
    const { commit } = unwrap(await local.init(directory))
    session.say(`made a database in ${dir} (commit ${commit.slice(0, 12)})`)
    if (session.options.json === true) await session.io.out(`${JSON.stringify({ directory, commit })}\n`)
  })
  addExamples(command, ['ingitdb init mydb', 'ingitdb init mydb && cd mydb && ingitdb status'])
}
