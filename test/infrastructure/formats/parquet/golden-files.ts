import { readFileSync } from 'node:fs'
import { ExactNumber, isJsonObject, type Json, parseNumber } from '../../../../domain/json.ts'

const folder = new URL('../../../golden/parquet/', import.meta.url)

export const goldenFile = (name: string): Uint8Array => readFileSync(new URL(`${name}.parquet`, folder))

/** What pyarrow says is in its files. */
export const goldenRows = (name: 'types' | 'encodings'): readonly Json[] =>
  (JSON.parse(readFileSync(new URL('rows.json', folder), 'utf8')) as Readonly<Record<string, readonly Json[]>>)[name]?.map(toExact) ?? []

/** JSON has no room for all digits, so `rows.json` has some numbers as texts. */
const toExact = (value: Json): Json => {
  if (Array.isArray(value)) return value.map(toExact)
  if (!isJsonObject(value) || value instanceof ExactNumber) return value
  if (typeof value.exact === 'string') return parseNumber(value.exact)
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, toExact(member)]))
}
