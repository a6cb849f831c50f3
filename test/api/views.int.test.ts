import { existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { callLocal, initLocal, openLocal } from '../../api/local.ts'
import type { Result } from '../../domain/result.ts'
import { runGit, temporaryFolder } from '../support/temporary-repository.ts'

const take = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(JSON.stringify(result.failure))
  return result.value
}

const active = 'users/.collection/views/active.yaml'
const definition = 'users/.collection/definition.yaml'

/** A database with three `users`, who live in `cities`, and a view of each kind. */
const openUsers = async (folder: string) => {
  const path = join(folder, 'db')
  take(await initLocal(path))
  const database = take(await openLocal(path))
  const call = callLocal(database)
  const write = (name: string, text: string) => {
    mkdirSync(dirname(join(path, name)), { recursive: true })
    writeFileSync(join(path, name), text)
  }
  const commit = () => runGit(path, 'add', '-A') + runGit(path, 'commit', '-qm', 'by hand')
  take(await call('createTable', { table: 'cities', columns: [{ name: 'name', type: 'string' }] }))
  const columns = [
    { name: 'name', type: 'string' },
    { name: 'age', type: 'int' },
    { name: 'city', type: 'string', foreignKey: 'cities' },
  ]
  take(await call('createTable', { table: 'users', columns }))
  write(active, 'columns: [name]\nformats: [md]\nwhere: age > 20\norder_by: age desc\n')
  writeFileSync(join(path, definition), `${readFileSync(join(path, definition), 'utf8')}default_view: {format: csv, where: age > 20}\n`)
  commit()
  take(await call('insertRecords', { table: 'cities', records: [{ $id: 'rome', name: 'Rome' }] }))
  const records = [
    { $id: 'ada', name: 'Ada', age: 36, city: 'rome' },
    { $id: 'bob', name: 'Bob', age: 12, city: 'rome' },
    { $id: 'cid', name: 'Cid', age: 52 },
  ]
  take(await call('insertRecords', { table: 'users', records }))
  return {
    path,
    call,
    write,
    commit,
    read: (name: string) => readFileSync(join(path, name), 'utf8'),
    exists: (name: string) => existsSync(join(path, name)),
    outcomes: async (input: Parameters<typeof call<'materializeViews'>>[1] = {}) => {
      const { files, problems } = take(await call('materializeViews', input))
      return [...files.map(({ path: file, outcome }) => `${outcome} ${file}`), ...problems.map(({ view, message }) => `${view}: ${message}`)]
    },
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  }
}

const csv = '$ingitdb/users/users.csv'
const md = '$ingitdb/users/active.md'
const foreign = '$ingitdb/cities/$fk/users/city/rome.csv'

test('views are written from the head of the branch, with where and order_by, and only what differs is touched', async () => {
  using folder = temporaryFolder()
  await using db = await openUsers(folder.path)
  expect(await db.outcomes()).toEqual([`created ${foreign}`, `created ${md}`, `created ${csv}`])
  expect(db.read(csv)).toBe('$ID,name,age,city\nada,Ada,36,rome\ncid,Cid,52,\n')
  expect(db.read(md)).toBe('| name |\n|---|\n| Cid |\n| Ada |\n')
  expect(db.read(foreign)).toBe('$ID,name,age\nada,Ada,36\n')
  expect(runGit(db.path, 'log', '--oneline').split('\n')).toHaveLength(6)
  const before = new Date('2001-01-01')
  utimesSync(join(db.path, csv), before, before)
  take(await db.call('patchRecord', { table: 'users', id: 'ada', patch: { name: 'Adele' } }))
  expect(await db.outcomes()).toContain(`updated ${md}`)
  utimesSync(join(db.path, csv), before, before)
  expect(await db.outcomes()).toEqual([`unchanged ${foreign}`, `unchanged ${md}`, `unchanged ${csv}`])
  expect(statSync(join(db.path, csv)).mtime).toEqual(before)
})

test('another moment is written as it was, and the work tree as it is', async () => {
  using folder = temporaryFolder()
  await using db = await openUsers(folder.path)
  await db.outcomes({ at: 'HEAD~1' })
  expect(db.read(csv)).toBe('$ID,name,age,city\n')
  db.write('users/$records/eve.yaml', 'name: Eve\nage: 77\n')
  db.write(active, 'format: tsv\ncolumns: [name]\n')
  expect(await db.outcomes({ at: 'worktree' })).toContain('created $ingitdb/users/active.tsv')
  expect(db.read('$ingitdb/users/active.tsv')).toBe('$ID\tname\nada\tAda\nbob\tBob\ncid\tCid\neve\tEve\n')
})

test('$last_modified orders by the last change', async () => {
  using folder = temporaryFolder()
  await using db = await openUsers(folder.path)
  db.write('users/$records/bob.yaml', 'name: Bob\nage: 13\n')
  runGit(db.path, 'add', '-A')
  runGit(db.path, '-c', 'core.editor=true', 'commit', '-qm', 'later', '--date', '2040-01-01T00:00:00Z')
  db.write(active, 'columns: [name]\nformats: [md]\norder_by: $last_modified desc\n')
  db.commit()
  await db.outcomes()
  expect(db.read(md)).toMatch(/\|---\|\n\| Bob \|\n/)
})

test('what no view makes any more is removed, and nothing else', async () => {
  using folder = temporaryFolder()
  await using db = await openUsers(folder.path)
  await db.outcomes()
  db.write('$ingitdb/users/mine.csv', 'by hand\n')
  take(await db.call('dropView', { table: 'users', view: 'active' }))
  take(await db.call('dropView', { table: 'users', view: '$default_view' }))
  db.write(foreign, 'edited\n')
  expect(await db.call('materializeViews', { views: ['nothing*'] })).toMatchObject({ ok: false, failure: { kind: 'not-found', what: 'view' } })
  expect(await db.outcomes()).toEqual([`deleted ${md}`, `deleted ${csv}`, expect.stringContaining('it was edited since it was written')])
  expect([db.exists('$ingitdb/users/mine.csv'), db.exists(foreign)]).toEqual([true, true])
})

test('a run over some views leaves the files of the others alone', async () => {
  using folder = temporaryFolder()
  await using db = await openUsers(folder.path)
  await db.outcomes()
  take(await db.call('dropView', { table: 'users', view: '$default_view' }))
  expect(await db.outcomes({ views: ['users/act*'] })).toEqual([`unchanged ${md}`])
  expect(db.exists(csv)).toBe(true)
})

test('a view that cannot be written is a problem, its old file stays, and the others are written', async () => {
  using folder = temporaryFolder()
  await using db = await openUsers(folder.path)
  await db.outcomes()
  db.write(active, 'template: page.tmpl\n')
  db.write('users/.collection/views/broken.yaml', 'where: "age >"\n')
  db.write('users/.collection/views/outside.yaml', 'file_name: ../../outside.csv\nformats: [csv]\n')
  db.write('users/.collection/views/same.yaml', 'file_name: USERS.csv\nformats: [csv]\n')
  db.commit()
  const outcomes = await db.outcomes()
  expect(outcomes.slice(0, 2)).toEqual([`unchanged ${foreign}`, `unchanged ${csv}`])
  expect(outcomes.slice(2)).toEqual([
    expect.stringContaining('active: its template page.tmpl is a Go text/template'),
    expect.stringContaining('broken: '),
    expect.stringContaining('outside: it would be written to'),
    expect.stringContaining('is written by view users/$default_view already'),
  ])
  expect(db.exists(md)).toBe(true)
})

test('no symbolic link is followed, to a folder or from a file', async () => {
  using folder = temporaryFolder()
  await using db = await openUsers(folder.path)
  mkdirSync(join(folder.path, 'elsewhere'))
  writeFileSync(join(folder.path, 'secret'), 'mine\n')
  symlinkSync(join(folder.path, 'elsewhere'), join(db.path, '$ingitdb'))
  const { files, problems } = take(await db.call('materializeViews', {}))
  expect([files, problems.map(({ message }) => message)]).toEqual([[], Array(3).fill('$ingitdb is a symbolic link')])
  rmSync(join(db.path, '$ingitdb'))
  mkdirSync(join(db.path, '$ingitdb/users'), { recursive: true })
  symlinkSync(join(folder.path, 'secret'), join(db.path, csv))
  expect(take(await db.call('materializeViews', {})).problems).toMatchObject([{ file: csv, message: `${csv} is a symbolic link` }])
  expect(readFileSync(join(folder.path, 'secret'), 'utf8')).toBe('mine\n')
})

test('a view is dropped in one commit, the default view in place, and the read model is what a rebuild makes', async () => {
  using folder = temporaryFolder()
  await using db = await openUsers(folder.path)
  expect(take(await db.call('dropView', { table: 'users', view: 'active' })).changes).toEqual([
    { operation: 'drop-view', table: 'users', view: 'active' },
  ])
  expect(runGit(db.path, 'show', '--format=%s', '--name-status', 'HEAD')).toBe(`drop view users/active\n\nD\t${active}`)
  take(await db.call('dropView', { table: 'users', view: '$default_view' }))
  expect([db.exists(active), db.read(definition)]).toEqual([false, expect.not.stringContaining('default_view')])
  expect(runGit(db.path, 'status', '--porcelain')).toBe('')
  const ask = async () => [take(await db.call('selectRecords', { table: 'users' })).records, take(await db.call('readLog', {})).entries]
  const before = await ask()
  take(await db.call('rebuild', {}))
  expect(await ask()).toEqual(before)
  expect(await db.call('dropView', { table: 'users', view: 'active' })).toMatchObject({
    ok: false,
    failure: { kind: 'not-found', what: 'view', id: 'users/active' },
  })
  expect(await db.call('dropView', { table: 'users', view: '../definition' })).toMatchObject({ ok: false, failure: { kind: 'not-found' } })
})

test('views are listed and described, a broken one with what is wrong', async () => {
  using folder = temporaryFolder()
  await using db = await openUsers(folder.path)
  db.write('users/.collection/views/bad.yaml', 'format: xml\n')
  db.write('cities/.collection/views/active.yaml', 'format: json\n')
  db.commit()
  const { views, problems } = take(await db.call('listViews', {}))
  expect(views.map(({ table, name, formats }) => [table, name, formats])).toEqual([
    ['cities', 'active', ['json']],
    ['users', '$default_view', ['csv']],
    ['users', 'active', ['md']],
  ])
  expect(problems).toMatchObject([{ table: 'users', view: 'bad', line: 1 }])
  expect(take(await db.call('describeView', { table: 'users', view: 'active' })).definition).toMatchObject({ where: 'age > 20', formats: ['md'] })
  expect(await db.call('describeView', { view: 'active' })).toMatchObject({ ok: false, failure: { kind: 'invalid-input' } })
  expect(await db.call('describeView', { view: 'bad' })).toMatchObject({ ok: false, failure: { kind: 'invalid-database' } })
  expect(take(await db.call('dropView', { table: 'users', view: 'bad' })).changes).toHaveLength(1)
})

test('a README by hand stays unless it is forced, a generated one follows', async () => {
  using folder = temporaryFolder()
  await using db = await openUsers(folder.path)
  db.write('users/README.md', '# Ours\n')
  const first = take(await db.call('updateReadmes', {}))
  expect(first.files).toEqual([{ path: 'cities/README.md', outcome: 'created' }])
  expect(first.problems).toMatchObject([{ file: 'users/README.md', message: expect.stringContaining('written by hand') }])
  expect(db.read('users/README.md')).toBe('# Ours\n')
  expect(take(await db.call('updateReadmes', { tables: ['users'], force: true })).files).toEqual([{ path: 'users/README.md', outcome: 'updated' }])
  expect(db.read('users/README.md')).toContain('| city | string | FK(cities) |')
  take(await db.call('dropView', { table: 'users', view: 'active' }))
  expect(take(await db.call('updateReadmes', {})).files).toEqual([
    { path: 'cities/README.md', outcome: 'unchanged' },
    { path: 'users/README.md', outcome: 'updated' },
  ])
})

test('tables of the shared layout that have one directory have a README each', async () => {
  using folder = temporaryFolder()
  await using db = await openUsers(folder.path)
  for (const id of ['plates', 'cups'])
    db.write(
      `kitchen/.collections/${id}/definition.yaml`,
      `record_file: {name: ${id}.json, format: json, type: "[]map[string]any"}\ncolumns: {name: {type: string}}\n`,
    )
  db.write('.ingitdb/root-collections.yaml', 'plates: kitchen/.collections/plates\ncups: kitchen/.collections/cups\n')
  db.write('kitchen/.collections/cups/$views/all.yaml', 'format: json\n')
  db.commit()
  expect(take(await db.call('updateReadmes', {})).files.map(({ path }) => path)).toEqual([
    'kitchen/.collections/cups/README.md',
    'kitchen/.collections/plates/README.md',
  ])
  expect(await db.outcomes()).toEqual(['created $ingitdb/kitchen/all.json'])
})

test('a bare repository has no place for generated files', async () => {
  using folder = temporaryFolder()
  await using db = await openUsers(folder.path)
  runGit(folder.path, 'clone', '-q', '--bare', db.path, 'bare.git')
  await using bare = take(await openLocal(join(folder.path, 'bare.git')))
  const call = callLocal(bare)
  for (const answer of [await call('materializeViews', {}), await call('updateReadmes', {})])
    expect(answer).toMatchObject({ ok: false, failure: { kind: 'unsupported' } })
  expect(take(await call('listViews', {})).views).toHaveLength(2)
})
