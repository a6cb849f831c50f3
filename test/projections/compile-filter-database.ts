import SqliteDatabase from 'better-sqlite3'
import { DummyDriver, type Expression, Kysely, type SqlBool, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler, sql } from 'kysely'
import { ExactNumber, type Json, stringifyJson } from '../../domain/json.ts'
import { numericValue, rankOf } from '../../domain/query/compare-values.ts'
import { valueAt } from '../../domain/query/evaluate-filter.ts'
import type { FieldPath } from '../../domain/query/filter.ts'
import type { SortExpression } from '../../projections/record-versions/compile-filter.ts'
import type { QueryColumns, ScalarType } from '../../projections/record-versions/field-expression.ts'
import { pathName } from '../../projections/record-versions/path-name.ts'
import type { SampleRecord } from './compile-filter-samples.ts'

const typedFields: readonly (readonly [field: string, type: ScalarType])[] = [
  ['name', 'string'],
  ['age', 'int'],
  ['score', 'float'],
  ['active', 'bool'],
  ['born', 'date'],
]

export const typedColumns: QueryColumns = {
  keyColumn: 'v.key',
  bodyColumn: 'b.json',
  typed: new Map(typedFields.map(([field, type], index) => [field, { column: `v.c${index + 1}`, type }])),
  ranked: new Map(),
}
/** Open fields with a rank and a value each. */
const rankedPaths: readonly FieldPath[] = [['x'], ['y'], ['0'], ['x', 'x'], ['x', '0'], ['name'], ['age']]
export const rankedColumns: QueryColumns = {
  keyColumn: 'v.key',
  bodyColumn: 'b.json',
  typed: new Map(),
  ranked: new Map(rankedPaths.map((path, index) => [pathName(path), { rank: `v.r${index + 1}`, value: `v.p${index + 1}` }])),
}
/** The same records with every field in the JSON text. */
export const untypedColumns: QueryColumns = { ...typedColumns, typed: new Map() }

const kysely = new Kysely<unknown>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
})

const from = sql`t5 as v join changes as b on b.change_no = v.change_no`

/** The tables as the read model lays them out, with an index on every typed column, in memory. */
export const openSampleDatabase = (records: readonly SampleRecord[]) => {
  const db = new SqliteDatabase(':memory:')
  db.exec(
    `create table t5 (key text not null, change_no integer, c1, c2, c3, c4, c5${rankedPaths.map((_, index) => `, r${index + 1}, p${index + 1}`).join('')}); create table changes (change_no integer primary key, json text)`,
  )
  db.exec([1, 2, 3, 4, 5].map((no) => `create index t5_c${no} on t5 (c${no})`).join(';') + '; create index t5_key on t5 (key)')
  const version = db.prepare(`insert into t5 values (?, ?, ?, ?, ?, ?, ?${', ?, ?'.repeat(rankedPaths.length)})`)
  const change = db.prepare('insert into changes values (?, ?)')
  for (const [index, { key, fields }] of records.entries()) {
    version.run(
      key,
      index,
      ...typedFields.map(([field]) => columnValue(Object.hasOwn(fields, field) ? fields[field] : null)),
      ...rankedPaths.flatMap((path) => [rankOf(valueAt(path, key, fields)), columnValue(valueAt(path, key, fields))]),
    )
    change.run(index, stringifyJson(fields))
  }
  const run = (query: ReturnType<typeof sql>): unknown[] => {
    const { sql: text, parameters } = query.compile(kysely)
    return db
      .prepare(text)
      .raw()
      .all(...parameters)
  }
  return {
    /** Keys of the records that SQLite finds. `source` without the join shows that the body is not needed. */
    find: (where: Expression<SqlBool>, source = from): string[] => run(sql`select v.key from ${source} where ${where}`).flat() as string[],
    sort: (terms: readonly SortExpression[], source = from): string[] => {
      const order = terms.map(({ expression, descending }) => (descending ? sql`${expression} desc` : sql`${expression}`))
      return run(sql`select v.key from ${source} order by ${sql.join(order)}`).flat() as string[]
    },
    explain: (where: Expression<SqlBool>): string =>
      run(sql`explain query plan select v.key from t5 as v where ${where}`)
        .map((row) => String((row as unknown[])[3]))
        .join('\n'),
    [Symbol.dispose]: () => db.close(),
  }
}

export const withoutBody = sql`t5 as v`

const columnValue = (value: Json | undefined): string | number | bigint | null => {
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value === 'number' || value instanceof ExactNumber) return numericValue(value)
  return typeof value === 'string' ? value : null
}
