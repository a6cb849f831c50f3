import { relative } from 'node:path'
import type { DemoFolder } from './demo-folder.ts'
import { cliFile, formatCommand } from './run-command.ts'
import type { Terminal } from './terminal.ts'

/** Says how to look around in what the tour leaves behind, in command lines that work from the folder it was started in. */
export const sayGoodbye = ({ heading, command, say }: Terminal, { root, world, sample }: DemoFolder): void => {
  const here = (path: string): string => relative('', path) || '.'
  const ingitdb = (database: string, ...args: readonly string[]): void =>
    command(formatCommand(['node', here(cliFile), ...args, '--path', here(database)]))
  heading('That is all, and every claim held. Look around:')
  ingitdb(world, 'select', '--from', 'countries', '--where', "languages~es and continent=='SA'", '--fields', 'name,capital')
  ingitdb(world, 'history', 'countries/SZ')
  ingitdb(sample, 'select', '--from', 'todo.tasks')
  command(formatCommand(['git', '-C', here(world), 'log', '--stat', '-3']))
  say(`All of it is in ${here(root)}, until the next run of the demo or until you remove it.`)
}
