import type { Json } from '../../../domain/json.ts'
import { isMergeStrategy, type ListRule, type MergeStrategy, mergeStrategies, type TableMergeRules } from '../../../domain/merge/strategy.ts'
import { explainRecordsDirectory, parseRecordsDirectory } from '../../../domain/table/records-directory.ts'
import type { DefinitionProblem } from '../../../domain/table/table.ts'
import { noRules, type OnDelete, type Rules, type Table } from '../../../domain/table/table.ts'
import { below, type Place, type Reader, readAny, readList, readMap, readObject, readText, readWhole } from './read-fields.ts'
import { placeIn, type Source } from './yaml-source.ts'

/** `rules.yaml`: key_field, unique, on_delete, defaults, indexes, search, merge. A unique constraint or index is a column or a list of columns. */
export const readRules = (source: Source, problems: DefinitionProblem[]): Rules => {
  const values = readObject(ruleFields, source.value, placeIn(source, problems))
  return {
    ...(values.key_field === undefined ? {} : { keyField: values.key_field }),
    unique: values.unique ?? noRules.unique,
    onDelete: values.on_delete ?? noRules.onDelete,
    defaults: values.defaults ?? noRules.defaults,
    indexes: values.indexes ?? noRules.indexes,
    ...(values.search === undefined ? {} : { search: values.search }),
    ...(values.merge === undefined ? {} : { merge: values.merge }),
  }
}

/**
 * `layout.yaml`: `{fanOut: 2, levels: 1 or 2, hash: sha256}` spreads records over directories, `fanOut` and `hash` have one value each and may be
 * left out; `records_directory` says where they lie.
 */
export const readLayout = (source: Source, problems: DefinitionProblem[]): Pick<Table, 'layout' | 'recordsDirectory'> => {
  const place = placeIn(source, problems)
  const { report } = place
  const values = readObject({ fanOut: readWhole, levels: readWhole, hash: readText, records_directory: readText }, source.value, place)
  if (values.fanOut !== undefined && values.fanOut !== 2) report(['fanOut'], `fanOut must be 2 (hex digits a directory), not ${values.fanOut}`)
  if (values.hash !== undefined && values.hash !== 'sha256') report(['hash'], `hash must be sha256, not ${values.hash}`)
  const recordsDirectory = values.records_directory === undefined ? undefined : parseRecordsDirectory(values.records_directory)
  if (values.records_directory !== undefined && recordsDirectory === undefined) report(['records_directory'], explainRecordsDirectory)
  const where = recordsDirectory === undefined ? {} : { recordsDirectory }
  if (values.levels === 1 || values.levels === 2) return { ...where, layout: { levels: values.levels } }
  if (values.levels !== undefined || values.records_directory === undefined) report(['levels'], 'levels must be 1 or 2')
  return where
}

const readColumns: Reader<readonly string[]> = (value, place) =>
  Array.isArray(value) ? readList(readText)(value, place) : [readText(value, place)].filter((name) => name !== undefined)

const actions: readonly string[] = ['restrict', 'cascade', 'set-null']
const isAction = (text: string): text is OnDelete => actions.includes(text)

const readOnDelete: Reader<Readonly<Record<string, OnDelete>>> = (value, place) => readEntries(value, place, readAction)

const readAction: Reader<OnDelete> = (value, place) => {
  if (typeof value === 'string' && isAction(value)) return value
  place.report(place.path, `on_delete of "${place.path.at(-1)}" must be one of ${actions.join(', ')}`)
  return undefined
}

const readEntries = <T>(value: Json, place: Place, read: Reader<T>): Readonly<Record<string, T>> =>
  Object.fromEntries(
    Object.entries(readMap(value, place)).flatMap(([name, member]) => {
      const result = read(member, below(place, name))
      return result === undefined ? [] : [[name, result] as const]
    }),
  )

const readMergeStrategy: Reader<MergeStrategy> = (value, place) => {
  if (typeof value === 'string' && isMergeStrategy(value)) return value
  place.report(place.path, `strategy must be one of ${mergeStrategies.join(', ')}`)
  return undefined
}

/** `strategy`, `sets` (fields whose lists are sets), and `keys` (members that tell the elements of a list apart, by field). */
const readMerge: Reader<TableMergeRules> = (value, place) => {
  const values = readObject(mergeFields, value, place)
  const sets = (values.sets ?? []).map((field) => [field, { type: 'set' } as ListRule] as const)
  const keyed = Object.entries(values.keys ?? {}).map(([field, by]) => [field, { type: 'keyed', by } as ListRule] as const)
  return { ...(values.strategy !== undefined && { strategy: values.strategy }), lists: Object.fromEntries([...sets, ...keyed]) }
}

const mergeFields = {
  strategy: readMergeStrategy,
  sets: readList(readText),
  keys: ((value, place) => readEntries(value, place, readColumns)) satisfies Reader<Readonly<Record<string, readonly string[]>>>,
}

const ruleFields = {
  key_field: readText,
  unique: readList(readColumns),
  on_delete: readOnDelete,
  defaults: ((value, place) => readEntries(value, place, readAny)) satisfies Reader<Readonly<Record<string, Json>>>,
  indexes: readList(readColumns),
  search: readList(readText),
  merge: readMerge,
}
