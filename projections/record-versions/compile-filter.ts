import { type Expression, type RawBuilder, type SqlBool, sql } from 'kysely'
import type { FieldPath, Filter, SortKey } from '../../domain/query/filter.ts'
import { comparesTrees, compileCondition } from './compile-condition.ts'
import { locateField, placeOfField, type QueryColumns } from './field-expression.ts'

export interface SortExpression {
  readonly expression: Expression<unknown>
  readonly descending: boolean
}

/**
 * SQL that is true for exactly the records that `matches` (domain/query/evaluate-filter.ts) accepts; false or null for the others.
 * Values and JSON paths are bound. Equality, order and prefix conditions on typed columns and the key are plain comparisons that an index serves.
 * Numbers: integers of 64 bits compare exactly, all others as doubles.
 */
export const filterExpression = (filter: Filter, columns: QueryColumns): Expression<SqlBool> => compile(filter, columns)

/**
 * Order-by terms, the key always last. Missing sorts first ascending, then booleans, numbers, texts, and lists and objects as equals.
 * A typed column is one bare term; a field that may be anything is two (type, value).
 */
export const sortExpressions = (sortKeys: readonly SortKey[], columns: QueryColumns): readonly SortExpression[] => {
  const terms: SortExpression[] = []
  for (const { path, descending } of sortKeys) {
    terms.push(...sortTerms(path, columns).map((expression) => ({ expression, descending })))
    if (isKey(path) && !columns.typed.has('$id')) return terms // below different records the same key comes again
  }
  return [...terms, { expression: sql.ref(columns.keyColumn), descending: false }]
}

/** Whether a filter or an order reads the JSON text; if not, the join that brings it can be left out of the search. */
export const usesBody = (question: Filter | readonly SortKey[], columns: QueryColumns): boolean => {
  if (isOrder(question)) return question.some((key) => placeOfField(key.path, columns) === 'body')
  if (question.op === 'and' || question.op === 'or') return question.of.some((part) => usesBody(part, columns))
  if (question.op === 'not') return usesBody(question.of, columns)
  const place = placeOfField(question.path, columns)
  return place === 'body' || (place === 'ranked' && comparesTrees(question))
}

const isOrder = (question: Filter | readonly SortKey[]): question is readonly SortKey[] => Array.isArray(question)

const isKey = (path: FieldPath): boolean => path.length === 1 && path[0] === '$id'

const compile = (filter: Filter, columns: QueryColumns): RawBuilder<SqlBool> => {
  switch (filter.op) {
    case 'and':
    case 'or':
      return connect(
        filter.op,
        flatten(filter.op, filter.of).map((part) => compile(part, columns)),
      )
    case 'not':
      return sql`((${compile(filter.of, columns)}) is not true)`
    default:
      return compileCondition(filter, locateField(filter.path, columns))
  }
}

const flatten = (op: 'and' | 'or', filters: readonly Filter[]): readonly Filter[] =>
  filters.flatMap((filter) => (filter.op === op ? flatten(op, filter.of) : [filter]))

/** Halves instead of a chain: a chain of 1,000 would be as deep as SQLite allows expressions to be. */
const connect = (op: 'and' | 'or', parts: readonly RawBuilder<SqlBool>[]): RawBuilder<SqlBool> => {
  if (parts.length === 0) return op === 'and' ? sql`true` : sql`false`
  if (parts.length === 1 && parts[0] !== undefined) return parts[0]
  const middle = Math.ceil(parts.length / 2)
  return sql`(${connect(op, parts.slice(0, middle))} ${sql.raw(op)} ${connect(op, parts.slice(middle))})`
}

const sortTerms = (path: FieldPath, columns: QueryColumns): readonly RawBuilder<unknown>[] => {
  const field = locateField(path, columns)
  if (field === undefined) return []
  if (field.kind === 'ranked') return [field.rank, field.value]
  if (field.kind !== 'json') return [field.value]
  const rank = sql`case ${field.type} when 'false' then 1 when 'true' then 1 when 'integer' then 2 when 'real' then 2 when 'text' then 3
    when 'array' then 4 when 'object' then 4 else 0 end`
  return [rank, sql`case when ${field.type} in ('array', 'object') then null else ${field.value} end`]
}
