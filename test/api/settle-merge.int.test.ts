import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import type { OperationInput, OperationName } from '../../api/contract/operations.ts'
import type { Database } from '../../api/database.ts'
import { openDatabaseAt } from '../support/local-database.ts'
import { runGit, temporaryFolder } from '../support/temporary-repository.ts'
import { callChecked, commitOurs, commitTheirs, type Files, openTwoBranches } from '../support/two-branches.ts'

const definition = `record_file:
    name: '{key}.yaml'
    format: yaml
    type: 'map[string]any'
columns:
    name: {type: string, max_length: 5}
    age: {type: int}
    level: {type: string, enum: [low, high]}
    address: {type: any}
    lines: {type: any}
`
const schema = '{"type":"object","properties":{"name":{"type":"string","pattern":"^[A-Z]"}}}\n'
const ada = (fields: string): Files => ({ 'users/$records/ada.yaml': fields })

let path: string
let database: Database
beforeEach(async () => {
  const branches = await openTwoBranches({
    '.ingitdb/root-collections.yaml': 'users: users\n',
    'users/.collection/definition.yaml': definition,
    'users/.collection/schema.json': schema,
    'users/.collection/rules.yaml': 'merge: { keys: { lines: sku } }\n',
    ...ada('name: Ada\nage: 1\nlevel: low\naddress: {city: Rome, zip: 1}\nlines: [{sku: a, n: 1}]\n'),
  })
  path = branches.path
  database = branches.database
  return () => branches[Symbol.asyncDispose]()
})

const ours = (files: Files) => commitOurs(path, files)
const theirs = (files: Files) => commitTheirs(path, files)

const call = <Name extends OperationName>(name: Name, input: OperationInput<Name>) => callChecked(database, name, input)
const merge = async (input: Partial<OperationInput<'mergeBranch'>> = {}) => {
  const answer = await call('mergeBranch', { source: 'proposal', ...input })
  if (!answer.ok) throw new Error(JSON.stringify(answer.failure))
  return answer.value
}
const resolve = (input: OperationInput<'resolveConflicts'>) => call('resolveConflicts', input)
const settle = (...resolutions: NonNullable<OperationInput<'resolveConflicts'>['resolutions']>) => resolve({ resolutions })
const inCommit = (name: string): string => runGit(path, 'show', `main:${name}`)
const record = { table: 'users', id: 'ada' }

/** Both sides change name and age. */
const disagree = async () => {
  ours(ada('name: Ada A\nage: 2\nlevel: low\naddress: {city: Rome, zip: 1}\nlines: [{sku: a, n: 1}]\n'))
  theirs(ada('name: Ada B\nage: 3\nlevel: low\naddress: {city: Rome, zip: 1}\nlines: [{sku: a, n: 1}]\n'))
  return merge()
}

describe('a conflict', () => {
  test('says who changed the field last on each side, and when', async () => {
    const answer = await disagree()
    const [main, proposal] = ['main', 'proposal'].map((branch) => runGit(path, 'rev-parse', branch))
    expect(answer.conflicts[0]).toMatchObject({
      pointer: '/name',
      oursBy: { commit: main, author: { name: expect.any(String) }, time: expect.stringMatching(/^\d{4}-/) },
      theirsBy: { commit: proposal },
    })
  })

  test('of a record that one side deleted says who deleted it', async () => {
    ours(ada('name: Ada A\n'))
    const deleted = theirs({ 'users/$records/ada.yaml': null })
    expect((await merge()).conflicts).toMatchObject([{ type: 'record', oursBy: {}, theirsBy: { commit: deleted } }])
  })

  test('inside an object, and inside an element of a list with keys, is settled by its pointer', async () => {
    ours(ada('name: Ada\naddress: {city: Oslo, zip: 1}\nlines: [{sku: a, n: 2}]\n'))
    theirs(ada('name: Ada\naddress: {city: Bonn, zip: 1}\nlines: [{sku: a, n: 3}]\n'))
    expect((await merge()).conflicts).toMatchObject([
      { pointer: '/address/city', oursBy: {}, theirsBy: {} },
      { pointer: '/lines/a/n', oursBy: {}, theirsBy: {} },
    ])
    const answer = await settle({ ...record, pointer: '/address/city', value: 'Kyiv' }, { ...record, pointer: '/lines/a/n', take: 'theirs' })
    expect(answer).toMatchObject({ ok: true, value: { conflicts: [] } })
    await call('continueMerge', {})
    const stored = await call('getRecord', record)
    expect(stored.ok && JSON.parse(stored.value.json)).toMatchObject({ address: { city: 'Kyiv', zip: 1 }, lines: [{ sku: 'a', n: 3 }] })
  })
})

describe('a resolution', () => {
  test.each([
    ['of another type than the column', { pointer: '/age', value: 'old' }, { field: '/age' }],
    ['longer than the column allows', { pointer: '/name', value: 'Adalbert' }, { field: '/name' }],
    ['against the JSON Schema', { pointer: '/name', value: 'ada' }, { field: '/name' }],
    ['that is no record', { value: 5 }, { rule: 'record' }],
    ['with a record that has a value outside of the enum', { value: { name: 'Ada', level: 'middle' } }, { field: '/level' }],
  ] as const)('%s is refused when it is given, and nothing is kept of it', async (_, resolution, issue) => {
    await disagree()
    expect(await settle({ ...record, ...resolution })).toMatchObject({ ok: false, failure: { kind: 'invalid-input', issues: [issue] } })
    expect(await call('readConflicts', {})).toMatchObject({ ok: true, value: { conflicts: [{}, {}] } })
  })

  test('with a whole record settles all of its fields', async () => {
    await disagree()
    expect(await settle({ ...record, value: { name: 'Ada C', age: 9 } })).toMatchObject({ ok: true, value: { conflicts: [] } })
    await call('continueMerge', {})
    expect(inCommit('users/$records/ada.yaml')).toContain('age: 9')
  })

  test('with a whole record does not count any more when our side has changed the record since', async () => {
    await disagree()
    await settle({ ...record, value: { name: 'Ada C' } })
    ours(ada('name: Ada D\nage: 2\nlevel: high\naddress: {city: Rome, zip: 1}\nlines: [{sku: a, n: 1}]\n'))
    expect(await call('continueMerge', {})).toMatchObject({ ok: true, value: { status: 'conflicts', conflicts: [{ ours: '"Ada D"' }, {}] } })
  })

  test('said again replaces the one before', async () => {
    await disagree()
    await settle({ ...record, take: 'theirs' })
    expect(await settle({ ...record, pointer: '/name', take: 'ours' })).toMatchObject({ ok: true, value: { conflicts: [] } })
    await call('continueMerge', {})
    expect(inCommit('users/$records/ada.yaml')).toMatch(/^name: Ada A\nage: 3/)
  })

  test('is undone for a field, for a record, or all at once', async () => {
    await disagree()
    await resolve({ all: 'theirs' })
    expect(await settle({ ...record, pointer: '/age', undo: true })).toMatchObject({ ok: true, value: { conflicts: [{ pointer: '/age' }] } })
    expect(await settle({ ...record, undo: true })).toMatchObject({ ok: true, value: { conflicts: [{}, {}] } })
    expect(await settle({ ...record, undo: true })).toMatchObject({
      ok: false,
      failure: { issues: [{ message: 'nothing was settled about users/ada' }] },
    })
    await resolve({ all: 'ours' })
    expect(await resolve({ undoAll: true })).toMatchObject({ ok: true, value: { conflicts: [{}, {}] } })
    expect(await settle({ ...record, undo: true, take: 'ours' })).toMatchObject({ ok: false, failure: { kind: 'invalid-input' } })
  })

  test('of everything can be the larger of two values', async () => {
    await disagree()
    expect(await resolve({ all: 'max' })).toMatchObject({ ok: true, value: { conflicts: [] } })
    await call('continueMerge', {})
    expect(inCommit('users/$records/ada.yaml')).toMatch(/^name: Ada B\nage: 3/)
    expect(runGit(path, 'log', '-1', '--format=%b', 'main')).toContain('users/ada /age theirs')
  })

  test('of a file is a side, and a value is refused with the reason', async () => {
    ours({ 'notes.txt': 'a\n' })
    theirs({ 'notes.txt': 'b\n' })
    await merge()
    expect(await settle({ file: 'notes.txt', value: 'c' })).toMatchObject({
      ok: false,
      failure: { issues: [{ message: expect.stringContaining('is settled by a side') }] },
    })
    expect(await settle({ file: 'notes.txt', take: 'base' })).toMatchObject({ ok: true, value: { conflicts: [] } })
  })
})

describe('a merge that waits', () => {
  test('started again keeps what was settled', async () => {
    const first = await disagree()
    await settle({ ...record, pointer: '/name', take: 'theirs' })
    const again = await merge()
    expect(again).toMatchObject({ merge: first.merge, conflicts: [{}, {}] })
    expect(await call('readConflicts', {})).toMatchObject({ ok: true, value: { conflicts: [{ pointer: '/age' }] } })
  })

  test('keeps its commit when the source branch moves, and says so', async () => {
    const { theirs: before } = await disagree()
    theirs(ada('name: Ada Z\n'))
    expect(await call('readConflicts', {})).toMatchObject({ ok: true, value: { theirs: before, sourceMoved: true } })
  })

  test('settled by two processes at once tells the slower one', async () => {
    await disagree()
    await using other = await openDatabaseAt(path)
    const answers = await Promise.all([
      callChecked(other, 'resolveConflicts', { resolutions: [{ ...record, pointer: '/name', take: 'ours' }] }),
      settle({ ...record, pointer: '/age', take: 'ours' }),
    ])
    const failed = answers.filter((answer) => !answer.ok)
    for (const answer of failed) expect(answer).toMatchObject({ failure: { kind: 'version-conflict', what: 'merge' } })
    const open = await call('readConflicts', {})
    expect(open.ok && open.value.conflicts).toHaveLength(failed.length)
  })

  test('survives a restart', async () => {
    await disagree()
    await settle({ ...record, pointer: '/name', take: 'theirs' })
    await using other = await openDatabaseAt(path)
    expect(await callChecked(other, 'readConflicts', {})).toMatchObject({ ok: true, value: { conflicts: [{ pointer: '/age' }] } })
  })

  test('into a branch that is gone says so, and can be given up', async () => {
    runGit(path, 'branch', 'side')
    ours(ada('name: Ada A\n'))
    runGit(path, 'branch', '--force', 'side', 'main')
    theirs(ada('name: Ada B\n'))
    const { merge: id } = await merge({ into: 'side' })
    runGit(path, 'branch', '-D', 'side')
    expect(await call('continueMerge', {})).toMatchObject({ ok: false, failure: { kind: 'not-found', what: 'branch', id: 'side' } })
    expect(await call('abortMerge', {})).toMatchObject({ ok: true, value: { merge: id } })
  })

  test('into a protected branch is finished, and into a frozen one is not', async () => {
    await disagree()
    await resolve({ all: 'ours' })
    await call('protectBranch', { name: 'main', reason: 'release', freeze: true })
    expect(await call('continueMerge', {})).toMatchObject({ ok: false, failure: { kind: 'protected' } })
    await call('protectBranch', { name: 'main', reason: 'review' })
    expect(await call('continueMerge', {})).toMatchObject({ ok: true, value: { status: 'merged' } })
  })

  test('is settled and finished in a bare repository', async () => {
    await disagree()
    using folder = temporaryFolder()
    const bare = join(folder.path, 'bare.git')
    runGit(path, 'clone', '--quiet', '--bare', path, bare)
    await using other = await openDatabaseAt(bare)
    await callChecked(other, 'mergeBranch', { source: 'proposal' })
    await callChecked(other, 'resolveConflicts', { all: 'theirs' })
    expect(await callChecked(other, 'continueMerge', {})).toMatchObject({ ok: true, value: { status: 'merged' } })
    expect(runGit(bare, 'show', 'main:users/$records/ada.yaml')).toContain('Ada B')
  })
})
