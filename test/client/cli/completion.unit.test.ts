import { beforeEach, describe, expect, test } from 'vitest'
import { completionScripts } from '../../../client/cli/completion/scripts.ts'
import { runCliOn } from '../../support/cli-in-process.ts'
import { FakeDatabase, fakeTable } from '../../support/fake-database.ts'

let database: FakeDatabase
beforeEach(() => {
  const columns = [
    { name: 'name', type: 'string' },
    { name: 'age', type: 'int' },
  ]
  database = new FakeDatabase([fakeTable('users', columns), fakeTable('geo.cities', [])], { users: { ada: {}, 'ann "x"': {}, bob: {} } })
})

/** Candidates without their descriptions, for a command line whose last word is being typed. */
const completionsOf = async (...words: readonly string[]): Promise<readonly string[]> => {
  const { status, stdout, stderr } = await runCliOn(database, ['__complete', '--', ...words])
  expect([status, stderr]).toEqual([0, ''])
  return stdout.split('\n').flatMap((line) => (line === '' ? [] : [line.split('\t')[0] ?? '']))
}

const complete = (...words: readonly string[]) => completionsOf('--path', '/db', ...words)

describe('what may come next', () => {
  test.each([
    [['sel'], ['select', 'self-update']],
    [['select', '--fi'], ['--fields']],
    [['--quiet', 'cou'], ['count']],
    [['help', 'cou'], ['count']],
    [
      ['select', '--format', 'js'],
      ['json', 'jsonl'],
    ],
    [
      ['select', '--format=js'],
      ['--format=json', '--format=jsonl'],
    ],
    [
      ['select', '--format', '=', 'js'],
      ['json', 'jsonl'],
    ],
    [
      ['select', '--from', ''],
      ['geo.cities', 'users'],
    ],
    [
      ['select', '--from', '""'],
      ['geo.cities', 'users'],
    ],
    [['insert', '--into', 'u'], ['users']],
    [['select', '--id', 'u'], ['users/']],
    [
      ['select', '--id', 'users/a'],
      ['users/ada', 'users/ann "x"'],
    ],
    [['select', '--id', 'users/ann "'], ['users/ann "x"']],
    [['history', 'users/b'], ['users/bob']],
    [['describe', 'g'], ['geo.cities']],
    [
      ['drop', ''],
      ['table', 'collection', 'view'],
    ],
    [['drop', 'table', 'u'], ['users']],
    [
      ['select', '--from', 'users', '--fields', 'name,'],
      ['name,name', 'name,age'],
    ],
    [['select', '--from', 'users', '--where', 'a'], ['age']],
    [['update', '--id', 'users/ada', '--set', 'n'], ['name=']],
    [['init', ''], [':dirs']],
    [['create', 'table', 'x', '--schema', ''], [':files']],
    [['completion', 'b'], ['bash']],
  ])('after %j', async (words, wanted) => {
    expect((await complete(...words)).filter((word) => word !== 'help')).toEqual(wanted)
  })

  test('all commands and their summaries, at the start', async () => {
    expect((await runCliOn(database, ['__complete', '--', 'log'])).stdout).toBe('log\tcommits of the database\n')
    expect((await complete('')).slice(0, 2)).toEqual(['init', 'setup'])
  })

  test('every option of the command and of the program', async () => {
    expect(await complete('select', '--')).toEqual(expect.arrayContaining(['--from', '--where', '--json', '--path']))
  })

  test.each([
    [['nonsense', 'x']],
    [['select', '--from', 'nowhere', '--fields', '']],
    [['select', '--id', 'nowhere/']],
    [['select', '--nonsense', '']],
    [['select', '--limit', '']],
  ])('is nothing, without a word, after %j', async (words) => {
    expect(await complete(...words)).toEqual([])
  })

  test('is nothing when no word is given', async () => {
    expect(await completionsOf()).toEqual(expect.any(Array))
  })
})

test.each(Object.entries(completionScripts))('the script for %s asks for candidates, and is printed', async (shell, script) => {
  expect(script).toContain('__complete')
  expect(script).not.toContain('undefined')
  expect((await runCliOn(database, ['completion', shell])).stdout).toBe(script)
})

test('a shell that there is no script for is refused', async () => {
  expect((await runCliOn(database, ['completion', 'tcsh'])).status).toBe(64)
})
