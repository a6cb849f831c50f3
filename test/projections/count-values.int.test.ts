import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { JsonObject } from '../../domain/json.ts'
import { matches } from '../../domain/query/evaluate-filter.ts'
import type { Filter } from '../../domain/query/filter.ts'
import { noRules } from '../../domain/table/table.ts'
import { openSnapshot } from '../../projections/open-snapshot.ts'
import { countValues } from '../support/count-values.ts'
import { items, itemsTable, MemoryHistory, main } from '../support/memory-history.ts'
import { openReadModel } from '../support/open-read-model.ts'
import { number, text } from './compile-filter-samples.ts'

const columns = [...itemsTable.columns, { name: 'note', type: 'any' }, { name: 'done', type: 'bool' }, { name: 'tags', type: '[]any' }]
const table = { ...itemsTable, columns, rules: { ...noRules, indexes: [['note']] } }

const scalar = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(1, 2, 'a', 'A', true, null) }, number, text)
const fields: fc.Arbitrary<JsonObject> = fc.record(
  {
    name: fc.oneof(fc.constantFrom('a', 'b', 'é'), text),
    size: fc.nat(2),
    done: fc.boolean(),
    note: fc.oneof(scalar, fc.array(scalar, { maxLength: 3 }), fc.record({ x: scalar, y: fc.array(scalar, { maxLength: 2 }) }, { requiredKeys: [] })),
    tags: fc.array(fc.oneof(scalar, fc.array(scalar, { maxLength: 1 }), fc.record({ x: scalar })), { maxLength: 4 }),
  },
  { requiredKeys: [] },
)
const state = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'), fields)
const path = fc.constantFrom(['name'], ['size'], ['done'], ['note'], ['note', 'x'], ['note', 'y'], ['tags'], ['tags', '0'], ['$id'])
const where = fc.constantFrom<Filter | undefined>(undefined, { op: 'exists', path: ['note'] }, { op: 'eq', path: ['done'], value: true })

test('values and combinations of values are counted as their records say, at every commit', async () => {
  const asked = fc.record({ paths: fc.uniqueArray(path, { minLength: 1, maxLength: 3 }), where })
  await fc.assert(
    fc.asyncProperty(fc.array(state, { minLength: 1, maxLength: 3 }), fc.array(asked, { minLength: 3, maxLength: 6 }), async (states, questions) => {
      const history = new MemoryHistory(table)
      const commits = states.map((records) => history.commit(main, new Map(Object.entries(records))))
      await using readModel = await openReadModel(history.store())
      for (const commit of commits) await readModel.ensureProjected(commit, main)
      for (const [index, commit] of commits.entries()) {
        const records = Object.entries(states[index] ?? {}).map(([key, record]) => ({ key, fields: record }))
        for (const { paths, where: filter } of questions) {
          const matching = records.filter((record) => filter === undefined || matches(filter, record.key, record.fields))
          const found = await openSnapshot(readModel, commit).countValues(items, paths, filter)
          expect(found).toEqual({ ok: true, value: countValues(matching, paths) })
        }
      }
    }),
    { numRuns: 60 },
  )
})
