import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { callLocal, initLocal, openLocal } from '../../api/local.ts'
import { runGit, temporaryFolder } from '../support/temporary-repository.ts'

const take = <T>(result: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: object }): T => {
  if (!result.ok) throw new Error(JSON.stringify(result.failure))
  return result.value
}

/** A database with a table of one file a record and one of a shared file, and one record in each. */
const openSample = async () => {
  const folder = temporaryFolder()
  const path = join(folder.path, 'db')
  take(await initLocal(path))
  const database = take(await openLocal(path))
  const call = callLocal(database)
  const columns = [
    { name: 'name', type: 'string' },
    { name: 'size', type: 'int' },
  ]
  take(await call('createTable', { table: 'items', columns }))
  take(await call('createTable', { table: 'rows', columns, recordFormat: 'csv' }))
  for (const table of ['items', 'rows']) take(await call('insertRecords', { table, records: [{ $id: 'a', name: 'A', size: 50 }] }))
  return {
    call,
    file: (name: string) => join(path, name),
    commit: () => {
      runGit(path, 'add', '-A')
      runGit(path, 'commit', '-q', '-m', 'by hand')
    },
    unreadable: async () => take(await call('readStatus', {})).unreadable,
    async [Symbol.asyncDispose]() {
      await database[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    },
  }
}

test('a record that cannot be read is not missing: every question about it says what is wrong, and where', async () => {
  await using sample = await openSample()
  writeFileSync(sample.file('items/$records/b.yaml'), 'name: B\nsize: [\n')
  writeFileSync(sample.file('rows/rows.csv'), '$ID,name,size\na,A,50\nb,B,big\n')
  sample.commit()
  const { call } = sample
  const place = { items: { file: 'items/$records/b.yaml', line: 3 }, rows: { file: 'rows/rows.csv', line: 3 } }
  for (const table of ['items', 'rows'] as const) {
    const failure = { ok: false, failure: { kind: 'invalid-database', issues: [{ table, key: 'b', ...place[table] }] } }
    expect(await call('getRecord', { table, id: 'b' })).toMatchObject(failure)
    expect(await call('patchRecord', { table, id: 'b', patch: { size: 1 } })).toMatchObject(failure)
    expect(await call('deleteRecord', { table, id: 'b' })).toMatchObject(failure)
    expect(await call('getRecord', { table, id: 'c' })).toMatchObject({ ok: false, failure: { kind: 'not-found' } })
  }
})

test('a file that cannot be read is not thrown away by an insert or upsert of its key', async () => {
  await using sample = await openSample()
  writeFileSync(sample.file('items/$records/b.yaml'), 'name: B # precious\nsize: [\n')
  sample.commit()
  const refused = { ok: false, failure: { kind: 'invalid-database', issues: [{ rule: 'unreadable', file: 'items/$records/b.yaml', key: 'b' }] } }
  expect(await sample.call('insertRecords', { table: 'items', records: [{ $id: 'b', name: 'new' }] })).toMatchObject(refused)
  expect(await sample.call('upsertRecord', { table: 'items', id: 'b', record: { name: 'new' } })).toMatchObject(refused)
  expect(readFileSync(sample.file('items/$records/b.yaml'), 'utf8')).toContain('precious')
  rmSync(sample.file('items/$records/b.yaml'))
  sample.commit()
  expect(await sample.call('insertRecords', { table: 'items', records: [{ $id: 'b', name: 'new' }] })).toMatchObject({ ok: true })
  expect(await sample.unreadable()).toEqual([])
})

test('a record that a narrower definition made invalid is no longer reported once its file is repaired', async () => {
  await using sample = await openSample()
  for (const table of ['items', 'rows']) {
    const definition = sample.file(`${table}/.collection/definition.yaml`)
    writeFileSync(definition, readFileSync(definition, 'utf8').replace('type: int', 'type: int\n        max_value: 40'))
  }
  sample.commit()
  const message = 'the field "size" must be at most 40'
  expect(await sample.unreadable()).toEqual([
    { table: 'items', file: 'items/$records/a.yaml', key: 'a', line: 2, message },
    { table: 'rows', file: 'rows/rows.csv', key: 'a', line: 2, message },
  ])
  for (const name of ['items/$records/a.yaml', 'rows/rows.csv'])
    writeFileSync(sample.file(name), readFileSync(sample.file(name), 'utf8').replace('50', '30'))
  sample.commit()
  expect(await sample.unreadable()).toEqual([])
})

test('a row that is written anew is no longer reported, before and after a rebuild', async () => {
  await using sample = await openSample()
  writeFileSync(sample.file('rows/rows.csv'), '$ID,name,size\na,A,50\nb,B,big\n')
  sample.commit()
  expect(await sample.unreadable()).toHaveLength(1)
  take(await sample.call('insertRecords', { table: 'rows', records: [{ $id: 'b', name: 'B' }] }))
  expect(await sample.unreadable()).toEqual([])
  take(await sample.call('rebuild', {}))
  expect(await sample.unreadable()).toEqual([])
})
