import { DummyDriver, Kysely, type RawBuilder, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler, sql } from 'kysely'
import type { Filter, RecordQuery } from '../../domain/query/filter.ts'
import type { Table } from '../../domain/table/table.ts'
import type { ReadDatabase, SqlValue } from '../read-database.ts'
import type { RecordRow } from '../snapshot.ts'
import { filterExpression, sortExpressions, usesBody } from './compile-filter.ts'
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
  const terms = compilePiece(sql.join(sort.map(({ expression }, index) => sql`${expression} as ${sql.raw(`s${index}`)}`)))
  const where = compileWhere(query.where, columns)
  const parts = visibleSources(at.line, at.storage.name).map((source) => ({
    text: `select v.key, v.change_no, ${terms.text} ${fromSource(at, source, needsBody)}${where.text}`,
    parameters: [...terms.parameters, ...source.parameters, ...where.parameters],
  }))
  const order = sort.map(({ descending }, index) => `s${index}${descending ? ' desc' : ''}`).join(', ')
  const page = `${parts.map(({ text }) => text).join(' union all ')} order by ${order} limit ? offset ?`
  return db
    .sql<RecordRow>(`select p.key, b.json, b.revision from (${page}) p join changes b using (change_no) order by ${order}`)
    .all(...parts.flatMap(({ parameters }) => parameters), query.limit ?? -1, query.offset)
    .map(({ key, json, revision }) => ({ key, json: presentedText(key, json), revision }))
}

/** How many records a filter accepts. */
export const countRecords = (db: ReadDatabase, at: TableAt, filter: Filter | undefined): number => {
  const columns = queryColumns(at)
  const where = compileWhere(filter, columns)
  const needsBody = filter !== undefined && usesBody(filter, columns)
  const parts = visibleSources(at.line, at.storage.name).map((source) => ({
    text: `select count(*) n ${fromSource(at, source, needsBody)}${where.text}`,
    parameters: [...source.parameters, ...where.parameters],
  }))
  const text = `select sum(n) n from (${parts.map((part) => part.text).join(' union all ')})`
  return db.sql<{ n: number | null }>(text).get(...parts.flatMap(({ parameters }) => parameters))?.n ?? 0
}

/** SQL text with the values that its `?` stand for, in order. */
interface Piece {
  readonly text: string
  readonly parameters: readonly SqlValue[]
}

/** Compiled once, used for every index range that the question is asked in. */
const compilePiece = (expression: RawBuilder<unknown>): Piece => {
  const { sql: text, parameters } = expression.compile(compiler)
  return { text, parameters: parameters as readonly SqlValue[] }
}

const compileWhere = (filter: Filter | undefined, columns: QueryColumns): Piece =>
  filter === undefined ? { text: '', parameters: [] } : compilePiece(sql` and ${filterExpression(filter, columns)}`)

const fromSource = ({ storage }: TableAt, { condition }: VisibleSource, needsBody: boolean): string =>
  `from ${storage.name} v${needsBody ? ' join changes c using (change_no)' : ''} where ${condition}`

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
