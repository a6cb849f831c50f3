import type { Failure } from '../failure.ts'
import { isJsonObject, type Json, type JsonObject, stringifyJson } from '../json.ts'
import { fail, ok, type Result } from '../result.ts'
import { isNumber } from './compare-values.ts'
import { readPath } from './field-path.ts'
import type { Comparator, FieldPath, Filter, TextMatch } from './filter.ts'
import { filterFailure, over, queryLimits } from './filter-limits.ts'
import { createCursor, isAtEnd, refuse } from './text-cursor.ts'

/**
 * Reads the API's filter: `{name: {$contains: "x"}, age: {$gt: 30, $lte: 40}, status: "active", $or: [{…}, {…}]}`. Members are ANDed;
 * a value that is no object of operators means `$eq`; field names are dotted paths (`address.city`, `tags.0`, odd names in backticks).
 *
 * @returns `invalid-input` with a JSON pointer into the filter, or `limit-exceeded` (nesting 20, 1,000 conditions, 1,000 values of one `$in`, 64 Ki characters).
 */
export const parseJsonFilter = (json: Json): Result<Filter> => {
  const tooBig = over({ ...queryLimits.depth, limit: jsonDepthMax }, depthOf(json, 0)) ?? over(queryLimits.text, stringifyJson(json).length)
  if (tooBig !== undefined) return fail(tooBig)
  const read = readFilter(json, '')
  if (!read.ok) return read
  const failure = filterFailure(read.value)
  return failure === undefined ? read : fail(failure)
}

/** Each level of a filter is at most an object and a list, and values may nest as well; only then is it safe to recurse at all. */
const jsonDepthMax = 3 * queryLimits.depth.limit

const depthOf = (json: Json, above: number): number => {
  if (typeof json !== 'object' || json === null || above > jsonDepthMax) return above
  let deepest = above + 1
  for (const child of Object.values(json) as Json[]) deepest = Math.max(deepest, depthOf(child, above + 1))
  return deepest
}

const readFilter = (json: Json, pointer: string): Result<Filter> => {
  if (!isJsonObject(json)) return refuseAt(pointer, 'a filter is an object like {"age": {"$gt": 30}}', json)
  const members = Object.entries(json).map(([name, value]) => readMember(name, value, `${pointer}/${escapeStep(name)}`))
  return combine('and', members)
}

const readMember = (name: string, value: Json, pointer: string): Result<Filter> => {
  switch (name) {
    case '$and':
      return readList('and', value, pointer)
    case '$or':
      return readList('or', value, pointer)
    case '$nor':
      return negate(readList('or', value, pointer))
    case '$not':
      return negate(readFilter(value, pointer))
  }
  if (name.startsWith('$') && !keyFields.includes(name) && !name.startsWith('$id.')) {
    return refuseAt(pointer, `there is no operator ${name} here; known are $and $or $nor $not, and field names`, value)
  }
  const path = parsePath(name, pointer)
  return path.ok ? readField(path.value, value, pointer) : path
}

const keyFields: readonly string[] = ['$id', '$ID', '$parent']

const readList = (op: 'and' | 'or', json: Json, pointer: string): Result<Filter> => {
  if (!Array.isArray(json) || json.length === 0) return refuseAt(pointer, 'needs a list of one or more filters', json)
  const parts = json.map((part: Json, index) => readFilter(part, `${pointer}/${index}`))
  return combine(op, parts)
}

const combine = (op: 'and' | 'or', results: readonly Result<Filter>[]): Result<Filter> => {
  const of: Filter[] = []
  for (const result of results) {
    if (!result.ok) return result
    of.push(result.value)
  }
  return ok(of.length === 1 && of[0] !== undefined ? of[0] : { op, of })
}

const negate = (result: Result<Filter>): Result<Filter> => (result.ok ? ok({ op: 'not', of: result.value }) : result)

/** No name needs backticks but those with dots and brackets in them. */
const bareName = /[^.[\]`]+/y

const parsePath = (name: string, pointer: string): Result<FieldPath> => {
  const cursor = createCursor('field', name)
  const path = readPath(cursor, bareName)
  if (path !== undefined && !isAtEnd(cursor)) refuse(cursor, 'a dot, a list position or the end')
  return path === undefined || cursor.problem !== undefined ? refuseAt(pointer, cursor.problem ?? 'no field', name) : ok(path)
}

const readField = (path: FieldPath, json: Json, pointer: string): Result<Filter> => {
  if (!hasOperators(json)) return ok({ op: 'eq', path, value: json })
  return combine(
    'and',
    Object.entries(json).map(([name, value]) => readOperator(path, [name, value], `${pointer}/${escapeStep(name)}`)),
  )
}

/** One member with a `$` makes it an object of operators, so that a slip is refused and not taken for a value. */
const hasOperators = (json: Json): json is JsonObject => isJsonObject(json) && Object.keys(json).some((name) => name.startsWith('$'))

const comparators: ReadonlyMap<string, Comparator> = new Map([
  ['$eq', 'eq'],
  ['$ne', 'ne'],
  ['$gt', 'gt'],
  ['$gte', 'ge'],
  ['$lt', 'lt'],
  ['$lte', 'le'],
])

const textMatches: ReadonlyMap<string, readonly [op: TextMatch, ignoreCase: boolean]> = new Map([
  ['$contains', ['contains', false]],
  ['$icontains', ['contains', true]],
  ['$startsWith', ['starts-with', false]],
  ['$endsWith', ['ends-with', false]],
])

const knownOperators = [...comparators.keys(), '$in', '$nin', ...textMatches.keys(), '$exists', '$not'].join(' ')

const readOperator = (path: FieldPath, [name, value]: readonly [string, Json], pointer: string): Result<Filter> => {
  const comparator = comparators.get(name)
  if (comparator !== undefined) return readComparison({ op: comparator, path, value }, pointer)
  const match = textMatches.get(name)
  if (match !== undefined) return readMatch({ op: match[0], path, value, ignoreCase: match[1] }, name, pointer)
  switch (name) {
    case '$in':
      return Array.isArray(value) ? ok({ op: 'in', path, values: value }) : refuseAt(pointer, 'needs a list of values', value)
    case '$nin':
      return negate(readOperator(path, ['$in', value], pointer))
    case '$exists':
      return typeof value !== 'boolean' ? refuseAt(pointer, 'needs true or false', value) : readExists(path, value)
    case '$not':
      return hasOperators(value) ? negate(readField(path, value, pointer)) : refuseAt(pointer, 'needs operators, like {"$gt": 30}', value)
  }
  return refuseAt(pointer, `there is no operator ${name}; known are ${knownOperators}`, value)
}

const readExists = (path: FieldPath, wanted: boolean): Result<Filter> => {
  const exists: Filter = { op: 'exists', path }
  return ok(wanted ? exists : { op: 'not', of: exists })
}

const readComparison = (filter: Extract<Filter, { op: Comparator }>, pointer: string): Result<Filter> => {
  const ordered = filter.op !== 'eq' && filter.op !== 'ne'
  if (ordered && typeof filter.value !== 'string' && !isNumber(filter.value)) return refuseAt(pointer, 'needs a number or a text', filter.value)
  return ok(filter)
}

const readMatch = (filter: Extract<Filter, { op: TextMatch }>, name: string, pointer: string): Result<Filter> =>
  name === '$contains' || typeof filter.value === 'string' ? ok(filter) : refuseAt(pointer, 'needs a text', filter.value)

const refuseAt = (pointer: string, message: string, value: Json): { readonly ok: false; readonly failure: Failure } =>
  fail({ kind: 'invalid-input', issues: [{ rule: 'filter', message: `filter${pointer}: ${message}`, field: pointer, value }] })

/** RFC 6901. */
const escapeStep = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1')
