import type { RecordKey } from '../ids.ts'
import type { Json } from '../json.ts'

/** Where a value is inside a record: member names and array positions, `['address', 'city']`. `['$id']` is the key. */
export type FieldPath = readonly string[]

export type Comparator = 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge'
export type TextMatch = 'contains' | 'starts-with' | 'ends-with'

/**
 * What a record must satisfy: one syntax tree for the command line's `--where`, the API's JSON filters and saved queries.
 *
 * Meaning. A missing field and null are the same. `eq`/`ne` compare by JSON value (numbers by value, never text with number); `ne` is the
 * exact opposite of `eq`, so a missing field is `ne` to every value but null. `lt le gt ge` hold only between two numbers or two texts (texts by
 * code point); between anything else they are false. Text matches hold only on texts; `ignoreCase` folds ASCII letters. `contains` on a list asks
 * whether it has an equal element.
 */
export type Filter =
  | { readonly op: 'and'; readonly of: readonly Filter[] }
  | { readonly op: 'or'; readonly of: readonly Filter[] }
  | { readonly op: 'not'; readonly of: Filter }
  | { readonly op: Comparator; readonly path: FieldPath; readonly value: Json }
  | { readonly op: 'in'; readonly path: FieldPath; readonly values: readonly Json[] }
  | { readonly op: TextMatch; readonly path: FieldPath; readonly value: Json; readonly ignoreCase: boolean }
  | { readonly op: 'exists'; readonly path: FieldPath }

export interface SortKey {
  readonly path: FieldPath
  readonly descending: boolean
}

/** Words that must stand next to one another; of the last one only the beginning, when it ended in `*`. */
export interface SearchTerm {
  readonly words: readonly string[]
  readonly isPrefix: boolean
}

/** What records must have in one of the fields of their table's `search`: all of the first, none of the second. */
export interface Search {
  readonly all: readonly SearchTerm[]
  readonly none: readonly SearchTerm[]
}

/** A question about one table. The key is always the last sort key, so order and pages are stable. */
export interface RecordQuery {
  readonly where: Filter | undefined
  readonly orderBy: readonly SortKey[]
  /** 1 to 1,000 for the API; unlimited when undefined (exports, the command line). */
  readonly limit: number | undefined
  readonly offset: number
  /** Only what comes after the record with this key in the order asked for, whether or not the filter accepts it; nothing when there is no such record. */
  readonly after?: RecordKey
  /** Only records that have these words; without an order the best come first. */
  readonly search?: Search
}
