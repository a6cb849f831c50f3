import { callLocal, formats, initLocal, openLocal } from '../../../api/local.ts'

/** The value of an answer; this program has no better idea about a failure than to stop. */
const take = <T>(result: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: unknown }): T => {
  if (!result.ok) throw new Error(JSON.stringify(result.failure))
  return result.value
}

const directory = process.argv[2] ?? 'people'
take(await initLocal(directory))
await using database = take(await openLocal(directory))
const call = callLocal(database)

const columns = [
  { name: 'name', type: 'string', required: true },
  { name: 'born', type: 'int' },
]
take(await call('createTable', { table: 'users', columns }))
const records = [
  { $id: 'ada', name: 'Ada Lovelace', born: 1815 },
  { $id: 'grace', name: 'Grace Hopper', born: 1906 },
]
const inserted = take(await call('insertRecords', { table: 'users', records }))

// A record comes as JSON text with the digits of its file; what is made of it is up to the caller.
const found = take(await call('selectRecords', { table: 'users', where: ['born<1900'], filter: { name: { $contains: 'Ada' } } }))
for (const { key, json } of found.records) console.log('found', key, json)

// The revision that was read makes the write safe: somebody else's change in between would be a failure, not lost.
const { revision } = take(await call('getRecord', { table: 'users', id: 'ada' }))
const update = { table: 'users', id: 'ada', expectedRevision: revision }
take(await call('patchRecord', { ...update, patch: { name: 'Ada King' } }))
const late = await call('patchRecord', { ...update, patch: { name: 'Ada Byron' } })
if (!late.ok) console.log('refused', late.failure.kind)

const before = take(await call('getRecord', { table: 'users', id: 'ada', at: inserted.commit }))
console.log('before', take(await formats.parseJson(before.json)))
const { entries } = take(await call('readHistory', { table: 'users', id: 'ada' }))
for (const { operation, fields, message } of entries) console.log(operation, fields.join(' '), `(${message})`)
