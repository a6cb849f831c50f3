import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type CliFolder, openCliFolder } from '../../support/run-cli.ts'

let folder: CliFolder
let ingitdb: (...args: string[]) => ReturnType<CliFolder['run']>
beforeEach(async () => {
  folder = await openCliFolder()
  await folder.run(['init', 'db'])
  ingitdb = (...args) => folder.run(args, { cwd: join(folder.path, 'db') })
  await ingitdb('create', 'table', 'users', '--columns', 'name:string')
  await ingitdb('insert', '--into', 'users', '--key', 'ada', '--data', '{"name": "Ada"}')
  await mkdir(join(folder.path, 'db/users/.collection/views'))
  await writeFile(join(folder.path, 'db/users/.collection/views/all.yaml'), 'format: ingr\n')
  await writeFile(join(folder.path, 'db/users/.collection/views/page.yaml'), 'template: page.tmpl\n')
  folder.git('db', 'add', 'users')
  folder.git('db', 'commit', '-qm', 'views')
})
afterEach(() => folder[Symbol.asyncDispose]())

test('a view with a template is an error that names it, and everything else is written', async () => {
  await writeFile(join(folder.path, 'db/users/README.md'), '# Ours\n')
  const { status, stdout, stderr } = await ingitdb('materialize')
  expect([status, stdout]).toEqual([1, ''])
  expect(stderr.split('\n')).toEqual([
    'created $ingitdb/users/all.ingr',
    'warning: users/README.md: it was written by hand, and stays as it is: --force writes over it',
    expect.stringMatching(/^error: view users\/page \(users\/.collection\/views\/page.yaml\): its template page.tmpl is a Go text\/template/),
    'materialized: 1 created, 0 updated, 0 deleted, 0 unchanged',
    '',
  ])
})

test('ci writes views alone, docs update READMEs alone; asked for by name, a README by hand is an error', async () => {
  expect(await ingitdb('ci', '--views=all', '--records-delimiter=0', '--quiet', '--json')).toMatchObject({
    status: 0,
    stderr: '',
    stdout: expect.stringContaining('"files":[{"path":"$ingitdb/users/all.ingr","outcome":"created"}]'),
  })
  expect(await readFile(join(folder.path, 'db/$ingitdb/users/all.ingr'), 'utf8')).toBe(
    '# INGR.io | users/all: $ID:string, name:string\n"ada"\n"Ada"\n# 1 record\n',
  )
  expect(await ingitdb('docs', 'update')).toMatchObject({ status: 0, stderr: expect.stringContaining('created users/README.md') })
  await writeFile(join(folder.path, 'db/users/README.md'), '# Ours\n')
  expect(await ingitdb('docs', 'update', '--collection', '**')).toMatchObject({ status: 1 })
  expect(await ingitdb('materialize', '--collections')).toMatchObject({ status: 1 })
  expect(await ingitdb('docs', 'update', '--force')).toMatchObject({ status: 0 })
})

test('a view is dropped from its table, once', async () => {
  expect(await ingitdb('drop', 'view', 'all')).toMatchObject({ status: 64, stderr: expect.stringContaining('drop view NAME --in TABLE') })
  expect(await ingitdb('drop', 'view', 'all', '--in', 'users')).toMatchObject({
    status: 0,
    stderr: expect.stringContaining('dropped view users/all (commit '),
  })
  expect(await ingitdb('drop', 'view', 'all', '--in', 'users')).toMatchObject({ status: 66 })
  expect(await ingitdb('drop', 'view', 'all', '--in', 'users', '--if-exists')).toMatchObject({ status: 0 })
  expect(await ingitdb('list', 'views')).toMatchObject({ stdout: 'users/page\n' })
  expect(await ingitdb('describe', 'view', 'page')).toMatchObject({ status: 0, stdout: expect.stringContaining('"template":"page.tmpl"') })
})
