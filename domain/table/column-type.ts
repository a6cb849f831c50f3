export type ScalarType = 'string' | 'int' | 'float' | 'bool' | 'date' | 'time' | 'datetime' | 'any'

/** A column's type taken apart. `map[locale]string` is a map whose keys are locales and whose values are texts. */
export type ColumnType =
  | { readonly kind: 'scalar'; readonly of: ScalarType }
  | { readonly kind: 'list'; readonly of: ScalarType }
  | { readonly kind: 'map'; readonly key: string; readonly value: string }

const scalars: ReadonlySet<string> = new Set<ScalarType>(['string', 'int', 'float', 'bool', 'date', 'time', 'datetime', 'any'])
const mapType = /^map\[(locale|string|int|number|bool|date)\](.*)$/

const isScalarType = (text: string): text is ScalarType => scalars.has(text)

/**
 * Reads a `type` of `definition.yaml`; the grammar is closed: a scalar, `[]` of a scalar, or `map[K]V` with K one of
 * locale, string, int, number, bool, date and V anything. Lists do not nest.
 */
export const parseColumnType = (text: string): ColumnType | undefined => {
  if (isScalarType(text)) return { kind: 'scalar', of: text }
  const element = text.startsWith('[]') ? text.slice(2) : ''
  if (isScalarType(element)) return { kind: 'list', of: element }
  const [, key, value] = mapType.exec(text) ?? []
  return key === undefined || value === undefined ? undefined : { kind: 'map', key, value }
}
