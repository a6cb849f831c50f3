import { cpSync, existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { checkClaim } from '../claim.ts'
import { runGit } from '../run-command.ts'
import type { Step } from '../stage.ts'

export const openGoDatabase: Step = {
  title: 'Databases of the Go tools are opened as they are: their sample database',
  run: async ({ folder, ingitdb, claim }) => {
    cpSync(join(findProjectRoot(), 'test/fixtures/demo'), folder.sample, { recursive: true })
    const commands = [
      ['init', '--quiet', '--initial-branch=main'],
      ['add', '--all'],
      [...author, 'commit', '--quiet', '--message', 'Sample database'],
    ]
    for (const args of commands) checkClaim(`git ${args.join(' ')}`, { actual: runGit(args, { cwd: folder.sample }).status, expected: 0 })
    const { stdout: tables } = ingitdb(['list', 'tables', ...inSample])
    claim('four tables, with as many records as the files hold', {
      actual: [...tables.matchAll(/^\| ([a-z.]+) +\| (\d+) /gm)].map(([, table, records]) => `${table} ${records}`),
      expected: ['geo.countries 2', 'todo.statuses 4', 'todo.tags 4', 'todo.tasks 1'],
    })
    const { stdout } = ingitdb([
      'select',
      '--from',
      'geo.countries',
      '--where',
      'population>200000000',
      '--fields',
      'names.ru,population',
      ...inSample,
    ])
    claim('one of its two countries is so large', { actual: [...stdout.matchAll(/^\| (\w\w) /gm)].map(([, key]) => key), expected: ['us'] })
  },
}

const inSample = ['--path', '../sample']
const author = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org']

/** Sources and build output lie at different depths below the folder with `package.json`. */
const findProjectRoot = (): string => {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder)
  return folder
}
