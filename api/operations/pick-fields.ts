import { readPath } from '../../domain/json-text.ts'
import { checkQuery } from '../../domain/query/check-query.ts'
import { readPath as readFieldPath } from '../../domain/query/field-path.ts'
import type { FieldPath, Filter } from '../../domain/query/filter.ts'
import { createCursor, cursorFailure, isAtEnd, refuse } from '../../domain/query/text-cursor.ts'
import type { Result } from '../../domain/result.ts'
import { fail, ok } from '../../domain/result.ts'
import type { Table } from '../../domain/table/table.ts'

/** A field to answer with: the name as it was asked for, and where it is. */
export interface PickedField {
  readonly name: string
  readonly path: FieldPath
}

/** Reads the names of fields to answer with (`name`, `address.city`, `tags[0]`) and checks them like those of a filter. */
export const parseFields = (table: Table, names: readonly string[]): Result<readonly PickedField[]> => {
  const fields: PickedField[] = []
  for (const name of names) {
    const path = parsePath(name)
    if (!path.ok) return path
    fields.push({ name: path.value.join() === '$id' ? '$id' : name, path: path.value })
  }
  const asked: Filter = { op: 'and', of: fields.map(({ path }): Filter => ({ op: 'exists', path })) }
  const checked = checkQuery(table, { where: asked, orderBy: [], limit: undefined, offset: 0 })
  return checked.ok ? ok(fields) : checked
}

const bareName = /[^\s,.[\]`]+/y

const parsePath = (text: string): Result<FieldPath> => {
  const cursor = createCursor('fields', text)
  const path = readFieldPath(cursor, bareName)
  if (path !== undefined && isAtEnd(cursor)) return ok(path)
  if (path !== undefined) refuse(cursor, 'a dot, a list position or the end')
  return fail(cursorFailure(cursor, 'address.city'))
}

/**
 * The record with its key (`$id`, in a subcollection `$parent` too) and the given fields only, in the order asked for, each under the name it was asked by (`address.city`).
 * Values are cut out of the text, so digits stay exact; a field that a record lacks is left out.
 *
 * @param json compact JSON object with `"$id"`
 */
export const pickFields = (json: string, fields: readonly PickedField[]): string => {
  const members = fields.flatMap(({ name, path }) => {
    const value = name === '$id' || name === '$parent' ? undefined : readPath(json, path)
    return value === undefined ? [] : [`${JSON.stringify(name)}:${value}`]
  })
  const parent = json.includes('"$parent":') ? readPath(json, ['$parent']) : undefined
  const key = [`"$id":${readPath(json, ['$id'])}`, ...(parent === undefined ? [] : [`"$parent":${parent}`])]
  return `{${[...key, ...members].join(',')}}`
}
