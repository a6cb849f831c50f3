import { isJsonObject, type Json } from '../json.ts'

/** The value with the members of its objects in one order, so that the same values are the same text. */
export const canonicalJson = (value: Json): Json => {
  if (Array.isArray(value)) return value.map(canonicalJson)
  if (!isJsonObject(value)) return value
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((name) => [name, canonicalJson(value[name] ?? null)]),
  )
}
