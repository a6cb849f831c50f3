import { equalJson, isJsonObject, type Json, type JsonObject } from '../json.ts'

/** Where a value is in a record, by member names. */
export type MemberPath = readonly [string, ...string[]]

/** A value that differs between two versions of a record; `undefined`: not there. */
export interface FieldChange {
  readonly path: MemberPath
  readonly before: Json | undefined
  readonly after: Json | undefined
}

/**
 * What differs between two versions of a record, sorted by name at each level. Objects are compared member by member; a list is one value, since
 * positions say nothing about which element is which. Numbers are compared by their digits, so `1.0` differs from `1`.
 */
export const findFieldChanges = (before: JsonObject, after: JsonObject): readonly FieldChange[] => compareMembers([], before, after)

const compareMembers = (parent: readonly string[], before: JsonObject, after: JsonObject): readonly FieldChange[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].sort().flatMap((name): readonly FieldChange[] => {
    const path = pathBelow(parent, name)
    const [old, now] = [readMember(before, name), readMember(after, name)]
    if (equalJson(old, now)) return []
    return isJsonObject(old) && isJsonObject(now) ? compareMembers(path, old, now) : [{ path, before: old, after: now }]
  })

/** The values of a record: its fields, or (`nested`) what they hold down to scalars, lists and empty objects. */
export const listFields = (record: JsonObject, { nested }: { readonly nested: boolean }): readonly FieldValue[] => listMembers([], record, nested)

export interface FieldValue {
  readonly path: MemberPath
  readonly value: Json
}

const listMembers = (parent: readonly string[], record: JsonObject, nested: boolean): readonly FieldValue[] =>
  Object.entries(record).flatMap(([name, value]): readonly FieldValue[] => {
    const path = pathBelow(parent, name)
    return nested && isJsonObject(value) && Object.keys(value).length > 0 ? listMembers(path, value, nested) : [{ path, value }]
  })

export const readMemberPath = (record: JsonObject, path: MemberPath): Json | undefined => {
  let value: Json | undefined = record
  for (const name of path) value = isJsonObject(value) ? readMember(value, name) : undefined
  return value
}

const pathBelow = ([first, ...rest]: readonly string[], name: string): MemberPath => (first === undefined ? [name] : [first, ...rest, name])

const readMember = (object: JsonObject, name: string): Json | undefined => (Object.hasOwn(object, name) ? object[name] : undefined)
