import { sql } from 'kysely'
import type { RecordKey } from '../../domain/ids.ts'
import type { Filter, RecordQuery } from '../../domain/query/filter.ts'
import { listKeyColumns, type Table } from '../../domain/table/table.ts'
import type { ReadDatabase } from '../read-database.ts'
import type { RecordRow } from '../snapshot.ts'
import { filterExpression, sortExpressions, usesBody } from './compile-filter.ts'
import type { QueryColumns, ScalarType } from './field-expression.ts'
import type { Line } from './lanes.ts'
import { rangesAfter } from './page-ranges.ts'
import { presentedText } from './record-json.ts'
import { searchExpression } from './search-expression.ts'
import { compilePiece, joinPieces, noPiece, type Piece, piece } from './sql-piece.ts'
import { isTyped, type TableStorage } from './table-storage.ts'
import { type VisibleSource, visibleSources } from './visible-sources.ts'
import { findVersion, prepareVersion } from './visible-version.ts'

/** A table as it was at the end of a line. */
export interface TableAt {
  readonly line: Line
  readonly table: Table
  readonly storage: TableStorage
}

/**
 * Records that a query asks for, in its order. Cost with an index on the filtered and sorted fields: the page, and what `offset` skips; a page after
 * a record costs the same wherever that record is.
 */
export const selectRecords = (db: ReadDatabase, at: TableAt, query: RecordQuery): readonly RecordRow[] => {
  const plan = planSelect(at, query)
  if (query.after === undefined) return readRange(db, plan, { range: noPiece, limit: query.limit, offset: query.offset })
  const rows: RecordRow[] = []
  for (const range of rangesAfterKey(db, plan, query.after)) {
    const limit = query.limit === undefined ? undefined : query.limit - rows.length
    if (limit !== undefined && limit <= 0) break
    rows.push(...readRange(db, plan, { range: piece` and ${range}`, limit, offset: 0 }))
  }
  return rows
}

/** A question in pieces of SQL. */
interface SelectPlan {
  readonly at: TableAt
  readonly terms: readonly { readonly term: Piece; readonly descending: boolean }[]
  readonly where: Piece
  readonly needsBody: boolean
  readonly isSearch: boolean
}

const planSelect = (at: TableAt, query: RecordQuery): SelectPlan => {
  const columns = queryColumns(at)
  return {
    at,
    terms: sortExpressions(query.orderBy, columns).map(({ expression, descending }) => ({ term: compilePiece(sql`${expression}`), descending })),
    where: compileMatches(at, query),
    needsBody: usesBody(query.orderBy, columns) || (query.where !== undefined && usesBody(query.where, columns)),
    isSearch: query.search !== undefined,
  }
}

interface PageRange {
  readonly range: Piece
  readonly limit: number | undefined
  readonly offset: number
}

const readRange = (
  db: ReadDatabase,
  { at, terms, where, needsBody, isSearch }: SelectPlan,
  { range, limit, offset }: PageRange,
): readonly RecordRow[] => {
  const selected = joinPieces(
    terms.map(({ term }, index) => piece`${term} as s${String(index)}`),
    ', ',
  )
  const parts = visibleSources(at.line, at.storage.name).map(
    (source) => piece`select v.key, v.change_no, ${selected} ${fromSource(at, source, { needsBody, isSearch })}${where}${range}`,
  )
  const order = terms.map(({ descending }, index) => `s${index}${descending ? ' desc' : ''}`).join(', ')
  const { text, parameters } = joinPieces(parts, ' union all ')
  const page = `${text} order by ${order} limit ? offset ?`
  return db
    .sql<RecordRow>(`select p.key, b.json, b.revision from (${page}) p join changes b using (change_no) order by ${order}`)
    .all(...parameters, limit ?? -1, offset)
    .map(({ key, json, revision }) => ({ key, json: presentedText(key, json), revision }))
}

/** The row's values stay in SQLite, where they are exact: each range looks them up by the version's own key. */
const rangesAfterKey = (db: ReadDatabase, { at, terms, needsBody }: SelectPlan, key: RecordKey): readonly Piece[] => {
  const { name } = at.storage
  const version = findVersion(prepareVersion(db, name), at.line, key)
  if (version === undefined) return []
  const row = {
    text: `from ${fromTable(at, needsBody)} where v.lane = ? and v.key = ? and v.from_seq = ?`,
    parameters: [version.lane, key, version.fromSeq],
  }
  const isNull = piece`select ${joinPieces(
    terms.map(({ term }, index) => piece`${term} is null as n${String(index)}`),
    ', ',
  )} ${row}`
  const nulls = db.sql<Readonly<Record<string, number>>>(isNull.text).get(...isNull.parameters)
  return rangesAfter(terms.map((term, index) => ({ ...term, value: piece`(select ${term.term} ${row})`, isNull: nulls?.[`n${index}`] === 1 })))
}

/** Which records: all that a filter accepts and a search finds. */
export type Condition = Pick<RecordQuery, 'where' | 'search'>

/** How many records a condition holds for. */
export const countRecords = (db: ReadDatabase, at: TableAt, condition: Condition): number => {
  const parts = matchingParts(at, condition, 'count(*) n')
  return db.sql<{ n: number | null }>(`select sum(n) n from (${parts.text})`).get(...parts.parameters)?.n ?? 0
}

/** Key and change of every record that a condition holds for, in no order. */
export const listMatches = (
  db: ReadDatabase,
  at: TableAt,
  condition: Condition,
): readonly { readonly key: RecordKey; readonly changeNo: number }[] => {
  const parts = matchingParts(at, condition, 'v.key, v.change_no changeNo')
  return db.sql<{ key: RecordKey; changeNo: number }>(parts.text).all(...parts.parameters)
}

const matchingParts = (at: TableAt, { where, search }: Condition, selected: string): Piece => {
  const columns = queryColumns(at)
  const needsBody = where !== undefined && usesBody(where, columns)
  const matches = compileMatches(at, { where, ...(search !== undefined && { search }) })
  const tables = { needsBody, isSearch: search !== undefined }
  const parts = visibleSources(at.line, at.storage.name).map((source) => piece`select ${selected} ${fromSource(at, source, tables)}${matches}`)
  return joinPieces(parts, ' union all ')
}

const compileMatches = (at: TableAt, { where, search }: Condition): Piece => {
  const filter = compileWhere(where, queryColumns(at))
  if (search === undefined) return filter
  const match = { text: ` and s.${at.storage.name}_search match ?`, parameters: [searchExpression(at, search)] }
  return piece`${filter}${match}`
}

/** A filter as a further condition on rows that are already restricted. */
export const compileWhere = (filter: Filter | undefined, columns: QueryColumns): Piece =>
  filter === undefined ? noPiece : compilePiece(sql` and ${filterExpression(filter, columns)}`)

/** Which tables a question reads besides the versions. */
interface FromTables {
  readonly needsBody: boolean
  readonly isSearch: boolean
}

/** What a search finds comes first, and each of it is looked up: SQLite cannot know that these are few. */
const fromSource = (at: TableAt, { condition, parameters }: VisibleSource, { needsBody, isSearch }: FromTables): Piece => {
  const { name } = at.storage
  const found = `${name}_search s cross join ${name} v indexed by ${name}_change`
  return {
    text: isSearch
      ? `from ${found}${needsBody ? bodyJoin : ''} where v.change_no = s.rowid and ${condition}`
      : `from ${fromTable(at, needsBody)} where ${condition}`,
    parameters,
  }
}

/** Versions named `v` and, where it is needed, their JSON text in `c`. */
export const fromTable = ({ storage }: TableAt, needsBody: boolean): string => `${storage.name} v${needsBody ? bodyJoin : ''}`

const bodyJoin = ' join changes c using (change_no)'

/** Where the fields of a table are, for versions named `v` and their changes named `c`. */
export const queryColumns = ({ table, storage }: TableAt): QueryColumns => ({
  keyColumn: 'v.key',
  bodyColumn: 'c.json',
  typed: new Map(
    [...listKeyColumns(table), ...table.columns.filter(isTyped)].flatMap((column) => {
      const name = storage.columns.get(column.name)
      return name !== undefined ? [[column.name, { column: `v.${name}`, type: column.type as ScalarType }] as const] : []
    }),
  ),
  ranked: new Map([...storage.paths].map(([path, { rank, value }]) => [path, { rank: `v.${rank}`, value: `v.${value}` }] as const)),
})
