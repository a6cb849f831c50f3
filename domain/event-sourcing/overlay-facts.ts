import type { RecordKey, TableId } from '../ids.ts'
import { equalJson } from '../json.ts'
import type { Catalogue, Table } from '../table/table.ts'
import type { Change, RecordChange } from './change.ts'
import type { Facts, FieldValue, KeyedRecord, StoredRecord } from './decision.ts'
import { findTouched, noTouchedRecords, type TouchedRecord, type TouchedRecords, touchRecord } from './touched-records.ts'

/** Facts with what an operation has decided so far laid over them, so that each command sees what those before it did. */
export interface OverlayFacts extends Facts {
  /** Takes changes that were decided on these very facts. */
  apply(changes: readonly Change[]): void
  /**
   * The net effect of everything applied: tables first (dropped, then created, then changed), then records, each at most once and in the order of their first
   * change. What ends as it began is left out; records of a dropped table go with it unmentioned.
   */
  changes(): readonly Change[]
}

/**
 * Lays an operation over facts. A record changed here keeps the revision it had before the operation, which is what a caller may know of it;
 * one inserted here has the empty revision, which no caller can expect.
 * Cost: constant per fact besides what `facts` itself takes; `keysWith` builds an index over the changed records once per set of columns.
 */
export const overlayFacts = (facts: Facts): OverlayFacts => {
  const overlay: Overlay = {
    facts,
    catalogue: facts.catalogue(),
    records: new Map(),
    replaced: new Set(),
    changed: new Map(),
    renamed: [],
    droppedViews: [],
  }
  return {
    catalogue: () => overlay.catalogue,
    record: (table, key) => readRecord(overlay, table, key),
    keysWith: (table, values, limit) => findKeys(overlay, { table, values, limit }),
    allRecords: (table) => listRecords(overlay, table),
    count: (table, limit) => countRecords(overlay, table, limit),
    apply: (changes) => {
      for (const change of changes) applyChange(overlay, change)
    },
    changes: () => [...overlay.droppedViews, ...listTableChanges(overlay), ...listRecordChanges(overlay)],
  }
}

type TableChanged = Extract<Change, { readonly type: 'TableChanged' }>
type ViewDropped = Extract<Change, { readonly type: 'ViewDropped' }>
type TableRenamed = Extract<Change, { readonly type: 'TableRenamed' }>

interface Overlay {
  readonly facts: Facts
  /** As it stands after the changes so far; the same object as long as no table comes or goes. */
  catalogue: Catalogue
  readonly records: Map<TableId, TouchedRecords>
  /** Tables created or dropped here: nothing of what `facts` says about their records holds any more. */
  readonly replaced: Set<TableId>
  /** Tables whose definition differs from what `facts` says. */
  readonly changed: Map<TableId, TableChanged>
  readonly renamed: TableRenamed[]
  readonly droppedViews: ViewDropped[]
}

const readRecord = (overlay: Overlay, table: TableId, key: RecordKey): StoredRecord | undefined => {
  const { facts, records } = overlay
  const touched = records.get(table)?.records.get(key)
  const name = nameBelow(overlay, table)
  if (touched === undefined) return name === undefined ? undefined : facts.record(name, key)
  if (touched.after === undefined) return undefined
  const revision = touched.before === undefined ? '' : (facts.record(name ?? table, key)?.revision ?? '')
  return { fields: touched.after, revision }
}

const listRecords = (overlay: Overlay, table: TableId): readonly KeyedRecord[] => {
  const { facts, records } = overlay
  const name = nameBelow(overlay, table)
  const below = name === undefined ? [] : facts.allRecords(name)
  const touched = records.get(table)?.records
  if (touched === undefined || touched.size === 0) return below
  const keys = [...new Set([...below.map(({ key }) => key), ...touched.keys()])].sort()
  return keys.flatMap((key) => {
    const record = readRecord(overlay, table, key)
    return record === undefined ? [] : [{ key, ...record }]
  })
}

interface KeysQuestion {
  readonly table: TableId
  readonly values: readonly FieldValue[]
  readonly limit: number
}

const findKeys = (overlay: Overlay, { table, values, limit }: KeysQuestion): readonly RecordKey[] => {
  const { facts, records } = overlay
  const name = nameBelow(overlay, table)
  const touched = records.get(table)
  const here = touched === undefined ? [] : [...findTouched(touched, values)]
  if (name === undefined || here.length >= limit) return here.slice(0, limit)
  // Each touched record can hide one answer from below.
  const below = facts.keysWith(name, values, limit + (touched?.records.size ?? 0)).filter((key) => touched === undefined || !touched.records.has(key))
  return [...here, ...below].slice(0, limit)
}

const countRecords = ({ facts, records, replaced }: Overlay, table: TableId, limit: number): number => {
  let inserted = 0
  let deleted = 0
  for (const { before, after } of records.get(table)?.records.values() ?? []) {
    if (before === undefined && after !== undefined) inserted += 1
    if (before !== undefined && after === undefined) deleted += 1
  }
  const below = replaced.has(table) ? 0 : facts.count(table, limit + deleted)
  return Math.min(limit, below + inserted - deleted)
}

const applyChange = (overlay: Overlay, change: Change): void => {
  const { tables } = overlay.catalogue
  switch (change.type) {
    case 'TableCreated':
      replaceTable(overlay, change.table.id, [...tables, change.table])
      break
    case 'TableDropped':
      replaceTable(
        overlay,
        change.table,
        tables.filter(({ id }) => id !== change.table),
      )
      break
    case 'ViewDropped':
      overlay.droppedViews.push(change)
      break
    case 'TableRenamed':
      renameTable(overlay, change)
      break
    case 'TableChanged':
      overlay.catalogue = { ...overlay.catalogue, tables: tables.map((table) => (table.id === change.after.id ? change.after : table)) }
      // A table that came with this operation is created as it is now.
      if (!overlay.replaced.has(change.after.id)) noteChanged(overlay, change)
      break
    default:
      touchRecord(touchTable(overlay, change.table), change.key, readSides(change))
  }
}

const renameTable = (overlay: Overlay, change: TableRenamed): void => {
  const { catalogue, records, renamed } = overlay
  const tables = catalogue.tables.map((table) => (table.id === change.before.id ? change.after : table))
  overlay.catalogue = { ...catalogue, tables: [...tables].sort((a, b) => (a.id < b.id ? -1 : 1)) }
  renamed.push(change)
  const touched = records.get(change.before.id)
  records.delete(change.before.id)
  if (touched !== undefined) records.set(change.after.id, touched)
}

/** The table under whose name `facts` has the records; `undefined` when it has none. */
const nameBelow = ({ renamed, replaced }: Overlay, table: TableId): TableId | undefined => {
  if (replaced.has(table)) return undefined
  const change = renamed.findLast(({ before, after }) => before.id === table || after.id === table)
  return change === undefined ? table : change.after.id === table ? change.before.id : undefined
}

/** Several changes of one table are one: from the first definition to the last. */
const noteChanged = ({ changed }: Overlay, change: TableChanged): void => {
  const earlier = changed.get(change.after.id)
  if (earlier === undefined) changed.set(change.after.id, change)
  else
    changed.set(change.after.id, {
      ...change,
      before: earlier.before,
      renamedColumns: chainNames(earlier.renamedColumns, change.renamedColumns),
    })
}

const chainNames = (first: Readonly<Record<string, string>>, second: Readonly<Record<string, string>>): Readonly<Record<string, string>> => {
  const moved = Object.entries(first).map(([old, name]): [string, string] => [old, second[name] ?? name])
  const taken = new Set(Object.values(first))
  return Object.fromEntries([...moved, ...Object.entries(second).filter(([name]) => !taken.has(name))])
}

const readSides = (change: RecordChange): TouchedRecord => ({
  before: change.type === 'RecordInserted' ? undefined : change.before,
  after: change.type === 'RecordDeleted' ? undefined : change.after,
})

const touchTable = ({ records }: Overlay, table: TableId): TouchedRecords => {
  const touched = records.get(table) ?? noTouchedRecords()
  records.set(table, touched)
  return touched
}

const replaceTable = (overlay: Overlay, table: TableId, tables: readonly Table[]): void => {
  overlay.catalogue = { ...overlay.catalogue, tables }
  overlay.records.delete(table)
  overlay.replaced.add(table)
  overlay.changed.delete(table)
}

const listTableChanges = ({ facts, catalogue, replaced, changed, renamed }: Overlay): readonly Change[] => {
  if (replaced.size === 0) return [...renamed, ...changed.values()]
  const dropped = facts.catalogue().tables.filter(({ id }) => replaced.has(id))
  const created = catalogue.tables.filter(({ id }) => replaced.has(id))
  return [
    ...dropped.map(({ id }): Change => ({ type: 'TableDropped', table: id })),
    ...created.map((table): Change => ({ type: 'TableCreated', table })),
    ...renamed,
    ...changed.values(),
  ]
}

function* listRecordChanges({ records }: Overlay): Iterable<Change> {
  for (const [table, touched] of records) {
    for (const [key, { before, after }] of touched.records) {
      if (before === undefined && after !== undefined) yield { type: 'RecordInserted', table, key, after }
      if (before !== undefined && after === undefined) yield { type: 'RecordDeleted', table, key, before }
      if (before !== undefined && after !== undefined && !equalJson(before, after)) yield { type: 'RecordUpdated', table, key, before, after }
    }
  }
}
