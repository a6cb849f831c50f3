import Database from 'better-sqlite3'
import { ReadModelDamaged } from '../../projections/read-database.ts'
import { createCatalogueRows } from '../../projections/record-versions/catalogue-rows.ts'
import { type BooleanColumns, createSqlTables, SqlTableLost } from '../../projections/record-versions/sql/create-sql-tables.ts'
import type { SqlOutcome, SqlParameter, SqlRequest, SqlRows } from '../../projections/record-versions/sql/sql-runner.ts'
import { checkPlan } from './check-plan.ts'
import { guard, openForSql } from './open-database.ts'

/** Runs a statement on one state of the read model. Blocks until it is done: only for a process that can be killed. */
export const runSql = (file: string, request: SqlRequest): SqlOutcome => {
  try {
    const { database, db } = openForSql(file)
    try {
      database.exec('begin')
      const readJson = JSON.parse
      const booleans = createSqlTables({ db, catalogues: createCatalogueRows(db, readJson), readJson }, request.tables)
      return { type: 'rows', value: guard(() => (request.explain ? explain(database, request) : readRows(database, request, booleans))) }
    } finally {
      database.close()
    }
  } catch (error) {
    return toOutcome(error)
  }
}

const toOutcome = (error: unknown): SqlOutcome => {
  if (error instanceof SqlTableLost) return { type: 'lost', message: error.message }
  if (error instanceof ReadModelDamaged) return { type: 'damaged', message: error.message }
  if (error instanceof Database.SqliteError) return { type: 'refused', code: error.code, message: error.message }
  // What SQLite can still hold may be too long for a text of JavaScript.
  if (error instanceof RangeError) return { type: 'refused', code: 'SQLITE_TOOBIG', message: error.message }
  throw error
}

const prepare = (database: Database.Database, request: SqlRequest, values: readonly unknown[]): Database.Statement<unknown[]> => {
  const prepared = database.prepare(request.statement)
  if (!prepared.reader || !prepared.readonly) throw new Database.SqliteError('only SELECT can be run', 'SQLITE_AUTH')
  checkPlan(database, request, values)
  return prepared
}

const readRows = (database: Database.Database, request: SqlRequest, booleans: BooleanColumns): SqlRows => {
  const values = toArguments(request.parameters)
  const statement = prepare(database, request, values).raw(true).safeIntegers(true)
  const described = statement.columns()
  const columns = distinctNames(described.map(({ name }) => name))
  const isBoolean = described.map(({ table, column }) => booleans.has(`${table}.${column}`))
  const starts = columns.map((name, index) => `${index === 0 ? '{' : ','}${JSON.stringify(name)}:`)
  const rows: string[] = []
  let characters = 0
  for (const row of statement.iterate(...values) as Iterable<readonly unknown[]>) {
    if (rows.length >= request.rowsMax) return { columns, rows, cutBy: 'rows' }
    // Before they are copied once more as JSON: one value may be as long as all memory that SQLite has.
    if (characters + row.reduce<number>((sum, value) => sum + lengthOf(value), 0) > request.charactersMax) return { columns, rows, cutBy: 'size' }
    const text = `${row.map((value, index) => `${starts[index]}${jsonOf(value, isBoolean[index] === true)}`).join('')}}`
    characters += text.length
    if (characters > request.charactersMax) return { columns, rows, cutBy: 'size' }
    rows.push(text)
  }
  return { columns, rows }
}

const explain = (database: Database.Database, request: SqlRequest): SqlRows => {
  const values = toArguments(request.parameters)
  prepare(database, request, values)
  const plan = database.prepare<unknown[], { id: number; parent: number; detail: string }>(`explain query plan ${request.statement}`)
  const depths = new Map<number, number>()
  const rows = plan.all(...values).map(({ id, parent, detail }) => {
    const depth = (depths.get(parent) ?? -1) + 1
    depths.set(id, depth)
    return JSON.stringify({ plan: `${'  '.repeat(depth)}${detail}` })
  })
  return { columns: ['plan'], rows }
}

/** Names for `:name`, and values in order for `?`. */
const toArguments = (parameters: SqlRequest['parameters']): readonly unknown[] => {
  const entries = Object.entries(parameters)
  const positions = entries.filter(([name]) => /^\d+$/.test(name)).sort(([a], [b]) => Number(a) - Number(b))
  const named: Record<string, SqlParameter> = Object.fromEntries(entries.filter(([name]) => !/^\d+$/.test(name)))
  return [...positions.map(([, value]) => value), ...(Object.keys(named).length > 0 ? [named] : [])]
}

/** Two columns of one name would be one member of a JSON object. */
const distinctNames = (names: readonly string[]): readonly string[] => {
  const taken = new Set<string>()
  return names.map((name) => {
    let distinct = name
    for (let count = 2; taken.has(distinct); count++) distinct = `${name}_${count}`
    taken.add(distinct)
    return distinct
  })
}

const lengthOf = (value: unknown): number => (typeof value === 'string' ? value.length : value instanceof Uint8Array ? value.length * 2 : 0)

/** Integers with all their digits; what JSON has no number for as text, bytes as hexadecimal digits. */
const jsonOf = (value: unknown, isBoolean: boolean): string => {
  if (value === null) return 'null'
  if (typeof value === 'bigint') return isBoolean ? String(value !== 0n) : String(value)
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : JSON.stringify(String(value))
  return JSON.stringify(value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value)
}
