import type { Failure } from '../../domain/failure.ts'
import type { CommitId } from '../../domain/ids.ts'
import { ExactNumber, type Json } from '../../domain/json.ts'
import { fail, ok, type Result } from '../../domain/result.ts'
import { readSqlQuery, type SqlQuery } from '../../domain/sql/read-query.ts'
import { rewriteSqlQuery } from '../../domain/sql/rewrite-query.ts'
import type { SqlEnd, SqlParameter, SqlRequest } from '../../projections/record-versions/sql/sql-runner.ts'
import type { OperationAnswer, OperationInput } from '../contract/operations.ts'
import { findSqlTables, type SqlTables } from './find-sql-tables.ts'
import type { Handler, OperationContext } from './operation-context.ts'

/** Rows of the answer, and the milliseconds that it may take, where nobody says. */
const rowsDefault = 10_000
const deadlineDefaultMs = 5_000
const charactersMax = 64 * 2 ** 20

/**
 * Answers one SELECT. It is read here and its tables are found; SQLite only sees a statement that names views of ours, in a process that holds nothing
 * but the read model and is killed when its time is over.
 */
export const querySql: Handler<'querySql'> = async (context, input) => {
  const query = readSqlQuery(input.sql)
  if (!query.ok) return query
  const parameters = readParameters(query.value, input.parameters ?? {})
  if (!parameters.ok) return parameters
  const found = await findSqlTables(context, query.value, input)
  if (!found.ok) return found
  const request: SqlRequest = {
    statement: rewriteSqlQuery(query.value, found.value.names),
    tables: found.value.tables,
    parameters: parameters.value,
    rowsMax: input.limit ?? rowsDefault,
    charactersMax,
    explain: input.explain === true,
  }
  const deadlineMs = input.timeout ?? deadlineDefaultMs
  const ended = await context.database.runSql(request, { deadlineMs, signal: context.signal })
  return ended.ok ? toAnswer(ended.value, { query: query.value, found: found.value, deadlineMs, context }) : ended
}

/** Each parameter of the statement has to be given, and nothing else. */
const readParameters = (
  { parameters: names }: SqlQuery,
  given: NonNullable<OperationInput<'querySql'>['parameters']>,
): Result<SqlRequest['parameters']> => {
  const known = new Set(names)
  const missing = names.find((name) => !Object.hasOwn(given, name))
  if (missing !== undefined) return fail(refuseParameter(missing, `the parameter ${nameOf(missing)} is not given`))
  const extra = Object.keys(given).find((name) => !known.has(name))
  if (extra !== undefined) return fail(refuseParameter(extra, `the statement has no parameter ${nameOf(extra)}`, names))
  const values: Record<string, SqlParameter> = Object.create(null)
  for (const name of names) {
    const value = toSqlValue(given[name] ?? null)
    if (value === undefined) return fail(refuseParameter(name, `the parameter ${nameOf(name)} must be a text, a number, true, false or null`))
    values[name] = value
  }
  return ok(values)
}

const nameOf = (name: string): string => (/^\d+$/.test(name) ? `? (${name})` : `:${name}`)

const refuseParameter = (name: string, message: string, among?: readonly string[]): Failure => ({
  kind: 'invalid-input',
  issues: [{ rule: 'sql-parameter', field: `/parameters/${name}`, message, ...(among !== undefined && { mistyped: { name, among } }) }],
})

/** Whole numbers exactly up to 64 bits. */
const toSqlValue = (value: Json): SqlParameter | undefined => {
  if (value === null || typeof value === 'string') return value
  if (typeof value === 'boolean') return value ? 1n : 0n
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value
  if (!(value instanceof ExactNumber)) return undefined
  const whole = /^-?\d+$/.test(value.literal) ? BigInt(value.literal) : undefined
  return whole !== undefined && BigInt.asIntN(64, whole) === whole ? whole : Number(value.literal)
}

interface Asked {
  readonly query: SqlQuery
  readonly found: SqlTables
  readonly deadlineMs: number
  readonly context: OperationContext
}

const toAnswer = (end: SqlEnd, { query, found, deadlineMs, context }: Asked): Result<OperationAnswer<'querySql'>> => {
  switch (end.type) {
    case 'rows': {
      const { columns, rows, cutBy } = end.value
      return ok({ ...commitOf(found.commit), columns, rows, ...(cutBy !== undefined && { cutBy }) })
    }
    case 'refused':
      return fail(explainRefusal(end, query, found))
    case 'killed':
      return fail(
        context.signal?.aborted === true
          ? { kind: 'unavailable', what: 'the answer', why: 'the statement was called off' }
          : { kind: 'limit-exceeded', what: 'the time of the statement', limit: deadlineMs, unit: 'milliseconds', why: overtime },
      )
    case 'died':
      return fail(needsTooMuch)
    case 'unstarted':
      return fail({
        kind: 'unavailable',
        what: 'the answer',
        why: 'the process that runs statements could not be started: try again, with fewer others running',
      })
    case 'crowded':
      return fail({
        kind: 'unavailable',
        what: 'the answer',
        why: `other statements kept it waiting for ${end.waitedMs / 1000} seconds: try again later`,
      })
    case 'lost':
    case 'damaged':
      throw new Error(`the read model was not asked again: ${end.message}`)
  }
}

const overtime = 'it was ended so that it keeps nobody waiting: see with "explain" how it is done, narrow it, or give it more time'

const commitOf = (commit: CommitId | undefined) => commit !== undefined && { commit }

const needsTooMuch: Failure = {
  kind: 'unsupported',
  what: 'a statement that needs so much memory',
  why: 'all that SQLite makes for one statement, with the answer, has to fit into 1 GiB: sort, group and put together less at once',
}

/** A message may hold a whole statement. */
const messageMax = 500

const explainNesting = (message: string): string =>
  /^(Recursion limit|parser stack overflow)/.test(message) ? `expressions are nested too deeply for SQLite (${message.toLowerCase()})` : message

/** SQLite's own words, with the names that the statement has. */
const explainRefusal = (
  { code, message }: SqlEnd & { readonly type: 'refused' },
  { references }: SqlQuery,
  { names, columns }: SqlTables,
): Failure => {
  if (code === 'SQLITE_NOMEM' || code === 'SQLITE_TOOBIG') return needsTooMuch
  if (/^SQLITE_(BUSY|IOERR|FULL|LOCKED)/.test(code)) return { kind: 'unavailable', what: 'the read model', why: `SQLite says: ${message}` }
  const views = new Map(names.map((name, index) => [name, references[index]?.name]))
  const said = explainNesting(message.replace(/ingitdb_view:\d+/g, (name) => views.get(name) ?? name)).slice(0, messageMax)
  const missing = /^no such column: (?:.*\.)?(.+)$/.exec(said)?.[1]
  return {
    kind: 'invalid-input',
    issues: [{ rule: 'sql', message: said, ...(missing !== undefined && { mistyped: { name: missing, among: columns } }) }],
  }
}
