import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { callLocal, initLocal } from '../../api/local.ts'
import { commitForeign } from '../support/commit-foreign.ts'
import { openDatabaseAt } from '../support/local-database.ts'
import { temporaryFolder } from '../support/temporary-repository.ts'

const definition = (format: 'yaml' | 'csv', sizeType: string): string =>
  `record_file:\n    name: '${format === 'csv' ? 'items.csv' : '{key}.yaml'}'\n    format: ${format}\n    type: '${format === 'csv' ? '[]map[string]any' : 'map[string]any'}'
primary_key: [id]\ncolumns_order: [id, size, note]\ncolumns:\n    id:\n        type: string\n    size:\n        type: ${sizeType}\n    note:\n        type: string\n`

let path: string
beforeEach(async () => {
  const folder = temporaryFolder()
  path = join(folder.path, 'db')
  await initLocal(path)
  return () => folder[Symbol.dispose]()
})

const commit = (files: Readonly<Record<string, string | null>>): string => commitForeign(path, files)

/** Fields of `items/a` with the position, in `commits`, of the commit that blame names. */
const blame = async (commits: readonly string[], removed = false) => {
  await using database = await openDatabaseAt(path)
  const answer = await callLocal(database)('readBlame', { table: 'items', id: 'a', removed })
  if (!answer.ok) return answer.failure
  return answer.value.entries.map(({ field, json, commit: oid, ...entry }) => [
    field,
    json,
    commits.indexOf(oid),
    entry.operation,
    entry.definitionChanged,
  ])
}

const yamlTable = { '.ingitdb/root-collections.yaml': 'items: items\n', 'items/.collection/definition.yaml': definition('yaml', 'int') }
const file = 'items/$records/a.yaml'

test('a record that was deleted and inserted again owes every field to the second insertion', async () => {
  const commits = [
    commit({ ...yamlTable, [file]: 'size: 1\nnote: x\n' }),
    commit({ [file]: 'size: 1\n' }),
    commit({ [file]: null }),
    commit({ [file]: 'size: 1\nnote: x\n' }),
    commit({ [file]: 'size: 2\nnote: x\n' }),
  ]
  expect(await blame(commits, true)).toEqual([
    ['size', '2', 4, 'update', false],
    ['note', '"x"', 3, 'insert', false],
  ])
})

test('a time in which the file could not be read takes no credit for what was the same before', async () => {
  const commits = [
    commit({ ...yamlTable, [file]: 'size: 1\nnote: x\n' }),
    commit({ [file]: 'size: 1\n<<<<<<< ours\n' }),
    commit({ [file]: 'size: [\n' }),
    commit({ [file]: 'size: 3\nnote: x\n' }),
  ]
  expect(await blame(commits)).toEqual([
    ['size', '3', 3, 'update', false],
    ['note', '"x"', 0, 'insert', false],
  ])
})

test('nor does a time in which the definition of the table could not be read', async () => {
  const commits = [
    commit({ ...yamlTable, [file]: 'size: 1\nnote: x\n' }),
    commit({ 'items/.collection/definition.yaml': '{{{' }),
    commit({ [file]: 'size: 2\nnote: x\n' }),
    commit({ 'items/.collection/definition.yaml': definition('yaml', 'int') }),
  ]
  expect(await blame(commits)).toEqual([
    ['size', '2', 3, 'update', true],
    ['note', '"x"', 0, 'insert', false],
  ])
})

test('a file that is moved within its table keeps its record, and the record its origins', async () => {
  const commits = [
    commit({ ...yamlTable, [file]: 'size: 1\nnote: x\n' }),
    commit({ [file]: 'size: 2\nnote: x\n' }),
    commit({
      [file]: null,
      'items/$records/ca/a.yaml': 'size: 2\nnote: x\n',
      'items/.collection/layout.yaml': 'fanOut: 2\nlevels: 1\nhash: sha256\n',
    }),
  ]
  expect(await blame(commits)).toEqual([
    ['size', '2', 1, 'update', false],
    ['note', '"x"', 0, 'insert', false],
  ])
})

test('a definition that reads a value in a new way gives it, and blame says that the definition changed', async () => {
  const commits = [
    commit({
      '.ingitdb/root-collections.yaml': 'items: items\n',
      'items/.collection/definition.yaml': definition('csv', 'string'),
      'items/items.csv': 'id,size,note\na,1,x\n',
    }),
    commit({ 'items/items.csv': 'id,size,note\na,1,y\n' }),
    commit({ 'items/.collection/definition.yaml': definition('csv', 'int') }),
  ]
  expect(await blame(commits)).toEqual([
    ['id', '"a"', 0, 'insert', false],
    ['size', '1', 2, 'update', true],
    ['note', '"y"', 1, 'update', false],
  ])
})

test('a record that is not there cannot be blamed, and one that cannot be read says why', async () => {
  commit({ ...yamlTable, 'items/$records/b.yaml': 'size: 1\n' })
  expect(await blame([])).toEqual({ kind: 'not-found', what: 'record', id: 'items/a' })
  commit({ [file]: 'size: [\n' })
  expect(await blame([])).toMatchObject({ kind: 'invalid-database', issues: [{ rule: 'unreadable', file }] })
})
