import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CommitId, RecordKey } from '../../domain/ids.ts'
import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts'
import { openSnapshot } from '../../projections/open-snapshot.ts'
import { items, type MemoryHistory } from '../support/memory-history.ts'
import { openReadModel } from '../support/open-read-model.ts'
import { commitsOf, randomHistory } from '../support/random-history.ts'

const keys = [0, 1, 2, 3, 4, 5].map((n) => `k${n}` as RecordKey)

/** Every value of a record by path, down to scalars where that is asked for. */
const leavesOf = (value: Json, nested: boolean, path: readonly string[] = []): ReadonlyMap<string, Json> =>
  isJsonObject(value) && (path.length === 0 || (nested && Object.keys(value).length > 0))
    ? new Map(Object.entries(value).flatMap(([name, member]) => [...leavesOf(member, nested, [...path, name])]))
    : new Map([[JSON.stringify(path), value]])

const same = (a: Json | undefined, b: Json | undefined): boolean => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))
const sorted = (value: Json | undefined): Json | undefined =>
  isJsonObject(value)
    ? Object.fromEntries(
        Object.entries(value)
          .sort()
          .map(([name, member]) => [name, sorted(member) ?? null]),
      )
    : value

const valueAt = (record: JsonObject | undefined, path: string): Json | undefined =>
  (JSON.parse(path) as string[]).reduce<Json | undefined>((value, name) => (isJsonObject(value) ? value[name] : undefined), record)

/** By walking the whole line for each field on its own. */
const naiveBlame = (history: MemoryHistory, { tip, key, nested }: { tip: CommitId; key: RecordKey; nested: boolean }) => {
  const record = history.stateAt(tip).get(key)
  if (record === undefined) return undefined
  const line = history.line(tip)
  return [...leavesOf(record, nested)].map(([path, value]) => {
    const origin = line.find((_, index) => !same(valueAt(history.stateAt(line[index + 1]).get(key), path), value))
    return [path, value, origin]
  })
}

/** Fields that the record had at some time since it was last inserted, with the newest commit that took them away. */
const naiveRemoved = (history: MemoryHistory, tip: CommitId, key: RecordKey) => {
  const line = history.line(tip)
  const now = history.stateAt(tip).get(key) ?? {}
  const removed = new Map<string, CommitId>()
  for (const [index, commit] of line.entries()) {
    const before = history.stateAt(line[index + 1]).get(key)
    if (before === undefined) break
    const after = history.stateAt(commit).get(key) ?? {}
    for (const name of Object.keys(before)) if (!(name in after) && !(name in now) && !removed.has(name)) removed.set(name, commit)
  }
  return [...removed].sort()
}

test('blame names the commit that a walk over the whole history finds, for every field of every record at every commit', {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(randomHistory, async (history) => {
      await using readModel = await openReadModel(history.store())
      for (const tip of commitsOf(history)) {
        await readModel.ensureProjected(tip, undefined)
        const snapshot = openSnapshot(readModel, tip)
        for (const key of keys) {
          for (const nested of [false, true]) {
            const blamed = snapshot.readBlame(items, key, { nested, removed: false })
            const wanted = naiveBlame(history, { tip, key, nested })
            expect(blamed?.map(({ path, value, commit }) => [JSON.stringify(path), value, commit]).sort()).toEqual(wanted?.sort())
          }
          const removed = snapshot.readBlame(items, key, { nested: false, removed: true })?.filter(({ value }) => value === undefined)
          if (removed !== undefined) expect(removed.map(({ path, commit }) => [path[0], commit]).sort()).toEqual(naiveRemoved(history, tip, key))
        }
      }
    }),
    { numRuns: 60 },
  )
})

test('the last change of each record is the newest commit after which it is another one', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(randomHistory, async (history) => {
      await using readModel = await openReadModel(history.store())
      for (const tip of commitsOf(history)) {
        await readModel.ensureProjected(tip, undefined)
        const line = history.line(tip)
        const wanted = keys.flatMap((key) => {
          const record = history.stateAt(tip).get(key)
          const index = line.findIndex((_, at) => !same(history.stateAt(line[at + 1]).get(key), record))
          const isNew = history.stateAt(line[index + 1]).get(key) === undefined
          return record === undefined ? [] : [[key, line[index], isNew ? 'insert' : 'update']]
        })
        const changes = openSnapshot(readModel, tip).readLastChanges(items, keys)
        expect(changes.map(({ key, commit, operation }) => [key, commit, operation])).toEqual(wanted)
      }
    }),
    { numRuns: 20 },
  )
})
