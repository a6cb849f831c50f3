import type { Failure } from '../failure.ts'
import type { FieldPath, Filter, RecordQuery } from './filter.ts'

interface Limit {
  readonly what: string
  readonly limit: number
  readonly unit: string
}

/**
 * How big a query may be, wherever it comes from. Together they keep statements under SQLite's limits: expressions 1,000 deep, 32,766 parameters.
 * A list position doubles the places to look at, since `tags.0` may also be a member named `0`: such a condition counts double.
 */
export const queryLimits = {
  text: { what: 'query text', limit: 65_536, unit: 'characters' },
  depth: { what: 'nesting of a filter', limit: 20, unit: 'levels' },
  nodes: { what: 'filter', limit: 1_000, unit: 'conditions' },
  inValues: { what: 'one "in" of a filter', limit: 1_000, unit: 'values' },
  sortKeys: { what: 'order', limit: 20, unit: 'sort keys' },
  pathSteps: { what: 'field path', limit: 20, unit: 'steps' },
  positions: { what: 'field path', limit: 3, unit: 'list positions' },
} as const satisfies Record<string, Limit>

/** List position: `0` to `999999999` without leading zeros. A longer number is only ever a member name. */
export const isPosition = (step: string): boolean => /^(0|[1-9]\d{0,8})$/.test(step)

/** `limit-exceeded`, when it is. */
export const over = (limit: Limit, actual: number): Failure | undefined =>
  actual > limit.limit ? { kind: 'limit-exceeded', ...limit, actual } : undefined

export const pathFailure = (path: FieldPath): Failure | undefined =>
  over(queryLimits.pathSteps, path.length) ?? over(queryLimits.positions, path.filter(isPosition).length)

/** What is too big in a filter. Never recurses deeper than the nesting limit. */
export const filterFailure = (filter: Filter): Failure | undefined => {
  const { failure, nodes } = measure(filter, 1)
  return failure ?? over(queryLimits.nodes, nodes)
}

export const sortKeysFailure = (orderBy: RecordQuery['orderBy']): Failure | undefined =>
  over(queryLimits.sortKeys, orderBy.length) ?? firstOf(orderBy.map((key) => pathFailure(key.path)))

const measure = (filter: Filter, depth: number): { readonly failure: Failure | undefined; readonly nodes: number } => {
  const tooDeep = over(queryLimits.depth, depth)
  if (tooDeep !== undefined) return { failure: tooDeep, nodes: 1 }
  if (filter.op === 'and' || filter.op === 'or') {
    const parts = filter.of.map((part) => measure(part, depth + 1))
    return { failure: firstOf(parts.map((part) => part.failure)), nodes: parts.reduce((sum, part) => sum + part.nodes, 1) }
  }
  if (filter.op === 'not') {
    const { failure, nodes } = measure(filter.of, depth + 1)
    return { failure, nodes: nodes + 1 }
  }
  const tooMany = filter.op === 'in' ? over(queryLimits.inValues, filter.values.length) : undefined
  return { failure: tooMany ?? pathFailure(filter.path), nodes: 2 ** filter.path.filter(isPosition).length }
}

const firstOf = (failures: readonly (Failure | undefined)[]): Failure | undefined => failures.find((failure) => failure !== undefined)
