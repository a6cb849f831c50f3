import { isJsonObject, type Json, type JsonObject } from '../../../domain/json.ts'
import { ownMember } from '../own-member.ts'
import { type LegacyReading, type LegacyTable, resolveInside } from './legacy-table.ts'

interface Known {
  readonly tables: readonly LegacyTable[]
  /** Of all tables there will be. */
  readonly ids: ReadonlySet<string>
}

/**
 * The table with foreign keys that name tables by id: `../provinces` is a path from the table's directory. One that leads to no table, or to a
 * subcollection, is taken out and reported.
 */
export const convertForeignKeys = (reading: LegacyReading, table: LegacyTable, { tables, ids }: Known): LegacyTable => {
  const columns = table.definition.columns
  const converted = Object.entries(isJsonObject(columns) ? columns : {}).map(([name, column]): readonly [string, Json] => {
    const old = isJsonObject(column) ? ownMember(column, 'foreign_key') : undefined
    if (!isJsonObject(column) || typeof old !== 'string') return [name, column]
    const id = old.includes('/') ? findByPath(table, old, tables) : old
    if (id !== undefined && isKnown(table, id, ids)) {
      if (id !== old) reading.note(table.file, `column "${name}": foreign_key ${old} is ${id}`)
      return [name, { ...column, foreign_key: id }]
    }
    reading.leave(
      table.file,
      `column "${name}": foreign_key ${old}: ${id?.includes('/') ? `${id} is a subcollection, which no foreign key can lead to` : 'is no table'}`,
    )
    return [name, without(column, 'foreign_key')]
  })
  return { ...table, definition: { ...table.definition, columns: Object.fromEntries(converted) } }
}

const isKnown = (table: LegacyTable, id: string, ids: ReadonlySet<string>): boolean => {
  const module = table.id.includes('.') ? table.id.slice(0, table.id.indexOf('.') + 1) : ''
  return !id.includes('/') && (ids.has(id) || ids.has(module + id))
}

/** In a definition of records below records, the path begins at their siblings. */
const findByPath = (table: LegacyTable, path: string, tables: readonly LegacyTable[]): string | undefined => {
  const at = resolveInside([table.directory, ...table.names].join('/'), path)
  const sibling = tables.find((each) => [each.directory, ...each.names].filter((part) => part !== '').join('/') === at)
  const byId = sibling ?? tables.find((each) => each.names.length === 0 && each.directory === resolveInside(table.directory, path))
  return byId?.id
}

const without = (object: JsonObject, name: string): JsonObject => Object.fromEntries(Object.entries(object).filter(([key]) => key !== name))
