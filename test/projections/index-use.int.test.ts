import { expect, test } from 'vitest'
import type { CommitId, RecordKey } from '../../domain/ids.ts'
import type { JsonObject } from '../../domain/json.ts'
import type { FieldPath, Filter, RecordQuery, Search, SortKey } from '../../domain/query/filter.ts'
import { openSnapshot } from '../../projections/open-snapshot.ts'
import type { ReadModel } from '../../projections/read-model.ts'
import { watchPlans } from '../support/explain-plan.ts'
import { items, itemsTable, MemoryHistory, main } from '../support/memory-history.ts'
import { openReadModel } from '../support/open-read-model.ts'

/** 300 records in one commit, and 70 commits after it: the first is old enough for several places of closed versions. */
const openItems = async () => {
  const history = new MemoryHistory()
  const keys = Array.from({ length: 300 }, (_, index) => `k${String(index).padStart(3, '0')}`)
  const state = new Map<string, JsonObject>(keys.map((key, index) => [key, { name: `n${index % 7}`, size: index % 50 }]))
  const first = history.commit(main, state)
  let head = first
  for (let index = 0; index < 70; index++) {
    head = history.commit(main, new Map([...history.stateAt(head), [keys[index] ?? '', { name: 'n1', size: 1_000 + index }]]))
  }
  const readModel = await openReadModel(history.store())
  await readModel.ensureProjected(head, main)
  return { first, head, explain: explainOn(readModel), [Symbol.asyncDispose]: () => readModel[Symbol.asyncDispose]() }
}

/** What SQLite does with a question, in its own words: what it searches the versions by, and what it sorts. */
const explainOn = (readModel: ReadModel) => {
  const { reader, takePlans } = watchPlans(readModel.reader)
  return async (commit: CommitId, query: Partial<RecordQuery>): Promise<readonly string[]> => {
    const snapshot = openSnapshot({ ...readModel, reader }, commit)
    takePlans()
    const rows = await snapshot.selectRecords(items, { where: undefined, orderBy: [], limit: 10, offset: 0, ...query })
    if (!rows.ok) throw new Error(JSON.stringify(rows.failure))
    // What the single record before a page is looked up by is the primary key; all else must be an index.
    return takePlans()
      .flatMap((plan) => plan.split('\n'))
      .filter((line) => /(SEARCH|SCAN) v|TEMP B-TREE/.test(line) && !line.includes('PRIMARY KEY (lane=? AND key=? AND from_seq'))
  }
}

const bySize: readonly SortKey[] = [{ path: ['size'], descending: false }]
const fromLargest: readonly SortKey[] = [{ path: ['size'], descending: true }]
const isN1: Filter = { op: 'eq', path: ['name'], value: 'n1' }
const after = 'k250' as RecordKey
const found = (columns: string): string => `SEARCH v USING COVERING INDEX t2_${columns}`
const groupSort = 'USE TEMP B-TREE FOR LAST TERM OF ORDER BY'

const questions: readonly (readonly [title: string, query: Partial<RecordQuery>, plan: readonly string[]])[] = [
  ['a page by an indexed field', { orderBy: bySize }, [found('c2 (place=?)')]],
  ['a page after a record', { orderBy: bySize, after, limit: 40 }, [found('c2 (place=? AND c2=? AND key>?)'), found('c2 (place=? AND c2>?)')]],
  [
    'a page after a record, from the highest down: only records of one value are sorted, by key',
    { orderBy: fromLargest, after, limit: 400 },
    [found('c2 (place=? AND c2=? AND key>?)'), found('c2 (place=? AND c2<?)'), groupSort, found('c2 (place=? AND c2=?)')],
  ],
  [
    'a page of a filter and an order that one index holds',
    { where: isN1, orderBy: bySize, after },
    [found('c1_c2 (place=? AND c1=? AND c2=? AND key>?)'), found('c1_c2 (place=? AND c1=? AND c2>?)')],
  ],
  ['a page by key', { after }, [found('page (place=? AND key>?)')]],
]
test.each(questions)('%s is read from its index, at the head and at an old commit', async (_, query, plan) => {
  await using open = await openItems()
  expect(await open.explain(open.head, query)).toEqual(plan)
  const old = await open.explain(open.first, query)
  expect([...new Set(old)]).toEqual(plan)
})

test('an index on a place inside a column, added to a table with data, is used at every commit of it', async () => {
  const column = { name: 'address', type: 'any' }
  const plain = { ...itemsTable, columns: [...itemsTable.columns, column] }
  const indexed = { ...plain, rules: { ...itemsTable.rules, indexes: [['address.city'], ['address.city', 'size'], ['address']] } }
  const history = new MemoryHistory(plain)
  const cities = ['Rome', 'Oslo', 'Riga']
  const record = (index: number): JsonObject => ({ size: index, address: index % 9 === 0 ? index : { city: cities[index % 3] ?? '' } })
  const first = history.commit(main, new Map(Array.from({ length: 90 }, (_, index) => [`k${index}`, record(index)])))
  history.commit(main, new Map([...history.stateAt(first), ['k1', {}]]))
  const head = history.commit(main, history.stateAt(history.branches.get(main)), { table: indexed })
  await using readModel = await openReadModel(history.store())
  await readModel.ensureProjected(head, main)
  const city: FieldPath = ['address', 'city']
  for (const commit of [head, first]) {
    const old = commit === first ? 2 : 1
    const explain = explainOn(readModel)
    const ask = (query: Partial<RecordQuery>) => explain(commit, { limit: 100, ...query })
    expect(await ask({ where: { op: 'eq', path: city, value: 'Oslo' } })).toEqual(Array(old).fill(found('r1_p1 (place=? AND r1=? AND p1=?)')))
    expect(
      await ask({ where: { op: 'starts-with', path: city, value: 'R', ignoreCase: false }, orderBy: [{ path: city, descending: false }] }),
    ).toEqual(Array(old).fill(found('r1_p1 (place=? AND r1=? AND p1>? AND p1<?)')))
    expect(await ask({ where: { op: 'gt', path: ['address'], value: 40 }, orderBy: [{ path: ['address'], descending: false }] })).toEqual(
      Array(old).fill(found('r2_p2 (place=? AND r2=? AND p2>?)')),
    )
    const snapshot = openSnapshot(readModel, commit)
    const count = await snapshot.countRecords(items, { op: 'eq', path: city, value: 'Oslo' })
    const wanted = [...history.stateAt(commit).values()].filter((fields) => JSON.stringify(fields).includes('Oslo')).length
    expect(count).toEqual({ ok: true, value: wanted })
  }
})

test('a search goes from its words to the versions that hold at the commit', async () => {
  const history = new MemoryHistory({ ...itemsTable, rules: { ...itemsTable.rules, search: ['name'] } })
  const first = history.commit(
    main,
    new Map([
      ['a', { name: 'green tea' }],
      ['b', { name: 'tea' }],
    ]),
  )
  const head = history.commit(
    main,
    new Map([
      ['a', { name: 'coffee' }],
      ['b', { name: 'tea' }],
    ]),
  )
  await using readModel = await openReadModel(history.store())
  await readModel.ensureProjected(head, main)
  const found = 'SEARCH v USING INDEX t2_change (change_no=? AND place=?)'
  const search: Search = { all: [{ words: ['te'], isPrefix: true }], none: [] }
  for (const commit of [first, head]) {
    const plan = await explainOn(readModel)(commit, { search, orderBy: bySize })
    expect(new Set(plan.filter((line) => line.startsWith('SEARCH')))).toEqual(new Set([found]))
    const byRank = await explainOn(readModel)(commit, { search })
    expect(byRank).toContain(found)
  }
})
