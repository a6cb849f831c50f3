import { beforeEach, describe, expect, test } from 'vitest'
import { runCliOn } from '../../support/cli-in-process.ts'
import { FakeDatabase, fakeTable } from '../../support/fake-database.ts'

let database: FakeDatabase
const insert = (table: string, stdin: string, ...args: readonly string[]) =>
  runCliOn(database, ['insert', '--into', table, '--format', 'jsonl', ...args], { stdin })

beforeEach(() => {
  const shared = { recordFile: { name: 'codes.csv', format: 'csv', type: 'list' } } as const
  database = new FakeDatabase([fakeTable('airports', []), fakeTable('codes', [], shared)])
})

describe('a key that Windows cannot hold', () => {
  const note = 'note: airports/CON: the key is a name that Windows reserves for a device\n'

  test('is inserted, with a note on the error stream', async () => {
    expect(await insert('airports', '{"$id":"CON"}')).toEqual({
      status: 0,
      stdout: '',
      stderr: `inserted airports/CON (commit 000000000000)\n${note}`,
    })
    expect(database.fieldsOf('airports', 'CON')).toEqual({})
  })

  test('is noted before it is inserted, and when an upsert inserts it', async () => {
    expect((await insert('airports', '{"$id":"CON"}', '--dry-run')).stderr).toContain(note)
    expect((await insert('airports', '{"$id":"CON"}', '--upsert')).stderr).toContain(note)
  })

  test('needs no note once it is there, nor where keys are no file names', async () => {
    await insert('airports', '{"$id":"CON"}')
    const { stderr } = await runCliOn(database, ['update', '--id', 'airports/CON', '--set', 'a=1'])
    expect(stderr).not.toContain('note')
    expect((await insert('codes', '{"$id":"CON"}')).stderr).not.toContain('note')
  })

  test('is not noted when nothing is to be said', async () => {
    expect((await insert('airports', '{"$id":"CON"}', '--quiet')).stderr).toBe('')
  })

  test('does not flood a terminal when there are many', async () => {
    const keys = Array.from({ length: 8 }, (_none, index) => `{"$id":"a:${index}"}`)
    const notes = (await insert('airports', keys.join('\n'))).stderr.split('\n').filter((line) => line.startsWith('note'))
    expect(notes).toHaveLength(6)
    expect(notes.at(-1)).toBe('note: the same of 3 more')
  })
})
