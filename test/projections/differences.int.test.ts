import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CommitId } from '../../domain/ids.ts'
import type { JsonObject } from '../../domain/json.ts'
import { equalJson } from '../../domain/json.ts'
import { openSnapshot } from '../../projections/open-snapshot.ts'
import { items, type MemoryHistory } from '../support/memory-history.ts'
import { openReadModel } from '../support/open-read-model.ts'
import { commitsOf, randomHistory } from '../support/random-history.ts'

/** By comparing everything with everything. */
const naiveDifferences = (history: MemoryHistory, from: CommitId | undefined, to: CommitId) => {
  const [old, now] = [history.stateAt(from), history.stateAt(to)]
  return [...new Set([...old.keys(), ...now.keys()])]
    .sort()
    .map((key): readonly [string, JsonObject | undefined, JsonObject | undefined] => [key, old.get(key), now.get(key)])
    .filter(([, before, after]) => !equalJson(before, after))
}

test('two commits anywhere in a history differ in what comparing all their records finds', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(randomHistory, fc.array(fc.tuple(fc.nat(100), fc.nat(100)), { minLength: 10, maxLength: 20 }), async (history, pairs) => {
      const commits = commitsOf(history)
      await using readModel = await openReadModel(history.store())
      for (const [a, b] of pairs) {
        const from = a % 10 === 0 ? undefined : commits[a % commits.length]
        const to = commits[b % commits.length]
        if (to === undefined) continue
        if (from !== undefined) await readModel.ensureProjected(from, undefined)
        await readModel.ensureProjected(to, undefined, from && [from])
        const found = openSnapshot(readModel, to).readDifferences(from, b % 2 === 0 ? items : undefined)
        expect(found.map(({ key, before, after }) => [key, before?.fields, after?.fields])).toEqual(naiveDifferences(history, from, to))
        expect(found.every(({ table, isUnreadable }) => table === items && !isUnreadable)).toBe(true)
      }
    }),
    { numRuns: 60 },
  )
})
