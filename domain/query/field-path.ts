import type { FieldPath } from './filter.ts'
import { isPosition, pathFailure } from './filter-limits.ts'
import { type FieldPlace, readQuoted, refuse, type TextCursor, take, takeMatch } from './text-cursor.ts'

/**
 * Reads `address.city`, `tags[0]`, `tags.0` or `` `odd.name`.x ``: steps after dots, list positions in brackets or as a step, names with odd
 * characters in backticks (a doubled backtick stands for itself).
 *
 * @param bareName  sticky pattern of the names that need no backticks
 * @returns `undefined` when there is no path here; the cursor then knows why.
 */
export const readPath = (cursor: TextCursor, bareName: RegExp): FieldPath | undefined => {
  const start = cursor.at
  const path: string[] = []
  let step = readName(cursor, bareName)
  if (step !== undefined) cursor.fields.push({ start, end: cursor.at, name: step })
  while (step !== undefined) {
    path.push(step)
    if (take(cursor, '.')) step = readName(cursor, bareName)
    else if (take(cursor, '[')) step = readPosition(cursor)
    else return checkLength(cursor, isKeyColumn(path) ? ['$id'] : path, start)
  }
  return undefined
}

/** The column in which list files hold the key is the key. */
const isKeyColumn = (path: FieldPath): boolean => path.length === 1 && path[0] === '$ID'

/** The path as a person writes it; `readPath` reads it back. */
export const formatPath = (path: FieldPath): string => path.map(formatStep).join('.')

const formatStep = (step: string): string => (/^[\p{L}\p{N}_$-]+$/u.test(step) ? step : `\`${step.replaceAll('`', '``')}\``)

/** A text with other names for fields where it names them; everything else stays as it is written. @param names  old name → new name */
export const renameFields = (text: string, places: readonly FieldPlace[], names: ReadonlyMap<string, string>): string =>
  places.reduceRight((edited, { start, end, name }) => {
    const renamed = names.get(name)
    return renamed === undefined ? edited : edited.slice(0, start) + quoteField(renamed) + edited.slice(end)
  }, text)

/** Bare only where no reader can take it for something else: an operator, a keyword, a leading minus. */
const quoteField = (name: string): string =>
  /^[\p{L}_][\p{L}\p{N}_]*$/u.test(name) && !/^(?:and|or|not|has|in|asc|desc)$/i.test(name) ? name : `\`${name.replaceAll('`', '``')}\``

const readName = (cursor: TextCursor, bareName: RegExp): string | undefined => {
  if (take(cursor, '`')) return readQuoted(cursor, '`')
  return takeMatch(cursor, bareName) ?? refuse(cursor, 'a field name (names with odd characters go in `backticks`)')
}

const readPosition = (cursor: TextCursor): string | undefined => {
  const digits = takeMatch(cursor, /\d+/y)
  if (digits === undefined || !isPosition(digits)) return refuse(cursor, 'a list position like [0]')
  return take(cursor, ']') ? digits : refuse(cursor, 'the closing ]')
}

const checkLength = (cursor: TextCursor, path: FieldPath, start: number): FieldPath | undefined => {
  const failure = pathFailure(path)
  if (failure?.kind !== 'limit-exceeded') return path
  cursor.at = start
  return refuse(cursor, `a path of at most ${failure.limit} ${failure.unit}`)
}
