import { ExactNumber, isJsonObject, type Json } from '../json.ts'

/**
 * Canonical JSON text of a value, from which a record in a shared file gets its revision: members sorted by UTF-16 code units, no white space,
 * as in RFC 8785; numbers that a double cannot hold keep their literal.
 */
export const revisionText = (value: Json): string => {
  if (value instanceof ExactNumber) return value.literal
  if (Array.isArray(value)) return `[${value.map(revisionText).join(',')}]`
  if (!isJsonObject(value)) return JSON.stringify(value)
  const members = Object.keys(value).sort()
  return `{${members.map((name) => `${JSON.stringify(name)}:${revisionText(value[name] ?? null)}`).join(',')}}`
}
