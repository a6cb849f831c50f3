import { type RawBuilder, sql } from 'kysely'
import type { FieldPath, Filter } from '../../domain/query/filter.ts'
import type { ReadDatabase } from '../read-database.ts'
import type { ValueGroup } from '../snapshot.ts'
import { usesBody } from './compile-filter.ts'
import { jsonPaths, locateField, type QueryColumns } from './field-expression.ts'
import { compileWhere, fromTable, queryColumns, type TableAt } from './select-records.ts'
import { compilePiece, joinPieces, type Piece, piece } from './sql-piece.ts'
import { visibleSources } from './visible-sources.ts'

/** A field to group by, in SQL: `rank` and `value` say what is equal and in which order, `text` is its JSON text where that is not the value itself. */
interface GroupField {
  readonly rank: RawBuilder<unknown>
  readonly value: RawBuilder<unknown>
  readonly text: RawBuilder<unknown> | undefined
  readonly join: RawBuilder<unknown> | undefined
  /** What the answer's text is made of. */
  readonly holds: 'text' | 'boolean' | 'json'
}

/**
 * How often each combination of values of some fields occurs, in the order of the values. Of numbers that are spelled differently the first spelling
 * stands for all. Cost: the table; for texts, dates and booleans with columns of their own, without reading the records' JSON.
 */
export const countValues = (db: ReadDatabase, at: TableAt, { fields, where }: ValueQuestion): readonly ValueGroup[] => {
  const columns = queryColumns(at)
  const groups = fields.map((path, index) => groupField(path, columns, `e${index}`))
  const needsBody = groups.some(({ text }) => text !== undefined) || (where !== undefined && usesBody(where, columns))
  const selected = compilePiece(sql.join(groups.flatMap(selectedTerms)))
  const joins = joinPieces(
    groups.flatMap(({ join }) => (join === undefined ? [] : [compilePiece(join)])),
    '',
  )
  const filter = compileWhere(where, columns)
  const parts = visibleSources(at.line, at.storage.name).map(
    ({ condition, parameters }) =>
      piece`select v.key, ${selected} from ${fromTable(at, needsBody)}${joins} where ${{ text: condition, parameters }}${filter}`,
  )
  return readGroups(db, groups, joinPieces(parts, ' union all '))
}

export interface ValueQuestion {
  readonly fields: readonly FieldPath[]
  readonly where: Filter | undefined
}

const readGroups = (db: ReadDatabase, groups: readonly GroupField[], rows: Piece): readonly ValueGroup[] => {
  const keys = groups.flatMap((_, index) => [`k${index}`, `v${index}`]).join(', ')
  const texts = groups.map((_, index) => `min(t${index}) t${index}`).join(', ')
  // A list may hold a value twice: its record counts once.
  const count = groups.some(({ join }) => join !== undefined) ? 'count(distinct key)' : 'count(*)'
  const found = db
    .sql<Readonly<Record<string, string | number | null>>>(
      `select ${keys}, ${texts}, ${count} n from (${rows.text}) group by ${keys} order by ${keys}`,
    )
    .all(...rows.parameters)
  return found.map((row) => ({ count: Number(row.n), values: groups.map(({ holds }, index) => valueText(row[`t${index}`], holds)) }))
}

const selectedTerms = ({ rank, value, text }: GroupField, index: number): readonly RawBuilder<unknown>[] =>
  Object.entries({ k: rank, v: value, t: text ?? value }).map(([name, term]) => sql`${term} as ${sql.raw(`${name}${index}`)}`)

const valueText = (value: string | number | null | undefined, holds: GroupField['holds']): string => {
  if (value === null || value === undefined) return 'null'
  if (holds === 'boolean') return String(value === 1)
  return holds === 'text' ? JSON.stringify(value) : String(value)
}

const groupField = (path: FieldPath, columns: QueryColumns, element: string): GroupField => {
  const field = locateField(path, columns)
  if (field === undefined) return { rank: sql`0`, value: sql`null`, text: undefined, join: undefined, holds: 'json' }
  if (field.kind !== 'text' && field.kind !== 'bool') return bodyField(path, columns, element)
  const rank = sql.lit(field.kind === 'bool' ? 1 : 3)
  return {
    rank: sql`case when ${field.value} is null then 0 else ${rank} end`,
    value: field.value,
    text: undefined,
    join: undefined,
    holds: field.kind === 'bool' ? 'boolean' : 'text',
  }
}

/** A field of any type, read from the JSON text, which also has a number's own digits; of a list each element is a value, an empty one has none. */
const bodyField = (path: FieldPath, columns: QueryColumns, element: string): GroupField => {
  const body = sql.ref(columns.bodyColumn)
  const [first, ...others] = jsonPaths(path)
  const list =
    others.length === 0
      ? sql`${first}`
      : sql`case ${sql.join(
          [first, ...others].map((place) => sql`when json_type(${body}, ${place}) is not null then ${place}`),
          sql` `,
        )} end`
  const index = sql.ref(`${element}.key`)
  const place = sql`case when ${index} is null then ${list} else ${list} || '[' || ${index} || ']' end`
  const type = sql`json_type(${body}, ${place})`
  const rank = sql`case ${type} when 'false' then 1 when 'true' then 1 when 'integer' then 2 when 'real' then 2 when 'text' then 3
    when 'array' then iif(${index} is null, 0, 4) when 'object' then 4 else 0 end`
  const whenPresent = (term: RawBuilder<unknown>) => sql`case when ${rank} > 0 then ${term} end`
  return {
    rank,
    value: whenPresent(sql`json_extract(${body}, ${place})`),
    text: whenPresent(sql`${body} -> ${place}`),
    join: sql` left join json_each(${body}, case when json_type(${body}, ${list}) = 'array' then ${list} end) ${sql.raw(element)}`,
    holds: 'json',
  }
}
