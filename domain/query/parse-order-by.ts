import { fail, ok, type Result } from '../result.ts'
import { readPath, renameFields } from './field-path.ts'
import type { SortKey } from './filter.ts'
import { over, queryLimits, sortKeysFailure } from './filter-limits.ts'
import { createCursor, cursorFailure, type FieldPlace, isAtEnd, refuse, skipSpaces, type TextCursor, take, takeMatch } from './text-cursor.ts'

/**
 * Reads `name,-age`, `age desc, address.city`: fields between commas, descending by a leading `-` or a trailing `desc`.
 * A blank text asks for no order of its own (the key's order).
 *
 * @returns at most 20 keys; `invalid-input` with the column where reading stopped, or `limit-exceeded`.
 */
export const parseOrderBy = (text: string): Result<readonly SortKey[]> => {
  const read = readOrder(text)
  return read.ok ? ok(read.value.keys) : read
}

/** The same order by fields that have other names; a text that cannot be read stays as it is. @param names  old name → new name */
export const renameInOrderBy = (text: string, names: ReadonlyMap<string, string>): string => {
  const read = readOrder(text)
  return read.ok ? renameFields(text, read.value.fields, names) : text
}

const readOrder = (text: string): Result<{ readonly keys: readonly SortKey[]; readonly fields: readonly FieldPlace[] }> => {
  const tooLong = over(queryLimits.text, text.length)
  if (tooLong !== undefined) return fail(tooLong)
  if (text.trim() === '') return ok({ keys: [], fields: [] })
  const cursor = createCursor('order-by', text)
  const keys = readKeys(cursor)
  if (keys === undefined) return fail(cursorFailure(cursor, 'name,-age'))
  const failure = sortKeysFailure(keys)
  return failure === undefined ? ok({ keys, fields: cursor.fields }) : fail(failure)
}

const bareName = /[^\s,.[\]`]+/y

const readKeys = (cursor: TextCursor): readonly SortKey[] | undefined => {
  const keys: SortKey[] = []
  do {
    const key = readKey(cursor)
    if (key === undefined) return undefined
    keys.push(key)
  } while (take(cursor, ','))
  return isAtEnd(cursor) ? keys : refuse(cursor, 'asc, desc, a comma or the end')
}

const readKey = (cursor: TextCursor): SortKey | undefined => {
  skipSpaces(cursor)
  const minus = take(cursor, '-')
  const path = readPath(cursor, bareName)
  if (path === undefined) return undefined
  skipSpaces(cursor)
  const direction = minus ? undefined : takeMatch(cursor, /(?:asc|desc)(?=[\s,]|$)/iy)
  skipSpaces(cursor)
  return { path, descending: minus || direction?.toLowerCase() === 'desc' }
}
