import { expect, test } from 'vitest'
import { branchOperations } from '../../../api/contract/branch-operations.ts'
import { mergeOperations } from '../../../api/contract/merge-operations.ts'
import { operations } from '../../../api/contract/operations.ts'
import { remoteOperations } from '../../../api/contract/remote-operations.ts'
import { replayOperations } from '../../../api/contract/replay-operations.ts'
import { callOperation } from '../../../api/operations/call-operation.ts'
import { ExactNumber } from '../../../domain/json.ts'
import { commitOf, FakeDatabase, fakeTable } from '../../support/fake-database.ts'

const database = () => new FakeDatabase([fakeTable('users', [{ name: 'age', type: 'int' }])], { users: { u1: { age: 1 } } })
const call = (name: string, input: unknown, on = database()) => callOperation({ database: on, principal: { type: 'local-user' } }, name, input)

test('input from outside is checked, and defaults of the edge are filled in', async () => {
  expect(await call('selectRecords', { table: 'users' })).toMatchObject({ ok: true, value: { records: [{ key: 'u1' }] } })
  const issues = [
    { rule: 'invalid-type', field: '/table' },
    { rule: 'too-big', field: '/limit' },
  ]
  expect(await call('selectRecords', { limit: 1_001 })).toMatchObject({ ok: false, failure: { kind: 'invalid-input', issues } })
})

test('issues point into the input', async () => {
  const answer = await call('runBatch', {
    commands: [
      { type: 'insert', table: 'users', record: { 'a/b': 1 } },
      { type: 'delete', table: 3 },
    ],
  })
  expect(answer).toMatchObject({ ok: false, failure: { issues: [{ field: '/commands/1/table' }, { field: '/commands/1/id' }] } })
})

test('exact digits reach the command', async () => {
  const on = database()
  await call('patchRecord', { table: 'users', id: 'u1', patch: { age: new ExactNumber('10.00') } }, on)
  expect(on.requests[0]?.commands[0]).toMatchObject({ patch: { age: new ExactNumber('10.00') } })
})

test('an operation that does not exist is answered with the one that was meant', async () => {
  expect(await call('selectRecord', {})).toEqual({
    ok: false,
    failure: { kind: 'not-found', what: 'operation', id: 'selectRecord', among: ['selectRecords'] },
  })
  expect(await call('constructor', {})).toMatchObject({ ok: false, failure: { kind: 'not-found' } })
})

/** What these do is done in files and in git, which a database in memory does not have: `views`, `branches`, `query-sql`, `reshard-table` and `import-records.int.test.ts` ask a real one. */
const aboutFiles = [
  'importRecords',
  'querySql',
  'reshardTable',
  'describeView',
  'dropView',
  'materializeViews',
  'updateReadmes',
  ...Object.keys(branchOperations),
]
/** Nor does it have other repositories: `remotes.int.test.ts`. */
const aboutRemotes = Object.keys(remoteOperations)
/** Nor branches to merge: `merge.int.test.ts` and `replay.int.test.ts`. */
const aboutMerges = Object.keys({ ...mergeOperations, ...replayOperations })

const takesAll = {
  needsAllColumns: true,
  write: async (_head: unknown, batches: AsyncIterable<unknown>): Promise<void> => {
    for await (const _ of batches);
  },
}

test.each(Object.keys(operations).filter((name) => ![...aboutFiles, ...aboutRemotes, ...aboutMerges].includes(name)))(
  '%s answers in the shape that the table promises',
  async (name) => {
    const inputs: Readonly<Record<string, object>> = {
      createTable: { table: 'new', columns: [{ name: 'x', type: 'string' }] },
      insertRecords: { records: [{ $id: 'n' }] },
      exportRecords: { target: takesAll },
      distinctValues: { fields: ['age'] },
      countFacets: { fields: ['age'] },
      replaceRecord: { id: 'u1', record: { age: 2 } },
      upsertRecord: { id: 'u1', record: { age: 2 } },
      patchRecord: { id: 'u1', patch: { age: 2 } },
      updateWhere: { all: true, patch: { age: 2 } },
      deleteWhere: { where: ['age>0'] },
      changeTable: { addColumns: [{ name: 'note', type: 'string' }] },
      renameTable: { to: 'people' },
      diffCommits: { from: commitOf(0) },
      readPatch: { from: commitOf(0) },
      runBatch: { commands: [{ type: 'insert', table: 'users', record: { $id: 'n' } }] },
    }
    const on = database()
    if (name === 'readHistory') await call('patchRecord', { table: 'users', id: 'u1', patch: { age: 5 } }, on)
    const answer = await call(name, { table: 'users', id: 'u1', ...inputs[name] }, on)
    expect(answer.ok).toBe(true)
    const { output } = operations[name as keyof typeof operations]
    expect(answer.ok && output.safeParse(answer.value).error).toBeUndefined()
  },
)
