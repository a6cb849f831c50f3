import type { RecordKey } from '../ids.ts'
import { type Json, type JsonObject, stringifyJson } from '../json.ts'
import { isNumber, normalizeNumber } from '../record/decimal.ts'
import { withKeyColumns } from '../record/record-key.ts'
import type { FieldValue } from './decision.ts'

/** One record as an operation found it and as it leaves it; undefined where there is none. */
export interface TouchedRecord {
  readonly before: JsonObject | undefined
  readonly after: JsonObject | undefined
}

/** The records of one table that an operation has changed, in the order of their first change, with an index for every set of columns asked for. */
export interface TouchedRecords {
  readonly records: Map<RecordKey, TouchedRecord>
  readonly indexes: Map<string, Index>
}

/** Keys by the values of some columns, or by the elements of one list column. */
interface Index {
  readonly columns: readonly string[]
  readonly isOfElements: boolean
  readonly keys: Map<string, Set<RecordKey>>
}

export const noTouchedRecords = (): TouchedRecords => ({ records: new Map(), indexes: new Map() })

/** Sets what a record is now, in all indexes too. `before` counts only the first time: later it is what the operation itself made. */
export const touchRecord = (touched: TouchedRecords, key: RecordKey, { before, after }: TouchedRecord): void => {
  const known = touched.records.get(key)
  touched.records.set(key, { before: known === undefined ? before : known.before, after })
  for (const index of touched.indexes.values()) {
    if (known?.after !== undefined) for (const at of indexKeys(index, withKeyColumns(key, known.after))) index.keys.get(at)?.delete(key)
    if (after !== undefined) addToIndex(index, key, after)
  }
}

/** Keys of touched records that are there and have these values: numbers by value, missing as null. Constant time once indexed. */
export const findTouched = (touched: TouchedRecords, values: readonly FieldValue[]): Iterable<RecordKey> => {
  const wanted = Object.fromEntries(values.map(({ column, value }) => [column, value]))
  const columns = Object.keys(wanted).sort()
  const isOfElements = values.some(({ inList }) => inList === true)
  const name = stringifyJson([isOfElements, ...columns])
  const index = touched.indexes.get(name) ?? buildIndex(touched, { columns, isOfElements, keys: new Map() })
  touched.indexes.set(name, index)
  return index.keys.get(indexKey(columns, wanted)) ?? []
}

const buildIndex = ({ records }: TouchedRecords, index: Index): Index => {
  for (const [key, { after }] of records) if (after !== undefined) addToIndex(index, key, after)
  return index
}

const addToIndex = (index: Index, key: RecordKey, fields: JsonObject): void => {
  for (const at of indexKeys(index, withKeyColumns(key, fields))) {
    const keys = index.keys.get(at)
    if (keys === undefined) index.keys.set(at, new Set([key]))
    else keys.add(key)
  }
}

const indexKeys = ({ columns, isOfElements }: Index, fields: JsonObject): readonly string[] => {
  if (!isOfElements) return [indexKey(columns, fields)]
  const [column = ''] = columns
  const list = Object.hasOwn(fields, column) ? fields[column] : undefined
  return Array.isArray(list) ? list.map(valueKey) : []
}

const indexKey = (columns: readonly string[], fields: JsonObject): string =>
  columns.map((column) => valueKey(Object.hasOwn(fields, column) ? (fields[column] ?? null) : null)).join('\u0000')

const valueKey = (value: Json): string => (isNumber(value) ? normalizeNumber(value) : stringifyJson(value))
