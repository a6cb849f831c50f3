import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { OperationInput } from '../../api/contract/operations.ts'
import { callLocal, initLocal, openLocal } from '../../api/local.ts'
import type { Result } from '../../domain/result.ts'
import { runGit, temporaryFolder } from '../support/temporary-repository.ts'

const take = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(JSON.stringify(result.failure))
  return result.value
}

type Create = Omit<OperationInput<'createTable'>, 'table'>
type Change = Omit<OperationInput<'changeTable'>, 'table'>

/** A database with a table `users`. */
const openUsers = async (folder: string, create: Create, records: readonly Parameters<typeof JSON.stringify>[0][]) => {
  const path = join(folder, 'db')
  take(await initLocal(path))
  const database = take(await openLocal(path))
  const call = callLocal(database)
  take(await call('createTable', { table: 'users', ...create }))
  take(await call('insertRecords', { table: 'users', records: records as never }))
  const ask = async () => [
    take(await call('selectRecords', { table: 'users' })).records,
    take(await call('describeTable', { table: 'users' })).definition,
    take(await call('readLog', {})).entries,
    take(await call('readStatus', {})).unreadable,
  ]
  return {
    path,
    call,
    ask,
    change: (change: Change) => call('changeTable', { table: 'users', ...change }),
    read: (file: string) => readFileSync(join(path, file), 'utf8'),
    rows: async () => take(await call('selectRecords', { table: 'users' })).records.map(({ json }) => JSON.parse(json)),
    /** The answers are those of a read model that is built from git. */
    expectRebuilt: async () => {
      const before = await ask()
      take(await call('rebuild', {}))
      expect(await ask()).toEqual(before)
      expect(runGit(path, 'status', '--porcelain')).toBe('')
    },
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  }
}

const columns = [
  { name: 'name', type: 'string', required: true },
  { name: 'age', type: 'string' },
]
const people = [
  { $id: 'ada', name: 'Ada', age: '36' },
  { $id: 'bob', name: 'Bob' },
]

test.each(['yaml', 'json', 'csv'] as const)('a table of %s files is changed with its records in one commit', async (recordFormat) => {
  using folder = temporaryFolder()
  await using users = await openUsers(folder.path, { columns, recordFormat }, people)
  const before = runGit(users.path, 'rev-parse', 'HEAD')
  const answer = take(
    await users.change({
      renameColumns: { age: 'years' },
      setColumns: [{ name: 'years', type: 'int' }],
      addColumns: [{ name: 'active', type: 'bool', required: true, value: true }],
    }),
  )
  expect(answer.changes.map(({ operation }) => operation)).toEqual(['change-table', 'update', 'update'])
  expect(await users.rows()).toEqual([
    { $id: 'ada', name: 'Ada', years: 36, active: true },
    { $id: 'bob', name: 'Bob', active: true },
  ])
  expect(runGit(users.path, 'rev-list', '--count', `${before}..HEAD`)).toBe('1')
  await users.expectRebuilt()
  const old = take(await users.call('getRecord', { table: 'users', id: 'ada', at: before }))
  expect(JSON.parse(old.json)).toEqual({ $id: 'ada', name: 'Ada', age: '36' })
})

test('a renamed field keeps its place and its comment, and everything else in the file keeps its bytes', async () => {
  using folder = temporaryFolder()
  await using users = await openUsers(folder.path, { columns }, people)
  const file = 'users/$records/ada.yaml'
  writeFileSync(join(users.path, file), '# her file\nage:   "36" # in years\nname: \'Ada\'\n')
  runGit(users.path, 'commit', '-qam', 'by hand')
  take(await users.change({ renameColumns: { age: 'years' } }))
  expect(users.read(file)).toBe('# her file\nyears:   "36" # in years\nname: \'Ada\'\n')
  await users.expectRebuilt()
})

test.each([
  ['markdown', 'ada.md', '---\n# hers\nage:   "36" # in years\nname: \'Ada\'\n---\nage: text\n'],
  ['toml', 'ada.toml', "# hers\nage   = '36' # in years\nname = 'Ada'\n"],
] as const)('a renamed field of a %s file keeps its place and its comment', async (recordFormat, name, text) => {
  using folder = temporaryFolder()
  await using users = await openUsers(folder.path, { columns, recordFormat }, [{ $id: 'ada', name: 'Ada' }])
  const file = `users/$records/${name}`
  writeFileSync(join(users.path, file), text)
  runGit(users.path, 'commit', '-qam', 'by hand')
  take(await users.change({ renameColumns: { age: 'years' } }))
  expect(users.read(file)).toBe(text.replace('\nage', '\nyears'))
  await users.expectRebuilt()
})

test('views follow a renamed column, each edited where it names it, and their files are named after it', async () => {
  using folder = temporaryFolder()
  await using users = await openUsers(folder.path, { columns }, people)
  const views = 'users/.collection/views'
  mkdirSync(join(users.path, views))
  const write = (name: string, text: string): void => writeFileSync(join(users.path, views, name), text)
  write('old.yaml', "# who is old\nwhere:    age > 30 and name != 'age'  # years\norder_by: name, -age\ncolumns: [name, age]\n")
  write('of_{age}.yml', 'columns:\n  - age # first\nfile_name: "all_{age}.csv"\n')
  write('broken.yaml', 'columns: [age\n')
  write('names.yaml', 'columns: [name]\n')
  runGit(users.path, 'add', '.')
  runGit(users.path, 'commit', '-qm', 'views')
  take(await users.change({ renameColumns: { age: 'years' } }))
  expect(users.read(`${views}/old.yaml`)).toBe(
    "# who is old\nwhere:    years > 30 and name != 'age'  # years\norder_by: name, -years\ncolumns: [name, years]\n",
  )
  expect(users.read(`${views}/of_{years}.yml`)).toBe('columns:\n  - years # first\nfile_name: "all_{years}.csv"\n')
  expect(
    runGit(users.path, 'show', '--name-only', '--format=', '--no-renames', 'HEAD', '--', views)
      .split('\n')
      .filter((name) => name !== ''),
  ).toEqual([`${views}/of_{age}.yml`, `${views}/of_{years}.yml`, `${views}/old.yaml`])
  take(await users.change({ dropColumns: ['years'] }))
  expect(users.read(`${views}/old.yaml`)).toContain('columns: [name]\n')
  await users.expectRebuilt()
})

test('a change that does not fit the records leaves no trace', async () => {
  using folder = temporaryFolder()
  await using users = await openUsers(folder.path, { columns }, people)
  const before = await users.ask()
  expect(await users.change({ setColumns: [{ name: 'age', required: true }] })).toMatchObject({
    ok: false,
    failure: { kind: 'constraint-violation' },
  })
  expect(await users.change({ setColumns: [{ name: 'name', type: 'int' }] })).toMatchObject({ ok: false, failure: { kind: 'constraint-violation' } })
  expect(await users.ask()).toEqual(before)
  expect(runGit(users.path, 'status', '--porcelain')).toBe('')
})

test('a dry run says what would change, and changes nothing', async () => {
  using folder = temporaryFolder()
  await using users = await openUsers(folder.path, { columns }, people)
  const before = await users.ask()
  const { changes, dryRun } = take(await users.change({ dropColumns: ['age'], dryRun: true }))
  expect({ changes, dryRun }).toEqual({
    changes: [
      { operation: 'change-table', table: 'users', details: ['column "age" goes', 'order of columns: name'] },
      { operation: 'update', table: 'users', id: 'ada', rev: expect.any(String) },
    ],
    dryRun: true,
  })
  expect(await users.ask()).toEqual(before)
})

test('a record that was not valid is served once the definition allows it, and the other way round it is never lost', async () => {
  using folder = temporaryFolder()
  await using users = await openUsers(folder.path, { columns }, people)
  writeFileSync(join(users.path, 'users/$records/odd.yaml'), 'name: 7\n')
  runGit(users.path, 'add', '.')
  runGit(users.path, 'commit', '-qm', 'by hand')
  expect((await users.rows()).length).toBe(2)
  take(await users.change({ setColumns: [{ name: 'name', type: 'any' }] }))
  expect((await users.rows()).map(({ name }) => name)).toEqual(['Ada', 'Bob', 7])
  await users.expectRebuilt()
  take(await users.change({ setColumns: [{ name: 'name', type: 'string' }] }))
  expect((await users.rows()).map(({ name }) => name)).toEqual(['Ada', 'Bob', '7'])
  await users.expectRebuilt()
})

test('files with edits that are not committed are not overwritten', async () => {
  using folder = temporaryFolder()
  await using users = await openUsers(folder.path, { columns }, people)
  writeFileSync(join(users.path, 'users/$records/ada.yaml'), 'name: Mine\n')
  expect(await users.change({ dropColumns: ['age'] })).toMatchObject({
    ok: false,
    failure: { kind: 'uncommitted-changes', paths: ['users/$records/ada.yaml'] },
  })
})

test('the same request again is answered again and changes nothing', async () => {
  using folder = temporaryFolder()
  await using users = await openUsers(folder.path, { columns }, people)
  const first = take(await users.change({ dropColumns: ['age'], requestId: 'r1' }))
  const again = take(await users.change({ dropColumns: ['age'], requestId: 'r1' }))
  expect(again).toMatchObject({ commit: first.commit, repeated: true, changes: [{ operation: 'change-table', table: 'users' }] })
})
