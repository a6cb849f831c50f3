import { isJsonObject, type Json, type JsonObject } from '../json.ts'
import { ownKey, parentKey } from '../record/record-key.ts'
import { compareText, compareValues, isNumber, isSameValue } from './compare-values.ts'
import type { Comparator, FieldPath, Filter, SortKey, TextMatch } from './filter.ts'
import { isPosition } from './filter-limits.ts'

/** Whether a record satisfies a filter: the meaning in `filter.ts`, word for word. SQL made from the same filter must agree. */
export const matches = (filter: Filter, key: string, fields: JsonObject): boolean => {
  switch (filter.op) {
    case 'and':
      return filter.of.every((part) => matches(part, key, fields))
    case 'or':
      return filter.of.some((part) => matches(part, key, fields))
    case 'not':
      return !matches(filter.of, key, fields)
  }
  const value = valueAt(filter.path, key, fields)
  switch (filter.op) {
    case 'exists':
      return value !== null
    case 'in':
      return filter.values.some((wanted) => isSameValue(value, wanted))
    case 'contains':
    case 'starts-with':
    case 'ends-with':
      return matchText(filter, value)
    default:
      return compare(filter.op, value, filter.value)
  }
}

export interface KeyedRecord {
  readonly key: string
  readonly fields: JsonObject
}

/** An order for `Array.sort`: the sort keys, then the record key ascending. */
export const compareRecords =
  (sortKeys: readonly SortKey[]): ((a: KeyedRecord, b: KeyedRecord) => number) =>
  (a, b) => {
    for (const { path, descending } of sortKeys) {
      const order = compareValues(valueAt(path, a.key, a.fields), valueAt(path, b.key, b.fields))
      if (order !== 0) return descending ? -order : order
    }
    return compareText(a.key, b.key)
  }

/** The value at a path, null where there is none. `$id` is the record's own key, `$parent` that of the record above; a step into a list is a position, a step into an object a member name. */
export const valueAt = (path: FieldPath, key: string, fields: JsonObject): Json => {
  if (path[0] === '$id') return path.length === 1 ? ownKey(key) : null
  if (path[0] === '$parent') return path.length === 1 ? (parentKey(key) ?? null) : null
  let value: Json = fields
  for (const step of path) value = childOf(value, step)
  return value
}

const childOf = (value: Json, step: string): Json => {
  if (isJsonObject(value)) return Object.hasOwn(value, step) ? (value[step] ?? null) : null
  return Array.isArray(value) && isPosition(step) ? ((value as readonly Json[])[Number(step)] ?? null) : null
}

const compare = (op: Comparator, value: Json, wanted: Json): boolean => {
  if (op === 'eq') return isSameValue(value, wanted)
  if (op === 'ne') return !isSameValue(value, wanted)
  const comparable = (typeof value === 'string' && typeof wanted === 'string') || (isNumber(value) && isNumber(wanted))
  if (!comparable) return false
  const order = compareValues(value, wanted)
  if (op === 'lt') return order < 0
  if (op === 'le') return order <= 0
  return op === 'gt' ? order > 0 : order >= 0
}

const matchText = ({ op, value: wanted, ignoreCase }: Extract<Filter, { op: TextMatch }>, value: Json): boolean => {
  const [subject, part] = [foldText(value, ignoreCase), foldText(wanted, ignoreCase)]
  if (op === 'contains' && Array.isArray(subject)) return subject.some((item: Json) => isSameValue(foldText(item, ignoreCase), part))
  if (typeof subject !== 'string' || typeof part !== 'string') return false
  if (op === 'contains') return subject.includes(part)
  return op === 'starts-with' ? subject.startsWith(part) : subject.endsWith(part)
}

/** ASCII letters only, as SQLite's `lower()` does. */
const foldText = (value: Json, ignoreCase: boolean): Json =>
  ignoreCase && typeof value === 'string' ? value.replace(/[A-Z]/g, (letter) => letter.toLowerCase()) : value
