import type { FieldValue } from '../event-sourcing/decision.ts'
import type { TableId } from '../ids.ts'
import { type Json, numberOf, parseNumber } from '../json.ts'
import { type Catalogue, type Column, findTable, listKeyColumns, type OnDelete, resolveForeignKey, type Table } from '../table/table.ts'
import { isIntegral, isNumber, normalizeNumber } from './decimal.ts'

/** A foreign key column of `table`, the `$parent` of a subcollection, or a list column whose elements are foreign keys; `target` is undefined when no such table exists. */
export interface Reference {
  readonly table: Table
  readonly column: Column
  readonly foreignKey: string
  readonly target: Table | undefined
  /** Always `restrict` for a list. */
  readonly onDelete: OnDelete
  readonly isList: boolean
}

export interface References {
  /** Foreign keys that a table declares. */
  readonly from: ReadonlyMap<TableId, readonly Reference[]>
  /** Foreign keys of any table, itself included, that point to a table. */
  readonly to: ReadonlyMap<TableId, readonly Reference[]>
}

const known = new WeakMap<Catalogue, References>()

/** All foreign keys of a catalogue, both ways; computed once per catalogue object. */
export const listReferences = (catalogue: Catalogue): References => {
  const found = known.get(catalogue) ?? collectReferences(catalogue)
  known.set(catalogue, found)
  return found
}

const collectReferences = (catalogue: Catalogue): References => {
  const all = catalogue.tables.flatMap((table) => [
    ...referToParent(catalogue, table),
    ...table.columns.flatMap((column) => readReference(catalogue, table, column)),
  ])
  return { from: groupBy(all, (reference) => reference.table.id), to: groupBy(all, (reference) => reference.target?.id) }
}

const readReference = (catalogue: Catalogue, table: Table, column: Column): readonly Reference[] => {
  const { foreignKey } = column
  if (foreignKey === undefined || column.formula !== undefined || column.type.startsWith('map[')) return []
  const isList = column.type.startsWith('[]')
  const stated = Object.hasOwn(table.rules.onDelete, column.name) ? table.rules.onDelete[column.name] : undefined
  const onDelete = isList ? 'restrict' : (stated ?? 'restrict')
  return [{ table, column, foreignKey, target: resolveForeignKey(catalogue, table, foreignKey), onDelete, isList }]
}

/** A record of a subcollection refers to the record above by its key, and goes with it only where `on_delete` of `$parent` says so. */
const referToParent = (catalogue: Catalogue, table: Table): readonly Reference[] => {
  const [column] = listKeyColumns(table)
  if (table.parent === undefined || column === undefined) return []
  const onDelete = Object.hasOwn(table.rules.onDelete, column.name) ? table.rules.onDelete[column.name] : undefined
  const target = findTable(catalogue, table.parent)
  return [{ table, column, foreignKey: table.parent, target, onDelete: onDelete ?? 'restrict', isList: false }]
}

const groupBy = (
  references: readonly Reference[],
  idOf: (reference: Reference) => TableId | undefined,
): ReadonlyMap<TableId, readonly Reference[]> => {
  const groups = new Map<TableId, Reference[]>()
  for (const reference of references) {
    const id = idOf(reference)
    if (id === undefined) continue
    const group = groups.get(id)
    if (group === undefined) groups.set(id, [reference])
    else group.push(reference)
  }
  return groups
}

/**
 * The key that a foreign key value names: its string form, numbers by value (`1.0` names `1`).
 * @returns `undefined` for null, empty text, lists and objects, which name no key
 */
export const referenceText = (value: Json | undefined): string | undefined => {
  if (typeof value === 'string') return value === '' ? undefined : value
  if (typeof value === 'boolean') return String(value)
  if (!isNumber(value)) return undefined
  return isIntegral(value) ? normalizeNumber(value) : String(numberOf(value))
}

/**
 * Every value by which a record can refer to a key through this column: `keys-with` compares numbers by value and never text with number, so a
 * column of ints is asked for the number, one of texts for the text, and `any` for both.
 */
export const referringValues = ({ column, isList }: Reference, key: string): readonly FieldValue[] =>
  valuesOf(isList ? column.type.slice(2) : column.type, key).map((value) => ({ column: column.name, value, ...(isList && { inList: true }) }))

const valuesOf = (type: string, key: string): readonly Json[] => {
  switch (type) {
    case 'int':
    case 'float':
      return numbersOf(key)
    case 'bool':
      return booleansOf(key)
    case 'any':
      return [key, ...numbersOf(key), ...booleansOf(key)]
    default:
      return [key]
  }
}

const numbersOf = (key: string): readonly Json[] => {
  if (!/^-?(0|[1-9]\d*)(\.\d+)?(e[+-]?\d+)?$/.test(key)) return []
  const number = parseNumber(key)
  return referenceText(number) === key ? [number] : []
}

const booleansOf = (key: string): readonly Json[] => (key === 'true' ? [true] : key === 'false' ? [false] : [])
