import { readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { ExactNumber } from '../../../domain/json.ts'
import { type CliSurroundings, runCliOn } from '../../support/cli-in-process.ts'
import { FakeDatabase, fakeTable } from '../../support/fake-database.ts'

let database: FakeDatabase
const run = (args: readonly string[], surroundings?: CliSurroundings) => runCliOn(database, args, surroundings)
const fields = (key: string) => database.fieldsOf('users', key)
const keptFolders = async () => (await readdir(tmpdir())).filter((name) => name.startsWith('ingitdb-edit-'))

beforeEach(() => {
  const columns = [
    { name: 'name', type: 'string', required: true, maxLength: 9 },
    { name: 'age', type: 'int', minValue: 0 },
    { name: 'full', type: 'string', formula: 'name' },
    { name: 'yes', type: 'bool' },
  ]
  database = new FakeDatabase([fakeTable('users', columns)], { users: { u1: { name: 'Ada', age: new ExactNumber('36.0'), note: 'a\nb' } } })
})

describe('insert --edit', () => {
  test('shows a form with the columns as comments, and inserts what is filled in', async () => {
    let shown = ''
    const { status, stderr } = await run(['insert', '--into', 'users', '--edit'], {
      editor: (text) => {
        shown = text
        return text.replace('$id:', '$id: u2').replace('name:\n', 'name: Bob\n').replace('age:\n', 'age: 4_0\n')
      },
    })
    expect(shown).toBe(
      [
        '# A new record of users. Save and close to insert it; leave the file as it is, or empty, to insert nothing.',
        '# name: string, required, length to 9',
        '# age: int, from 0',
        '# full: string, computed',
        '# "yes": bool',
        '$id:',
        'name:',
        'age:',
        '"yes":',
        '',
      ].join('\n'),
    )
    expect([status, stderr]).toEqual([0, 'inserted users/u2 (commit 000000000000)\n'])
    expect(fields('u2')).toEqual({ name: 'Bob', age: 40 })
  })

  test('takes the key from the command line', async () => {
    await run(['insert', '--into', 'users', '--key', 'u2', '--edit'], { editor: (text) => text.replace('name:\n', 'name: Bob\n') })
    expect(fields('u2')).toEqual({ name: 'Bob' })
  })

  test.each([
    ['as it was', (text: string) => text],
    ['empty', () => ''],
    ['with comments alone', () => '# nothing\n\n'],
  ])('does nothing for a text that is left %s', async (_how, editor) => {
    const { status, stderr } = await run(['insert', '--into', 'users', '--edit'], { editor })
    expect([status, stderr]).toEqual([0, 'nothing is inserted: the text was left as it was, or empty\n'])
    expect(database.requests).toEqual([])
  })

  test('opens again with what is wrong on top, at the line where it stands now', async () => {
    const seen: string[] = []
    const answers = ['name: [', '$id: u1\nname: Bob\n', '$id: u3\nname: Bob\n']
    const { status } = await run(['insert', '--into', 'users', '--edit'], {
      editor: (text) => {
        seen.push(text)
        const problem = text.split('\n').filter((line) => line.startsWith('#! '))
        return [...problem, answers[seen.length - 1] ?? ''].join('\n')
      },
    })
    expect(status).toBe(0)
    expect(seen[1]).toMatch(/^#! not written: .*\n#! in record\.yaml:3\nname: \[$/)
    expect(seen[2]).toBe('#! not written: record users/u1 exists already\n$id: u1\nname: Bob\n')
    expect(fields('u3')).toEqual({ name: 'Bob' })
  })

  test('keeps the text of a person who gives up, and fails', async () => {
    const { status, stderr } = await run(['insert', '--into', 'users', '--edit'], {
      editor: (text) => (text.startsWith('#! ') ? text : '$id: u1\nname: Bob\n'),
    })
    const [, file = ''] = /kept in (\S+)/.exec(stderr) ?? []
    expect([status, stderr]).toEqual([73, expect.stringContaining('error: record users/u1 exists already')])
    expect(await readdir(dirname(file))).toEqual(['record.yaml'])
    await rm(dirname(file), { recursive: true })
  })

  test.each([[['--data', '{}']], [['--empty']], [['--format', 'csv']], [['--key-column', 'id']]])('does not go with %j', async (args) => {
    expect((await run(['insert', '--into', 'users', '--edit', ...args], { editor: (text) => text })).status).toBe(64)
  })

  test('needs an editor that can be started, and a terminal for the usual one', async () => {
    const missing = await run(['insert', '--into', 'users', '--edit'], { env: { VISUAL: 'no-such "an editor"' } })
    expect([missing.status, missing.stderr]).toEqual([64, expect.stringContaining('"no-such an editor" cannot be started')])
    expect((await run(['insert', '--into', 'users', '--edit'])).stderr).toContain('there is no terminal to edit in')
    expect(await keptFolders()).toEqual([])
  })
})

describe('update --edit', () => {
  const update = (editor: (text: string) => string | Promise<string>) => run(['update', '--id', 'users/u1', '--edit'], { editor })

  test('writes what was changed and nothing else', async () => {
    let shown = ''
    await update((text) => {
      shown = text
      return text.replace('age: 36.0', 'age: 37.0').replace('name: Ada\n', '')
    })
    expect(shown).toContain('# users/u1. Save and close to update it')
    expect(database.requests[0]).toMatchObject({
      commands: [{ type: 'PatchRecord', patch: { age: new ExactNumber('37.0'), name: null }, expectedRevision: expect.any(String) }],
    })
    expect(fields('u1')).toEqual({ age: new ExactNumber('37.0'), note: 'a\nb' })
  })

  test('does nothing for a record that is left as it was, or that says the same', async () => {
    expect((await update((text) => text)).stderr).toBe('nothing is changed: the text was left as it was, or empty\n')
    expect((await update((text) => `${text}# well\n`)).stderr).toBe('nothing changed\n')
    expect(database.requests).toEqual([])
  })

  test('fails when the record changes meanwhile, and keeps the text', async () => {
    const { status, stderr } = await update(async (text) => {
      await run(['update', '--id', 'users/u1', '--set', 'age=1'])
      return text.replace('Ada', 'Eda')
    })
    const [, file = ''] = /kept in (\S+)/.exec(stderr) ?? []
    expect(status).toBe(75)
    await rm(dirname(file), { recursive: true })
    expect(fields('u1')).toMatchObject({ name: 'Ada', age: 1 })
  })

  test.each([[['--id', 'users/u1', '--set', 'a=1']], [['--from', 'users', '--all']]])('does not go with %j', async (args) => {
    expect((await run(['update', '--edit', ...args], { editor: (text) => text })).status).toBe(64)
  })
})
