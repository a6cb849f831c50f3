import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { adoptLocal, callLocal } from '../../api/local.ts'
import { createItemsDatabase, openDatabaseAt } from '../support/local-database.ts'
import { runGit, temporaryFolder } from '../support/temporary-repository.ts'

const open = async (folder: string) => {
  const path = await createItemsDatabase(folder, { size: { type: 'integer' } }, { $id: 'a', size: 1 })
  const database = await openDatabaseAt(path)
  const call = callLocal(database)
  const write = (id: string, more: { readonly branch?: string; readonly dryRun?: boolean; readonly requestId?: string } = {}) =>
    call('insertRecords', { table: 'items', records: [{ $id: id, size: 1 }], ...more })
  return { path, database, call, write, git: (...args: readonly string[]) => runGit(path, ...args) }
}

const refused = { ok: false, failure: { kind: 'protected', branch: 'main', reason: 'by review alone' } }
const protect = { name: 'main', reason: 'by review alone' }

describe('a protected branch', () => {
  test('refuses records, tables, batches and dry runs, deletion and renaming; other branches are free', async () => {
    using folder = temporaryFolder()
    const { database, call, write, git } = await open(folder.path)
    await using _ = database
    const head = git('rev-parse', 'main')
    expect(await call('protectBranch', protect)).toMatchObject({ ok: true, value: { branch: 'main', protection: { frozen: false } } })
    expect(await write('b')).toMatchObject(refused)
    expect(await write('b', { dryRun: true })).toMatchObject(refused)
    expect(await call('patchRecord', { table: 'items', id: 'a', patch: { size: 2 } })).toMatchObject(refused)
    expect(await call('deleteWhere', { table: 'items', where: ['size>0'] })).toMatchObject(refused)
    expect(await call('runBatch', { commands: [{ type: 'delete', table: 'items', id: 'a' }] })).toMatchObject(refused)
    expect(await call('dropTable', { table: 'items' })).toMatchObject(refused)
    expect(await call('renameTable', { table: 'items', to: 'things' })).toMatchObject(refused)
    expect(await call('renameBranch', { name: 'main', to: 'x' })).toMatchObject(refused)
    expect(await call('deleteBranch', { name: 'main', force: true })).toMatchObject(refused)
    expect(git('rev-parse', 'main')).toBe(head)
    expect((await call('createBranch', { name: 'idea' })).ok).toBe(true)
    expect((await write('b', { branch: 'idea' })).ok).toBe(true)
  })

  test('is protected for every process and after a restart, says who and why, and is free again when told', async () => {
    using folder = temporaryFolder()
    const { path, database, call, write, git } = await open(folder.path)
    await using _ = database
    await using other = await openDatabaseAt(path)
    await callLocal(other)('protectBranch', { ...protect, freeze: true, until: '2999-12-31' })
    expect(await write('b')).toMatchObject(refused)
    await using restarted = await openDatabaseAt(path)
    const listed = await callLocal(restarted)('listBranches', {})
    expect(listed).toMatchObject({
      value: {
        branches: [{ name: 'main', protection: { reason: 'by review alone', frozen: true, until: '2999-12-31T23:59:59Z', by: expect.anything() } }],
      },
    })
    expect(git('log', '--format=%s', 'refs/ingitdb/protections')).toBe('freeze main')
    expect(await call('unprotectBranch', { name: 'main' })).toMatchObject({ value: { protection: { reason: 'by review alone' } } })
    expect(await call('unprotectBranch', { name: 'main' })).toEqual({ ok: true, value: { branch: 'main' } })
    expect((await write('b')).ok).toBe(true)
    expect(git('fsck', '--strict')).toBe('')
  })

  test('answers a write again that was made before it was protected', async () => {
    using folder = temporaryFolder()
    const { database, call, write } = await open(folder.path)
    await using _ = database
    const first = await write('b', { requestId: 'r1' })
    await call('protectBranch', protect)
    expect(await write('b', { requestId: 'r1' })).toMatchObject({ ok: true, value: { repeated: true, commit: first.ok && first.value.commit } })
    expect(await write('c', { requestId: 'r2' })).toMatchObject(refused)
  })

  test('lets no write through that comes after the answer', async () => {
    using folder = temporaryFolder()
    const { database, call, write, git } = await open(folder.path)
    await using _ = database
    const writes = Array.from({ length: 10 }, (_value, index) => write(`k${index}`))
    await call('protectBranch', protect)
    const head = git('rev-parse', 'main')
    await Promise.all(writes)
    expect(git('rev-parse', 'main')).toBe(head)
  })

  test('is free when its time has come', async () => {
    using folder = temporaryFolder()
    const { database, call, write } = await open(folder.path)
    await using _ = database
    await call('protectBranch', { ...protect, until: new Date(Date.now() + 2_000).toISOString() })
    expect(await write('b')).toMatchObject(refused)
    await expect.poll(async () => (await write('b')).ok, { timeout: 10_000, interval: 200 }).toBe(true)
    expect(await call('listBranches', {})).not.toMatchObject({ value: { branches: [{ protection: expect.anything() }] } })
  })

  test.each([
    [{ ...protect, reason: ' ' }, 'invalid-input'],
    [{ ...protect, until: '2001-01-01' }, 'invalid-input'],
    [{ ...protect, until: '2999-02-30' }, 'invalid-input'],
    [{ ...protect, until: 'soon' }, 'invalid-input'],
    [{ ...protect, name: 'mian' }, 'not-found'],
  ])('is not made of %j', async (input, kind) => {
    using folder = temporaryFolder()
    const { database, call } = await open(folder.path)
    await using _ = database
    expect(await call('protectBranch', input)).toMatchObject({ ok: false, failure: { kind } })
  })

  test('when the list cannot be read nothing is written, and the failure says how to go on', async () => {
    using folder = temporaryFolder()
    const { database, write, git } = await open(folder.path)
    await using _ = database
    git('update-ref', 'refs/ingitdb/protections', 'HEAD')
    expect(await write('b')).toMatchObject({
      failure: { kind: 'invalid-database', issues: [{ message: expect.stringContaining('git update-ref -d') }] },
    })
    git('update-ref', '-d', 'refs/ingitdb/protections')
    expect((await write('b')).ok).toBe(true)
  })

  test('takes no conversion and no adoption of files either', async () => {
    using folder = temporaryFolder()
    const { path, database, call, git } = await open(folder.path)
    await using _ = database
    await call('protectBranch', protect)
    mkdirSync(join(path, 'notes'))
    writeFileSync(join(path, 'notes/a.json'), '{"id": "a", "size": 1}')
    writeFileSync(join(path, 'notes/b.json'), '{"id": "b", "size": 2}')
    const head = git('rev-parse', 'main')
    const adoption = await adoptLocal(path)
    expect(adoption.ok && (await adoption.value.apply())).toMatchObject(refused)
    expect(git('rev-parse', 'main')).toBe(head)
  })

  test('which somebody deleted with git can be unprotected', async () => {
    using folder = temporaryFolder()
    const { database, call, git } = await open(folder.path)
    await using _ = database
    await call('createBranch', { name: 'idea' })
    await call('protectBranch', { ...protect, name: 'idea' })
    git('branch', '-D', 'idea')
    expect(await call('unprotectBranch', { name: 'idea' })).toMatchObject({ ok: true, value: { protection: { reason: 'by review alone' } } })
    expect(await call('unprotectBranch', { name: 'idea' })).toMatchObject({ failure: { kind: 'not-found' } })
  })
})
