import fc from 'fast-check'
import type { BranchName, CommitId } from '../../domain/ids.ts'
import type { JsonObject } from '../../domain/json.ts'
import { MemoryHistory, main, type State } from './memory-history.ts'

/** What is written to one of six records; `undefined` deletes it. Undeclared fields may start with `$`. */
const fields: fc.Arbitrary<JsonObject | undefined> = fc.option(
  fc
    .record(
      {
        name: fc.constantFrom('a', 'b'),
        size: fc.nat(2),
        $at: fc.oneof(
          fc.constantFrom('here', [1, 2], [2], {}),
          fc.record(
            { x: fc.nat(2), 'y/~': fc.record({ z: fc.nat(1) }, { requiredKeys: [], noNullPrototype: true }) },
            { requiredKeys: [], noNullPrototype: true },
          ),
        ),
      },
      { requiredKeys: [], noNullPrototype: true },
    )
    .map((record): JsonObject => record),
  { nil: undefined, freq: 3 },
)

type Step =
  | { readonly do: 'commit'; readonly branch: number; readonly writes: readonly (readonly [key: number, fields: JsonObject | undefined])[] }
  | { readonly do: 'reset' | 'merge'; readonly branch: number; readonly to: number }

const branch = fc.nat(2)
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('commit' as const), branch, writes: fc.array(fc.tuple(fc.nat(5), fields), { maxLength: 4 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('reset' as const, 'merge' as const), branch, to: fc.nat(100) }) },
)

const branches: readonly BranchName[] = [main, 'side' as BranchName, 'other' as BranchName]

const apply = (state: State, writes: readonly (readonly [number, JsonObject | undefined])[]): State => {
  const next = new Map(state)
  for (const [key, record] of writes) {
    if (record === undefined) next.delete(`k${key}`)
    else next.set(`k${key}`, record)
  }
  return next
}

const takeStep = (history: MemoryHistory, current: Step): void => {
  const name = branches[current.branch] ?? main
  const head = history.branches.get(name)
  if (current.do === 'commit') {
    history.commit(name, apply(history.stateAt(head), current.writes))
    return
  }
  const commits = [...history.commits.keys()]
  const other = commits[current.to % commits.length]
  if (other === undefined) return
  if (current.do === 'reset') history.branches.set(name, other)
  else if (head !== undefined) history.commit(name, new Map([...history.stateAt(head), ...history.stateAt(other)]), { mergeOf: [other] })
}

/** Up to 40 commits on three branches, which start, fork, merge and are reset anywhere; records with nested and absent fields. */
export const randomHistory: fc.Arbitrary<MemoryHistory> = fc.array(step, { minLength: 3, maxLength: 40 }).map((steps) => {
  const history = new MemoryHistory()
  history.commit(main, new Map())
  for (const current of steps) takeStep(history, current)
  return history
})

export const commitsOf = (history: MemoryHistory): readonly CommitId[] => [...history.commits.keys()]
