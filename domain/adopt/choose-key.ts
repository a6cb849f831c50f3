import { ExactNumber, type Json, type JsonObject } from '../json.ts'
import { parseRecordKey } from '../record/record-key.ts'

/** Which columns name the rows of a list, and what makes them fit. */
export interface ChosenKey {
  readonly columns: readonly string[]
  readonly evidence: string
}

/** Names that people give to keys, the likeliest first; `<table>_id` comes before them. */
const usualNames = ['$ID', '$id', 'id', 'ID', 'Id', 'key', 'code', 'slug', 'uuid', 'sku', 'iso2', 'iso', 'symbol', 'name']

/**
 * The columns whose values name every row of a list: present, different, and fit to be keys everywhere. One column if any does, by usual names first and
 * then by their order; else the first two that do it together.
 * @returns `undefined` when no such columns exist
 */
export const chooseKey = (rows: readonly JsonObject[], columns: readonly string[], table: string): ChosenKey | undefined => {
  const usable = columns.filter((column) => rows.every((row) => keyText(row, column) !== undefined))
  const preferred = [...new Set([...ownNames(table), ...usualNames, ...usable])].filter((name) => usable.includes(name))
  const single = preferred.find((column) => isUnique(rows, [column]))
  if (single !== undefined) return { columns: [single], evidence: `"${single}" is there in all ${rows.length} rows, and never twice the same` }
  for (const [index, first] of usable.entries())
    for (const second of usable.slice(index + 1, pairColumnsMax))
      if (isUnique(rows, [first, second]))
        return { columns: [first, second], evidence: `"${first}" and "${second}" together are never twice the same in ${rows.length} rows` }
  return undefined
}

/** Pairs are tried among the first columns: keys stand at the beginning, and the work grows with the square. */
const pairColumnsMax = 8

const ownNames = (table: string): readonly string[] => {
  const singular = singularOf(table)
  return [`${singular}_id`, `${singular}Id`, `${singular}_code`]
}

/** `countries` → `country`, `boxes` → `box`, `users` → `user`: good enough to compare names by. */
export const singularOf = (name: string): string =>
  name.endsWith('ies') ? `${name.slice(0, -3)}y` : /(s|x|z|ch|sh)es$/.test(name) ? name.slice(0, -2) : name.endsWith('s') ? name.slice(0, -1) : name

const isUnique = (rows: readonly JsonObject[], columns: readonly string[]): boolean => {
  const seen = new Set<string>()
  for (const row of rows) seen.add(columns.map((column) => keyText(row, column)).join('\u001f'))
  return seen.size === rows.length
}

/** The text of a value as a part of a key; `undefined` for what cannot be one. */
export const keyText = (row: JsonObject, column: string): string | undefined => {
  const text = scalarText(Object.hasOwn(row, column) ? row[column] : undefined)
  return text === undefined ? undefined : parseRecordKey(text)
}

/** A text or a number as a text: what a key or a reference can be. */
export const scalarText = (value: Json | undefined): string | undefined =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : value instanceof ExactNumber ? value.literal : undefined
