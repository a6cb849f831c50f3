import type { JsonObject } from '../json.ts'
import { formatPath } from '../query/field-path.ts'
import { readColumnPath } from './indexed-path.ts'
import type { Rules, Table } from './table.ts'
import { keyColumnNames } from './validate-definition.ts'

/** Old name → new name. */
export type ColumnNames = Readonly<Record<string, string>>

/** What a column is called now. */
export const newNameOf = (names: ColumnNames, name: string): string => (Object.hasOwn(names, name) ? (names[name] ?? name) : name)

/** A record whose fields have the new names, in the order that they had. */
export const renameMembers = (fields: JsonObject, names: ColumnNames): JsonObject =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [newNameOf(names, name), value]))

/** Gives columns other names, everywhere in the definition of their table. @param names old name → new name */
export const renameColumns = (table: Table, names: ColumnNames): Table => {
  if (Object.keys(names).length === 0) return table
  const rename = (name: string): string => newNameOf(names, name)
  const { contentField } = table.recordFile
  return {
    ...table,
    recordFile: contentField === undefined ? table.recordFile : { ...table.recordFile, contentField: rename(contentField) },
    columns: table.columns.map((column) => ({ ...column, name: rename(column.name) })),
    columnsOrder: table.columnsOrder.map(rename),
    primaryKey: table.primaryKey.map(rename),
    rules: renameInRules(table, rename),
  }
}

const renameInRules = ({ rules, columns }: Table, rename: (name: string) => string): Rules => {
  const renamePath = (text: string): string => {
    const [first, ...rest] = readColumnPath(columns, text) ?? [text]
    return first === undefined || rest.length === 0 ? rename(text) : formatPath([rename(first), ...rest])
  }
  const entries = <T>(map: Readonly<Record<string, T>>): Readonly<Record<string, T>> =>
    Object.fromEntries(Object.entries(map).map(([name, value]) => [rename(name), value]))
  return {
    ...rules,
    ...(rules.keyField === undefined ? {} : { keyField: rename(rules.keyField) }),
    unique: rules.unique.map((set) => set.map(rename)),
    onDelete: entries(rules.onDelete),
    defaults: entries(rules.defaults),
    indexes: rules.indexes.map((set) => set.map(renamePath)),
    ...(rules.search === undefined ? {} : { search: rules.search.map(renamePath) }),
  }
}

/**
 * Takes a column out of the definition of its table, with the rules that are about it alone. Rules over several columns stay: whoever drops one
 * of these has to say what becomes of the rule.
 */
export const dropColumn = (table: Table, dropped: string): Table => {
  const others = <T>(map: Readonly<Record<string, T>>): Readonly<Record<string, T>> =>
    Object.fromEntries(Object.entries(map).filter(([name]) => name !== dropped))
  const isOther = (set: readonly string[]): boolean => set.length !== 1 || set[0] !== dropped
  const isElsewhere = (text: string): boolean => (readColumnPath(table.columns, text) ?? [text])[0] !== dropped
  return {
    ...table,
    columns: table.columns.filter(({ name }) => name !== dropped),
    columnsOrder: table.columnsOrder.filter((name) => name !== dropped),
    rules: {
      ...table.rules,
      unique: table.rules.unique.filter(isOther),
      indexes: table.rules.indexes.filter((set) => isOther(set) && (set.length > 1 || set.every(isElsewhere))),
      ...(table.rules.search === undefined ? {} : { search: table.rules.search.filter(isElsewhere) }),
      onDelete: others(table.rules.onDelete),
      defaults: others(table.rules.defaults),
    },
  }
}

export interface KeyColumn {
  readonly name: string
  /** False where the name itself says that the column holds the key. */
  readonly isRenamable: boolean
}

/** Columns without which records would lose their keys, or the rule that one repeats them its sense. */
export const findKeyColumns = ({ recordFile, primaryKey, rules, columns }: Table): readonly KeyColumn[] => {
  const named = rules.keyField === undefined ? [] : [{ name: rules.keyField, isRenamable: true }]
  if (recordFile.type !== 'list') return named
  if (primaryKey.length > 0) return [...named, ...primaryKey.map((name) => ({ name, isRenamable: true }))]
  const fallback = keyColumnNames.find((name) => columns.some((column) => column.name === name))
  return fallback === undefined ? named : [...named, { name: fallback, isRenamable: false }]
}
