import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type CliFolder, openCliFolder } from '../../support/run-cli.ts'

let folder: CliFolder
const record = (name: string): string => join(folder.path, 'db', 'notes', '$records', name)
const inDb = (...args: readonly string[]) => folder.run([...args, '--path', 'db'])
const note = (what: string): string => `note: ${what} uncommitted changes that this answer does not show (ingitdb status)\n`

beforeAll(async () => {
  folder = await openCliFolder()
  const script = `set -e
    ingitdb init db; cd db
    ingitdb create table notes --columns text:string
    ingitdb create table rows --columns text:string --record-format csv
    ingitdb insert --into notes --key a --data '{text: x}'
    ingitdb insert --into notes --key b --data '{text: y}'
    ingitdb insert --into rows --key r --data '{text: z}'`
  expect((await folder.shell(script)).status).toBe(0)
})
beforeEach(() => {
  folder.git('db', 'reset', '-q', '--hard')
  folder.git('db', 'clean', '-qfd')
})
afterAll(() => folder[Symbol.asyncDispose]())

describe('edits that are not committed', () => {
  test('are counted on the error stream: changed, new, removed and staged files of the table alone', async () => {
    await writeFile(record('a.yaml'), 'text: edited\n')
    await writeFile(record('new.yaml'), 'text: new\n')
    await rm(record('b.yaml'))
    folder.git('db', 'add', '-A')
    await writeFile(join(folder.path, 'db', 'notes', 'README.md'), 'no record')
    expect(await inDb('select', '--from', 'notes', '--format', 'jsonl')).toEqual({
      status: 0,
      stdout: '{"$id":"a","text":"x"}\n{"$id":"b","text":"y"}\n',
      stderr: note('3 files of notes have'),
    })
    expect(await inDb('count', '--from', 'notes')).toEqual({ status: 0, stdout: '2\n', stderr: note('3 files of notes have') })
    expect(await inDb('count', '--from', 'rows')).toEqual({ status: 0, stdout: '1\n', stderr: '' })
  })

  test('of one record are said of that record alone', async () => {
    await writeFile(record('a.yaml'), 'text: edited\n')
    expect((await inDb('select', '--id', 'notes/a')).stderr).toBe(note('notes/a has'))
    expect((await inDb('select', '--id', 'notes/b')).stderr).toBe('')
    await writeFile(record('new.yaml'), 'text: new\n')
    expect(await inDb('select', '--id', 'notes/new')).toMatchObject({
      status: 66,
      stderr: expect.stringMatching(/^note: notes\/new has .+\nerror: record notes\/new does not exist\n/),
    })
  })

  test('in a file that records share', async () => {
    await writeFile(join(folder.path, 'db', 'rows', 'rows.csv'), '$ID,text\nr,edited\n')
    expect((await inDb('select', '--id', 'rows/r')).stderr).toBe(note('rows/r has'))
    expect((await inDb('count', '--from', 'rows')).stderr).toBe(note('1 file of rows has'))
  })

  test('in a definition', async () => {
    await writeFile(join(folder.path, 'db', 'notes', '.collection', 'rules.yaml'), 'unique: [text]\n')
    expect((await inDb('count', '--from', 'notes')).stderr).toBe(note('1 file of notes has'))
  })

  test('are not mentioned when they have nothing to do with the question, or nobody wants to know', async () => {
    await writeFile(record('a.yaml'), 'text: edited\n')
    folder.git('db', 'branch', '-f', 'other')
    for (const option of [['--at', 'HEAD'], ['--branch', 'other'], ['--quiet']])
      for (const what of [
        ['select', '--id', 'notes/a'],
        ['select', '--from', 'notes'],
        ['count', '--from', 'notes'],
      ])
        expect((await inDb(...what, ...option)).stderr).toBe('')
    expect((await inDb('count', '--from', 'notes', '--branch', 'main')).stderr).toBe(note('1 file of notes has'))
  })

  test('do not exist in a bare repository', async () => {
    folder.git('.', 'clone', '-q', '--bare', 'db', 'bare.git')
    expect((await folder.run(['count', '--from', 'notes', '--path', 'bare.git'])).stderr).toBe('')
    expect((await folder.run(['select', '--id', 'notes/a', '--path', 'bare.git'])).stderr).toBe('')
  })

  test('are found in a database that lies deeper in its repository', async () => {
    await mkdir(join(folder.path, 'deep'))
    folder.git('deep', 'init', '-q')
    await mkdir(join(folder.path, 'deep', 'data', '.ingitdb'), { recursive: true })
    const script = 'cd deep/data && ingitdb create table t --columns a:int && ingitdb insert --into t --key k --data "{a: 1}"'
    expect((await folder.shell(script)).status).toBe(0)
    await writeFile(join(folder.path, 'deep', 'data', 't', '$records', 'k.yaml'), 'a: 2\n')
    expect((await folder.run(['count', '--from', 't', '--path', 'deep/data'])).stderr).toBe(note('1 file of t has'))
    expect((await folder.run(['select', '--id', 't/k', '--path', 'deep/data'])).stderr).toBe(note('t/k has'))
  })

  test('with other line ends, where git takes them for the same, are none', async () => {
    folder.git('db', 'config', 'core.autocrlf', 'true')
    await rm(record('a.yaml'))
    folder.git('db', 'checkout', '--', 'notes')
    expect(await readFile(record('a.yaml'), 'utf8')).toBe('text: x\r\n')
    expect((await inDb('select', '--id', 'notes/a')).stderr).toBe('')
    folder.git('db', 'config', '--unset', 'core.autocrlf')
  })

  test('are not looked for behind a link', async () => {
    await rm(record('a.yaml'))
    await symlink('/dev/zero', record('a.yaml'))
    expect((await inDb('select', '--id', 'notes/a')).stderr).toBe(note('notes/a has'))
  })

  test('need git to be found, and the answer does not', async () => {
    await writeFile(record('a.yaml'), 'text: edited\n')
    await inDb('count', '--from', 'notes')
    const withoutGit = { env: { PATH: '/nowhere' } }
    expect(await folder.run(['count', '--from', 'notes', '--path', 'db'], withoutGit)).toEqual({ status: 0, stdout: '2\n', stderr: '' })
  })
})
