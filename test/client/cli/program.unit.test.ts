import { describe, expect, test } from 'vitest'
import { commandList } from '../../../client/cli/command-list.ts'
import { formatProgress } from '../../../client/cli/progress-bar.ts'
import { runCliOn } from '../../support/cli-in-process.ts'
import { FakeDatabase, fakeTable } from '../../support/fake-database.ts'

const database = () => new FakeDatabase([fakeTable('users', [])], { users: { u1: {} } })

describe('help', () => {
  test('of the program lists every command', async () => {
    const { status, stdout, stderr } = await runCliOn(database(), ['--help'])
    expect([status, stderr]).toEqual([0, ''])
    for (const { name, summary } of commandList) expect(stdout).toMatch(new RegExp(`^  ${name}(\\|\\w+)? +${summary.slice(0, 20)}`, 'm'))
  })

  test.each(commandList.map(({ name }) => name))('of %s has examples, at least two, whose options it knows', async (name) => {
    const { status, stdout } = await runCliOn(database(), [name, '--help'])
    expect(status).toBe(0)
    const examples = [...stdout.matchAll(/^ {2}\$ ((?:ingitdb|source) .+)$/gm)].map(([, example = '']) => example)
    expect(examples.length).toBeGreaterThan(1)
    for (const option of examples.join(' ').matchAll(/ (--[\w-]+)/g)) expect(stdout).toContain(option[1])
    expect((await runCliOn(database(), ['help', name])).stdout).toBe(stdout)
  })
})

describe('a command line that cannot be understood', () => {
  test('suggests the command that was meant', async () => {
    expect(await runCliOn(database(), ['selct'])).toEqual({
      status: 64,
      stdout: '',
      stderr: "error: unknown command 'selct'\n  did you mean select?\n  try: ingitdb --help\n",
    })
  })

  test('suggests the option that was meant', async () => {
    expect((await runCliOn(database(), ['count', '--form', 'users'])).stderr).toBe(
      "error: unknown option '--form'\n  did you mean --from?\n  try: ingitdb count --help\n",
    )
  })

  test('without a command asks for one', async () => {
    expect(await runCliOn(database(), ['--quiet'])).toMatchObject({ status: 64, stdout: '' })
  })

  test('is a problem in JSON when that is asked for', async () => {
    const { status, stderr } = await runCliOn(database(), ['selct', '--json'])
    expect(status).toBe(64)
    expect(JSON.parse(stderr)).toMatchObject({ kind: 'usage', detail: "unknown command 'selct': did you mean select?" })
  })
})

describe('failures', () => {
  test('say what, why and what next, in the same database', async () => {
    expect(await runCliOn(database(), ['count', '--from', 'usres'])).toEqual({
      status: 66,
      stdout: '',
      stderr: 'error: table usres does not exist\n  did you mean users?\n  try: ingitdb list tables --path /db\n',
    })
  })

  test('are problem details when JSON is asked for', async () => {
    const { stderr } = await runCliOn(database(), ['select', '--id', 'users/nobody', '--json'])
    expect(JSON.parse(stderr)).toMatchObject({ kind: 'not-found', what: 'record', status: 404 })
  })

  test('are red on a terminal, unless colours are off', async () => {
    const args = ['count', '--from', 'x']
    expect((await runCliOn(database(), args, { terminal: true })).stderr).toContain('\u001b[31merror:\u001b[0m')
    expect((await runCliOn(database(), [...args, '--no-color'], { terminal: true })).stderr).not.toContain('\u001b[')
    expect((await runCliOn(database(), args, { terminal: true, env: { NO_COLOR: '1' } })).stderr).not.toContain('\u001b[')
  })

  test('a file that is not there is named', async () => {
    const { status, stderr } = await runCliOn(database(), ['create', 'table', 'x', '--schema', 'nowhere/x.json'])
    expect([status, stderr]).toEqual([66, 'error: file nowhere/x.json does not exist\n'])
  })
})

describe('a bug', () => {
  const broken = () => {
    const fake = database()
    fake.read = () => Promise.reject(new TypeError('x is not a function'))
    return fake
  }

  test('has an id and no stack', async () => {
    const { status, stdout, stderr } = await runCliOn(broken(), ['count', '--from', 'users'])
    expect([status, stdout]).toEqual([70, ''])
    expect(stderr).toMatch(/^error: internal error [0-9a-f]{8}: x is not a function\n/)
    expect(stderr).not.toContain('    at ')
  })

  test('shows its stack to those who ask for it', async () => {
    expect((await runCliOn(broken(), ['count', '--from', 'users'], { env: { INGITDB_DEBUG: '1' } })).stderr).toContain('at ')
  })
})

describe('a run', () => {
  test('closes the database', async () => {
    for (const args of [
      ['count', '--from', 'users'],
      ['count', '--from', 'x'],
    ]) {
      const fake = database()
      await runCliOn(fake, args)
      expect(fake.isClosed).toBe(true)
    }
  })

  test('says nothing besides errors when it should be quiet', async () => {
    expect(await runCliOn(database(), ['delete', '--id', 'users/u1', '--quiet'])).toEqual({ status: 0, stdout: '', stderr: '' })
    expect((await runCliOn(database(), ['delete', '--id', 'users/u2', '--quiet'])).stderr).toMatch(/^error: /)
  })

  test('takes options of the program before and after the command', async () => {
    expect((await runCliOn(database(), ['--quiet', 'delete', '--id', 'users/u1'])).stderr).toBe('')
  })

  test('makes a database', async () => {
    const { status, stderr } = await runCliOn(database(), ['init', 'new'])
    expect([status, stderr]).toEqual([0, 'made a database in new (commit 000000000000)\n'])
    expect((await runCliOn(database(), ['init', 'taken'])).status).toBe(73)
  })

  test('prints its version', async () => {
    expect((await runCliOn(database(), ['version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
    expect((await runCliOn(database(), ['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  })
})

test('progress shows share, numbers and rate', () => {
  expect(formatProgress({ what: 'commits', done: 1_200, total: 4_000, milliseconds: 2_000 })).toBe(
    '[######--------------] 30% 1,200 of 4,000 commits, 600/s, 5 s left',
  )
  expect(formatProgress({ what: 'lines', done: 5, total: 0, milliseconds: 0 })).toBe('5 lines, 5,000/s')
})
