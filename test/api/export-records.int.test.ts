import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ExportFormat } from '../../api/contract/formats.ts'
import { callLocal, formats, initLocal, openLocal } from '../../api/local.ts'
import type { ExportHead, RecordTarget } from '../../domain/export/record-target.ts'
import type { Json, JsonObject } from '../../domain/json.ts'
import { runGit, temporaryFolder } from '../support/temporary-repository.ts'

const take = <T>(result: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: object }): T => {
  if (!result.ok) throw new Error(JSON.stringify(result.failure))
  return result.value
}

const openSample = async () => {
  const folder = temporaryFolder()
  const path = join(folder.path, 'db')
  take(await initLocal(path))
  const database = take(await openLocal(path))
  const call = callLocal(database)
  return {
    path,
    database,
    call,
    all: async (table: string) => take(await call('selectRecords', { table, limit: 1_000 })).records.map(({ json }) => json),
    async [Symbol.asyncDispose]() {
      await database[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    },
  }
}

/** Keeps what it is given. @param onBatch  called before the next batch is asked for */
const keepRecords = ({ needsAllColumns = false, onBatch = async (_count: number): Promise<void> => undefined } = {}) => {
  const records: string[] = []
  const heads: ExportHead[] = []
  const target: RecordTarget = {
    needsAllColumns,
    async write(head, batches) {
      heads.push(head)
      for await (const batch of batches) {
        records.push(...batch)
        await onBatch(records.length)
      }
    },
  }
  return { records, heads, target }
}

const numbered = (count: number) => Array.from({ length: count }, (_, index) => ({ $id: `k${String(index).padStart(5, '0')}`, n: index }))

const columns = [
  { name: 'n', type: 'int' },
  { name: 'note', type: 'string' },
] as const

for (const [what, disturb] of [
  ['a record is written', { write: true }],
  ['the table is dropped', { drop: true }],
  ['the branch is rewritten', { rewrite: true }],
  ['the read model is built again', { rebuild: true }],
] as const) {
  test(`all records are of one commit although ${what} between two pages`, async () => {
    await using sample = await openSample()
    const { call, database, path } = sample
    take(await call('createTable', { table: 'items', columns, recordFormat: 'csv' }))
    take(await call('insertRecords', { table: 'items', records: numbered(2_500) }))
    const commit = runGit(path, 'rev-parse', 'HEAD')
    let isDone = false
    const kept = keepRecords({
      onBatch: async () => {
        if (isDone) return
        isDone = true
        if ('write' in disturb) take(await call('updateWhere', { table: 'items', all: true, patch: { n: -1 } }))
        if ('drop' in disturb) take(await call('dropTable', { table: 'items' }))
        if ('rewrite' in disturb) {
          runGit(path, 'reset', '-q', '--hard', 'HEAD~1')
          take(await call('insertRecords', { table: 'items', records: [{ $id: 'other', n: 0 }] }))
        }
        if ('rebuild' in disturb) take(await database.rebuild())
      },
    })
    expect(await call('exportRecords', { table: 'items', target: kept.target })).toEqual({
      ok: true,
      value: { commit, records: 2_500, unreadable: 0, problems: [] },
    })
    expect(isDone).toBe(true)
    expect(kept.records.map((record) => JSON.parse(record))).toEqual(numbered(2_500))
  })
}

test('what cannot be read is counted and named, and the rest is exported', async () => {
  await using sample = await openSample()
  const { call, path } = sample
  take(await call('createTable', { table: 'items', columns }))
  take(await call('createTable', { table: 'others', columns }))
  take(await call('insertRecords', { table: 'items', records: [{ $id: 'a', n: 1 }] }))
  writeFileSync(join(path, 'items/$records/b.yaml'), 'n: [\n')
  runGit(path, 'add', '-A')
  runGit(path, 'commit', '-q', '-m', 'by hand')
  const kept = keepRecords()
  expect(take(await call('exportRecords', { table: 'items', target: kept.target }))).toMatchObject({
    records: 1,
    unreadable: 1,
    problems: [{ file: 'items/$records/b.yaml', line: 2 }],
  })
  expect(take(await call('exportRecords', { table: 'others', target: keepRecords().target }))).toMatchObject({ unreadable: 0 })
})

test('the files of the work tree are exported as they are', async () => {
  await using sample = await openSample()
  const { call, path } = sample
  take(await call('createTable', { table: 'items', columns }))
  take(await call('insertRecords', { table: 'items', records: [{ $id: 'a', n: 1 }] }))
  writeFileSync(join(path, 'items/$records/a.yaml'), 'n: 2\n')
  const kept = keepRecords()
  expect(take(await call('exportRecords', { table: 'items', at: 'worktree', target: kept.target })).commit).toBeUndefined()
  expect(kept.records).toEqual(['{"$id":"a","n":2}'])
})

test('a header names every field of any record, and computed columns are left out unless they are asked for', async () => {
  await using sample = await openSample()
  const { call, path } = sample
  take(
    await call('createTable', { table: 'items', recordFormat: 'markdown', columns: [...columns, { name: 'twice', type: 'int', formula: 'n * 2' }] }),
  )
  take(await call('insertRecords', { table: 'items', records: [{ $id: 'a', n: 1 }] }))
  writeFileSync(join(path, 'items/$records/b.md'), '---\nn: 3\nextra: x\n---\n')
  runGit(path, 'add', '-A')
  runGit(path, 'commit', '-q', '-m', 'by hand')
  const kept = keepRecords({ needsAllColumns: true })
  take(await call('exportRecords', { table: 'items', target: kept.target }))
  expect(kept.heads).toEqual([
    {
      table: 'items',
      columns: [
        { name: '$id', type: 'string' },
        { name: 'n', type: 'int' },
        { name: 'note', type: 'string' },
        { name: '$content', type: undefined },
        { name: 'extra', type: undefined },
      ],
    },
  ])
  expect(kept.records).toEqual(['{"$id":"a","n":1,"$content":""}', '{"$id":"b","n":3,"$content":"","extra":"x"}'])
  const asked = keepRecords({ needsAllColumns: true })
  take(await call('exportRecords', { table: 'items', fields: ['twice'], target: asked.target }))
  expect(asked.records).toEqual(['{"$id":"a","twice":2}', '{"$id":"b","twice":6}'])
})

test('an export that is called off says so, and so does one of a table, a moment or a branch that is not there', async () => {
  await using sample = await openSample()
  const { database, call, path } = sample
  take(await call('createTable', { table: 'items', columns, recordFormat: 'csv' }))
  take(await call('insertRecords', { table: 'items', records: numbered(500) }))
  const stop = new AbortController()
  const kept = keepRecords({ onBatch: async () => stop.abort() })
  const stopped = await callLocal(database, undefined, stop.signal)('exportRecords', { table: 'items', target: kept.target })
  expect(stopped).toEqual({ ok: false, failure: { kind: 'unavailable', what: 'the export', why: 'it was interrupted' } })
  const { target } = keepRecords()
  expect(await call('exportRecords', { table: 'item', target })).toMatchObject({ failure: { kind: 'not-found', what: 'table', among: ['items'] } })
  expect(await call('exportRecords', { table: 'items', at: 'v1', target })).toMatchObject({ ok: false, failure: { kind: 'not-found' } })
  expect(await call('exportRecords', { table: 'items', branch: 'none', target })).toMatchObject({ ok: false, failure: { kind: 'not-found' } })
  runGit(path, 'checkout', '-q', '--orphan', 'unborn')
  expect(await call('exportRecords', { table: 'items', target })).toMatchObject({ ok: false, failure: { kind: 'not-found', what: 'table' } })
})

const text = fc.oneof(
  fc.constantFrom('', ' ', 'a,b', '"q"', "it's", 'a\nb', '\ttab', '\\N', 'null', 'true', '007', '=1', '#', '- a', 'é🎈'),
  fc.string(),
)
const values: Readonly<Record<string, fc.Arbitrary<Json>>> = {
  string: text,
  int: fc.maxSafeInteger(),
  float: fc.integer().map((value) => value / 4),
  bool: fc.boolean(),
  date: fc.date({ noInvalidDate: true, min: new Date('1900-01-01'), max: new Date('2100-01-01') }).map((value) => value.toISOString().slice(0, 10)),
  '[]string': fc.array(text, { maxLength: 3 }),
  'map[string]string': fc.dictionary(fc.constantFrom('a', 'b'), text, { noNullPrototype: true }),
}
const anyTable = fc.array(fc.constantFrom(...Object.keys(values)), { minLength: 1, maxLength: 4 }).chain((types) =>
  fc.record({
    columns: fc.constant(types.map((type, index) => ({ name: `c${index}`, type }))),
    records: fc
      .array(fc.tuple(...types.map((type) => fc.option(values[type] ?? text, { freq: 3, nil: undefined }))), { minLength: 1, maxLength: 5 })
      .map((rows) => rows.map((row, index): JsonObject => ({ $id: `k${index}`, ...toFields(row) }))),
  }),
)

const toFields = (row: readonly (Json | undefined)[]): JsonObject =>
  Object.fromEntries(row.flatMap((value, index) => (value === undefined ? [] : [[`c${index}`, value] as const])))

for (const format of ['csv', 'tsv', 'json', 'jsonl', 'yaml', 'ingr'] as const satisfies readonly ExportFormat[]) {
  test(`a table that is exported in ${format} and imported again is the same table`, async () => {
    await using sample = await openSample()
    const { call } = sample
    let number = 0
    await fc.assert(
      fc.asyncProperty(anyTable, async ({ columns, records }) => {
        number += 1
        const [from, to, made] = [`from${number}`, `to${number}`, `made${number}`]
        for (const table of [from, to]) take(await call('createTable', { table, columns, recordFormat: 'jsonl' }))
        take(await call('insertRecords', { table: from, records }))
        const pieces: Uint8Array[] = []
        const target: RecordTarget = {
          needsAllColumns: true,
          async write(head, batches) {
            const written = take(await formats.writeRecords(batches, { format, title: head.table, columns: head.columns }))
            for await (const piece of written) pieces.push(Buffer.from(piece))
          },
        }
        take(await call('exportRecords', { table: from, target }))
        const source = {
          name: `a.${format}`,
          isRepeatable: true,
          isText: format === 'csv' || format === 'tsv',
          read: (types?: ReadonlyMap<string, string>) =>
            formats.readRecords(
              (async function* () {
                yield Buffer.concat(pieces)
              })(),
              { format, ...(types !== undefined && { types }) },
            ),
        }
        take(await call('importRecords', { table: to, source }))
        const original = await sample.all(from)
        expect(await sample.all(to)).toEqual(format === 'tsv' ? original.map(withoutEmptyTexts) : original)
        if (format === 'csv' || format === 'tsv') return
        // With the types that the records suggest, the values are the same too; the order of columns is that of their first value.
        if (!records.some((record) => Object.keys(record).length > 1)) return
        take(await call('importRecords', { table: made, source, create: { recordFormat: 'jsonl' } }))
        expect((await sample.all(made)).map((record) => JSON.parse(record))).toEqual(original.map((record) => JSON.parse(record)))
      }),
      { numRuns: 12 },
    )
  })
}

const withoutEmptyTexts = (record: string): string =>
  JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(record)).filter(([, value]) => value !== '')))
