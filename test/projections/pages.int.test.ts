import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { BranchName, CommitId, RecordKey } from '../../domain/ids.ts'
import type { JsonObject } from '../../domain/json.ts'
import { compareRecords, matches } from '../../domain/query/evaluate-filter.ts'
import type { Filter, RecordQuery, SortKey } from '../../domain/query/filter.ts'
import { noRules } from '../../domain/table/table.ts'
import { openSnapshot } from '../../projections/open-snapshot.ts'
import type { ReadModel } from '../../projections/read-model.ts'
import { items, itemsTable, MemoryHistory, main, type State } from '../support/memory-history.ts'
import { openReadModel } from '../support/open-read-model.ts'
import { number, text } from './compile-filter-samples.ts'

const side = 'side' as BranchName
const table = { ...itemsTable, columns: [...itemsTable.columns, { name: 'note', type: 'any' }, { name: 'done', type: 'bool' }] }

/** Adds indexes on fields that may be anything. */
const indexed = { ...table, rules: { ...noRules, indexes: [['note'], ['note.x', 'name'], ['done', 'size']] } }

/** Few different values, so that most records are equal in most fields. */
const fields: fc.Arbitrary<JsonObject> = fc.record(
  {
    name: fc.constantFrom('a', 'b', 'B', 'é', '😀', 'a\u0000b'),
    size: fc.oneof(fc.nat(3), fc.constantFrom(2 ** 53, 9007199254740990)),
    done: fc.boolean(),
    note: fc.oneof({ weight: 3, arbitrary: fc.constantFrom(1, 'x', true, { x: 1 }, { x: 'y' }, [1], ['a']) }, number, text),
  },
  { requiredKeys: [] },
)
const key = fc.constantFrom(...['a', 'b', 'c', 'd', 'e', 'f', 'é', 'Z', '0', '-1', '😀', 'x y'])
const writes = fc.array(fc.tuple(key, fc.option(fields, { nil: undefined })), { minLength: 1, maxLength: 8 })
const steps = fc.array(fc.record({ onSide: fc.boolean(), writes }), { minLength: 2, maxLength: 12 })
const path = fc.constantFrom(['name'], ['size'], ['done'], ['note'], ['note', 'x'], ['note', '0'], ['$id'])
const orderBy: fc.Arbitrary<SortKey[]> = fc.array(fc.record({ path, descending: fc.boolean() }), { maxLength: 3 })
const where = fc.constantFrom<Filter | undefined>(
  undefined,
  { op: 'ne', path: ['name'], value: 'a' },
  { op: 'exists', path: ['note'] },
  { op: 'gt', path: ['size'], value: 0 },
)

const apply = (state: State, changes: readonly (readonly [string, JsonObject | undefined])[]): State => {
  const next = new Map(state)
  for (const [name, record] of changes) {
    if (record === undefined) next.delete(name)
    else next.set(name, record)
  }
  return next
}

const readKeys = async (readModel: ReadModel, commit: CommitId, query: Partial<RecordQuery>): Promise<RecordKey[]> => {
  const rows = await openSnapshot(readModel, commit).selectRecords(items, { where: undefined, orderBy: [], limit: undefined, offset: 0, ...query })
  if (!rows.ok) throw new Error(JSON.stringify(rows.failure))
  return rows.value.map((row) => row.key)
}

test('pages after one another are the whole answer, in any order, at any commit, while others commit', { timeout: 120_000 }, async () => {
  const question = fc.record({ orderBy, where, limit: fc.integer({ min: 1, max: 4 }), at: fc.nat(100) })
  await fc.assert(
    fc.asyncProperty(steps, fc.array(question, { minLength: 2, maxLength: 6 }), writes, async (past, questions, late) => {
      const history = new MemoryHistory(table)
      history.commit(main, new Map())
      history.branches.set(side, history.branches.get(main) as CommitId)
      await using readModel = await openReadModel(history.store())
      for (const [index, { onSide, writes: changes }] of past.entries()) {
        const branch = onSide ? side : main
        const change = index === 3 ? { table: indexed } : {}
        const commit = history.commit(branch, apply(history.stateAt(history.branches.get(branch)), changes), change)
        await readModel.ensureProjected(commit, branch)
      }
      const commits = [...history.commits.keys()]
      for (const { at, limit, ...asked } of questions) {
        const commit = commits[at % commits.length] as CommitId
        const records = [...history.stateAt(commit)].map(([name, record]) => ({ key: name, fields: record }))
        const wanted = records
          .filter((record) => asked.where === undefined || matches(asked.where, record.key, record.fields))
          .sort(compareRecords(asked.orderBy))
        const pages: RecordKey[] = []
        for (let page: readonly RecordKey[] | undefined; page === undefined || page.length === limit; ) {
          const after = pages.at(-1)
          page = await readKeys(readModel, commit, { ...asked, limit, ...(after !== undefined && { after }) })
          pages.push(...page)
          const next = history.commit(main, apply(history.stateAt(history.branches.get(main)), late))
          await readModel.ensureProjected(next, main)
        }
        expect(pages).toEqual(wanted.map((record) => record.key))
      }
    }),
    { numRuns: 40 },
  )
})

test('there is nothing after a record that the commit does not have', async () => {
  const history = new MemoryHistory(table)
  const first = history.commit(
    main,
    new Map([
      ['a', {}],
      ['b', {}],
    ]),
  )
  await using readModel = await openReadModel(history.store())
  await readModel.ensureProjected(first, main)
  expect(await readKeys(readModel, first, { after: 'a' as RecordKey })).toEqual(['b'])
  expect(await readKeys(readModel, first, { after: 'aa' as RecordKey })).toEqual([])
})
