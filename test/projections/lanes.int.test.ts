import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { BranchName, CommitId } from '../../domain/ids.ts'
import { answers, expected } from '../support/answers-at-commit.ts'
import { MemoryHistory, main, type State } from '../support/memory-history.ts'
import { openReadModel } from '../support/open-read-model.ts'

type Step =
  | { readonly do: 'commit'; readonly branch: number; readonly writes: readonly (readonly [key: number, size: number | undefined])[] }
  | { readonly do: 'reset'; readonly branch: number; readonly to: number }
  | { readonly do: 'merge'; readonly branch: number; readonly from: number }
  | { readonly do: 'delete'; readonly branch: number }
  | { readonly do: 'read'; readonly branch: number }
  | { readonly do: 'visit'; readonly commit: number }

const branch = fc.nat(2)
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('commit' as const),
      branch,
      writes: fc.array(fc.tuple(fc.nat(5), fc.option(fc.nat(9), { nil: undefined })), { maxLength: 4 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('reset' as const), branch, to: fc.nat(100) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('merge' as const), branch, from: branch }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete' as const), branch }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('read' as const), branch }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('visit' as const), commit: fc.nat(100) }) },
)

const branches = ['main', 'side', 'other'] as BranchName[]

const apply = (state: State, writes: readonly (readonly [number, number | undefined])[]): State => {
  const next = new Map(state)
  for (const [key, size] of writes) {
    if (size === undefined) next.delete(`k${key}`)
    else next.set(`k${key}`, { name: `n${size % 3}`, size })
  }
  return next
}

test('whatever branches do, every commit answers as its own files say, incrementally and after a rebuild', { timeout: 240_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
      const history = new MemoryHistory()
      history.commit(main, new Map())
      await using readModel = await openReadModel(history.store())
      const check = async (oid: CommitId, name: BranchName | undefined) => {
        await readModel.ensureProjected(oid, name)
        expect(await answers(readModel, oid)).toEqual(expected(history, oid))
      }
      for (const current of steps) {
        const commits = [...history.commits.keys()]
        if (current.do === 'visit') await check(commits[current.commit % commits.length] as CommitId, undefined)
        else await takeStep(history, current, check)
      }
      for (const [name, oid] of history.branches) await check(oid, name)
      for (const oid of history.commits.keys()) await check(oid, undefined)
      await using rebuilt = await openReadModel(history.store())
      for (const [name, oid] of history.branches) {
        await rebuilt.ensureProjected(oid, name)
        expect(await answers(rebuilt, oid)).toEqual(expected(history, oid))
      }
    }),
    { numRuns: 150 },
  )
})

const takeStep = async (
  history: MemoryHistory,
  current: Exclude<Step, { do: 'visit' }>,
  check: (oid: CommitId, name: BranchName) => Promise<void>,
) => {
  const name = branches[current.branch] as BranchName
  const head = history.branches.get(name)
  const commits = [...history.commits.keys()]
  switch (current.do) {
    case 'commit':
      history.commit(name, apply(history.stateAt(head), current.writes))
      break
    case 'reset':
      history.branches.set(name, commits[current.to % commits.length] as CommitId)
      break
    case 'merge': {
      const other = history.branches.get(branches[current.from] as BranchName)
      if (head !== undefined && other !== undefined)
        history.commit(name, new Map([...history.stateAt(head), ...history.stateAt(other)]), { mergeOf: [other] })
      break
    }
    case 'delete':
      history.branches.delete(name)
      break
    case 'read':
      if (head !== undefined) await check(head, name)
      break
  }
}
