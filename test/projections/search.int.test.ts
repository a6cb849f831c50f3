import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { BranchName, CommitId, RecordKey } from '../../domain/ids.ts'
import type { JsonObject } from '../../domain/json.ts'
import { matches } from '../../domain/query/evaluate-filter.ts'
import type { Filter, RecordQuery } from '../../domain/query/filter.ts'
import { parseSearch } from '../../domain/query/search.ts'
import { noRules, type Table } from '../../domain/table/table.ts'
import { openSnapshot } from '../../projections/open-snapshot.ts'
import type { ReadModel } from '../../projections/read-model.ts'
import { evaluateSearch } from '../support/evaluate-search.ts'
import { items, itemsTable, MemoryHistory, main, type State } from '../support/memory-history.ts'
import { openReadModel } from '../support/open-read-model.ts'

const side = 'side' as BranchName
const searching = (search: readonly string[]): Table => ({
  ...itemsTable,
  columns: [...itemsTable.columns, { name: 'note', type: 'any' }],
  rules: { ...noRules, indexes: [['size']], search },
})
const tables = [searching(['name']), searching(['note', 'name']), searching(['note.x', 'name'])] as const

const word = fc.constantFrom('tea', 'Tea,', 'teapot', 'té', 'green', 'leaf', 'leaves', 'a-b', '北京市', 'x', '"', '*', 'AND', 'NEAR(', '😀', '\u0000')
const text = fc.array(word, { maxLength: 6 }).map((words) => words.join(' '))
const fields: fc.Arbitrary<JsonObject> = fc.record(
  {
    name: text,
    size: fc.nat(3),
    note: fc.oneof(text, fc.array(text, { maxLength: 3 }), fc.record({ x: text, y: fc.array(text, { maxLength: 2 }) })),
  },
  { requiredKeys: ['name'] },
)
const key = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g')
type Step = {
  readonly onSide: boolean
  readonly table: number | undefined
  readonly reset: boolean
  readonly writes: readonly (readonly [string, JsonObject | undefined])[]
}
const step: fc.Arbitrary<Step> = fc.record({
  onSide: fc.boolean(),
  table: fc.option(fc.nat(2), { nil: undefined, freq: 4 }),
  reset: fc.boolean(),
  writes: fc.array(fc.tuple(key, fc.option(fields, { nil: undefined, freq: 4 })), { minLength: 1, maxLength: 5 }),
})
const term = fc.oneof(
  word,
  fc.constantFrom('te*', '"green leaf"', '"tea gre"*', '京市', 'le*'),
  word.map((each) => `-${each}`),
)
const question = fc.record({
  words: fc.array(term, { minLength: 1, maxLength: 3 }).map((terms) => terms.join(' ')),
  where: fc.constantFrom<Filter | undefined>(undefined, { op: 'gt', path: ['size'], value: 1 }, { op: 'exists', path: ['note', 'x'] }),
  limit: fc.integer({ min: 1, max: 3 }),
})

const apply = (state: State, writes: Step['writes']): State => {
  const next = new Map(state)
  for (const [name, record] of writes) {
    if (record === undefined) next.delete(name)
    else next.set(name, record)
  }
  return next
}

const keysOf = async (readModel: ReadModel, commit: CommitId, query: Partial<RecordQuery>): Promise<RecordKey[]> => {
  const rows = await openSnapshot(readModel, commit).selectRecords(items, { where: undefined, orderBy: [], limit: undefined, offset: 0, ...query })
  if (!rows.ok) throw new Error(JSON.stringify(rows.failure))
  return rows.value.map((row) => row.key)
}

test('a search finds and ranks what the words of a commit say, whatever else is indexed, kept up or built anew', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 2, maxLength: 10 }),
      fc.array(question, { minLength: 2, maxLength: 5 }),
      async (steps, questions) => {
        const history = new MemoryHistory(tables[0])
        const first = history.commit(main, new Map())
        history.branches.set(side, first)
        const tableAt = new Map<CommitId, Table>([[first, tables[0]]])
        await using readModel = await openReadModel(history.store())
        for (const { onSide, table, reset, writes } of steps) {
          const branch = onSide ? side : main
          const head = history.branches.get(branch) as CommitId
          const base = (reset && history.line(head)[1]) || head
          history.branches.set(branch, base)
          const current = table === undefined ? tableAt.get(base) : tables[table]
          if (current === undefined) throw new Error('no table')
          const commit = history.commit(branch, apply(history.stateAt(base), writes), table === undefined ? {} : { table: current })
          tableAt.set(commit, current)
          await readModel.ensureProjected(commit, branch)
        }
        await using rebuilt = await openReadModel(history.store())
        for (const [branch, head] of history.branches) {
          await rebuilt.ensureProjected(head, branch)
          for (const commit of history.line(head)) {
            for (const { words, where, limit } of questions) {
              const search = parseSearch(words)
              if (!search.ok) continue
              const records = [...history.stateAt(commit)].map(([name, record]) => ({ key: name, fields: record }))
              const found = evaluateSearch(tableAt.get(commit) ?? tables[0], records, search.value)
              const wanted = found.filter((record) => where === undefined || matches(where, record.key, record.fields)).map((record) => record.key)
              for (const model of [readModel, rebuilt]) {
                const asked = { where, search: search.value }
                expect(await keysOf(model, commit, asked)).toEqual(wanted)
                expect(await keysOf(model, commit, { ...asked, orderBy: [{ path: ['$id'], descending: true }] })).toEqual(wanted.toSorted().reverse())
                const [after] = wanted
                if (after !== undefined) {
                  expect(await keysOf(model, commit, { ...asked, after: after as RecordKey, limit })).toEqual(wanted.slice(1, limit + 1))
                }
              }
            }
          }
        }
      },
    ),
    { numRuns: 40 },
  )
})
