import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { callLocal } from '../../api/local.ts'
import { ok } from '../../domain/result.ts'
import { createItemsDatabase, openDatabaseAt } from '../support/local-database.ts'
import { runGit, temporaryFolder } from '../support/temporary-repository.ts'

const at = 'worktree'
const everything = { where: undefined, orderBy: [], limit: undefined, offset: 0 }
type Call = ReturnType<typeof callLocal>

const open = async (folder: string) => {
  const path = await createItemsDatabase(folder, { size: { type: 'integer' } }, { $id: 'a', size: 1 })
  const database = await openDatabaseAt(path)
  return { path, database, call: callLocal(database) }
}

const write = (path: string, name: string, text: string): void => {
  mkdirSync(dirname(join(path, name)), { recursive: true })
  writeFileSync(join(path, name), text)
}

const select = async (call: Call, table = 'items', moment: string | null = at): Promise<readonly string[]> => {
  const answer = await call('selectRecords', { table, ...(moment !== null && { at: moment }) })
  if (!answer.ok) throw new Error(JSON.stringify(answer.failure))
  return answer.value.records.map(({ json }) => json)
}

describe('the files of the work tree', () => {
  test('without edits are what the head is, and answers name it', async () => {
    using folder = temporaryFolder()
    const { path, database, call } = await open(folder.path)
    await using _ = database
    expect(await call('selectRecords', { table: 'items', at })).toEqual(await call('selectRecords', { table: 'items' }))
    expect(await call('countRecords', { table: 'items', at })).toMatchObject({ value: { commit: runGit(path, 'rev-parse', 'HEAD'), count: 1 } })
  })

  test('show records that were edited, added, staged, moved and deleted, and the head does not', async () => {
    using folder = temporaryFolder()
    const { path, database, call } = await open(folder.path)
    await using _ = database
    write(path, 'items/$records/a.json', '{"size": 2}')
    write(path, 'items/$records/b.json', '{"size": 3}')
    write(path, 'items/$records/c.json', '{"size": 4}')
    runGit(path, 'add', 'items/$records/c.json')
    expect(await select(call)).toEqual(['{"$id":"a","size":2}', '{"$id":"b","size":3}', '{"$id":"c","size":4}'])
    rmSync(join(path, 'items/$records/a.json'))
    expect(await select(call)).toEqual(['{"$id":"b","size":3}', '{"$id":"c","size":4}'])
    expect(await call('getRecord', { table: 'items', id: 'b', at })).toMatchObject({ ok: true, value: { json: '{"$id":"b","size":3}' } })
    expect(await call('countRecords', { table: 'items', where: ['size>3'], at })).toMatchObject({ value: { count: 1 } })
    expect(await select(call, 'items', 'HEAD')).toEqual(['{"$id":"a","size":1}'])
    expect(await select(call, 'items', null)).toEqual(['{"$id":"a","size":1}'])
  })

  test('show an edit of the same size that was made in the second of the checkout', async () => {
    using folder = temporaryFolder()
    const { path, database, call } = await open(folder.path)
    await using _ = database
    const touch = (name: string): void => utimesSync(join(path, name), 1_700_000_000, 1_700_000_000)
    runGit(path, 'config', 'core.trustctime', 'false') // the one time that nobody can set
    touch('items/$records/a.json')
    runGit(path, 'update-index', '--refresh')
    touch('.git/index')
    const text = runGit(path, 'show', 'HEAD:items/$records/a.json')
    write(path, 'items/$records/a.json', `${text.replace('1', '7')}\n`)
    touch('items/$records/a.json')
    expect(runGit(path, '--no-optional-locks', 'status', '--porcelain')).toContain('a.json')
    expect(await select(call)).toEqual(['{"$id":"a","size":7}'])
  })

  test('leave out what git ignores, and what was taken out of the index and is ignored', async () => {
    using folder = temporaryFolder()
    const { path, database, call } = await open(folder.path)
    await using _ = database
    write(path, '.git/info/exclude', 'items/$records/a.json\nitems/$records/b.json\n')
    write(path, 'items/$records/b.json', '{}')
    expect(await select(call)).toHaveLength(1)
    runGit(path, 'rm', '-q', '--cached', 'items/$records/a.json')
    expect(await select(call)).toEqual([])
  })

  test('keep a broken file and a link in quarantine, with its line, and serve the rest', async () => {
    using folder = temporaryFolder()
    const { path, database, call } = await open(folder.path)
    await using _ = database
    write(path, 'items/$records/bad.json', '{\n  "size": "x"\n}')
    expect(await select(call)).toHaveLength(1)
    expect(await call('readStatus', { at })).toMatchObject({ value: { unreadable: [{ file: 'items/$records/bad.json', key: 'bad' }] } })
    expect(await call('readStatus', {})).toMatchObject({ value: { unreadable: [] } })
    expect(await call('getRecord', { table: 'items', id: 'bad', at })).toMatchObject({ failure: { kind: 'invalid-database' } })
  })

  test('show a table that is defined in them alone, and columns that were added', async () => {
    using folder = temporaryFolder()
    const { path, database, call } = await open(folder.path)
    await using _ = database
    write(path, '.ingitdb/root-collections.yaml', 'items: items\nnotes: notes\n')
    write(
      path,
      'notes/.collection/definition.yaml',
      'record_file: {name: "{key}.yaml", format: yaml, type: "map[string]any"}\ncolumns: {text: {type: string}}\n',
    )
    write(path, 'notes/$records/n.yaml', 'text: hi\n')
    expect(await call('listTables', { at, counts: true })).toMatchObject({ value: { tables: [{ id: 'items' }, { id: 'notes', records: 1 }] } })
    expect((await call('describeTable', { table: 'notes', at })).ok).toBe(true)
    expect(await select(call, 'notes')).toEqual(['{"$id":"n","text":"hi"}'])
    expect((await call('describeTable', { table: 'notes' })).ok).toBe(false)
  })

  test('leave nothing behind: not in the repository, not in the read model, not for a write that follows', async () => {
    using folder = temporaryFolder()
    const { path, database, call } = await open(folder.path)
    await using _ = database
    const state = () => [runGit(path, 'for-each-ref'), runGit(path, 'count-objects', '-v'), runGit(path, 'ls-files', '-s')]
    const before = state()
    write(path, 'items/$records/b.json', '{"size": 3}')
    expect(await select(call)).toHaveLength(2)
    expect(state()).toEqual(before)
    rmSync(join(path, 'items/$records/b.json'))
    expect(await call('insertRecords', { table: 'items', records: [{ $id: 'b', size: 9 }] })).toMatchObject({ ok: true })
    expect(await select(call, 'items', null)).toEqual(['{"$id":"a","size":1}', '{"$id":"b","size":9}'])
    expect(await call('readLog', {})).toMatchObject({
      value: { entries: expect.not.arrayContaining([expect.objectContaining({ commit: '0'.repeat(40) })]) },
    })
  })

  test('have changes without a commit in the history, as git blame names them', async () => {
    using folder = temporaryFolder()
    const { path, database, call } = await open(folder.path)
    await using _ = database
    write(path, 'items/$records/a.json', '{"size": 2}')
    expect(await call('readHistory', { table: 'items', id: 'a', at })).toMatchObject({
      value: { commit: runGit(path, 'rev-parse', 'HEAD'), entries: [{ commit: '0'.repeat(40), operation: 'update' }, { operation: 'insert' }] },
    })
  })

  test('are read page by page', async () => {
    using folder = temporaryFolder()
    const { path, database, call } = await open(folder.path)
    await using _ = database
    write(path, 'items/$records/b.json', '{"size": 3}')
    const first = await call('selectRecords', { table: 'items', limit: 1, at })
    const next = first.ok ? first.value.next : undefined
    expect(next).toBeDefined()
    expect(await call('selectRecords', { table: 'items', limit: 1, ...(next !== undefined && { cursor: next }) })).toMatchObject({
      value: { records: [{ key: 'b' }] },
    })
  })

  test('are read while others write, and nobody takes a write that the files have not followed yet for an edit', async () => {
    using folder = temporaryFolder()
    const { path, database, call } = await open(folder.path)
    await using _ = database
    write(path, 'items/$records/mine.json', '{"size": 0}')
    const counts: Promise<unknown>[] = []
    for (let number = 0; number < 8; number++) {
      counts.push(call('countRecords', { table: 'items', where: ['size==1'], at }))
      expect((await call('patchRecord', { table: 'items', id: 'a', patch: { size: 1, ...(number === 0 && { size: 1 }) } })).ok).toBe(true)
      expect((await call('insertRecords', { table: 'items', records: [{ $id: `n${number}`, size: 2 }] })).ok).toBe(true)
    }
    expect(await Promise.all(counts)).toEqual(Array.from({ length: 8 }, () => expect.objectContaining({ ok: true })))
    expect(await call('countRecords', { table: 'items', at })).toMatchObject({ value: { count: 10 } })
    expect(await call('countRecords', { table: 'items' })).toMatchObject({ value: { count: 9 } })
  })

  test('belong to one branch, and a bare repository has none', async () => {
    using folder = temporaryFolder()
    const { path, database, call } = await open(folder.path)
    await using _ = database
    runGit(path, 'branch', 'other')
    expect(await call('countRecords', { table: 'items', at, branch: 'other' })).toMatchObject({ failure: { kind: 'unsupported' } })
    runGit(folder.path, 'clone', '-q', '--bare', path, 'bare.git')
    await using bare = await openDatabaseAt(join(folder.path, 'bare.git'))
    expect(await callLocal(bare)('countRecords', { table: 'items', at })).toMatchObject({
      failure: { kind: 'unsupported', why: expect.stringContaining('bare') },
    })
  })

  test('can be compared with a commit that nobody has read yet', async () => {
    using folder = temporaryFolder()
    const { path, database } = await open(folder.path)
    await using _ = database
    runGit(path, 'checkout', '-q', '-b', 'other')
    write(path, 'items/$records/o.json', '{"size": 5}')
    runGit(path, 'add', '-A')
    runGit(path, 'commit', '-qm', 'other')
    runGit(path, 'checkout', '-q', 'main')
    write(path, 'items/$records/b.json', '{"size": 3}')
    const answer = await database.ask({ at }, async (snapshot) => {
      const other = await database.read({ at: 'other' })
      if (!other.ok) return other
      const [table] = snapshot.catalogue.tables
      if (table === undefined) throw new Error('no table')
      const counts = await Promise.all([snapshot, other.value].map(async (each) => (await each.selectRecords(table.id, everything)).ok))
      return ok(counts)
    })
    expect(answer).toEqual({ ok: true, value: [true, true] })
  })

  test('can be asked before the first commit', async () => {
    using folder = temporaryFolder()
    const { path, database } = await open(folder.path)
    await database[Symbol.asyncDispose]()
    rmSync(join(path, '.git'), { recursive: true })
    runGit(path, 'init', '-q', '-b', 'main')
    await using fresh = await openDatabaseAt(path)
    expect(await select(callLocal(fresh))).toEqual(['{"$id":"a","size":1}'])
    expect(await callLocal(fresh)('getRecord', { table: 'items', id: 'a', at })).toMatchObject({ ok: true })
    expect(await callLocal(fresh)('listTables', {})).toMatchObject({ value: { tables: [] } })
  })
})
