import type { Json } from '../json.ts'
import { fail, ok, type Result } from '../result.ts'
import { readPath, renameFields } from './field-path.ts'
import type { Comparator, FieldPath, Filter } from './filter.ts'
import { filterFailure, over, queryLimits } from './filter-limits.ts'
import { readWhereValue, type WhereValue } from './read-where-value.ts'
import { createCursor, cursorFailure, type FieldPlace, isAtEnd, refuse, skipSpaces, type TextCursor, take, takeMatch } from './text-cursor.ts'

const example = `age>30 and (city=='New York' or tags[0] in (a, b)) and not has deleted`

/**
 * Reads one `--where`. Keywords in any case, spaces where you like:
 *
 *     where     := and { "or" and }            and := unary { "and" unary }
 *     unary     := "not" unary | "(" where ")" | "has" field | condition
 *     condition := field op value | field ["not"] "in" "(" value { "," value } ")"
 *     op        := === !== == = != >= <= > <   ~ contains   ^= starts with   $= ends with
 *     value     := 'text' | "text" (a doubled quote stands for itself) | bare words, up to "and", "or" or a closing parenthesis
 *
 * A bare number (thousands commas dropped, digits kept), true, false or null is that value, anything else text. As in the Go CLI, `==`, `=` and
 * `!=` are loose: a bare number or boolean also means the text of the same spelling (`zip==12345`); `===` and `!==` are strict.
 * Values for `$id` and `$parent`, and for `^=` and `$=`, are always text.
 *
 * @param text  at most 65,536 characters
 * @returns the filter; `invalid-input` with the column where reading stopped, or `limit-exceeded`.
 */
export const parseWhere = (text: string): Result<Filter> => {
  const read = readWhere(text)
  return read.ok ? ok(read.value.filter) : read
}

/** The same condition about fields that have other names; a text that cannot be read stays as it is. @param names  old name → new name */
export const renameInWhere = (text: string, names: ReadonlyMap<string, string>): string => {
  const read = readWhere(text)
  return read.ok ? renameFields(text, read.value.fields, names) : text
}

const readWhere = (text: string): Result<{ readonly filter: Filter; readonly fields: readonly FieldPlace[] }> => {
  const tooLong = over(queryLimits.text, text.length)
  if (tooLong !== undefined) return fail(tooLong)
  const cursor = createCursor('where', text)
  const filter = readOr(cursor, 1)
  if (filter !== undefined && !isAtEnd(cursor)) refuse(cursor, '"and", "or" or the end')
  if (filter === undefined || cursor.problem !== undefined) return fail(cursorFailure(cursor, example))
  const failure = filterFailure(filter)
  return failure === undefined ? ok({ filter, fields: cursor.fields }) : fail(failure)
}

/** All of them must hold; `undefined` for none, which is every record. */
export const andFilters = (filters: readonly Filter[]): Filter | undefined => (filters.length > 1 ? { op: 'and', of: filters } : filters[0])

/** `$=` ends a name, so that `name$=x` reads as people mean it. */
const bareName = /(?:\$(?!=)|[^\s=!<>~^(),.[\]`'"$])+/y

const readOr = (cursor: TextCursor, depth: number): Filter | undefined => readSeries(cursor, 'or', () => readAnd(cursor, depth))

const readAnd = (cursor: TextCursor, depth: number): Filter | undefined => readSeries(cursor, 'and', () => readUnary(cursor, depth))

const readSeries = (cursor: TextCursor, op: 'and' | 'or', readPart: () => Filter | undefined): Filter | undefined => {
  const of: Filter[] = []
  do {
    const part = readPart()
    if (part === undefined) return undefined
    of.push(part)
    skipSpaces(cursor)
  } while (takeMatch(cursor, op === 'and' ? /and(?=[\s(`]|$)/iy : /or(?=[\s(`]|$)/iy) !== undefined)
  return of.length === 1 ? of[0] : { op, of }
}

const readUnary = (cursor: TextCursor, depth: number): Filter | undefined => {
  skipSpaces(cursor)
  if (depth > queryLimits.depth.limit) return refuse(cursor, `at most ${queryLimits.depth.limit} levels of nesting`)
  if (takeMatch(cursor, /not(?=\s*[(`]|\s+[^\s=!<>~^$])/iy) !== undefined) {
    const of = readUnary(cursor, depth + 1)
    return of && { op: 'not', of }
  }
  if (take(cursor, '(')) return readGroup(cursor, depth + 1)
  if (takeMatch(cursor, /has(?=\s*`|\s+[^\s=!<>~^$(]|\s+\$[^\s=])/iy) !== undefined) {
    skipSpaces(cursor)
    const path = readPath(cursor, bareName)
    return path && { op: 'exists', path }
  }
  return readCondition(cursor)
}

const readGroup = (cursor: TextCursor, depth: number): Filter | undefined => {
  const filter = readOr(cursor, depth)
  if (filter === undefined) return undefined
  return take(cursor, ')') ? filter : refuse(cursor, '"and", "or" or a closing parenthesis')
}

const readCondition = (cursor: TextCursor): Filter | undefined => {
  const path = readPath(cursor, bareName)
  if (path === undefined) return undefined
  skipSpaces(cursor)
  const list = takeMatch(cursor, /(?:not\s+)?in\s*\(/iy)
  if (list !== undefined) return readIn(cursor, path, /^not/i.test(list))
  const op = takeMatch(cursor, /[=!]==|[=!<>^$]=|[=<>~]/y)
  if (op === undefined) return refuse(cursor, 'an operator (== === != !== >= <= > < ~ ^= $= in)')
  const value = readWhereValue(cursor, 'condition')
  return value && condition(op, path, value)
}

const comparators: Readonly<Record<string, Comparator>> = { '===': 'eq', '!==': 'ne', '>=': 'ge', '<=': 'le', '>': 'gt', '<': 'lt' }

const condition = (op: string, path: FieldPath, value: WhereValue): Filter | undefined => {
  const typed = isKey(path) ? value.text : value.typed
  const comparator = comparators[op]
  if (comparator !== undefined) return { op: comparator, path, value: typed }
  if (op === '^=') return { op: 'starts-with', path, value: value.text, ignoreCase: false }
  if (op === '$=') return { op: 'ends-with', path, value: value.text, ignoreCase: false }
  if (op === '~') return containsLoosely(path, typed, value.text)
  const values = looseReadings(typed, value.text)
  if (op === '!=') return values.length === 1 ? { op: 'ne', path, value: typed } : { op: 'not', of: { op: 'in', path, values } }
  return values.length === 1 ? { op: 'eq', path, value: typed } : { op: 'in', path, values }
}

const isKey = (path: FieldPath): boolean => path.length === 1 && (path[0] === '$id' || path[0] === '$parent')

const looseReadings = (typed: Json, text: string): readonly Json[] => (typed === null || typeof typed === 'string' ? [typed] : [typed, text])

const containsLoosely = (path: FieldPath, typed: Json, text: string): Filter => {
  const contains = (value: Json): Filter => ({ op: 'contains', path, value, ignoreCase: false })
  return typeof typed === 'string' ? contains(typed) : { op: 'or', of: [contains(typed), contains(text)] }
}

const readIn = (cursor: TextCursor, path: FieldPath, negated: boolean): Filter | undefined => {
  const values: Json[] = []
  do {
    const value = readWhereValue(cursor, 'list')
    if (value === undefined) return undefined
    values.push(...(isKey(path) ? [value.text] : looseReadings(value.typed, value.text)))
  } while (take(cursor, ','))
  if (!take(cursor, ')')) return refuse(cursor, 'a comma or the closing parenthesis')
  const of: Filter = { op: 'in', path, values }
  return negated ? { op: 'not', of } : of
}
