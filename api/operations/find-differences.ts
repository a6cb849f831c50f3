import { findRenamedColumns, type RenamedColumn } from '../../domain/difference/find-renamed-columns.ts'
import { findRenamedRecords } from '../../domain/difference/find-renamed-records.ts'
import { findRenamedTables } from '../../domain/difference/find-renamed-tables.ts'
import type { RecordKey, TableId } from '../../domain/ids.ts'
import { equalJson, isJsonObject, type JsonObject } from '../../domain/json.ts'
import { type FieldChange, findFieldChanges } from '../../domain/record/field-changes.ts'
import { findTable, type Table } from '../../domain/table/table.ts'
import type { RecordDifference, Snapshot } from '../../projections/snapshot.ts'
import { describeDefinition } from './describe-table.ts'

/** A record that differs. `from`: what it was called before, where its key or its table is called otherwise now. */
export interface FoundRecord extends Omit<RecordDifference, 'changes'> {
  readonly from?: { readonly table: TableId; readonly key: RecordKey }
  readonly changes: readonly FoundChange[]
}

/** `from`: the field that held the same value before its column was renamed. */
export interface FoundChange extends FieldChange {
  readonly from?: FieldChange['path']
}

/** A table whose definition differs. `from`: what it was called before. */
export interface FoundDefinition {
  readonly id: TableId
  readonly from?: TableId
  readonly before: Table | undefined
  readonly after: Table | undefined
  readonly columns: readonly RenamedColumn[]
  readonly changes: readonly FieldChange[]
}

export interface Differences {
  readonly definitions: readonly FoundDefinition[]
  readonly records: readonly FoundRecord[]
}

export interface DifferencesQuestion {
  readonly base: Snapshot
  readonly to: Snapshot
  /** Only this table, by its id on either side. */
  readonly table: TableId | undefined
  /** Whether what only got another name is told as that, and not as deleted and added. */
  readonly renames: boolean
}

/** What differs between two moments, by table and key. Cost: the changes between them, and the definitions of the tables. */
export const findDifferences = ({ base, to, table, renames }: DifferencesQuestion): Differences => {
  const pairs = pairTables(base, to)
  const movable = renames && pairs.some(({ before }) => before === undefined) && pairs.some(({ after }) => after === undefined)
  const records = readDifferences(base, to, movable ? undefined : table)
  const tables = movable ? findTables(pairs, records) : new Map<TableId, TableId>()
  const moved = renameRecords(moveRecords(records, tables), renames)
  const definitions = compareDefinitions(moveTables(pairs, tables), moved, renames)
  const found = { definitions, records: renameFields(moved, definitions) }
  const isAsked = (id: TableId, from: TableId | undefined): boolean => table === undefined || id === table || from === table
  return {
    definitions: found.definitions.filter(({ id, from }) => isAsked(id, from)),
    records: found.records.filter(({ table: id }) => isAsked(id, tables.get(id))),
  }
}

/** A branch without a commit has no line to look along: the other side's differences from nothing, seen from there. */
const readDifferences = (from: Snapshot, to: Snapshot, table: TableId | undefined): readonly RecordDifference[] =>
  to.commit !== undefined
    ? to.readDifferences(from.commit, table)
    : from.readDifferences(undefined, table).map(({ before, after, changes, ...rest }) => ({
        ...rest,
        before: after,
        after: before,
        changes: changes.map((change) => ({ ...change, before: change.after, after: change.before })),
      }))

type TablePair = Pick<FoundDefinition, 'id' | 'from' | 'before' | 'after'>

const pairTables = (base: Snapshot, to: Snapshot): readonly TablePair[] => {
  const ids = new Set([...base.catalogue.tables, ...to.catalogue.tables].map(({ id }) => id))
  return [...ids]
    .map((id) => ({ id, before: findTable(base.catalogue, id), after: findTable(to.catalogue, id) }))
    .filter(({ before, after }) => before?.fingerprint !== after?.fingerprint || before?.directory !== after?.directory)
}

const findTables = (pairs: readonly TablePair[], records: readonly RecordDifference[]): ReadonlyMap<TableId, TableId> => {
  const contentsOf = (side: 'before' | 'after') =>
    pairs.flatMap(({ id, before, after }) => {
      const table = side === 'before' ? before : after
      if (table === undefined || (before !== undefined && after !== undefined)) return []
      const held = records.flatMap(({ table: of, key, isUnreadable, [side]: record }) =>
        of === id && record !== undefined && !isUnreadable ? [{ key, fields: record.fields }] : [],
      )
      const { id: _id, directory: _directory, parent: _parent, ...definition } = describeDefinition(table)
      return [{ id, definition, records: held }]
    })
  return findRenamedTables(contentsOf('before'), contentsOf('after')) as ReadonlyMap<TableId, TableId>
}

const moveTables = (pairs: readonly TablePair[], tables: ReadonlyMap<TableId, TableId>): readonly TablePair[] => {
  const old = new Set(tables.values())
  return pairs
    .filter(({ id }) => !old.has(id))
    .map((pair) => {
      const from = tables.get(pair.id)
      return from === undefined ? pair : { ...pair, from, before: pairs.find(({ id }) => id === from)?.before }
    })
}

/** Records of a renamed table are compared with those that it had under its old name. */
const moveRecords = (records: readonly RecordDifference[], tables: ReadonlyMap<TableId, TableId>): readonly FoundRecord[] => {
  if (tables.size === 0) return records
  const newIds = new Map([...tables].map(([id, from]) => [from, id]))
  const old = new Map<string, FoundRecord>()
  for (const record of records) {
    const table = newIds.get(record.table)
    if (table !== undefined) old.set(nameOf(table, record.key), { ...record, table, from: { table: record.table, key: record.key } })
  }
  const moved = records.flatMap((record): readonly FoundRecord[] => {
    if (newIds.has(record.table)) return []
    const before = old.get(nameOf(record.table, record.key))
    if (before?.before === undefined || record.after === undefined) return [record]
    old.delete(nameOf(record.table, record.key))
    const changes = findFieldChanges(before.before.fields, record.after.fields)
    return changes.length === 0 ? [] : [{ ...before, after: record.after, changes }]
  })
  return [...moved, ...old.values()].sort((a, b) => compare(a.table, b.table) || compare(a.key, b.key))
}

const nameOf = (table: TableId, key: RecordKey): string => `${table}\n${key}`
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const renameRecords = (records: readonly FoundRecord[], renames: boolean): readonly FoundRecord[] => {
  if (!renames) return records
  const byTable = new Map<TableId, FoundRecord[]>()
  for (const record of records) {
    const group = byTable.get(record.table)
    if (group === undefined) byTable.set(record.table, [record])
    else group.push(record)
  }
  return [...byTable.values()].flatMap(renameRecordsOfTable)
}

const renameRecordsOfTable = (records: readonly FoundRecord[]): readonly FoundRecord[] => {
  const alone = (side: 'before' | 'after', other: 'before' | 'after') =>
    records.flatMap(({ key, isUnreadable, [side]: record, [other]: absent }) =>
      record === undefined || absent !== undefined || isUnreadable ? [] : [{ key, fields: record.fields }],
    )
  const renamed = findRenamedRecords(alone('before', 'after'), alone('after', 'before'))
  if (renamed.size === 0) return records
  const old = new Map(records.map((record): [string, FoundRecord] => [record.key, record]))
  const taken = new Set(renamed.values())
  return records.flatMap((record) => {
    if (taken.has(record.key)) return []
    const source = old.get(renamed.get(record.key) ?? '')
    if (source?.before === undefined || record.after === undefined) return [record]
    const { before, from = { table: source.table, key: source.key } } = source
    return [{ ...record, before, from, changes: findFieldChanges(before.fields, record.after.fields) }]
  })
}

const compareDefinitions = (pairs: readonly TablePair[], records: readonly FoundRecord[], renames: boolean): readonly FoundDefinition[] =>
  pairs.flatMap((pair): readonly FoundDefinition[] => {
    const { id, from, before, after } = pair
    const [old, now] = [before === undefined ? {} : describeDefinition(before), after === undefined ? {} : describeDefinition(after)]
    const columns = renames && before !== undefined && after !== undefined ? findColumns(old, now, updatesOf(records, id)) : []
    const changes = findFieldChanges({ ...renameColumns(old, columns), ...(from !== undefined && { id }) }, now)
    return changes.length === 0 && columns.length === 0 && from === undefined ? [] : [{ ...pair, columns, changes }]
  })

const updatesOf = (records: readonly FoundRecord[], table: TableId) =>
  records.flatMap(({ table: of, before, after }) =>
    of === table && before !== undefined && after !== undefined ? [{ before: before.fields, after: after.fields }] : [],
  )

const columnsOf = ({ columns }: JsonObject): ReadonlyMap<string, JsonObject> =>
  new Map(Object.entries(isJsonObject(columns) ? columns : {}).flatMap(([name, column]) => (isJsonObject(column) ? [[name, column]] : [])))

const findColumns = (old: JsonObject, now: JsonObject, updates: Parameters<typeof findRenamedColumns>[0]['updates']): readonly RenamedColumn[] => {
  const [before, after] = [columnsOf(old), columnsOf(now)]
  const without = (columns: ReadonlyMap<string, JsonObject>, others: ReadonlyMap<string, JsonObject>) =>
    new Map([...columns].filter(([name]) => !others.has(name)))
  return findRenamedColumns({ gone: without(before, after), added: without(after, before), updates })
}

const renameColumns = (definition: JsonObject, renamed: readonly RenamedColumn[]): JsonObject => {
  const names = new Map(renamed.map(({ from, to }) => [from, to]))
  return { ...definition, columns: Object.fromEntries([...columnsOf(definition)].map(([name, column]) => [names.get(name) ?? name, column])) }
}

/** A value that went from a column to the one that it was renamed to is one change. */
const renameFields = (records: readonly FoundRecord[], definitions: readonly FoundDefinition[]): readonly FoundRecord[] => {
  const columns = new Map(definitions.map(({ id, columns: renamed }) => [id, new Map(renamed.map(({ from, to }) => [to, from]))]))
  return records.map((record) => {
    const renamed = columns.get(record.table)
    return renamed === undefined || renamed.size === 0 || record.before === undefined || record.after === undefined
      ? record
      : { ...record, changes: joinChanges(record.changes, renamed) }
  })
}

const joinChanges = (changes: readonly FoundChange[], renamed: ReadonlyMap<string, string>): readonly FoundChange[] => {
  const gone = new Map(changes.flatMap((change) => (change.after === undefined && change.path.length === 1 ? [[change.path[0], change]] : [])))
  const joined = new Set<FoundChange>()
  const found = changes.map((change): FoundChange => {
    const source = change.before === undefined && change.path.length === 1 ? gone.get(renamed.get(change.path[0]) ?? '') : undefined
    if (source === undefined || !equalJson(source.before, change.after)) return change
    joined.add(source)
    return { ...change, before: source.before, from: source.path }
  })
  return found.filter((change) => !joined.has(change))
}
