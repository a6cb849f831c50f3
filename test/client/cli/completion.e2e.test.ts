import { spawnSync } from 'node:child_process'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type CliFolder, cliPath, openCliFolder } from '../../support/run-cli.ts'

let folder: CliFolder
let env: NodeJS.ProcessEnv

beforeAll(async () => {
  folder = await openCliFolder()
  await folder.shell(`ingitdb init db; cd db; ingitdb create table users --columns name:string
    for key in ada 'ann b' bob; do ingitdb insert --into users --key "$key" --empty; done`)
  await mkdir(join(folder.path, 'bin'))
  await writeFile(join(folder.path, 'bin/ingitdb'), `#!/bin/sh\nexec '${process.execPath}' '${cliPath}' "$@"\n`)
  await chmod(join(folder.path, 'bin/ingitdb'), 0o755)
  env = { ...process.env, PATH: `${join(folder.path, 'bin')}:${process.env.PATH}`, HOME: folder.path }
})
afterAll(() => folder[Symbol.asyncDispose]())

const hasShell = (shell: string): boolean => spawnSync(shell, ['--version']).status === 0

/** What a shell prints for a script; the shell reads no start files. */
const runIn = (shell: string, args: readonly string[], script: string): string => {
  const { stdout, stderr } = spawnSync(shell, [...args, '-c', script], { cwd: join(folder.path, 'db'), env, encoding: 'utf8' })
  expect(stderr).toBe('')
  return stdout
}

describe('bash', () => {
  const complete = (...words: readonly string[]) =>
    runIn(
      'bash',
      ['--norc'],
      `source <(ingitdb completion bash); COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}
       _ingitdb; printf '%s\\n' "\${COMPREPLY[@]}"`,
    )

  test.each([
    [['ingitdb', 'sel'], 'select\nself-update\n'],
    [['ingitdb', 'select', '--id', 'users/a'], 'users/ada\nusers/ann\\ b\n'],
    [['ingitdb', 'select', '--format', '=', 'j'], 'json\njsonl\n'],
    [['ingitdb', 'select', '--id', '='], 'users/\n'],
    [['ingitdb', 'init', '../b'], '../bin\n'],
  ])('completes %j', (words, wanted) => {
    expect(complete(...words)).toBe(wanted)
  })
})

describe.runIf(hasShell('fish'))('fish', () => {
  test.each([
    ['ingitdb select --id users/a', 'users/ada\nusers/ann b\n'],
    ['ingitdb select --format=j', '--format=json\n--format=jsonl\n'],
    ['ingitdb version --he', ''],
    ['ingitdb init ../b', '../bin/\tDirectory\n'],
  ])('completes %s', (line, wanted) => {
    expect(runIn('fish', ['--no-config'], `ingitdb completion fish | source; complete -C '${line}'`)).toBe(wanted)
  })
})

describe.runIf(hasShell('zsh'))('zsh', () => {
  test('gets values, descriptions, and those that want more apart', () => {
    // Outside of its line editor zsh has no compadd; what it would be given is what counts.
    const script = `compdef() { : }; compadd() { print -r -- "$@" "\${(P)@[-1]}" }; source <(ingitdb completion zsh)
      words=(ingitdb select --id users/a); CURRENT=4; _ingitdb
      words=(ingitdb select --id u); CURRENT=4; _ingitdb
      words=(ingitdb se); CURRENT=2; _ingitdb`
    expect(runIn('zsh', ['-f'], script)).toBe(
      [
        '-l -d whole_lines -a whole_values users/ada users/ann b',
        '-l -S  -d open_lines -a open_values users/',
        '-l -d whole_lines -a whole_values setup select self-update',
        '',
      ].join('\n'),
    )
  })
})

test('a folder without a database has commands and options, and no tables', async () => {
  await mkdir(join(folder.path, 'empty'))
  const ask = (...words: readonly string[]) => folder.run(['__complete', '--', ...words], { cwd: join(folder.path, 'empty') })
  expect(await ask('select', '--id', 'u')).toEqual({ status: 0, stdout: '', stderr: '' })
  expect((await ask('select', '--fo')).stdout).toBe('--format\tform of the answer\n')
})
