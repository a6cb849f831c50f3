import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type CliFolder, openCliFolder } from '../../support/run-cli.ts'

let folder: CliFolder
beforeEach(async () => {
  folder = await openCliFolder()
})
afterEach(() => folder[Symbol.asyncDispose]())

const settings = (name: string) => readFile(join(folder.path, name, '.ingitdb/settings.yaml'), 'utf8')

test('a new folder becomes a database, in one commit', async () => {
  const { status, stderr } = await folder.run(['setup', '--path', 'db', '--default-format', 'json'])
  expect([status, stderr]).toEqual([0, 'made a database\n'])
  expect(await settings('db')).toBe('default_record_format: json\n')
  expect(folder.git('db', 'status', '--porcelain')).toBe('')
})

test('a folder with files in it keeps them, and gets what it lacks', async () => {
  await mkdir(join(folder.path, 'mine'))
  await writeFile(join(folder.path, 'mine', 'notes.txt'), 'half done')
  const { status, stderr } = await folder.run(['setup'], { cwd: join(folder.path, 'mine') })
  expect([status, stderr]).toEqual([
    0,
    'made a git repository\nmade .ingitdb/settings.yaml\nmade .gitattributes\nmade the merge driver of git\n' +
      'note: this is not committed yet; git add .ingitdb/settings.yaml .gitattributes && git commit keeps it\n',
  ])
  expect(folder.git('mine', 'status', '--porcelain', '--untracked-files=all')).toBe('?? .gitattributes\n?? .ingitdb/settings.yaml\n?? notes.txt\n')
  expect(await folder.run(['create', 'table', 'users', '--columns', 'name:string', '--path', 'mine'])).toMatchObject({ status: 0 })
})

test('settings that exist are never overwritten', async () => {
  await folder.run(['init', 'db'])
  await writeFile(join(folder.path, 'db', '.ingitdb/settings.yaml'), '# mine\ndefault_namespace: geo\n')
  const { status, stdout, stderr } = await folder.run(['setup', '--path', 'db', '--default-format', 'csv', '--json'])
  expect([status, stderr]).toEqual([0, 'everything is there already, and nothing is changed\n'])
  expect(JSON.parse(stdout)).toEqual({ directory: join(folder.path, 'db'), made: [] })
  expect(await settings('db')).toBe('# mine\ndefault_namespace: geo\n')
})

test('a format that there is none of is refused', async () => {
  const { status, stderr } = await folder.run(['setup', '--path', 'db', '--default-format', 'xml'])
  expect([status, stderr]).toEqual([64, expect.stringContaining('jsonl')])
})
