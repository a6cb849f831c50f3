import { parseTableId, systemPrefix, type TableId } from '../ids.ts'
import { fail, ok, type Result } from '../result.ts'
import { definitionDirectoryOf, joinPath, placeBelow } from './record-path.ts'
import { type Catalogue, findTable, type NamespaceImport, type Table } from './table.ts'

/** Where a table's data and definition lie. */
export type TablePlace = Pick<Table, 'directory' | 'definitionDirectory' | 'parent' | 'steps'>

/**
 * Where a new table goes: below the imported module when the id starts with an imported namespace (`geo.cities` → `modules/geo/cities`), beside
 * the definition of its parent when it is a subcollection, else into a directory named as the table.
 * @returns `invalid-input` for a reserved id; `already-exists` when the directory is another table's, also when only letter case differs; `not-found` for a parent that is not there
 */
export const placeTable = (catalogue: Catalogue, id: TableId): Result<TablePlace> =>
  id.includes('/') ? placeSubcollection(catalogue, id) : placeRootTable(catalogue, id)

const placeRootTable = (catalogue: Catalogue, id: TableId): Result<TablePlace> => {
  if (id.toLowerCase().startsWith(systemPrefix))
    return fail({
      kind: 'invalid-input',
      issues: [{ rule: 'table-id', table: id, message: `names that start with ${systemPrefix} are those of system tables in SQL` }],
    })
  const module = findNamespace(catalogue.namespaces ?? [], id)
  const local = module === undefined ? id : parseTableId(id.slice(module.prefix.length + 1))
  if (local === undefined)
    return fail({
      kind: 'invalid-input',
      issues: [{ rule: 'table-id', table: id, message: `after the namespace ${module?.prefix}, the id must start with a letter or digit` }],
    })
  const directory = module === undefined ? local : `${module.directory}/${local}`
  const taken = catalogue.tables.find((table) => table.parent === undefined && table.directory.toLowerCase() === directory.toLowerCase())
  return taken === undefined ? ok({ directory }) : fail({ kind: 'already-exists', what: 'table', id: taken.id })
}

const placeSubcollection = (catalogue: Catalogue, id: TableId): Result<TablePlace> => {
  const slash = id.lastIndexOf('/')
  const name = id.slice(slash + 1)
  const parent = findTable(catalogue, id.slice(0, slash))
  if (parent === undefined)
    return fail({ kind: 'not-found', what: 'table', id: id.slice(0, slash), among: catalogue.tables.map((table) => table.id).sort() })
  const above = definitionDirectoryOf(parent)
  const isDedicated = `/${above}/`.includes('/.collection/')
  return ok({ ...placeBelow(parent, name), definitionDirectory: joinPath(isDedicated ? joinPath(above, 'subcollections') : above, name) })
}

/** The import that a table id belongs to; of nested namespaces the longest. */
export const findNamespace = (namespaces: readonly NamespaceImport[], id: string): NamespaceImport | undefined =>
  namespaces
    .filter(({ prefix }) => id.startsWith(`${prefix}.`))
    .reduce<NamespaceImport | undefined>(
      (longest, each) => (longest === undefined || each.prefix.length > longest.prefix.length ? each : longest),
      undefined,
    )
