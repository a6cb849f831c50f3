import { isObject, type Json, type JsonObject } from '../../../api/contract/json.ts'
import type { OperationInput } from '../../../api/contract/operations.ts'
import type { Issue } from '../../../api/contract/result.ts'
import { OperationFailed } from '../errors.ts'

type Rules = NonNullable<OperationInput<'createTable'>['rules']>
type OnDelete = NonNullable<Rules['onDelete']>[string]

/** Rules in the words of a table's `rules.yaml`: `key_field`, `unique`, `on_delete`, `defaults`, `indexes`, `search`. @param file its name in messages */
export const parseRules = (source: JsonObject, file: string): Rules => {
  const issues: Issue[] = []
  const refuse = (name: string, message: string): undefined => {
    issues.push({ rule: 'rules', message: `${name} ${message}`, field: `/${name}`, file })
  }
  for (const name of Object.keys(source)) if (!known.includes(name)) refuse(name, `is no rule; rules are ${known.join(', ')}`)
  const { key_field, defaults } = source
  const keyField =
    key_field === undefined ? undefined : typeof key_field === 'string' ? key_field : refuse('key_field', 'must be the name of a field')
  const unique = source.unique === undefined ? undefined : (parseColumnSets(source.unique) ?? refuse('unique', columnSets))
  const indexes = source.indexes === undefined ? undefined : (parseColumnSets(source.indexes) ?? refuse('indexes', columnSets))
  const search = source.search === undefined ? undefined : (parseNames(source.search) ?? refuse('search', 'must be a list of fields: [title, body]'))
  const onDelete =
    source.on_delete === undefined
      ? undefined
      : (parseOnDelete(source.on_delete) ?? refuse('on_delete', `must map columns to ${onDeletes.join(', ')}`))
  if (defaults !== undefined && !isObject(defaults)) refuse('defaults', 'must map columns to values')
  if (issues.length > 0) throw new OperationFailed({ kind: 'invalid-input', issues })
  return { keyField, unique, indexes, search, onDelete, defaults: isObject(defaults) ? defaults : undefined }
}

const known = ['key_field', 'unique', 'on_delete', 'defaults', 'indexes', 'search']
const columnSets = 'must be a list of columns, or of lists of columns that hold together: [email, [first, last]]'
const onDeletes: readonly OnDelete[] = ['restrict', 'cascade', 'set-null']

const parseNames = (value: Json): readonly string[] | undefined =>
  Array.isArray(value) && value.every((name) => typeof name === 'string') ? (value as readonly string[]) : undefined

const parseColumnSets = (value: Json): readonly (readonly string[])[] | undefined => {
  if (!Array.isArray(value)) return undefined
  const sets = value.map((item: Json): readonly Json[] => (Array.isArray(item) ? item : [item]))
  return sets.every((set) => set.length > 0 && set.every((name) => typeof name === 'string')) ? (sets as readonly (readonly string[])[]) : undefined
}

const parseOnDelete = (value: Json): Readonly<Record<string, OnDelete>> | undefined => {
  if (!isObject(value)) return undefined
  const entries = Object.entries(value).flatMap(([column, text]): [string, OnDelete][] =>
    onDeletes.filter((action) => action === text).map((action) => [column, action]),
  )
  return entries.length === Object.keys(value).length ? Object.fromEntries(entries) : undefined
}
