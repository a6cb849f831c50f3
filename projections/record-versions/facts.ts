import type { Facts, FieldValue, KeyedRecord, StoredRecord } from '../../domain/event-sourcing/decision.ts'
import type { RecordKey, TableId } from '../../domain/ids.ts'
import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts'
import { isSameValue } from '../../domain/record/decimal.ts'
import { withKeyColumns } from '../../domain/record/record-key.ts'
import type { Catalogue } from '../../domain/table/table.ts'
import type { ReadDatabase, SqlValue } from '../read-database.ts'
import type { Line } from './lanes.ts'
import type { ReadJson } from './read-json.ts'
import { columnValue } from './record-json.ts'
import { readStorage, type TableStorage } from './table-storage.ts'
import { visibleSources } from './visible-sources.ts'
import { findVersion, prepareVersion } from './visible-version.ts'

/** Facts for decisions at the end of a line, read from the connection that the decision's transaction is open on. */
export const createFacts = (db: ReadDatabase, at: { readonly line: Line; readonly catalogue: Catalogue }, readJson: ReadJson): Facts => ({
  catalogue: () => at.catalogue,
  record: (table, key) => readStoredRecord(db, { line: at.line, table, key }, readJson),
  keysWith(table, values, limit) {
    const storage = readStorage(db, table)
    return storage === undefined ? [] : findKeys(db, { line: at.line, storage, values, limit }, readJson)
  },
  allRecords(table) {
    const storage = readStorage(db, table)
    return storage === undefined ? [] : listRecords(db, { line: at.line, storage }, readJson)
  },
  count(table, limit) {
    const storage = readStorage(db, table)
    return storage === undefined ? 0 : countVisible(db, at.line, { name: storage.name, limit })
  },
})

/**
 * A record as the end of a line has it, with its revision; `undefined` when it is not there or its table has no rows.
 * Throws `ReadModelDamaged` when the stored text is not JSON.
 */
export const readStoredRecord = (
  db: ReadDatabase,
  { line, table, key }: { readonly line: Line; readonly table: TableId; readonly key: RecordKey },
  readJson: ReadJson,
): StoredRecord | undefined => {
  const storage = readStorage(db, table)
  const version = storage && findVersion(prepareVersion(db, storage.name), line, key)
  if (version === undefined) return undefined
  const stored = db
    .sql<{ json: string; revision: string }>('select coalesce(stored_json, json) json, revision from changes where change_no = ?')
    .get(version.changeNo)
  if (stored === undefined) throw new Error(`change ${version.changeNo} is missing from the read model`)
  return { fields: readRecord(stored.json, readJson), revision: stored.revision }
}

const readRecord = (json: string, readJson: ReadJson): JsonObject => {
  const record = readJson(json)
  if (!isJsonObject(record)) throw new Error('the read model holds a record that is not an object')
  return record
}

const listRecords = (
  db: ReadDatabase,
  { line, storage }: { readonly line: Line; readonly storage: TableStorage },
  readJson: ReadJson,
): readonly KeyedRecord[] =>
  visibleSources(line, storage.name)
    .flatMap((source) =>
      db
        .sql<{ key: RecordKey; json: string; revision: string }>(
          `select v.key, coalesce(b.stored_json, b.json) json, b.revision from ${storage.name} v join changes b using (change_no) where ${source.condition}`,
        )
        .all(...source.parameters),
    )
    .map(({ key, json, revision }) => ({ key, fields: readRecord(json, readJson), revision }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))

/** Cost: one step in an index for each record counted. */
const countVisible = (db: ReadDatabase, line: Line, { name, limit }: { readonly name: string; readonly limit: number }): number => {
  let count = 0
  for (const { condition, parameters } of visibleSources(line, name)) {
    if (count >= limit) break
    const counted = db
      .sql<{ n: number }>(`select count(*) n from (select 1 from ${name} v where ${condition} limit ?)`)
      .get(...parameters, limit - count)
    count += counted?.n ?? 0
  }
  return count
}

interface KeysQuestion {
  readonly line: Line
  readonly storage: TableStorage
  readonly values: readonly FieldValue[]
  readonly limit: number
}

/** Columns and texts narrow the search where they can; the JSON values decide. Cost of a value in a list: the whole table is read, not parsed. */
const findKeys = (db: ReadDatabase, { line, storage, values, limit }: KeysQuestion, readJson: ReadJson): readonly RecordKey[] => {
  const typed = values.filter(({ column, inList }) => inList !== true && storage.columns.has(column))
  const texts = values.flatMap(({ value, inList }) => (inList === true && typeof value === 'string' ? [JSON.stringify(value)] : []))
  const narrowing = [
    ...typed.map(({ column }) => ` and v.${storage.columns.get(column)} = ?`),
    ...texts.map(() => ' and instr(coalesce(b.stored_json, b.json), ?)'),
  ].join('')
  const narrowed: readonly SqlValue[] = [...typed.map(({ value }) => columnValue(value)), ...texts]
  const keys: RecordKey[] = []
  for (const source of visibleSources(line, storage.name)) {
    const rows = db
      .sql<{ key: RecordKey; json: string }>(
        `select v.key, coalesce(b.stored_json, b.json) json from ${storage.name} v join changes b using (change_no) where ${source.condition}${narrowing}`,
      )
      .iterate(...source.parameters, ...narrowed)
    for (const { key, json } of rows) {
      const record = readRecord(json, readJson)
      const columns = withKeyColumns(key, record)
      if (values.every((wanted) => holds(columns, wanted))) keys.push(key)
      if (keys.length >= limit) return keys
    }
  }
  return keys
}

const holds = (record: JsonObject, { column, value, inList }: FieldValue): boolean => {
  const own = Object.hasOwn(record, column) ? record[column] : undefined
  if (inList !== true) return own !== undefined && isSameValue(own, value)
  return Array.isArray(own) && own.some((element: Json) => isSameValue(element, value))
}
