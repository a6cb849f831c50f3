import { ExactNumber, isJsonObject, type Json, type JsonObject } from '../../domain/json.ts'
import { numericValue } from '../../domain/query/compare-values.ts'
import { ownKey, parentKey } from '../../domain/record/record-key.ts'
import type { Table } from '../../domain/table/table.ts'
import type { SqlValue } from '../read-database.ts'

interface TextPlan {
  /** Column name and its member start, `"name":`, in column order. */
  readonly columns: readonly (readonly [name: string, start: string])[]
  readonly known: ReadonlySet<string>
}

const plans = new WeakMap<Table, TextPlan>()

const planOf = (table: Table): TextPlan => {
  let plan = plans.get(table)
  if (plan === undefined) {
    const names = table.columns.map((column) => column.name)
    plan = { columns: names.map((name) => [name, `${JSON.stringify(name)}:`]), known: new Set(names) }
    plans.set(table, plan)
  }
  return plan
}

/**
 * The stored form of a record: compact JSON, columns in the table's order, then other members by name, nested members by name.
 * The same fields give the same text whatever file order they came in, so that "unchanged" is a comparison of texts.
 */
export const recordText = (table: Table, fields: JsonObject): string => {
  const { columns, known } = planOf(table)
  const members: string[] = []
  for (const [name, start] of columns) {
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined
    if (value !== undefined) members.push(start + sortedText(value))
  }
  for (const name of Object.keys(fields)
    .filter((name) => !known.has(name))
    .sort()) {
    members.push(`${JSON.stringify(name)}:${sortedText(fields[name] ?? null)}`)
  }
  return `{${members.join(',')}}`
}

const sortedText = (value: Json): string => {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value !== 'object' || value === null) return String(value)
  if (value instanceof ExactNumber) return value.literal
  if (isJsonObject(value)) {
    const names = Object.keys(value).sort()
    return `{${names.map((name) => `${JSON.stringify(name)}:${sortedText(value[name] ?? null)}`).join(',')}}`
  }
  return `[${(value as readonly Json[]).map(sortedText).join(',')}]`
}

/** A stored record as it is sent: its key first. A record that stores `$id` itself already says it. */
export const presentedText = (key: string, stored: string): string => {
  const parent = parentKey(key)
  const start = `{"$id":${JSON.stringify(ownKey(key))}${parent === undefined ? '' : `,"$parent":${JSON.stringify(parent)}`}`
  if (stored === '{}') return `${start}}`
  return stored.includes('"$id":') && Object.hasOwn(JSON.parse(stored), '$id') ? stored : `${start},${stored.slice(1)}`
}

/**
 * A scalar as SQLite compares it, numbers as filters bind them; anything else, and whatever is absent, is null. @param isInteger  it is one for SQL
 * too: what is bound as a number of JavaScript divides as a float.
 */
export const columnValue = (value: Json | undefined, isInteger = false): SqlValue => {
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return value ? 1n : 0n
  if (isInteger && typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value)
  return typeof value === 'number' || value instanceof ExactNumber ? numericValue(value) : null
}

const integers = new WeakMap<Table, ReadonlySet<string>>()

/** Columns of a table that hold whole numbers. */
export const integerFields = (table: Table): ReadonlySet<string> => {
  const known = integers.get(table) ?? new Set(table.columns.flatMap(({ name, type }) => (type === 'int' ? [name] : [])))
  integers.set(table, known)
  return known
}
