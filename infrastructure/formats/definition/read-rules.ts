import type { Json } from '../../../domain/json.ts'
import type { DefinitionProblem } from '../../../domain/table/table.ts'
import { type Layout, noRules, type OnDelete, type Rules } from '../../../domain/table/table.ts'
import { below, type Place, type Reader, readAny, readList, readMap, readObject, readText, readWhole } from './read-fields.ts'
import { placeIn, type Source } from './yaml-source.ts'

/** `rules.yaml`: key_field, unique, on_delete, defaults, indexes. A unique constraint or index is a column or a list of columns. */
export const readRules = (source: Source, problems: DefinitionProblem[]): Rules => {
  const values = readObject(ruleFields, source.value, placeIn(source, problems))
  return {
    ...(values.key_field === undefined ? {} : { keyField: values.key_field }),
    unique: values.unique ?? noRules.unique,
    onDelete: values.on_delete ?? noRules.onDelete,
    defaults: values.defaults ?? noRules.defaults,
    indexes: values.indexes ?? noRules.indexes,
  }
}

/** `layout.yaml`: `{fanOut: 2, levels: 1 or 2, hash: sha256}`; `fanOut` and `hash` have one value each, and may be left out. */
export const readLayout = (source: Source, problems: DefinitionProblem[]): Layout | undefined => {
  const place = placeIn(source, problems)
  const { report } = place
  const values = readObject({ fanOut: readWhole, levels: readWhole, hash: readText }, source.value, place)
  if (values.fanOut !== undefined && values.fanOut !== 2) report(['fanOut'], `fanOut must be 2 (hex digits a directory), not ${values.fanOut}`)
  if (values.hash !== undefined && values.hash !== 'sha256') report(['hash'], `hash must be sha256, not ${values.hash}`)
  if (values.levels === 1 || values.levels === 2) return { levels: values.levels }
  report(['levels'], 'levels must be 1 or 2')
  return undefined
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

const ruleFields = {
  key_field: readText,
  unique: readList(readColumns),
  on_delete: readOnDelete,
  defaults: ((value, place) => readEntries(value, place, readAny)) satisfies Reader<Readonly<Record<string, Json>>>,
  indexes: readList(readColumns),
}
