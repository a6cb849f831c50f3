import { ExactNumber, isJsonObject, type Json, type JsonObject } from '../../domain/json.ts'
import type { FileContents, FileProblem, FileRecord } from '../../domain/table/codecs.ts'
import type { Table } from '../../domain/table/table.ts'
import { ownMember } from './own-member.ts'

/** One row of a list file or one entry of a dictionary file (which has a `name`), as a parser found it. */
export interface FileEntry {
  readonly name?: string
  readonly value: Json
  readonly line: number
  /** Why the value cannot be used, when it cannot. */
  readonly problem?: { readonly message: string; readonly line: number }
}

/** Between the values of a key of several columns, as the Go tools join them. */
const keySeparator = '\u001f'
const metaFields = ['$ID', '$id']
const keyFields = [...metaFields, 'id']

/** Records and problems of a file of many records; a key that comes a second time is a problem, and the first one stands. */
export const collectRecords = (table: Table, entries: readonly FileEntry[]): FileContents => {
  const records: FileRecord[] = []
  const problems: FileProblem[] = []
  const keys = new Set<string>()
  for (const { name, value, line, problem } of entries) {
    const record = isJsonObject(value) ? value : undefined
    const key = name ?? (record === undefined ? undefined : findKey(table, record))
    const reject = (message: string, { at = line, rule }: { readonly at?: number; readonly rule?: string } = {}) =>
      problems.push({ message, line: at, ...(key === undefined ? {} : { key }), ...(rule === undefined ? {} : { rule }) })
    if (problem !== undefined) reject(problem.message, { at: problem.line })
    else if (record === undefined) reject(key === undefined ? 'a row is not a map of fields' : 'the record is not a map of fields')
    else if (key === undefined) reject(describeMissingKey(table), { rule: 'missing-key' })
    else if (keys.has(key)) reject(`the key ${JSON.stringify(key)} is used twice in this file`, { rule: 'duplicate-key' })
    else {
      keys.add(key)
      records.push({ key, fields: name === undefined ? withoutKeyField(table, record) : record, line })
    }
  }
  return { records, problems }
}

/** Key of a list row: the `primary_key` columns, else `$ID`, `$id` or `id`; `undefined` when the row does not say. */
export const findKey = (table: Table, row: JsonObject): string | undefined => {
  if (table.primaryKey.length === 0) return keyFields.map((name) => keyText(ownMember(row, name))).find((key) => key !== undefined)
  const parts = table.primaryKey.map((column) => keyText(ownMember(row, column)))
  return parts.every((part) => part !== undefined) ? parts.join(keySeparator) : undefined
}

/** What happens to a list file: rows by number with their new content (null: the row goes), and rows for its end. */
export interface RowEdits {
  readonly changed: ReadonlyMap<number, JsonObject | null>
  readonly added: readonly JsonObject[]
}

/** Turns edits by key into edits by row. Rows say their key the way they did before, new ones the way the first row does. */
export const planRowEdits = (table: Table, entries: readonly FileEntry[], edits: ReadonlyMap<string, JsonObject | null>): RowEdits => {
  const changed = new Map<number, JsonObject | null>()
  const found = new Set<string>()
  entries.forEach(({ value, problem }, index) => {
    const row = problem === undefined && isJsonObject(value) ? value : undefined
    const key = row === undefined ? undefined : findKey(table, row)
    const fields = key === undefined ? undefined : edits.get(key)
    if (row === undefined || key === undefined || fields === undefined) return
    if (fields === null) changed.set(index, null)
    else if (!found.has(key)) changed.set(index, toRow({ key, fields }, keyFieldOf(table, row)))
    found.add(key)
  })
  const usual = entries.map(({ value }) => (isJsonObject(value) ? keyFieldOf(table, value) : undefined)).find((name) => name !== undefined)
  const added = [...edits].flatMap(([key, fields]) => {
    if (found.has(key) || fields === null) return []
    return [toRow({ key, fields }, usual ?? (findKey(table, fields) === key ? undefined : keyFieldsOf(table)[0]))]
  })
  return { changed, added }
}

/** Rows of a new list file. */
export const toRows = (table: Table, records: readonly { readonly key: string; readonly fields: JsonObject }[]): readonly JsonObject[] =>
  planRowEdits(table, [], new Map(records.map(({ key, fields }) => [key, fields]))).added

const toRow = ({ key, fields }: { key: string; fields: JsonObject }, keyField: string | undefined): JsonObject =>
  keyField === undefined ? fields : { [keyField]: key, ...fields }

/** Names that hold nothing but the key in this table's rows. */
const keyFieldsOf = (table: Table): readonly string[] =>
  metaFields.filter((name) => table.primaryKey.length === 0 || (table.primaryKey.length === 1 && table.primaryKey[0] === name))

const keyFieldOf = (table: Table, row: JsonObject): string | undefined => keyFieldsOf(table).find((name) => Object.hasOwn(row, name))

const withoutKeyField = (table: Table, row: JsonObject): JsonObject => {
  const keyField = keyFieldOf(table, row)
  return keyField === undefined ? row : Object.fromEntries(Object.entries(row).filter(([name]) => name !== keyField))
}

const keyText = (value: Json | undefined): string | undefined => {
  if (value instanceof ExactNumber) return value.literal
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return typeof value === 'string' && value !== '' ? value : undefined
}

const describeMissingKey = (table: Table): string =>
  `a row has no key: it needs ${table.primaryKey.length > 0 ? table.primaryKey.join(' and ') : '$ID, $id or id'}`
