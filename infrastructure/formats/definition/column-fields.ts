import type { Json } from '../../../domain/json.ts'
import type { Column } from '../../../domain/table/table.ts'
import { type Place, type Reader, readCount, readFlag, readList, readNumber, readObject, readText, readTextMap } from './read-fields.ts'

type Property = Exclude<keyof Column, 'name'>

/** Keys of a column in `definition.yaml`, in the order in which the Go tools write them, with our property and how to read it. */
export const columnFields = [
  ['type', 'type', readText],
  ['title', 'title', readText],
  ['titles', 'titles', readTextMap],
  ['valueTitle', 'valueTitle', readText],
  ['required', 'required', readFlag],
  ['required_when', 'requiredWhen', readText],
  ['length', 'length', readCount],
  ['min_length', 'minLength', readCount],
  ['max_length', 'maxLength', readCount],
  ['foreign_key', 'foreignKey', readText],
  ['min_value', 'minValue', readNumber],
  ['max_value', 'maxValue', readNumber],
  ['enum', 'enum', readList<Json>((value) => value)],
  ['locale', 'locale', readText],
  ['format', 'format', readText],
  ['formula', 'formula', readText],
] as const satisfies readonly (readonly [string, Property, Reader<unknown>])[]

const expressions: ReadonlySet<string> = new Set(['formula', 'required_when'])

const readers: Readonly<Record<string, Reader<unknown>>> = Object.fromEntries(columnFields.map(([key, , read]) => [key, read]))

/** One column of `definition.yaml`; a type that is missing is reported and read as empty. */
export const readColumn = (name: string, value: Json, place: Place): Column => {
  const values = readObject(readers, value, place)
  if (values.type === undefined) place.report(place.path, `column "${name}" has no type`)
  const column: Record<string, unknown> = { name, type: '' }
  // An empty expression is none, to the Go tools too.
  for (const [key, property] of columnFields)
    if (values[key] !== undefined && !(values[key] === '' && expressions.has(key))) column[property] = values[key]
  return column as unknown as Column
}
