import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ProgramRun, runProgram } from '../../../support/run-program.ts'
import { projectRoot } from '../../../support/source-tree.ts'

/** What `npm run demo` runs. */
const demo = join(projectRoot, 'dist/client/examples/demo/main.js')

let base: string
let tour: ProgramRun
const run = (program: string, ...args: readonly string[]): Promise<ProgramRun> =>
  runProgram(program, args, { cwd: base, env: { PATH: process.env.PATH ?? '', HOME: base, GIT_CONFIG_NOSYSTEM: '1', TZ: 'UTC', LANG: 'C.UTF-8' } })

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'ingitdb-demo-'))
  tour = await run(process.execPath, demo)
})
afterAll(() => rm(base, { recursive: true, force: true }))

describe('the demonstration', () => {
  test('ends by itself, and every claim holds, also for somebody whom git does not know', () => {
    expect(tour).toMatchObject({ status: 0, stderr: '' })
    expect(tour.stdout).toContain('every claim held')
  })

  test.each([
    'inserted 252 records in countries',
    'the field "currency" refers to no record of currencies: "XCG"',
    '| CI  | Ivory Coast   | Yamoussoukro |',
    'updated 8 records in countries',
    'the field "capital" must be of type string',
    'currencies/XOF: cannot be deleted, 8 records of countries refer to it',
    'exit code 65',
    '$ ingitdb history countries/CI',
    '--at imported',
    '# The kings and the parliament reside in Lobamba.',
    '$ ingitdb rebuild',
    'are the same as before',
    '| us  | США      | 331002651  |',
  ])('shows: %s', (line) => {
    expect(tour.stdout).toContain(line)
  })

  test('has no colours where there is no terminal, and no line that is empty of meaning', () => {
    expect(tour.stdout).not.toMatch(/\u001b|undefined|\[object/)
    expect(tour.stdout.split('\n').length).toBeLessThan(150)
  })

  test('leaves a database that can be looked at with the commands it names', async () => {
    const commands = [...tour.stdout.slice(tour.stdout.indexOf('Look around')).matchAll(/^ {2}\$ (.*)$/gm)].map(([, command = '']) => command)
    expect(commands.length).toBeGreaterThan(2)
    for (const command of commands)
      expect(await run('bash', '-c', command)).toMatchObject({ status: 0, stderr: '', stdout: expect.stringMatching(/./) })
  })

  test('leaves repositories without anything to commit and without damage', async () => {
    for (const name of ['world', 'sample']) {
      expect(await run('git', '-C', `demo-database/${name}`, 'status', '--porcelain')).toMatchObject({ status: 0, stdout: '' })
      expect(await run('git', '-C', `demo-database/${name}`, 'fsck', '--strict')).toMatchObject({ status: 0 })
    }
  })

  test('does not touch a folder that it did not make', async () => {
    await mkdir(join(base, 'mine'))
    await writeFile(join(base, 'mine', 'thesis.txt'), '')
    const { status, stdout, stderr } = await run(process.execPath, demo, '--directory', 'mine')
    expect([status, stdout]).toEqual([1, ''])
    expect(stderr).toContain('mine holds something that this demo did not make')
  })

  test('says how it is called', async () => {
    expect(await run(process.execPath, demo, '--faster')).toMatchObject({ status: 64, stderr: expect.stringContaining('usage: npm run demo') })
  })
})
