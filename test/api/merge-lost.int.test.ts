import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import type { OperationInput } from '../../api/contract/operations.ts'
import type { Database } from '../../api/database.ts'
import { callLocal } from '../../api/local.ts'
import { runGit } from '../support/temporary-repository.ts'
import { commitOurs, commitTheirs, type Files, openTwoBranches } from '../support/two-branches.ts'

const file = "    name: '{key}.yaml'\n    format: yaml\n    type: 'map[string]any'\n"
const column = (name: string, more = ''): string => `    ${name}:\n        type: string\n${more}`
const definition = (columns: string): string => `record_file:\n${file}columns:\n${columns}`
const orders = 'orders/.collection/definition.yaml'
const start = {
  '.ingitdb/root-collections.yaml': 'users: users\norders: orders\n',
  'users/.collection/definition.yaml': definition(column('name')),
  'users/$records/ada.yaml': 'name: Ada\n',
  [orders]: definition(column('user')),
  'orders/$records/o1.yaml': 'user: ada\n',
  photo: 'a\0b',
}
const withForeignKey = { [orders]: definition(column('user', '        foreign_key: users\n')) }
const withoutOrders = { '.ingitdb/root-collections.yaml': 'users: users\n', [orders]: null, 'orders/$records/o1.yaml': null }

let path: string
let database: Database
beforeEach(async () => {
  const branches = await openTwoBranches(start)
  path = branches.path
  database = branches.database
  return () => branches[Symbol.asyncDispose]()
})

const ours = (files: Files) => commitOurs(path, files)
const theirs = (files: Files) => commitTheirs(path, files)
const merge = (input: Partial<OperationInput<'mergeBranch'>> = {}) => callLocal(database)('mergeBranch', { source: 'proposal', ...input })
const resolve = (input: OperationInput<'resolveConflicts'>) => callLocal(database)('resolveConflicts', input)

test('a foreign key of one side and the deletion of a record that it refers to are a conflict in both directions', async () => {
  ours({ 'users/$records/ada.yaml': null })
  theirs(withForeignKey)
  runGit(path, 'branch', 'reverse', 'proposal')
  const conflict = { type: 'constraint', rule: 'referenced', table: 'users', id: 'ada' }
  expect(await merge()).toMatchObject({ ok: true, value: { status: 'conflicts', conflicts: [conflict] } })
  expect(await merge({ source: 'main', into: 'reverse' })).toMatchObject({ ok: true, value: { status: 'conflicts', conflicts: [conflict] } })
})

test('a foreign key to a table that the other side dropped is a conflict', async () => {
  ours({ '.ingitdb/root-collections.yaml': 'orders: orders\n', 'users/.collection/definition.yaml': null, 'users/$records/ada.yaml': null })
  theirs(withForeignKey)
  expect(await merge()).toMatchObject({ ok: true, value: { status: 'conflicts', conflicts: [{ type: 'constraint', rule: 'unknown-table' }] } })
})

test('to take a changed record of a table that the other side dropped is no success, for nothing would read it', async () => {
  ours(withoutOrders)
  theirs({ 'orders/$records/o1.yaml': 'user: bob\n' })
  await merge()
  const lost = { type: 'constraint', rule: 'lost-record', table: 'orders', id: 'o1' }
  expect(await resolve({ all: 'theirs' })).toMatchObject({ ok: true, value: { status: 'conflicts', conflicts: [lost] } })
  expect(await resolve({ resolutions: [{ table: 'orders', id: 'o1', undo: true }] })).toMatchObject({ ok: true })
  expect(await resolve({ all: 'ours' })).toMatchObject({ ok: true, value: { status: 'merged' } })
})

test('a record that one side inserted into a table that the other dropped can be given up', async () => {
  ours(withoutOrders)
  theirs({ 'orders/$records/o2.yaml': 'user: bob\n' })
  expect(await merge()).toMatchObject({ ok: true, value: { conflicts: [{ rule: 'lost-record', involved: [{ table: 'orders', id: 'o2' }] }] } })
  expect(await resolve({ resolutions: [{ table: 'orders', id: 'o2', delete: true }] })).toMatchObject({ ok: true, value: { status: 'merged' } })
})

test('a file that one side made executable gets what the other side wrote, whatever it holds', async () => {
  chmodSync(join(path, 'photo'), 0o755)
  runGit(path, 'commit', '--quiet', '--all', '--message', 'executable')
  theirs({ photo: 'a\0c' })
  expect(await merge()).toMatchObject({ ok: true, value: { status: 'merged' } })
  expect(runGit(path, 'ls-tree', 'main', 'photo')).toMatch(/^100755 /)
  expect(runGit(path, 'show', 'main:photo')).toBe('a\0c')
  expect(runGit(path, 'status', '--porcelain')).toBe('')
})

test('a file that was settled is open again when ours changed it since', async () => {
  ours({ 'n.txt': 'A\n' })
  theirs({ 'n.txt': 'B\n' })
  await merge()
  expect(await resolve({ all: 'theirs' })).toMatchObject({ ok: true, value: { status: 'merged' } })
  ours({ 'n.txt': 'LATER\n' })
  const open = { status: 'conflicts', conflicts: [{ type: 'file', file: 'n.txt' }] }
  expect(await callLocal(database)('continueMerge', {})).toMatchObject({ ok: true, value: open })
})

test('a record that both sides inserted in files of different places is a conflict, and one side can be taken', async () => {
  const sharded = { 'users/.collection/layout.yaml': 'fanOut: 2\nlevels: 1\nhash: sha256\n' }
  ours(sharded)
  runGit(path, 'branch', '--force', 'proposal', 'main')
  ours({ 'users/$records/z.yaml': 'name: flat\n' })
  const inShard = 'users/$records/59/z.yaml'
  theirs({ [inShard]: 'name: sharded\n' })
  expect(await merge()).toMatchObject({ ok: true, value: { status: 'conflicts', conflicts: [{ type: 'file', file: inShard }] } })
  expect(await resolve({ all: 'theirs' })).toMatchObject({ ok: true, value: { status: 'merged' } })
  expect(await callLocal(database)('continueMerge', {})).toMatchObject({ ok: true, value: { status: 'merged' } })
  expect(runGit(path, 'ls-tree', '-r', '--name-only', 'main', 'users/$records')).toBe(`${inShard}\nusers/$records/ada.yaml`)
})
