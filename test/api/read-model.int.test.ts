import { existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, describe, expect, test } from 'vitest'
import { callLocal, initLocal, openLocal } from '../../api/local.ts'
import { runGit, temporaryFolder } from '../support/temporary-repository.ts'

const fill = async (folder: string): Promise<string> => {
  const path = join(folder, 'db')
  const made = await initLocal(path)
  if (!made.ok) throw new Error(JSON.stringify(made.failure))
  await using database = await open(path)
  const call = callLocal(database)
  const schema = { type: 'object', properties: { size: { type: 'integer' }, note: { type: 'string' } } }
  await call('createTable', { table: 'items', schema, recordFormat: 'json' })
  const records = Array.from({ length: 500 }, (_, n) => ({ $id: `k${n}`, size: n, note: 'x'.repeat(200) }))
  await call('insertRecords', { table: 'items', records })
  await call('patchRecord', { table: 'items', id: 'k1', patch: { size: 1000 } })
  return path
}

const open = async (path: string) => {
  const opened = await openLocal(path)
  if (!opened.ok) throw new Error(JSON.stringify(opened.failure))
  return opened.value
}

const answers = async (path: string) => {
  await using database = await open(path)
  return await ask(callLocal(database)) // awaited here: the database closes on return
}

const ask = async (call: ReturnType<typeof callLocal>) => [
  await call('selectRecords', { table: 'items', filter: { size: { $gt: 3 } }, orderBy: '-size', limit: 20 }),
  await call('selectRecords', { table: 'items', at: 'HEAD~1', limit: 5 }),
  await call('readHistory', { table: 'items', id: 'k1' }),
  await call('readLog', {}),
]

const fileOf = (path: string): string => {
  const folder = join(path, '.git', 'ingitdb')
  const name = readdirSync(folder).find((entry) => entry.endsWith('.sqlite') && !entry.startsWith('0-'))
  if (name === undefined) throw new Error('there is no read model')
  return join(folder, name)
}

const damages: readonly (readonly [string, (file: string) => void])[] = [
  ['deleted', (file) => rmSync(file)],
  [
    'deleted, its write-ahead log left behind',
    (file) => {
      writeFileSync(`${file}-wal`, readFileSync(file).subarray(0, 8192))
      rmSync(file)
    },
  ],
  ['replaced by text', (file) => writeFileSync(file, 'not a database')],
  ['emptied', (file) => writeFileSync(file, '')],
  ['cut short', (file) => truncateSync(file, 20_480)],
  [
    'overwritten in the middle',
    (file) => {
      const handle = openSync(file, 'r+')
      for (let at = 4_096; at < readFileSync(file).length; at += 4_096) writeSync(handle, Buffer.alloc(64, 0xff), 0, 64, at)
    },
  ],
  [
    'of another version',
    (file) => {
      writeFileSync(join(dirname(file), '0-ffffffffffffffff.sqlite'), 'an older release')
      rmSync(file)
    },
  ],
]

describe('the read model is disposable', () => {
  test.each(damages)('a file that is %s is built again, with the same answers', async (_, damage) => {
    using folder = temporaryFolder()
    const path = await fill(folder.path)
    const before = await answers(path)
    damage(fileOf(path))
    expect(await answers(path)).toEqual(before)
    expect(existsSync(fileOf(path))).toBe(true)
    const db = new Database(fileOf(path), { readonly: true })
    expect(db.pragma('quick_check', { simple: true })).toBe('ok')
    db.close()
  })

  test.each(['and nobody builds it again', 'and another process builds it again'])(
    'a file deleted while it is served changes no answer, %s',
    async (then) => {
      using folder = temporaryFolder()
      const path = await fill(folder.path)
      await using database = await open(path)
      const call = callLocal(database)
      const before = await ask(call)
      for (const name of readdirSync(dirname(fileOf(path)))) rmSync(join(path, '.git', 'ingitdb', name), { recursive: true })
      if (then.includes('another')) expect(await answers(path)).toEqual(before)
      expect(await ask(call)).toEqual(before)
      expect((await call('patchRecord', { table: 'items', id: 'k2', patch: { size: 7 } })).ok).toBe(true)
      const after = await ask(call)
      expect(await answers(path)).toEqual(after)
    },
  )
})

describe('where the read model cannot be written', () => {
  afterEach(() => {
    delete process.env.INGITDB_CACHE
  })

  test('the failure says which folder and what to set', async () => {
    using folder = temporaryFolder()
    const path = await fill(folder.path)
    rmSync(join(path, '.git', 'ingitdb'), { recursive: true })
    writeFileSync(join(path, '.git', 'ingitdb'), 'in the way')
    const opened = await openLocal(path)
    if (!opened.ok) throw new Error(JSON.stringify(opened.failure))
    await using database = opened.value
    expect(await database.read({})).toMatchObject({ ok: false, failure: { kind: 'unavailable', why: expect.stringContaining('INGITDB_CACHE') } })
  })

  test('INGITDB_CACHE names another folder, shared by many repositories', async () => {
    using folder = temporaryFolder()
    const path = await fill(folder.path)
    const before = await answers(path)
    rmSync(join(path, '.git', 'ingitdb'), { recursive: true })
    process.env.INGITDB_CACHE = join(folder.path, 'cache')
    mkdirSync(join(folder.path, 'cache'))
    expect(await answers(path)).toEqual(before)
    expect(existsSync(join(path, '.git', 'ingitdb'))).toBe(false)
    expect(readdirSync(join(folder.path, 'cache')).filter((name) => name.endsWith('.sqlite'))).toHaveLength(1)
    expect(runGit(path, 'status', '--porcelain')).toBe('')
  })
})
