import { type RawBuilder, sql } from 'kysely'
import type { FieldPath } from '../../domain/query/filter.ts'
import { isPosition } from '../../domain/query/filter-limits.ts'
import { pathName } from './path-name.ts'

export type ScalarType = 'string' | 'int' | 'float' | 'bool' | 'date' | 'time' | 'datetime'

/** Where a table's fields are in a statement. Names are qualified SQL names, `v.c3`; typed columns have no affinity and hold only their type or null. */
export interface QueryColumns {
  readonly keyColumn: string
  /** JSON text of the record; only touched when `usesBody` says so. */
  readonly bodyColumn: string
  readonly typed: ReadonlyMap<string, { readonly column: string; readonly type: ScalarType }>
  /** Fields of any type that are indexed, by `pathName`: two columns each. */
  readonly ranked: ReadonlyMap<string, RankedColumns>
}

export interface RankedColumns {
  /** Place of the value's type in the order of all values (`rankOf`); 0 when missing. */
  readonly rank: string
  /** Scalars as SQLite compares them, booleans as 0 and 1; null for everything else. */
  readonly value: string
}

/** A field in SQL: a column of one JSON type, or something that may be anything: two columns, or a place in JSON text. */
export type FieldExpression = ScalarField | RankedField | JsonField

export interface ScalarField {
  readonly kind: 'text' | 'number' | 'bool'
  /** The bare column, so that an index can serve it; null when missing, booleans as 0 and 1. */
  readonly value: RawBuilder<unknown>
}

/** Bare columns as in `RankedColumns`; what they do not hold, lists and objects, is in the JSON text. */
export interface RankedField {
  readonly kind: 'ranked'
  readonly rank: RawBuilder<unknown>
  readonly value: RawBuilder<unknown>
  readonly body: JsonField
}

export interface JsonField {
  readonly kind: 'json'
  /** Name of the JSON type as SQLite says it; null when missing. */
  readonly type: RawBuilder<unknown>
  /** Scalars as SQLite compares them; null for JSON null and when missing. */
  readonly value: RawBuilder<unknown>
  /** JSON text of a list or object; null, or JSON text of something else, otherwise. */
  readonly node: RawBuilder<unknown>
}

export const locateField = (path: FieldPath, columns: QueryColumns): FieldExpression | undefined => {
  const [first] = path
  const typed = typedColumn(path, columns)
  if (first === '$parent' && typed === undefined) return undefined
  if (first === '$id' && typed === undefined) return path.length === 1 ? { kind: 'text', value: sql.ref(columns.keyColumn) } : undefined
  if (typed !== undefined) return { kind: kindOf(typed.type), value: sql.ref(typed.column) }
  const body = locateInBody(path, sql.ref(columns.bodyColumn))
  const ranked = columns.ranked.get(pathName(path))
  return ranked === undefined ? body : { kind: 'ranked', rank: sql.ref(ranked.rank), value: sql.ref(ranked.value), body }
}

/** Where a field is: in a column of its type or the key, in two columns, or in the JSON text alone. */
export const placeOfField = (path: FieldPath, columns: QueryColumns): 'column' | 'ranked' | 'body' => {
  if (path[0] === '$id' || path[0] === '$parent' || typedColumn(path, columns) !== undefined) return 'column'
  return columns.ranked.has(pathName(path)) ? 'ranked' : 'body'
}

const typedColumn = (path: FieldPath, { typed }: QueryColumns) => (path.length === 1 && path[0] !== undefined ? typed.get(path[0]) : undefined)

const kindOf = (type: ScalarType): ScalarField['kind'] => {
  if (type === 'bool') return 'bool'
  return type === 'int' || type === 'float' ? 'number' : 'text'
}

const locateInBody = (path: FieldPath, body: RawBuilder<unknown>): JsonField => {
  const places = jsonPaths(path)
  return {
    kind: 'json',
    type: firstFound(places.map((place) => sql`json_type(${body}, ${place})`)),
    value: firstFound(places.map((place) => sql`json_extract(${body}, ${place})`)),
    node: firstFound(places.map((place) => sql`(${body} -> ${place})`)),
  }
}

/** At most one of the places exists: what lies above is either a list or an object. */
const firstFound = (places: readonly RawBuilder<unknown>[]): RawBuilder<unknown> =>
  places.length === 1 && places[0] !== undefined ? places[0] : sql`coalesce(${sql.join(places)})`

/** SQLite's JSON paths for a field path: a step that may be a list position is tried as that and as a member name. */
export const jsonPaths = (path: FieldPath): readonly string[] =>
  path.reduce<readonly string[]>(
    (prefixes, step) => prefixes.flatMap((prefix) => (isPosition(step) ? [`${prefix}[${step}]`, prefix + member(step)] : [prefix + member(step)])),
    ['$'],
  )

/** SQLite unescapes a quoted member name as JSON does, so quotes, backslashes, dots and brackets are only text. */
const member = (name: string): string => `.${JSON.stringify(name)}`
