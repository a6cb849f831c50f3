import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type CliFolder, openCliFolder } from '../../support/run-cli.ts'

let folder: CliFolder
const diff = (...args: readonly string[]) => folder.run(['diff', '--path', 'db', ...args])

beforeAll(async () => {
  folder = await openCliFolder()
  const script = `set -e
    ingitdb init db; cd db
    ingitdb create table spaces --columns title:string
    ingitdb create table spaces/contacts --columns name:string
    ingitdb insert --into spaces --key family --data '{title: Family}'
    git branch proposal
    ingitdb insert --into spaces/family/contacts --key c1 --data '{name: Ada}'
    ingitdb update --id spaces/family --set title=Home
    ingitdb insert --into spaces --key club --data '{title: Club}' --branch proposal`
  expect((await folder.shell(script)).stderr).not.toContain('error')
})
beforeEach(() => {
  folder.git('db', 'reset', '-q', '--hard')
})
afterAll(() => folder[Symbol.asyncDispose]())

const edit = (): Promise<void> => writeFile(join(folder.path, 'db/spaces/$records/family.yaml'), 'title: Edited\n')
const removed = 'deleted spaces/club\n'
const home = 'updated spaces/family\n'
const contact = 'added   spaces/family/contacts/c1\n'

describe('the moments of a diff', () => {
  test('of a repository that nobody has edited do not differ when none is named', async () => {
    expect(await diff()).toEqual({ status: 0, stdout: 'diff HEAD..worktree\nno record changes\n', stderr: '' })
  })

  test.each([
    [[], 'HEAD..worktree', home],
    [['HEAD..worktree'], 'HEAD..worktree', home],
    [['HEAD~1..worktree'], 'HEAD~1..worktree', home],
    [['HEAD~2..worktree'], 'HEAD~2..worktree', home + contact],
    [['HEAD~2'], 'HEAD~2..HEAD', home + contact],
    [['HEAD~2..'], 'HEAD~2..HEAD', home + contact],
    [['proposal..main'], 'proposal..main', removed + home + contact],
    [['proposal...main'], 'proposal...main', home + contact],
    [['proposal...'], 'proposal...HEAD', home + contact],
  ])('named as %j are %s', async (args, title, lines) => {
    await edit()
    expect(await diff(...args, '--depth', 'record')).toEqual({ status: 1, stdout: `diff ${title}\n${lines}`, stderr: '' })
  })

  test('cannot start at the files, and do not take an option for a moment', async () => {
    expect(await diff('worktree..HEAD')).toMatchObject({ status: 2, stderr: expect.stringContaining('needs a commit') })
    expect(await diff('--', '--output=x..HEAD')).toMatchObject({ status: 2, stderr: expect.stringContaining('--output=x') })
    expect(folder.git('db', 'status', '--porcelain')).toBe('')
  })
})

describe('names that changed', () => {
  test('are said for tables, columns and records, and counted', async () => {
    const script = `set -e; ingitdb init names; cd names
      ingitdb create table spaces --columns title:string
      ingitdb insert --into spaces --key family --data '{title: Home}'
      ingitdb create table notes --columns body:string
      for key in a y z; do ingitdb insert --into notes --key $key --data "{body: hello of $key}"; done
      git tag before
      ingitdb rename table notes memos
      ingitdb alter table spaces --rename-column title=name
      ingitdb delete --id memos/a
      ingitdb insert --into memos --key b --data '{body: hello of a}'`
    expect(await folder.shell(script)).toMatchObject({ status: 0 })
    const diffNames = (...args: readonly string[]) => folder.run(['diff', '--path', 'names', ...args])
    const [memos, spaces] = ['definition of notes -> memos', 'definition of spaces\n        column title renamed to name']
    const text = `renamed ${memos}\n        fields: directory\nupdated ${spaces}\nrenamed memos/a -> memos/b\nupdated spaces/family\n        fields: title -> name\n`
    expect((await diffNames('before..HEAD', '--depth', 'fields')).stdout).toContain(text)
    expect((await diffNames('before..HEAD')).stdout).toContain(
      'memos: definition renamed from notes\nmemos: +0 ~0 -0, 1 renamed\nspaces: definition updated\nspaces: column title renamed to name\n',
    )
    const json = (await diffNames('before..HEAD', '--depth', 'record', '--format', 'json')).stdout
    expect(json).toContain('{"collection":"memos","key":"b","kind":"renamed","from":"a"}')
    expect(json).toContain('{"collection":"memos","kind":"renamed","from":"notes"}')
    expect((await diffNames('before..HEAD', '--depth', 'record', '--no-renames')).stdout).not.toContain('renamed')
  })
})

describe('the formats of a diff', () => {
  const range = ['HEAD~2..HEAD~1', '--depth', 'full']
  test.each([
    ['patch', '+++ b/spaces/family/contacts/$records/c1.yaml\n@@ -0,0 +1 @@\n+name: Ada\n'],
    ['text', 'diff HEAD~2..HEAD~1\nadded   spaces/family/contacts/c1\n        name: "Ada"\n'],
    [
      'json',
      '"records":[{"collection":"spaces/contacts","key":"family/c1","kind":"added","fields":[{"field":"name","pointer":"/name","after":"Ada"}]}]',
    ],
    ['yaml', 'collection: spaces/contacts'],
    ['yml', 'collection: spaces/contacts'],
    ['toml', "[[records]]\ncollection = 'spaces/contacts'\nkey = 'family/c1'\nkind = 'added'\n"],
  ])('%s says the same', async (format, part) => {
    expect(await diff(...range, '--format', format)).toEqual({ status: 1, stdout: expect.stringContaining(part), stderr: '' })
  })
})
