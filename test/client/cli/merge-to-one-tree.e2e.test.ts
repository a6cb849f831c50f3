import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { callLocal } from '../../../api/local.ts'
import { openDatabaseAt } from '../../support/local-database.ts'
import { type CliFolder, openCliFolder } from '../../support/run-cli.ts'

let folder: CliFolder
beforeEach(async () => {
  folder = await openCliFolder()
})
afterEach(() => folder[Symbol.asyncDispose]())

const run = async (...args: readonly string[]): Promise<void> => {
  const done = await folder.run([...args, '--path', 'db'])
  if (done.status !== 0) throw new Error(done.stderr)
}
const git = (...args: readonly string[]): string => folder.git('db', ...args).trim()

test('two branches that change different fields of the same records, one of them adding a column, merge to one tree by command, driver and library', async () => {
  await folder.run(['init', 'db'])
  await run('create', 'table', 'tea', '--columns', 'name:string!,price:float,stock:int')
  for (const key of ['assam', 'oolong', 'sencha'])
    await run('insert', '--into', 'tea', '--key', key, '--data', `{name: ${key}, price: 3.5, stock: 7}`)
  git('branch', 'side')
  await run('update', '--from', 'tea', '--all', '--set', 'price=4.25')
  await run('alter', 'table', 'tea', '--add-column', 'origin:string', '--branch', 'side')
  await run('update', '--from', 'tea', '--all', '--set', 'stock=8', '--set', 'origin=Asia', '--branch', 'side')
  for (const name of ['by-command', 'by-library', 'by-driver']) git('branch', name, 'main')

  await run('merge', 'side', '--into', 'by-command')
  {
    await using database = await openDatabaseAt(join(folder.path, 'db'))
    expect(await callLocal(database)('mergeBranch', { source: 'side', into: 'by-library' })).toMatchObject({ ok: true, value: { status: 'merged' } })
  }
  git('switch', '--quiet', 'by-driver')
  git('merge', '--quiet', '--no-edit', 'side')

  const trees = ['by-command', 'by-library', 'by-driver'].map((branch) => git('rev-parse', `${branch}^{tree}`))
  expect(new Set(trees).size).toBe(1)
  expect(git('show', 'by-driver:tea/$records/oolong.yaml')).toBe('name: oolong\norigin: Asia\nprice: 4.25\nstock: 8')
  await run('validate')
})
