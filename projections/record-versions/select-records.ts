import { DummyDriver, Kysely, type RawBuilder, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler, sql } from 'kysely'
import type { Filter, RecordQuery } from '../../domain/query/filter.ts'
import type { Table } from '../../domain/table/table.ts'
import type { ReadDatabase, SqlValue } from '../read-database.ts'
import type { RecordRow } from '../snapshot.ts'
import { filterExpression, type SortExpression, sortExpressions, usesBody } from './compile-filter.ts'
import type { QueryColumns, ScalarType } from './field-expression.ts'
import type { Line } from './lanes.ts'
import { presentedText } from './record-json.ts'
import { isTyped, type TableStorage } from './table-storage.ts'
import { type VisibleSource, visibleSources } from './visible-sources.ts'

/** A table as it was at the end of a line. */
export interface TableAt {
  readonly line: Line
  readonly table: Table
  readonly storage: TableStorage
}

const compiler = new Kysely<unknown>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
})

/** Records that a query asks for, in its order. Cost with an index on the filtered and sorted fields: the page, and what it skips. */
export const selectRecords = (db: ReadDatabase, at: TableAt, query: RecordQuery): readonly RecordRow[] => {
  const columns = queryColumns(at)
  const sort = sortExpressions(query.orderBy, columns)
  const needsBody = usesBody(query.orderBy, columns) || (query.where !== undefined && usesBody(query.where, columns))
  const shape = { at, columns, where: query.where, needsBody }
  const parts = visibleSources(at.line, at.storage.name).map((source) => sourceQuery(shape, source, sort))
  const order = sql.join(sort.map(({ descending }, index) => sql.raw(`s${index}${descending ? ' desc' : ''}`)))
  const page = sql`${sql.join(parts, sql` union all `)} order by ${order} limit ${query.limit ?? -1} offset ${query.offset}`
  const { sql: text, parameters } = sql`select p.key, b.json, b.revision from (${page}) p join changes b using (change_no) order by ${order}`.compile(
    compiler,
  )
  return db
    .sql<RecordRow>(text)
    .all(...(parameters as readonly SqlValue[]))
    .map(({ key, json, revision }) => ({ key, json: presentedText(key, json), revision }))
}

/** How many records a filter accepts. */
export const countRecords = (db: ReadDatabase, at: TableAt, where: Filter | undefined): number => {
  const columns = queryColumns(at)
  const shape = { at, columns, where, needsBody: where !== undefined && usesBody(where, columns) }
  const parts = visibleSources(at.line, at.storage.name).map((source) => sql`select count(*) n ${fromSource(shape, source)}`)
  const { sql: text, parameters } = sql`select sum(n) n from (${sql.join(parts, sql` union all `)})`.compile(compiler)
  return db.sql<{ n: number | null }>(text).get(...(parameters as readonly SqlValue[]))?.n ?? 0
}

interface QueryShape {
  readonly at: TableAt
  readonly columns: QueryColumns
  readonly where: Filter | undefined
  readonly needsBody: boolean
}

const sourceQuery = (shape: QueryShape, source: VisibleSource, sort: readonly SortExpression[]): RawBuilder<unknown> => {
  const terms = sort.map(({ expression }, index) => sql`${expression} as ${sql.raw(`s${index}`)}`)
  return sql`select v.key, v.change_no, ${sql.join(terms)} ${fromSource(shape, source)}`
}

const fromSource = ({ at, columns, where, needsBody }: QueryShape, source: VisibleSource): RawBuilder<unknown> => {
  const body = needsBody ? sql` join changes c using (change_no)` : sql``
  const condition = where === undefined ? sql`` : sql` and ${filterExpression(where, columns)}`
  return sql`from ${sql.raw(at.storage.name)} v${body} where ${bindInOrder(source)}${condition}`
}

/** The source's text with its `?` replaced by bound values. */
const bindInOrder = ({ condition, parameters }: VisibleSource): RawBuilder<unknown> => {
  const pieces = condition.split('?')
  return sql.join(
    pieces.map((piece, index) => (index < parameters.length ? sql`${sql.raw(piece)}${parameters[index]}` : sql.raw(piece))),
    sql``,
  )
}

const queryColumns = ({ table, storage }: TableAt): QueryColumns => ({
  keyColumn: 'v.key',
  bodyColumn: 'c.json',
  typed: new Map(
    table.columns.flatMap((column) => {
      const name = storage.columns.get(column.name)
      return isTyped(column) && name !== undefined ? [[column.name, { column: `v.${name}`, type: column.type as ScalarType }] as const] : []
    }),
  ),
})
