import { cp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type CliFolder, openCliFolder } from '../../support/run-cli.ts'
import { projectRoot } from '../../support/source-tree.ts'

let folder: CliFolder
beforeEach(async () => {
  folder = await openCliFolder()
})
afterEach(() => folder[Symbol.asyncDispose]())

/** A database of an old layout, committed. */
const givenOld = async (name: 'yaml' | 'json' | 'linked') => {
  await cp(join(projectRoot, 'test/fixtures/legacy', name), join(folder.path, 'db'), { recursive: true })
  folder.git('.', 'init', '--quiet', 'db')
  commitAll()
}
const commitAll = () => {
  folder.git('db', 'add', '--all')
  folder.git('db', '-c', 'user.name=T', '-c', 'user.email=t@example.org', 'commit', '--quiet', '--message', 'old')
}
const ingitdb = (...args: readonly string[]) => folder.run(args, { cwd: join(folder.path, 'db') })
const selectFrom = async (table: string) => JSON.parse((await ingitdb('select', '--from', table)).stdout)

describe('a database of an old layout', () => {
  test('names the file and the command when it is opened without being converted', async () => {
    await givenOld('yaml')
    const { stdout } = await ingitdb('status')
    expect(stdout).toContain('.ingitdb.yaml with rootCollections belongs to the layout of old versions')
    expect(stdout).toContain('ingitdb import --legacy')
  })

  test.each([
    [['list', 'tables'], 65],
    [['list', 'views'], 65],
    [['select', '--from', 'todo'], 65],
    [['select', '--id', 'todo/1'], 65],
    [['count', '--from', 'todo'], 65],
    [['describe', 'todo'], 65],
    [['insert', '--into', 'todo', '--key', '1', '--data', '{}'], 65],
    [['materialize'], 65],
    [['validate'], 1],
  ])('is no empty database to %j', async (args, status) => {
    for (const [name, marker] of [
      ['yaml', '.ingitdb.yaml'],
      ['json', '.ingitdb/collections/'],
    ] as const) {
      await givenOld(name)
      const run = await ingitdb(...args)
      expect(run).toMatchObject({ status, stdout: args[0] === 'validate' ? expect.stringContaining(marker) : '' })
      expect(run.stdout + run.stderr).toContain(marker)
      expect(run.stdout + run.stderr).toContain('ingitdb import --legacy')
      await rm(join(folder.path, 'db'), { recursive: true })
    }
  })

  test('that is converted in part lists its tables, and says on the error stream what is not one', async () => {
    await givenOld('yaml')
    await writeFile(join(folder.path, 'schema.json'), '{"type":"object","properties":{"a":{"type":"string"}}}')
    await ingitdb('create', 'table', 'fresh', '--schema', '../schema.json')
    const { status, stdout, stderr } = await ingitdb('list', 'tables')
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'fresh\n' })
    expect(stderr).toContain('warning: .ingitdb.yaml: .ingitdb.yaml with rootCollections belongs to the layout of old versions')
    expect((await ingitdb('select', '--from', 'fersh')).stderr).toContain('did you mean fresh?')
  })

  test('is left as it is by --dry-run, which says everything that would be done', async () => {
    await givenOld('yaml')
    const { status, stdout } = await ingitdb('import', '--legacy', '--dry-run')
    expect(status).toBe(0)
    expect(stdout).toContain('countries/ie/ie.json -> countries/$records/ie.json')
    expect(stdout).toContain('countries/.ingitdb-view.byname.yaml: "from": a view shows the records of its own table')
    expect(folder.git('db', 'status', '--porcelain')).toBe('')
    expect(folder.git('db', 'rev-list', '--count', 'HEAD')).toBe('1\n')
  })

  test('of YAML definitions becomes one of today in one commit, whose record files are renames', async () => {
    await givenOld('yaml')
    expect(await ingitdb('import', '--legacy')).toMatchObject({ status: 0, stderr: expect.stringContaining('converted 4 tables') })
    expect(folder.git('db', 'status', '--porcelain')).toBe('')
    const changes = folder.git('db', 'show', '--format=', '--name-status', '-M100%', 'HEAD')
    expect(changes).toContain('R100\tcountries/ie/ie.json\tcountries/$records/ie.json')
    expect(changes).toContain('R100\tcountries/ie/cities/cork/cork.json\tcountries/ie/cities/$records/cork.json')
    expect(JSON.parse((await ingitdb('validate', '--format', 'json')).stdout)).toMatchObject({ findings: [] })
    expect(await selectFrom('countries')).toMatchObject([{ $id: 'gb' }, { $id: 'ie', area: 70273 }])
    expect(await selectFrom('countries/*/counties')).toMatchObject([{ $id: 'dublin', $parent: 'ie' }])
    expect(await selectFrom('countries/ie/cities')).toMatchObject([{ $id: 'cork', name: 'Cork' }])
    expect(await ingitdb('insert', '--into', 'countries', '--key', 'fr', '--data', '{names: {en: France}}')).toMatchObject({ status: 0 })
  })

  test('of JSON definitions is converted too; what is not, stays, and is said again the next time', async () => {
    await givenOld('json')
    const { status, stdout } = await ingitdb('import', '--legacy')
    expect(status).toBe(0)
    expect(stdout).toContain('states.ingitdb.json: "title": there is no such key any more')
    expect(await selectFrom('countries')).toMatchObject([{ $id: 'ie' }, { $id: 'us' }])
    expect(await selectFrom('countries/us/states')).toMatchObject([{ $id: 'AL' }, { $id: 'NY' }])
    expect(await ingitdb('import', '--legacy')).toMatchObject({ status: 1, stderr: 'nothing was converted\n' })
  })

  test('of linked JSON records keeps the links as foreign keys', async () => {
    await givenOld('linked')
    expect((await ingitdb('import', '--legacy')).status).toBe(0)
    expect(JSON.parse((await ingitdb('validate', '--format', 'json')).stdout)).toMatchObject({ findings: [] })
    expect(await selectFrom('auth.users')).toMatchObject([
      { $id: 'ada', '!auth/roles': ['admin'] },
      { $id: 'bob', '!auth/roles': ['admin'] },
    ])
    expect((await ingitdb('delete', '--id', 'auth.roles/admin')).status).not.toBe(0)
  })
})

test('an edit that is not committed stops the conversion, and is not lost', async () => {
  await givenOld('yaml')
  const path = join(folder.path, 'db/countries/ie/ie.json')
  await writeFile(path, '{"names": {"en": "Éire"}}\n')
  const { status, stderr } = await ingitdb('import', '--legacy')
  expect(status).not.toBe(0)
  expect(stderr).toContain('countries/ie/ie.json')
  expect(await readFile(path, 'utf8')).toBe('{"names": {"en": "Éire"}}\n')
  expect(folder.git('db', 'status', '--porcelain')).toBe(' M countries/ie/ie.json\n')
})

test('a folder without anything old, and a command without --legacy, are told what to do', async () => {
  await folder.run(['init', 'db'])
  expect(await ingitdb('import', '--legacy')).toMatchObject({ status: 65, stderr: expect.stringContaining('nothing of an old layout') })
  expect(await ingitdb('import')).toMatchObject({ status: 64, stderr: expect.stringContaining('--legacy') })
})
