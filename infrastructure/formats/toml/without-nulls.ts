import { isJsonObject, type Json, type JsonObject } from '../../../domain/json.ts'

/** What of a value TOML can hold: members and elements that are null are left out, at every depth. */
export const withoutNulls = (value: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(value).flatMap(([name, member]) => (member === null ? [] : [[name, clean(member)]])))

const clean = (value: Json): Json => {
  if (Array.isArray(value)) return value.filter((element: Json) => element !== null).map(clean)
  return isJsonObject(value) ? withoutNulls(value) : value
}
