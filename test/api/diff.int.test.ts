import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import type { OperationInput } from '../../api/contract/operations.ts'
import { callLocal, initLocal } from '../../api/local.ts'
import { commitForeign } from '../support/commit-foreign.ts'
import { openDatabaseAt } from '../support/local-database.ts'
import { runGit, temporaryFolder } from '../support/temporary-repository.ts'

const definition = (columns: Readonly<Record<string, string>>): string =>
  `record_file:\n    name: '{key}.yaml'\n    format: yaml\n    type: map[string]any\ncolumns:\n${Object.entries(columns)
    .map(([name, type]) => `    ${name}:\n        type: ${type}\n`)
    .join('')}`

let path: string
beforeEach(async () => {
  const folder = temporaryFolder()
  path = join(folder.path, 'db')
  await initLocal(path)
  commit({
    '.ingitdb/root-collections.yaml': 'items: items\nnotes: notes\n',
    'items/.collection/definition.yaml': definition({ size: 'float', address: 'any' }),
    'notes/.collection/definition.yaml': definition({ text: 'string' }),
    [file('a')]: 'size: 1\naddress: {city: Rome, zip: "1"}\n',
    [file('b')]: 'size: 2\n',
    'notes/$records/a.yaml': 'text: hello\n',
  })
  return () => folder[Symbol.dispose]()
})

const file = (key: string): string => `items/$records/${key}.yaml`
const commit = (files: Readonly<Record<string, string | null>>, branch = 'main'): string => commitForeign(path, files, branch)

const diff = async (input: OperationInput<'diffCommits'>) => {
  await using database = await openDatabaseAt(path)
  const answer = await callLocal(database)('diffCommits', input)
  return answer.ok ? answer.value : answer.failure
}

test('says table by table, record by record and field by field what differs, digits as they are stored', async () => {
  const before = runGit(path, 'rev-parse', 'main')
  const after = commit({ [file('a')]: 'size: 1.0\naddress: {city: Roma, zip: "1"}\n', [file('b')]: null, [file('c')]: 'size: 3\n' })
  const answer = await diff({ from: 'HEAD~1', depth: 'full' })
  expect(answer).toEqual({
    from: { moment: 'HEAD~1', commit: before },
    to: { moment: 'HEAD', commit: after },
    differs: true,
    tables: [{ table: 'items', added: 1, updated: 1, deleted: 1 }],
    records: [
      {
        table: 'items',
        id: 'a',
        change: 'updated',
        before: runGit(path, 'rev-parse', `main~1:${file('a')}`),
        after: runGit(path, 'rev-parse', `main:${file('a')}`),
        fields: [
          { field: 'address', pointer: '/address/city', before: '"Rome"', after: '"Roma"' },
          { field: 'size', pointer: '/size', before: '1', after: '1.0' },
        ],
      },
      expect.objectContaining({ id: 'b', change: 'deleted', fields: [{ field: 'size', pointer: '/size', before: '2' }] }),
      expect.objectContaining({ id: 'c', change: 'added', fields: [{ field: 'size', pointer: '/size', after: '3' }] }),
    ],
  })
})

test('says less where less is asked for', async () => {
  commit({ [file('a')]: 'size: 5\n', [file('c')]: 'size: 3\n' })
  expect(await diff({ from: 'HEAD~1', depth: 'summary' })).toMatchObject({ differs: true, tables: [{ added: 1, updated: 1 }], records: [] })
  expect(await diff({ from: 'HEAD~1' })).toMatchObject({ records: [{ id: 'a' }, { id: 'c' }] })
  const names = [
    { field: 'address', pointer: '/address' },
    { field: 'size', pointer: '/size' },
  ]
  const { records } = { records: [], ...(await diff({ from: 'HEAD~1', depth: 'fields' })) }
  expect(records).toEqual([expect.objectContaining({ id: 'a', fields: names }), expect.not.objectContaining({ fields: expect.anything() })])
})

test('comes in pages, whose counts are those of everything', async () => {
  commit(Object.fromEntries(['c', 'd', 'e'].map((key) => [file(key), 'size: 1\n'])))
  expect(await diff({ from: 'HEAD~1', limit: 2 })).toMatchObject({ tables: [{ added: 3 }], records: [{ id: 'c' }, { id: 'd' }], next: 2 })
  const last = await diff({ from: 'HEAD~1', limit: 2, offset: 2 })
  expect(last).toMatchObject({ tables: [{ added: 3 }], records: [{ id: 'e' }] })
  expect(last).not.toHaveProperty('next')
})

test('a table that is made, dropped or defined anew is a difference of its own', async () => {
  commit({
    '.ingitdb/root-collections.yaml': 'items: items\nplaces: places\n',
    'items/.collection/definition.yaml': definition({ size: 'float', address: 'any', note: 'string' }),
    'items/.collection/rules.yaml': 'unique: [[note]]\n',
    'notes/.collection/definition.yaml': null,
    'notes/$records/a.yaml': null,
    'places/.collection/definition.yaml': definition({ name: 'string' }),
  })
  expect(await diff({ from: 'HEAD~1', depth: 'full' })).toMatchObject({
    tables: [
      {
        table: 'items',
        definition: {
          change: 'updated',
          fields: [
            { field: 'columns', pointer: '/columns/note', after: '{"type":"string"}' },
            { field: 'rules', pointer: '/rules', after: '{"unique":[["note"]]}' },
          ],
        },
        added: 0,
        updated: 0,
        deleted: 0,
      },
      { table: 'notes', definition: { change: 'deleted' }, deleted: 1 },
      { table: 'places', definition: { change: 'added' }, added: 0 },
    ],
    records: [{ table: 'notes', id: 'a', change: 'deleted' }],
  })
})

test('what a branch did is told from what its origin did meanwhile by the merge base', async () => {
  runGit(path, 'branch', 'proposal')
  const base = runGit(path, 'rev-parse', 'main')
  commit({ [file('a')]: 'size: 10\n' })
  commit({ [file('b')]: 'size: 20\n' }, 'proposal')
  expect(await diff({ from: 'main', to: 'proposal' })).toMatchObject({ records: [{ id: 'a' }, { id: 'b' }] })
  expect(await diff({ from: 'main', to: 'proposal', sinceMergeBase: true })).toMatchObject({ mergeBase: base, records: [{ id: 'b' }] })
  // After the proposal has taken over what main did, the merge base is on main alone: no first parent of the proposal.
  runGit(path, 'reset', '-q', '--hard')
  runGit(path, 'switch', '-q', 'proposal')
  runGit(path, 'merge', '-q', '-m', 'take over', 'main')
  expect(await diff({ from: 'main', to: 'proposal', sinceMergeBase: true })).toMatchObject({ records: [{ id: 'b' }] })
})

test('histories with nothing in common differ in everything, and have no merge base', async () => {
  runGit(path, 'switch', '-q', '--orphan', 'other')
  runGit(path, 'commit', '-q', '--allow-empty', '-m', 'nothing')
  expect(await diff({ from: 'main', to: 'other' })).toMatchObject({ tables: [{ deleted: 2 }, { deleted: 1 }] })
  expect(await diff({ from: 'other', to: 'main' })).toMatchObject({ tables: [{ added: 2 }, { added: 1 }] })
  expect(await diff({ from: 'main', to: 'other', sinceMergeBase: true })).toMatchObject({
    kind: 'not-found',
    what: 'commit',
    why: 'main and other have no commit in common',
  })
})

test('two branches that nobody has asked about before are held against each other', async () => {
  for (const branch of ['one', 'two']) {
    runGit(path, 'branch', branch, 'main')
    commit({ [file(branch)]: `size: ${branch === 'one' ? 1 : 2}\n` }, branch)
  }
  const [one, two] = ['one', 'two'].map((branch) => runGit(path, 'rev-parse', branch))
  for (const [from = '', to = ''] of [
    [one, two],
    [two, one],
  ]) {
    expect(await diff({ from, to, depth: 'summary' })).toMatchObject({ tables: [{ added: 1, deleted: 1, updated: 0 }] })
  }
})

test('one table, or files by path, can be picked', async () => {
  commit({ [file('a')]: 'size: 7\n', 'notes/$records/a.yaml': 'text: bye\n', 'notes/.collection/rules.yaml': 'unique: [[text]]\n' })
  expect(await diff({ from: 'HEAD~1', table: 'notes' })).toMatchObject({ tables: [{ table: 'notes', updated: 1, definition: {} }] })
  expect(await diff({ from: 'HEAD~1', pathFilter: 'notes/$records/' })).toMatchObject({ tables: [{ table: 'notes', updated: 1 }] })
  expect(await diff({ from: 'HEAD~1', pathFilter: '*/$records/a.*' })).toMatchObject({ records: [{ table: 'items' }, { table: 'notes' }] })
  expect(await diff({ from: 'HEAD~1', pathFilter: 'notes/.collection' })).toMatchObject({ tables: [{ definition: {}, updated: 0 }], records: [] })
  expect(await diff({ from: 'HEAD~1', pathFilter: 'elsewhere' })).toMatchObject({ differs: false, tables: [], records: [] })
  expect(await diff({ from: 'HEAD~1', table: 'note' })).toMatchObject({ kind: 'not-found', what: 'table' })
})

test('a file that cannot be read is not taken for a deleted record', async () => {
  commit({ [file('a')]: '<<<<<<< ours\n' })
  expect(await diff({ from: 'HEAD~1' })).toMatchObject({ records: [{ id: 'a', change: 'deleted', unreadable: true }] })
  commit({ 'items/.collection/definition.yaml': '{{{' })
  expect(await diff({ from: 'HEAD~1' })).toMatchObject({
    tables: [{ table: 'items', definition: { change: 'deleted', unreadable: true } }],
    records: [{ id: 'b', unreadable: true }],
  })
})

test('the files of the work tree are a moment too, compared with HEAD or any other', async () => {
  runGit(path, 'reset', '-q', '--hard')
  expect(await diff({ from: 'HEAD', to: 'worktree' })).toMatchObject({ differs: false })
  commit({ [file('b')]: 'size: 3\n' })
  runGit(path, 'reset', '-q', '--hard')
  writeFileSync(join(path, file('a')), 'size: 8\naddress: {city: Rome, zip: "1"}\n')
  writeFileSync(join(path, file('new')), 'size: 9\n')
  rmSync(join(path, 'notes/$records/a.yaml'))
  const edits = [
    { table: 'items', id: 'a', change: 'updated', fields: [{ pointer: '/size', before: '1', after: '8' }] },
    { table: 'items', id: 'new', change: 'added' },
    { table: 'notes', id: 'a', change: 'deleted' },
  ]
  expect(await diff({ from: 'HEAD', to: 'worktree', depth: 'full' })).toMatchObject({ to: { moment: 'worktree' }, records: edits })
  const since = await diff({ from: 'HEAD~1', to: 'worktree' })
  expect(since).toMatchObject({ records: [{ id: 'a' }, { id: 'b' }, { id: 'new' }, { id: 'a' }] })
})

test('the same moment, comments and the order of columns are no difference', async () => {
  expect(await diff({ from: 'main', to: 'main' })).toMatchObject({ differs: false })
  commit({ [file('b')]: '# by hand\nsize: 2   # really\n' })
  expect(await diff({ from: 'HEAD~1', depth: 'full' })).toMatchObject({ differs: false, tables: [], records: [] })
  expect(await diff({ from: 'nowhere' })).toMatchObject({ kind: 'not-found', what: 'commit', id: 'nowhere' })
})

test('a record under another key is one that was renamed, with what differs besides', async () => {
  commit({ [file('b')]: 'size: 2\naddress: {city: Athens, zip: "10431"}\n' })
  commit({ [file('a')]: null, [file('x')]: 'address: {zip: "1", city: Rome}\nsize: 1\n' })
  commit({ [file('b')]: null, [file('y')]: 'size: 3\naddress: {city: Athens, zip: "10431"}\n' })
  const fields = [{ field: 'size', pointer: '/size', before: '2', after: '3' }]
  expect(await diff({ from: 'HEAD~2', depth: 'full' })).toMatchObject({
    tables: [{ table: 'items', added: 0, updated: 0, deleted: 0, renamed: 2 }],
    records: [
      { table: 'items', id: 'x', from: 'a', change: 'renamed', fields: [] },
      { table: 'items', id: 'y', from: 'b', change: 'renamed', fields },
    ],
  })
  expect(await diff({ from: 'HEAD~2', pathFilter: file('a') })).toMatchObject({ records: [{ id: 'x', from: 'a' }] })
  expect(await diff({ from: 'HEAD~2', pathFilter: file('y') })).toMatchObject({ records: [{ id: 'y', from: 'b' }] })
  expect(await diff({ from: 'HEAD', to: 'HEAD~2' })).toMatchObject({
    records: [
      { id: 'a', from: 'x' },
      { id: 'b', from: 'y' },
    ],
  })
  const plain = await diff({ from: 'HEAD~2', renames: false })
  expect(plain).toMatchObject({ tables: [{ added: 2, deleted: 2 }], records: [{ id: 'a' }, { id: 'b' }, { id: 'x' }, { id: 'y' }] })
  expect(plain).not.toHaveProperty('tables.0.renamed')
})

test('a column under another name is told with its definition, and its values count as carried over', async () => {
  commit({
    'items/.collection/definition.yaml': definition({ weight: 'float', address: 'any' }),
    [file('a')]: 'weight: 1\naddress: {city: Roma, zip: "1"}\n',
    [file('b')]: 'weight: 2\n',
  })
  const weight = { field: 'weight', pointer: '/weight', from: '/size' }
  expect(await diff({ from: 'HEAD~1', depth: 'full' })).toMatchObject({
    tables: [{ definition: { change: 'updated', renamedColumns: [{ from: 'size', to: 'weight' }], fields: [] }, updated: 2 }],
    records: [
      { id: 'a', fields: [{ pointer: '/address/city' }, { ...weight, before: '1', after: '1' }] },
      { id: 'b', fields: [{ ...weight, before: '2', after: '2' }] },
    ],
  })
  const plain = await diff({ from: 'HEAD~1', depth: 'fields', renames: false })
  expect(plain).toMatchObject({
    tables: [{ definition: { fields: [{ pointer: '/columns/size' }, { pointer: '/columns/weight' }] } }],
    records: [{ id: 'a' }, { id: 'b', fields: [{ pointer: '/size' }, { pointer: '/weight' }] }],
  })
  expect(plain).not.toHaveProperty('tables.0.definition.renamedColumns')
})

test('a table under another name is a change of the schema, and its records are compared with what they were', async () => {
  commit({ [file('c')]: 'size: 3\n', [file('d')]: 'size: 4\n' })
  commit({
    '.ingitdb/root-collections.yaml': 'things: things\nnotes: notes\n',
    'items/.collection/definition.yaml': null,
    'things/.collection/definition.yaml': definition({ size: 'float', address: 'any' }),
    ...Object.fromEntries(['a', 'b', 'c', 'd'].map((key) => [file(key), null])),
    ...Object.fromEntries(['b', 'c', 'd'].map((key, index) => [`things/$records/${key}.yaml`, `size: ${index + 2}\n`])),
    'things/$records/a.yaml': 'size: 9\naddress: {city: Rome, zip: "1"}\n',
  })
  const renamed = {
    tables: [{ table: 'things', definition: { change: 'renamed', from: 'items' }, added: 0, updated: 1, deleted: 0 }],
    records: [{ table: 'things', id: 'a', change: 'updated', fields: [{ pointer: '/size', before: '1', after: '9' }] }],
  }
  for (const table of [undefined, 'items', 'things'])
    expect(await diff({ from: 'HEAD~1', depth: 'full', ...(table !== undefined && { table }) })).toMatchObject(renamed)
  expect(await diff({ from: 'HEAD~1', table: 'notes' })).toMatchObject({ differs: false })
  expect(await diff({ from: 'HEAD~1', renames: false })).toMatchObject({
    tables: [
      { table: 'items', definition: { change: 'deleted' }, deleted: 4 },
      { table: 'things', definition: { change: 'added' }, added: 4 },
    ],
  })
})
