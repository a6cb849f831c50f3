import type { JsonObject } from '../../domain/json.ts'
import { filterBelow } from '../../domain/query/below-parent.ts'
import { checkQuery } from '../../domain/query/check-query.ts'
import type { Filter, RecordQuery, Search } from '../../domain/query/filter.ts'
import { parseJsonFilter } from '../../domain/query/parse-json-filter.ts'
import { parseOrderBy } from '../../domain/query/parse-order-by.ts'
import { andFilters, parseWhere } from '../../domain/query/parse-where.ts'
import { parseSearch } from '../../domain/query/search.ts'
import type { Result } from '../../domain/result.ts'
import { fail, ok } from '../../domain/result.ts'
import type { Table } from '../../domain/table/table.ts'

/** Members of an input that say which records. */
export interface FilterInput {
  readonly parent?: string | undefined
  readonly where?: readonly string[] | undefined
  readonly filter?: JsonObject | undefined
}

export interface QueryInput extends FilterInput {
  readonly orderBy?: string | undefined
  readonly limit?: number | undefined
  readonly offset?: number | undefined
  readonly search?: string | undefined
}

/** The question an input asks of a table, checked against its columns. All texts and the JSON filter must hold together. */
export const parseRecordQuery = (table: Table, input: QueryInput): Result<RecordQuery> => {
  const where = parseFilter(table, input)
  if (!where.ok) return where
  const orderBy = parseOrderBy(input.orderBy ?? '')
  if (!orderBy.ok) return orderBy
  const search = input.search === undefined ? ok(undefined) : readSearch(table, input.search)
  if (!search.ok) return search
  const query = {
    where: where.value,
    orderBy: orderBy.value,
    limit: input.limit,
    offset: input.offset ?? 0,
    ...(search.value !== undefined && { search: search.value }),
  }
  const checked = checkQuery(table, query)
  return checked.ok ? ok(query) : checked
}

const readSearch = (table: Table, text: string): Result<Search> => {
  if ((table.rules.search ?? []).length > 0) return parseSearch(text)
  const why = `rules.yaml of the table names no fields to search, as "search: [title, body]" does, at the commit that was asked`
  return fail({ kind: 'unsupported', what: `search in ${table.id}`, why })
}

const parseFilter = (table: Table, { parent, where, filter }: FilterInput): Result<Filter | undefined> => {
  const below = parent === undefined ? ok(undefined) : filterBelow(table, parent)
  if (!below.ok) return below
  const parts: Filter[] = below.value === undefined ? [] : [below.value]
  for (const text of where ?? []) {
    const part = parseWhere(text)
    if (!part.ok) return part
    parts.push(part.value)
  }
  if (filter === undefined) return ok(andFilters(parts))
  const part = parseJsonFilter(filter)
  return part.ok ? ok(andFilters([...parts, part.value])) : part
}
