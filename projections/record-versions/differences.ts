import type { RecordChange } from '../../domain/event-sourcing/change.ts'
import type { StoredRecord } from '../../domain/event-sourcing/decision.ts'
import type { RecordKey, TableId } from '../../domain/ids.ts'
import { isJsonObject } from '../../domain/json.ts'
import { findFieldChanges } from '../../domain/record/field-changes.ts'
import type { ReadDatabase } from '../read-database.ts'
import type { RecordDifference } from '../snapshot.ts'
import type { CatalogueRows } from './catalogue-rows.ts'
import { findFork, type Range } from './fork.ts'
import type { Line } from './lanes.ts'
import type { ReadJson } from './read-json.ts'
import { quarantineTable } from './table-storage.ts'
import { isUnreadableAt } from './unreadable.ts'
import { findVersion, prepareVersion } from './visible-version.ts'

interface DifferencesQuestion {
  readonly from: Line
  readonly to: Line
  /** Only this table. */
  readonly table: TableId | undefined
  /** Fields as files have them, without those that are computed. */
  readonly asStored?: boolean
}

export interface DifferencesSources {
  readonly db: ReadDatabase
  readonly catalogues: CatalogueRows
  readonly readJson: ReadJson
}

/**
 * Records that differ between the ends of two lines, by table and key. What both changed in the same way is no difference, nor is what was changed
 * and changed back, nor a change of comments or of the order of columns. Cost: the changes since the last common first parent; nothing else of the tables is looked at.
 */
export const readDifferences = (
  { db, catalogues, readJson }: DifferencesSources,
  { from, to, table, asStored = false }: DifferencesQuestion,
): readonly RecordDifference[] => {
  const fork = findFork(from, to)
  const names = new Map(
    db
      .sql<{ tableNo: number; id: TableId }>('select table_no tableNo, table_id id from tables')
      .all()
      .map(({ tableNo, id }) => [tableNo, id]),
  )
  const text = db.sql<{ json: string; revision: string }>(
    `select ${asStored ? 'coalesce(stored_json, json) json' : 'json'}, revision from changes where change_no = ?`,
  )
  const parse = ({ json, revision }: { readonly json: string; readonly revision: string }): StoredRecord => {
    const fields = readJson(json)
    if (!isJsonObject(fields)) throw new Error('the read model holds a record that is not an object')
    return { fields, revision }
  }
  const differences: RecordDifference[] = []
  for (const { tableNo, key } of readTouched(db, [...fork.from, ...fork.to])) {
    const id = names.get(tableNo)
    if (id === undefined || (id as string) === quarantineTable || (table !== undefined && id !== table)) continue
    const version = prepareVersion(db, `t${tableNo}`)
    const [old, now] = [findVersion(version, from, key)?.changeNo, findVersion(version, to, key)?.changeNo]
    if (old === now) continue
    const [oldRow, newRow] = [old === undefined ? undefined : text.get(old), now === undefined ? undefined : text.get(now)]
    if (oldRow?.json === newRow?.json) continue
    const [before, after] = [oldRow && parse(oldRow), newRow && parse(newRow)]
    const changes = findFieldChanges(before?.fields ?? {}, after?.fields ?? {})
    if (before !== undefined && after !== undefined && changes.length === 0) continue
    const absentAt = before === undefined ? from : after === undefined ? to : undefined
    const isUnreadable = absentAt !== undefined && isHidden({ db, catalogues }, absentAt, { table: id, key })
    differences.push({ table: id, key, before, after, changes, isUnreadable })
  }
  return differences.sort((a, b) => compare(a.table, b.table) || compare(a.key, b.key))
}

/** The same as changes from the one to the other, fields as files have them. */
export const readRecordChanges = (sources: DifferencesSources, question: Omit<DifferencesQuestion, 'asStored'>): readonly RecordChange[] =>
  readDifferences(sources, { ...question, asStored: true }).map(({ table, key, before, after }) => {
    if (before === undefined) return { type: 'RecordInserted', table, key, after: after?.fields ?? {} }
    if (after === undefined) return { type: 'RecordDeleted', table, key, before: before.fields }
    return { type: 'RecordUpdated', table, key, before: before.fields, after: after.fields }
  })

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

interface Touched {
  readonly tableNo: number
  readonly key: RecordKey
}

const readTouched = (db: ReadDatabase, ranges: readonly Range[]): readonly Touched[] => {
  const touched = new Map<string, Touched>()
  const statement = db.sql<Touched>(
    `select table_no tableNo, key from commits join changes on change_no >= first_change and change_no < first_change + change_count
     where lane = ? and seq > ? and seq <= ?`,
  )
  for (const { lane, after, upTo } of ranges) for (const row of statement.all(lane, after, upTo)) touched.set(`${row.tableNo} ${row.key}`, row)
  return [...touched.values()]
}

const isHidden = (
  { db, catalogues }: { readonly db: ReadDatabase; readonly catalogues: CatalogueRows },
  [position]: Line,
  record: { readonly table: TableId; readonly key: RecordKey },
): boolean => position !== undefined && isUnreadableAt(db, catalogues, { position, ...record })
