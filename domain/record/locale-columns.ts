import type { Issue } from '../failure.ts'
import { isJsonObject, type Json, type JsonObject } from '../json.ts'
import { fail, ok, type Result } from '../result.ts'
import type { Table } from '../table/table.ts'
import { escapePointer } from './column-check.ts'

/** Two columns that say one thing: `title` in the language of its `locale`, `titles` in the others. */
export interface LocalePair {
  readonly name: string
  readonly locale: string
  /** The map of the other languages; its name is the first one's with an `s`. */
  readonly plural: string
}

const pairs = new WeakMap<Table, readonly LocalePair[]>()

/** Columns with a `locale` that have their map of languages beside them; empty for most tables. */
export const listLocalePairs = (table: Table): readonly LocalePair[] => {
  const known = pairs.get(table)
  if (known !== undefined) return known
  const maps = new Set(table.columns.filter(({ type }) => type === 'map[locale]string').map(({ name }) => name))
  const listed = table.columns.flatMap(({ name, locale }) =>
    locale !== undefined && locale !== '' && maps.has(`${name}s`) ? [{ name, locale, plural: `${name}s` }] : [],
  )
  pairs.set(table, listed)
  return listed
}

/**
 * A record as answers show it: what `titles` says in the language of `title` is the title, and is not said again. What the map says counts,
 * as in the Go tools. The same object when there is nothing to move.
 */
export const presentLocales = (table: Table, fields: JsonObject): JsonObject =>
  listLocalePairs(table).reduce((shown, pair) => {
    const text = textInMap(shown, pair)
    return text === undefined ? shown : withPair(shown, pair, { title: text, others: othersOf(shown, pair) })
  }, fields)

/**
 * A record as its file will have it, from one as answers show it. A new record tells the title in its own field. A file that tells it in the
 * map goes on doing so, whatever else changes. Applying `presentLocales` to the result gives back what was asked for.
 *
 * @param before  the record as its file has it now
 * @returns an issue of rule `locale` when `title` and its language in `titles` are both given, and say different things
 */
export const settleLocales = (table: Table, before: JsonObject | undefined, fields: JsonObject): Result<JsonObject, Issue> => {
  let settled = fields
  for (const pair of listLocalePairs(table)) {
    const title = titleOf(settled, pair, before)
    if (!title.ok) return fail({ ...title.failure, table: table.id })
    if (title.value !== undefined || hasEmptyMap(settled, pair))
      settled = withPair(settled, pair, { title: title.value, others: othersOf(settled, pair) })
    settled = inFormOf(settled, pair, before)
  }
  return ok(settled)
}

const titleOf = (fields: JsonObject, { name, locale, plural }: LocalePair, before: JsonObject | undefined): Result<Json | undefined, Issue> => {
  const title = own(fields, name)
  const text = textInMap(fields, { name, locale, plural })
  const isKept = before !== undefined && title === own(presentPair(before, { name, locale, plural }), name)
  if (text === undefined || title === undefined || title === null || title === text || isKept) return ok(text ?? title)
  const message = `the fields "${name}" and "${plural}/${locale}" are the same thing and say different things: give one of them`
  return fail({ rule: 'locale', field: `/${escapePointer(name)}`, message })
}

const presentPair = (fields: JsonObject, pair: LocalePair): JsonObject => {
  const text = textInMap(fields, pair)
  return text === undefined ? fields : { ...fields, [pair.name]: text }
}

/** The pair as the file told it before, as far as it can tell the new one that way. */
const inFormOf = (fields: JsonObject, pair: LocalePair, before: JsonObject | undefined): JsonObject => {
  const told = before === undefined ? undefined : textInMap(before, pair)
  const title = own(fields, pair.name)
  if (before === undefined || told === undefined || typeof title !== 'string') return fields
  const ownTitle = own(before, pair.name)
  if (ownTitle !== undefined && title !== told) return fields
  return withPair(fields, pair, { title: ownTitle, others: inOrderOf(own(before, pair.plural), { ...othersOf(fields, pair), [pair.locale]: title }) })
}

const inOrderOf = (before: Json | undefined, texts: JsonObject): JsonObject => {
  const known = isJsonObject(before) ? Object.keys(before).filter((name) => Object.hasOwn(texts, name)) : []
  return Object.fromEntries([...new Set([...known, ...Object.keys(texts)])].map((name) => [name, texts[name] ?? null]))
}

/** The record with the pair as given; a title of `undefined` and an empty map are left out. Other fields stay where they are. */
const withPair = (
  fields: JsonObject,
  { name, plural }: LocalePair,
  pair: { readonly title: Json | undefined; readonly others: JsonObject },
): JsonObject => {
  const values: Readonly<Record<string, Json | undefined>> = {
    [name]: pair.title,
    [plural]: Object.keys(pair.others).length === 0 ? undefined : pair.others,
  }
  const names = [...new Set([...Object.keys(fields), name, plural])]
  return Object.fromEntries(
    names.flatMap((each) => {
      const value = Object.hasOwn(values, each) ? values[each] : fields[each]
      return value === undefined ? [] : [[each, value]]
    }),
  )
}

const own = (fields: JsonObject, name: string): Json | undefined => (Object.hasOwn(fields, name) ? fields[name] : undefined)

const textInMap = (fields: JsonObject, { locale, plural }: LocalePair): string | undefined => {
  const map = own(fields, plural)
  const text = isJsonObject(map) ? own(map, locale) : undefined
  return typeof text === 'string' ? text : undefined
}

const hasEmptyMap = (fields: JsonObject, { plural }: LocalePair): boolean => {
  const map = own(fields, plural)
  return isJsonObject(map) && Object.keys(map).length === 0
}

const othersOf = (fields: JsonObject, { locale, plural }: LocalePair): JsonObject => {
  const map = own(fields, plural)
  return isJsonObject(map) ? Object.fromEntries(Object.entries(map).filter(([name]) => name !== locale)) : {}
}

/**
 * Required languages of the database that a record does not have: in a map of languages, or in a pair of columns. Said of fields that are there;
 * a missing field is `required`'s to refuse. Issues of rule `language`.
 */
export const findMissingLanguages = (table: Table, fields: JsonObject, required: readonly string[]): readonly Issue[] => {
  if (required.length === 0) return []
  const shown = presentLocales(table, fields)
  return table.columns.flatMap(({ name, type }) => {
    const texts = own(shown, name)
    if (type !== 'map[locale]string' || !isJsonObject(texts)) return []
    const told = listLocalePairs(table).find(({ plural }) => plural === name)
    const missing = required.filter((language) => !hasText(own(texts, language)) && !(told?.locale === language && hasText(own(shown, told.name))))
    if (missing.length === 0) return []
    const message = `the field ${JSON.stringify(name)} lacks the required ${missing.length === 1 ? 'language' : 'languages'} ${missing.join(', ')}`
    return [{ rule: 'language', message, table: table.id, field: `/${escapePointer(name)}` }]
  })
}

const hasText = (value: Json | undefined): boolean => typeof value === 'string' && value !== ''
