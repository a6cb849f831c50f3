import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { callLocal, initLocal, openLocal } from '../../api/local.ts'
import { runGit, temporaryFolder } from '../support/temporary-repository.ts'

const createDatabase = async (folder: string) => {
  const path = join(folder, 'db')
  const made = await initLocal(path)
  if (!made.ok) throw new Error(JSON.stringify(made.failure))
  const opened = await openLocal(path)
  if (!opened.ok) throw new Error(JSON.stringify(opened.failure))
  const call = callLocal(opened.value)
  const schema = { type: 'object', properties: { age: { type: 'integer' } } }
  expect((await call('createTable', { table: 'users', schema, recordFormat: 'yaml' })).ok).toBe(true)
  expect((await call('createTable', { table: 'rows', schema, recordFormat: 'csv' })).ok).toBe(true)
  expect((await call('insertRecords', { table: 'users', records: [{ $id: 'ada', age: 1 }] })).ok).toBe(true)
  expect((await call('insertRecords', { table: 'rows', records: [{ $id: 'r1', age: 1 }] })).ok).toBe(true)
  return { path, call, database: opened.value }
}

type Call = ReturnType<typeof callLocal>

const listUnreadable = async (call: Call) => {
  const status = await call('readStatus', {})
  if (!status.ok) throw new Error(JSON.stringify(status.failure))
  return status.value.unreadable
}

/** What is listed now, and that a rebuild lists the same. */
const expectUnreadable = async (call: Call, expected: readonly unknown[]) => {
  expect(await listUnreadable(call)).toEqual(expected)
  expect((await call('rebuild', {})).ok).toBe(true)
  expect(await listUnreadable(call)).toEqual(expected)
}

const commitFile = (path: string, name: string, text: string): void => {
  mkdirSync(dirname(join(path, name)), { recursive: true })
  writeFileSync(join(path, name), text)
  runGit(path, 'add', '-A')
  runGit(path, 'commit', '-q', '-m', 'by hand')
}

test('a file that cannot be read is listed with its line, the rest is served, and a repaired file returns', async () => {
  using folder = temporaryFolder()
  const { path, call, database } = await createDatabase(folder.path)
  await using _ = database
  commitFile(path, 'users/$records/bob.yaml', 'age: 2\nage: 3\n')
  await expectUnreadable(call, [expect.objectContaining({ file: 'users/$records/bob.yaml', key: 'bob', line: 2 })])
  const all = await call('selectRecords', { table: 'users' })
  expect(all.ok && all.value.records.map((record) => record.key)).toEqual(['ada'])
  commitFile(path, 'users/$records/bob.yaml', 'age: 3\n')
  await expectUnreadable(call, [])
  expect((await call('getRecord', { table: 'users', id: 'bob' })).ok).toBe(true)
})

test('an entry goes when the record is repaired after its table was read anew', async () => {
  using folder = temporaryFolder()
  const { path, call, database } = await createDatabase(folder.path)
  await using _ = database
  commitFile(path, 'users/$records/ada.yaml', 'age: old\n')
  commitFile(
    path,
    'users/.collection/definition.yaml',
    `${runGit(path, 'show', 'HEAD:users/.collection/definition.yaml')}\ntitles:\n    en: People\n`,
  )
  await expectUnreadable(call, [expect.objectContaining({ file: 'users/$records/ada.yaml', key: 'ada' })])
  commitFile(path, 'users/$records/ada.yaml', 'age: 5\n')
  await expectUnreadable(call, [])
})

test('problems of one file that have no key are listed each with its line', async () => {
  using folder = temporaryFolder()
  const { path, call, database } = await createDatabase(folder.path)
  await using _ = database
  const header = runGit(path, 'show', 'HEAD:rows/rows.csv').split('\n')[0] ?? ''
  commitFile(path, 'rows/rows.csv', `${header}\na,1,2,3\nb,1,2,3\nr1,4\n`)
  const lines = (await listUnreadable(call)).map((entry) => entry.line)
  expect(lines).toEqual([2, 3])
})

test('an invalid record is listed with the line of the field that is wrong, in its own file and in a shared one', async () => {
  using folder = temporaryFolder()
  const { path, call, database } = await createDatabase(folder.path)
  await using _ = database
  commitFile(path, 'users/$records/bob.yaml', '# Bob\nname: Bob\n')
  commitFile(path, 'users/$records/eve.yaml', '# Eve\n\nage: old\n')
  expect(await listUnreadable(call)).toMatchObject([
    { key: 'bob', line: 2 },
    { key: 'eve', line: 3 },
  ])
  expect(await call('getRecord', { table: 'users', id: 'eve' })).toMatchObject({ failure: { kind: 'invalid-database', issues: [{ line: 3 }] } })
})

test('a definition that cannot be read takes its table out alone, and its records come back when it is repaired', async () => {
  using folder = temporaryFolder()
  const { path, call, database } = await createDatabase(folder.path)
  await using _ = database
  const file = 'users/.collection/rules.yaml'
  commitFile(path, file, 'nope: [\n')
  expect(await listUnreadable(call)).toMatchObject([{ file }])
  expect(await call('selectRecords', { table: 'users' })).toMatchObject({ failure: { kind: 'invalid-database', issues: [{ file }] } })
  expect(await call('countRecords', { table: 'rows' })).toMatchObject({ value: { count: 1 } })
  runGit(path, 'rm', '-q', file)
  runGit(path, 'commit', '-qm', 'repaired')
  expect(await call('countRecords', { table: 'users' })).toMatchObject({ value: { count: 1 } })
  await expectUnreadable(call, [])
})

test('a JSON Schema that does not compile is listed once, and the records are served by their columns', async () => {
  using folder = temporaryFolder()
  const { path, call, database } = await createDatabase(folder.path)
  await using _ = database
  commitFile(path, 'users/.collection/schema.json', '{"type": "object", "properties": {"age": {"type": "integer", "pattern": 5}}}')
  const listed = await listUnreadable(call)
  expect(new Set(listed.map(({ file }) => file))).toEqual(new Set(['users/.collection/schema.json']))
  expect(await call('countRecords', { table: 'users' })).toMatchObject({ value: { count: 1 } })
  expect((await call('insertRecords', { table: 'users', records: [{ $id: 'x', age: 1 }] })).ok).toBe(false)
})

test('files that are not UTF-8, too large, or links are listed and the rest is served', async () => {
  using folder = temporaryFolder()
  const { path, call, database } = await createDatabase(folder.path)
  await using _ = database
  const records = join(path, 'users/$records')
  writeFileSync(join(records, 'bytes.yaml'), Buffer.from([0x61, 0x67, 0x65, 0x3a, 0x20, 0xff, 0xfe, 0x0a]))
  writeFileSync(join(records, 'large.yaml'), `age: 1\n# ${'x'.repeat(11 * 1024 * 1024)}\n`)
  symlinkSync('ada.yaml', join(records, 'link.yaml'))
  commitFile(path, 'notes.txt', 'the files above')
  const listed = [...(await listUnreadable(call))].sort((a, b) => ((a.key ?? '') < (b.key ?? '') ? -1 : 1))
  expect(listed).toMatchObject([
    { file: 'users/$records/bytes.yaml', message: expect.stringContaining('UTF-8') },
    { file: 'users/$records/large.yaml', message: expect.stringContaining('MiB') },
    { file: 'users/$records/link.yaml', message: expect.stringContaining('link') },
  ])
  expect(await call('countRecords', { table: 'users' })).toMatchObject({ value: { count: 1 } })
})

test('a directory where the file of a record belongs is not written over', async () => {
  using folder = temporaryFolder()
  const { path, call, database } = await createDatabase(folder.path)
  await using _ = database
  commitFile(path, 'users/$records/dir.yaml/inside.txt', 'mine')
  expect(await call('countRecords', { table: 'users' })).toMatchObject({ value: { count: 1 } })
  expect((await call('insertRecords', { table: 'users', records: [{ $id: 'dir', age: 1 }] })).ok).toBe(false)
  expect(runGit(path, 'show', 'HEAD:users/$records/dir.yaml/inside.txt')).toBe('mine')
})

test('the doctor lists twenty of the files that cannot be read, with line and reason, and counts the others', async () => {
  using folder = temporaryFolder()
  const { path, call, database } = await createDatabase(folder.path)
  await using _ = database
  for (let number = 10; number < 33; number++) writeFileSync(join(path, `users/$records/r${number}.yaml`), 'age: 1\nage: 2\n')
  commitFile(path, 'notes.txt', 'the files above')
  const health = await call('checkHealth', {})
  const lines = health.ok ? health.value.findings.find(({ check }) => check === 'records')?.detail.split('\n') : undefined
  expect(lines).toHaveLength(22)
  expect(lines?.[0]).toBe('23 cannot be read:')
  expect(lines?.[1]).toMatch(/^users\/\$records\/r\d\d\.yaml:2: /)
  expect(lines?.[21]).toBe('and 3 more')
})
