import { ExactNumber, type Json, stringifyJson } from '../../domain/json.ts'
import { compareValues, isSameValue } from '../../domain/query/compare-values.ts'
import { type KeyedRecord, valueAt } from '../../domain/query/evaluate-filter.ts'
import type { FieldPath } from '../../domain/query/filter.ts'
import type { ValueGroup } from '../../projections/snapshot.ts'

interface Group {
  readonly values: readonly Json[]
  readonly texts: readonly string[]
  readonly keys: Set<string>
}

/** How often combinations of values occur, by the plainest means. */
export const countValues = (records: readonly KeyedRecord[], fields: readonly FieldPath[]): readonly ValueGroup[] => {
  const groups: Group[] = []
  for (const { key, fields: record } of records) {
    for (const values of combine(fields.map((path) => elementsOf(valueAt(path, key, record))))) {
      const texts = values.map((value) => stringifyJson(value))
      const at = groups.findIndex((group) => group.values.every((value, index) => isSame(value, values[index] ?? null)))
      const group = groups[at]
      if (group === undefined) groups.push({ values, texts, keys: new Set([key]) })
      else groups[at] = { ...group, texts: group.texts.map((text, index) => smaller(text, texts[index] ?? text)), keys: group.keys.add(key) }
    }
  }
  return groups.sort(compareGroups).map(({ texts, keys }) => ({ values: texts, count: keys.size }))
}

/** Lists and objects are the same when they are written alike. */
const isSame = (a: Json, b: Json): boolean => (isTree(a) || isTree(b) ? stringifyJson(a) === stringifyJson(b) : isSameValue(a, b))

const isTree = (value: Json): boolean => typeof value === 'object' && value !== null && !(value instanceof ExactNumber)

const smaller = (a: string, b: string): string => (Buffer.compare(Buffer.from(a), Buffer.from(b)) <= 0 ? a : b)

const elementsOf = (value: Json): readonly Json[] => (!Array.isArray(value) ? [value] : value.length === 0 ? [null] : value)

const combine = (lists: readonly (readonly Json[])[]): readonly (readonly Json[])[] =>
  lists.reduce<readonly (readonly Json[])[]>((rows, list) => rows.flatMap((row) => list.map((value) => [...row, value])), [[]])

const compareGroups = (a: Group, b: Group): number => {
  for (const [index, value] of a.values.entries()) {
    const other = b.values[index] ?? null
    const order =
      compareValues(value, other) || (isTree(value) ? Buffer.compare(Buffer.from(stringifyJson(value)), Buffer.from(stringifyJson(other))) : 0)
    if (order !== 0) return order
  }
  return 0
}
