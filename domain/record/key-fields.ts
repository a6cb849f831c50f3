import type { Issue } from '../failure.ts'
import type { RecordKey } from '../ids.ts'
import { type Json, type JsonObject, parseNumber } from '../json.ts'
import { fail, ok, type Result } from '../result.ts'
import type { Table } from '../table/table.ts'
import { escapePointer } from './column-check.ts'
import { keySeparator, ownKey, parentKey } from './record-key.ts'
import { referenceText } from './references.ts'

/**
 * Given fields without `$id`, `$ID` and `$parent`, under which answers carry the key, so that an answer can be sent back as it came.
 * @returns an issue of rule `key-field` where one of them, or the `id` of a row that has no other key field, says another key than the record's
 */
export const dropKeyEcho = (table: Table, key: RecordKey, fields: JsonObject): Result<JsonObject, Issue> => {
  const own = ownKey(key)
  const parent = parentKey(key)
  const above: readonly Part[] = parent === undefined ? [] : [['$parent', parent]]
  const echoes: readonly Part[] = [['$id', own], ['$ID', own], ...above, ...fallbackParts(table, own)]
  const metaFields = parent === undefined ? rootMetaFields : subcollectionMetaFields
  const wrong = echoes.find((part) => contradicts(fields, part))
  if (wrong !== undefined) return fail(contradiction({ table, key, name: wrong[0], value: readOwn(fields, wrong[0]) }))
  if (!metaFields.some((name) => Object.hasOwn(fields, name))) return ok(fields)
  return ok(Object.fromEntries(Object.entries(fields).filter(([name]) => !metaFields.includes(name))))
}

/**
 * A whole record with the fields that repeat the key filled in: the one that `rules.yaml` names, and in list files, whose rows have no other
 * key, the `primary_key` columns, else `id`. (Codecs write `$ID` where a row needs that; it is no field.)
 * @returns an issue of rule `key-field` where a field says another key than the record's
 */
export const bindKeyFields = (table: Table, key: RecordKey, fields: JsonObject): Result<JsonObject, Issue> => {
  const own = ownKey(key)
  const parts = keyParts(table, own)
  const wrong = parts.find((part) => contradicts(fields, part))
  if (wrong !== undefined) return fail(contradiction({ table, key, name: wrong[0], value: readOwn(fields, wrong[0]) }))
  const missing = [...parts, ...fallbackParts(table, own)].filter(([name]) => readOwn(fields, name) === null)
  return ok(
    missing.length === 0 ? fields : { ...fields, ...Object.fromEntries(missing.map(([name, text]) => [name, toColumnValue(table, name, text)])) },
  )
}

const rootMetaFields: readonly string[] = ['$id', '$ID']
const subcollectionMetaFields: readonly string[] = [...rootMetaFields, '$parent']

/** Name of a field and the text it must have. */
type Part = readonly [name: string, text: string]

const keyParts = ({ rules, recordFile, primaryKey }: Table, key: string): readonly Part[] => {
  const named: readonly Part[] = rules.keyField === undefined ? [] : [[rules.keyField, key]]
  if (recordFile.type !== 'list') return named
  const texts = primaryKey.length === 1 ? [key] : key.split(keySeparator)
  return [...named, ...primaryKey.map((name, index): Part => [name, texts[index] ?? '']).filter(([name]) => !rootMetaFields.includes(name))]
}

/** `id` keys the rows of a list file that names nothing else; rows found with both `$ID` and another `id` keep both. */
const fallbackParts = ({ recordFile, primaryKey, columns }: Table, key: string): readonly Part[] => {
  if (recordFile.type !== 'list' || primaryKey.length > 0 || columns.some(({ name }) => name === '$ID')) return []
  return columns.some(({ name }) => name === 'id') ? [['id', key]] : []
}

const readOwn = (fields: JsonObject, name: string): Json => (Object.hasOwn(fields, name) ? (fields[name] ?? null) : null)

const contradicts = (fields: JsonObject, [name, text]: Part): boolean => {
  const value = readOwn(fields, name)
  return value !== null && referenceText(value) !== text
}

/** A number where the column wants one and the text writes one; else the text, and the type check has its say. */
const toColumnValue = (table: Table, name: string, text: string): Json => {
  const type = table.columns.find((column) => column.name === name)?.type
  return (type === 'int' || type === 'float') && /^-?(0|[1-9]\d*)(\.\d+)?$/.test(text) ? parseNumber(text) : text
}

interface Contradiction {
  readonly table: Table
  readonly key: RecordKey
  readonly name: string
  readonly value: Json
}

const contradiction = ({ table, key, name, value }: Contradiction): Issue => ({
  rule: 'key-field',
  message: `the field ${JSON.stringify(name)} repeats the key of the record and cannot say anything else`,
  table: table.id,
  key,
  field: `/${escapePointer(name)}`,
  value,
})
