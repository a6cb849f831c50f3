import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DivergenceCount } from '../../../domain/version-control/count-divergence.ts'

/** A history in memory: commit `n` has parents with smaller numbers. */
type History = readonly (readonly number[])[]

const histories: fc.Arbitrary<History> = fc
  .array(fc.array(fc.nat(), { maxLength: 3 }), { minLength: 1, maxLength: 40 })
  .map((rows) => rows.map((row, index) => (index === 0 ? [] : [...new Set(row.map((parent) => parent % index))])))

const reach = (history: History, tip: number): ReadonlySet<number> => {
  const seen = new Set<number>()
  const open = [tip]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next)) continue
    seen.add(next)
    open.push(...(history[next] ?? []))
  }
  return seen
}

/** As `git rev-list --topo-order` gives them: numbers go down from child to parent, so the highest first will do. */
const walk = (history: History, base: number, tips: readonly number[]) => {
  const count = new DivergenceCount(String(base), tips.map(String))
  const wanted = new Set([base, ...tips].flatMap((tip) => [...reach(history, tip)]))
  let steps = 0
  for (const commit of [...wanted].sort((a, b) => b - a)) {
    if (count.isComplete) break
    steps += 1
    count.add(String(commit), (history[commit] ?? []).map(String))
  }
  return { divergences: count.read(), steps, isComplete: count.isComplete }
}

describe('how far branches have diverged', () => {
  test('is for every branch what its commits are against those of the base, in any history', () => {
    fc.assert(
      fc.property(histories, fc.nat(), fc.array(fc.nat(), { maxLength: 6 }), (history, some, others) => {
        const base = some % history.length
        const tips = others.map((tip) => tip % history.length)
        const { divergences, isComplete } = walk(history, base, tips)
        const ours = reach(history, base)
        for (const tip of tips) {
          const theirs = reach(history, tip)
          const ahead = [...theirs].filter((commit) => !ours.has(commit)).length
          const behind = [...ours].filter((commit) => !theirs.has(commit)).length
          expect(divergences.get(String(tip))).toEqual({ ahead, behind })
        }
        expect(isComplete).toBe(true)
      }),
    )
  })

  test('takes a walk over what differs, not over the history that is shared', () => {
    const line = Array.from({ length: 1_000 }, (_, index) => (index === 0 ? [] : [index - 1]))
    const { divergences, steps } = walk([...line, [997]], 999, [1_000])
    expect(divergences.get('1000')).toEqual({ ahead: 1, behind: 2 })
    expect(steps).toBeLessThan(5)
  })

  test('needs no walk when nothing differs', () => {
    expect(new DivergenceCount('a', ['a', 'a']).isComplete).toBe(true)
  })
})
