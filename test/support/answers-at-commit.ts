import type { CommitId, RecordKey } from '../../domain/ids.ts'
import type { JsonObject } from '../../domain/json.ts'
import { openSnapshot } from '../../projections/open-snapshot.ts'
import type { ReadModel } from '../../projections/read-model.ts'
import { items, type MemoryHistory, type State } from './memory-history.ts'

/** What the read model says of a commit, asked in every way. */
export const answers = async (readModel: ReadModel, oid: CommitId) => {
  const snapshot = openSnapshot(readModel, oid)
  const all = await snapshot.selectRecords(items, { where: undefined, orderBy: [], limit: undefined, offset: 0 })
  const bySize = await snapshot.selectRecords(items, {
    where: { op: 'eq', path: ['name'], value: 'n1' },
    orderBy: [{ path: ['size'], descending: true }],
    limit: 3,
    offset: 1,
  })
  const count = await snapshot.countRecords(items, { op: 'gt', path: ['size'], value: 4 })
  if (!all.ok || !bySize.ok || !count.ok) throw new Error('the read model refused a good question')
  return {
    all: all.value.map((row) => JSON.parse(row.json)),
    bySize: bySize.value.map((row) => JSON.parse(row.json)),
    count: count.value,
    single: [0, 1, 2, 3, 4, 5].map((n) => snapshot.readRecord(items, `k${n}` as RecordKey)?.json ?? null),
    history: [0, 1].map((n) =>
      snapshot
        .readHistory(items, `k${n}` as RecordKey, { limit: undefined, offset: 0 })
        .map((entry) => [entry.commit, entry.operation, entry.fields]),
    ),
    log: snapshot.readLog({ limit: undefined, offset: 0 }).map((entry) => [entry.commit, entry.inserted, entry.updated, entry.deleted]),
  }
}

/** The same, from the states themselves. */
export const expected = (history: MemoryHistory, oid: CommitId) => {
  const present = (state: State): JsonObject[] => [...state].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, fields]) => ({ $id: key, ...fields }))
  const records = present(history.stateAt(oid))
  const line = history.line(oid)
  const diffs = line.map((commit) => {
    const before = history.stateAt(history.commits.get(commit)?.info.parents[0])
    const after = history.stateAt(commit)
    const keys = [...new Set([...before.keys(), ...after.keys()])].filter((key) => JSON.stringify(before.get(key)) !== JSON.stringify(after.get(key)))
    return { commit, changes: keys.map((key) => ({ key, before: before.get(key), after: after.get(key) })) }
  })
  const operation = (change: { before: unknown; after: unknown }) =>
    change.before === undefined ? 'insert' : change.after === undefined ? 'delete' : 'update'
  return {
    all: records,
    bySize: records
      .filter((record) => record.name === 'n1')
      .sort((a, b) => Number(b.size) - Number(a.size) || (String(a.$id) < String(b.$id) ? -1 : 1))
      .slice(1, 4),
    count: records.filter((record) => Number(record.size) > 4).length,
    single: [0, 1, 2, 3, 4, 5].map((n) => {
      const record = records.find((candidate) => candidate.$id === `k${n}`)
      return record === undefined ? null : JSON.stringify(record)
    }),
    history: [0, 1].map((n) =>
      diffs.flatMap(({ commit, changes }) =>
        changes
          .filter(({ key }) => key === `k${n}`)
          .map((change) => [
            commit,
            operation(change),
            ['name', 'size'].filter((field) => (change.before as JsonObject)?.[field] !== (change.after as JsonObject)?.[field]),
          ]),
      ),
    ),
    log: diffs.map(({ commit, changes }) => [
      commit,
      ...['insert', 'update', 'delete'].map((kind) => changes.filter((change) => operation(change) === kind).length),
    ]),
  }
}
