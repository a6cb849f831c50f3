import { type KeyedRecord, type Need, needRecord } from '../event-sourcing/decision.ts'
import type { Issue } from '../failure.ts'
import { equalJson, isJsonObject, type Json, type JsonObject, stringifyJson } from '../json.ts'
import { escapePointer } from '../record/column-check.ts'
import { isNumber, normalizeNumber } from '../record/decimal.ts'
import { parseRecordKey } from '../record/record-key.ts'
import { listReferences, type Reference, referenceText } from '../record/references.ts'
import type { Catalogue, Table } from './table.ts'

/** A table before and after a change, and the columns that got another name. */
export interface DefinitionChange {
  readonly before: Table
  readonly after: Table
  readonly renamed: Readonly<Record<string, string>>
}

/**
 * What constraints between records say that the table did not have before, or has on values of another type now: unique columns and foreign
 * keys. Old constraints were checked when the records were written, and old violations are no reason to refuse something else.
 * Cost: linear in the records, and one question for each different value of a new foreign key.
 */
export function* checkNewConstraints(
  catalogue: Catalogue,
  change: DefinitionChange,
  records: readonly KeyedRecord[],
): Generator<Need, readonly Issue[], never> {
  const issues = findNewUniques(change).flatMap((columns) => findDuplicates(change.after, columns, records))
  for (const reference of listReferences(catalogue).from.get(change.after.id) ?? [])
    if (isNew(change, reference)) issues.push(...(yield* findDangling(change.after, reference, records)))
  return issues
}

const oldColumn = ({ before, renamed }: DefinitionChange, name: string) => {
  const old = Object.entries(renamed).find(([, to]) => to === name)?.[0] ?? name
  return before.columns.find((column) => column.name === old)
}

const findNewUniques = (change: DefinitionChange): readonly (readonly string[])[] => {
  const { before, after, renamed } = change
  const known = before.rules.unique.map((set) => set.map((name) => (Object.hasOwn(renamed, name) ? (renamed[name] ?? name) : name)))
  const isRetyped = (name: string): boolean => oldColumn(change, name)?.type !== after.columns.find((column) => column.name === name)?.type
  return after.rules.unique.filter((set) => set.some(isRetyped) || !known.some((each) => equalJson(each, set)))
}

const isNew = (change: DefinitionChange, { column, foreignKey }: Reference): boolean => {
  const old = oldColumn(change, column.name)
  return old?.foreignKey !== foreignKey || old.type !== column.type
}

const findDuplicates = (table: Table, columns: readonly string[], records: readonly KeyedRecord[]): readonly Issue[] => {
  const owners = new Map<string, string>()
  return records.flatMap(({ key, fields }) => {
    const values = columns.map((name) => fieldOf(fields, name))
    if (!values.every(isScalar)) return []
    const id = values.map((value) => (isNumber(value) ? normalizeNumber(value) : stringifyJson(value))).join('\u0000')
    const owner = owners.get(id)
    if (owner === undefined) owners.set(id, key)
    const what = columns.map((name, index) => `${JSON.stringify(name)} ${show(values[index] ?? null)}`).join(' and ')
    const message = `${table.id}/${owner} has ${what} too, which must be unique`
    return owner === undefined ? [] : [{ rule: 'unique', message, table: table.id, key, field: `/${escapePointer(columns[0] ?? '')}` }]
  })
}

function* findDangling(
  table: Table,
  { column, target, foreignKey, isList }: Reference,
  records: readonly KeyedRecord[],
): Generator<Need, Issue[], never> {
  const issues: Issue[] = []
  const exists = new Map<string, boolean>()
  for (const { key, fields } of records) {
    const value = fieldOf(fields, column.name)
    const values: readonly (readonly [string, Json])[] =
      isList && Array.isArray(value) ? value.map((item: Json, index) => [`/${index}`, item] as const) : [['', value]]
    for (const [at, each] of values) {
      if (each === null || each === '') continue
      const text = referenceText(each)
      const targetKey = text === undefined ? undefined : parseRecordKey(text)
      const id = String(targetKey)
      const found = exists.get(id) ?? (target !== undefined && targetKey !== undefined && (yield* needRecord(target.id, targetKey)) !== undefined)
      exists.set(id, found)
      if (found) continue
      const message = `the field ${JSON.stringify(column.name + at)} refers to no record of ${target?.id ?? foreignKey}: ${show(each)}`
      issues.push({ rule: 'foreign-key', message, table: table.id, key, field: `/${escapePointer(column.name)}${at}`, value: each })
    }
  }
  return issues
}

const fieldOf = (fields: JsonObject, name: string): Json => (Object.hasOwn(fields, name) ? (fields[name] ?? null) : null)

/** A record that lacks a column is exempt; so is one with a list or map in it, for unique columns are scalar. */
const isScalar = (value: Json): boolean => value !== null && !Array.isArray(value) && !isJsonObject(value)

const show = (value: Json): string => {
  const text = stringifyJson(value)
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}
