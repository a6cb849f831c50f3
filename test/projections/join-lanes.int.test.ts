import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { BranchName, CommitId } from '../../domain/ids.ts'
import type { JsonObject } from '../../domain/json.ts'
import type { ReadDatabase } from '../../projections/read-database.ts'
import type { ReadModel } from '../../projections/read-model.ts'
import { joinToParent, splitLane } from '../../projections/record-versions/join-lanes.ts'
import { readLine, readPosition } from '../../projections/record-versions/lanes.ts'
import { answers, expected } from '../support/answers-at-commit.ts'
import { MemoryHistory, main, type State } from '../support/memory-history.ts'
import { openReadModel } from '../support/open-read-model.ts'

const branchOf = (name: string) => name as BranchName

const withRecord = (state: State, key: number, size: number | undefined): State => {
  const next = new Map<string, JsonObject>(state)
  if (size === undefined) next.delete(`k${key}`)
  else next.set(`k${key}`, { name: `n${size % 3}`, size })
  return next
}

/** A commit on a branch that changes one record, seen by the read model at once. */
const commit = async (
  history: MemoryHistory,
  readModel: ReadModel,
  { branch, key, size }: { branch: string; key: number; size: number | undefined },
) => {
  const name = branchOf(branch)
  const oid = history.commit(name, withRecord(history.stateAt(history.branches.get(name)), key, size))
  await readModel.ensureProjected(oid, name)
  return oid
}

const stretches = (readModel: ReadModel, oid: CommitId): number => {
  const position = readPosition(readModel.reader, oid)
  if (position === undefined) throw new Error(`${oid} is not projected`)
  return readLine(readModel.reader, position).length
}

const write = (db: ReadDatabase, work: () => void): void => {
  expect(db.tryBegin()).toBe(true)
  work()
  db.commit()
}

/** Splits a lane anywhere, or joins one that starts at the tip of its parent. */
const rearrange = (db: ReadDatabase, { isJoin, choice }: { readonly isJoin: boolean; readonly choice: number }): void => {
  if (isJoin) {
    const joinable = db
      .sql<{ lane: number }>('select c.lane from lanes c join lanes p on p.lane = c.parent_lane where c.parent_seq = p.tip_seq order by c.lane')
      .all()
    const chosen = joinable[choice % Math.max(1, joinable.length)]
    if (chosen !== undefined) write(db, () => joinToParent(db, chosen.lane, main))
    return
  }
  const inside = db
    .sql<{ lane: number; seq: number }>('select lane, seq from commits join lanes using (lane) where seq < tip_seq order by lane, seq')
    .all()
  const position = inside[choice % Math.max(1, inside.length)]
  if (position !== undefined) write(db, () => splitLane(db, position, null))
}

test('splitting lanes and joining them changes no answer', { timeout: 240_000 }, async () => {
  const branch = fc.constantFrom('main', 'side', 'other')
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ branch, key: fc.nat(3), size: fc.option(fc.nat(9), { nil: undefined, freq: 2 }) }) },
    { weight: 2, arbitrary: fc.record({ branch, from: fc.nat(100) }) },
    { weight: 4, arbitrary: fc.record({ isJoin: fc.boolean(), choice: fc.nat(100) }) },
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const history = new MemoryHistory()
      const first = history.commit(main, new Map())
      history.branches.set(branchOf('side'), first)
      history.branches.set(branchOf('other'), first)
      await using readModel = await openReadModel(history.store())
      await readModel.ensureProjected(first, main)
      const db = readModel.openWriter()
      const commits = [...history.commits.keys()]
      for (const current of steps) {
        if ('key' in current) commits.push(await commit(history, readModel, current))
        else if ('from' in current) history.branches.set(branchOf(current.branch), commits[current.from % commits.length] ?? first)
        else rearrange(db, current)
        const known = commits.filter((oid) => readPosition(readModel.reader, oid) !== undefined)
        for (const oid of known.slice(-6)) expect(await answers(readModel, oid)).toEqual(expected(history, oid))
      }
      for (const oid of commits) {
        await readModel.ensureProjected(oid, undefined)
        expect(await answers(readModel, oid)).toEqual(expected(history, oid))
      }
      db.close()
    }),
    { numRuns: Number(process.env.INGITDB_PROPERTY_RUNS ?? 15) },
  )
})

describe('main stays one stretch, however many branches were merged into it', () => {
  const merge = {
    'by merge commits': (history: MemoryHistory, branch: BranchName) => {
      const theirs = history.branches.get(branch)
      history.commit(main, history.stateAt(theirs), { mergeOf: theirs === undefined ? [] : [theirs] })
    },
    'by fast-forwards': (history: MemoryHistory, branch: BranchName) => {
      history.branches.set(main, history.branches.get(branch) ?? failToMerge())
      history.commit(main, history.stateAt(history.branches.get(main)))
    },
    'by fast-forwards, each branch deleted after it': (history: MemoryHistory, branch: BranchName) => {
      history.branches.set(main, history.branches.get(branch) ?? failToMerge())
      history.branches.delete(branch)
      history.commit(main, history.stateAt(history.branches.get(main)))
    },
  }
  const failToMerge = (): never => {
    throw new Error('there is no such branch')
  }

  test.each(Object.entries(merge))('%s', async (_, mergeInto) => {
    const history = new MemoryHistory()
    history.commit(main, new Map())
    await using readModel = await openReadModel(history.store())
    const headOf = (branch: BranchName) => history.branches.get(branch) ?? failToMerge()
    for (let cycle = 0; cycle < 40; cycle++) {
      await readModel.ensureProjected(headOf(main), main)
      const branch = branchOf(`feature${cycle}`)
      history.branches.set(branch, headOf(main))
      await commit(history, readModel, { branch, key: cycle % 4, size: cycle % 5 === 0 ? undefined : cycle })
      if (cycle % 3 === 0) await commit(history, readModel, { branch: main, key: 5, size: cycle })
      if (cycle % 3 !== 0 || mergeInto === merge['by merge commits']) mergeInto(history, branch)
    }
    await readModel.ensureProjected(headOf(main), main)
    expect(stretches(readModel, headOf(main))).toBe(1)
    for (const oid of history.commits.keys()) {
      await readModel.ensureProjected(oid, undefined)
      expect(await answers(readModel, oid)).toEqual(expected(history, oid))
    }
  })
})

test('a branch started from a branch, and so on, has a line of few stretches while all of them live', async () => {
  const history = new MemoryHistory()
  history.commit(main, new Map())
  await using readModel = await openReadModel(history.store())
  let below = main
  for (let level = 0; level < 40; level++) {
    const branch = branchOf(`level${level}`)
    history.branches.set(branch, history.branches.get(below) ?? ('' as CommitId))
    await commit(history, readModel, { branch, key: level % 6, size: level })
    await commit(history, readModel, { branch: below, key: (level + 1) % 6, size: undefined })
    below = branch
  }
  for (const [branch, oid] of history.branches) {
    await readModel.ensureProjected(oid, branch)
    expect(await answers(readModel, oid)).toEqual(expected(history, oid))
  }
  expect(stretches(readModel, history.branches.get(below) ?? ('' as CommitId))).toBeLessThanOrEqual(9)
  expect(Math.max(...[...history.branches.values()].map((oid) => stretches(readModel, oid)))).toBeLessThanOrEqual(12)
})
