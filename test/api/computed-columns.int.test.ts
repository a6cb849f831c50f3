import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { callLocal, initLocal, openLocal } from '../../api/local.ts'
import { runGit, temporaryFolder } from '../support/temporary-repository.ts'

const open = async (path: string) => {
  const opened = await openLocal(path)
  if (!opened.ok) throw new Error(JSON.stringify(opened.failure))
  return opened.value
}

const schema = {
  type: 'object',
  properties: {
    price: { type: 'number' },
    quantity: { type: 'integer' },
    total: { type: 'number', 'x-formula': 'price * quantity' },
    size: { type: 'string', 'x-formula': '"large" if quantity >= 10 else "small"' },
  },
}

const fill = async (path: string) => {
  const made = await initLocal(path)
  if (!made.ok) throw new Error(JSON.stringify(made.failure))
  const database = await open(path)
  const call = callLocal(database)
  await call('createTable', { table: 'orders', schema })
  const records = [1, 2, 3].map((n) => ({ $id: `o${n}`, price: n + 0.5, quantity: n * 5 }))
  await call('insertRecords', { table: 'orders', records })
  return { database, call }
}

const unwrap = <T>(answer: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: unknown }): T => {
  if (!answer.ok) throw new Error(JSON.stringify(answer.failure))
  return answer.value
}

test('answers, filters, orders and counts see computed columns; files and revisions do not', async () => {
  await using folder = temporaryFolder()
  const path = join(folder.path, 'db')
  const { database, call } = await fill(path)
  await using _ = database
  const found = unwrap(await call('selectRecords', { table: 'orders', filter: { size: 'large', total: { $gt: 20 } }, orderBy: '-total' }))
  expect(found.records.map(({ json }) => json)).toEqual([
    '{"$id":"o3","price":3.5,"quantity":15,"total":52.5,"size":"large"}',
    '{"$id":"o2","price":2.5,"quantity":10,"total":25.0,"size":"large"}',
  ])
  expect(unwrap(await call('countRecords', { table: 'orders', filter: { total: 7.5 } })).count).toBe(1)
  const file = readFileSync(join(path, 'orders/$records/o1.yaml'), 'utf8')
  expect(file).toBe('price: 1.5\nquantity: 5\n')
  const { revision } = unwrap(await call('getRecord', { table: 'orders', id: 'o1' }))
  expect(revision).toBe(runGit(path, 'rev-parse', 'HEAD:orders/$records/o1.yaml').trim())
})

test('an update computes anew, the commit before shows what was', async () => {
  await using folder = temporaryFolder()
  const path = join(folder.path, 'db')
  const { database, call } = await fill(path)
  await using _ = database
  unwrap(await call('patchRecord', { table: 'orders', id: 'o1', patch: { quantity: 100 } }))
  expect(unwrap(await call('getRecord', { table: 'orders', id: 'o1' })).json).toContain('"total":150.0,"size":"large"')
  expect(unwrap(await call('getRecord', { table: 'orders', id: 'o1', at: 'HEAD~1' })).json).toContain('"total":7.5,"size":"small"')
})

test('a formula that fails takes only its field out, and is listed until it does no more', async () => {
  await using folder = temporaryFolder()
  const path = join(folder.path, 'db')
  const { database, call } = await fill(path)
  await using _ = database
  const definition = join(path, 'orders/.collection/definition.yaml')
  const text = readFileSync(definition, 'utf8')
  writeFileSync(definition, text.replace('price * quantity', 'price / (quantity - 5)'))
  runGit(path, 'commit', '-qam', 'divide')
  expect(unwrap(await call('getRecord', { table: 'orders', id: 'o1' })).json).toBe('{"$id":"o1","price":1.5,"quantity":5,"size":"small"}')
  expect(unwrap(await call('readStatus', {})).unreadable).toMatchObject([
    { table: 'orders', key: 'o1', file: 'orders/.collection/definition.yaml', message: expect.stringContaining('division by zero') },
  ])
  unwrap(await call('patchRecord', { table: 'orders', id: 'o1', patch: { quantity: 6 } }))
  expect(unwrap(await call('readStatus', {})).unreadable).toEqual([])
  unwrap(await call('patchRecord', { table: 'orders', id: 'o1', patch: { quantity: 5 } }))
  const before = unwrap(await call('readStatus', {})).unreadable
  expect(before).toMatchObject([{ key: 'o1' }])
  unwrap(await call('rebuild', {}))
  expect(unwrap(await call('readStatus', {})).unreadable).toEqual(before)
})

test('a computed field cannot be written', async () => {
  await using folder = temporaryFolder()
  const path = join(folder.path, 'db')
  const { database, call } = await fill(path)
  await using _ = database
  const answer = await call('patchRecord', { table: 'orders', id: 'o1', patch: { total: 1 } })
  expect(answer).toMatchObject({ ok: false, failure: { kind: 'invalid-input', issues: [{ rule: 'computed-field', field: '/total' }] } })
})
