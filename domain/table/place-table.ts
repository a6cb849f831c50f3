import type { TableId } from '../ids.ts'
import { parseTableId } from '../ids.ts'
import { fail, ok, type Result } from '../result.ts'
import type { Catalogue, NamespaceImport } from './table.ts'

/**
 * Directory for a new table, relative to the database root: below the imported module when the id starts with an imported namespace
 * (`geo.cities` → `modules/geo/cities`), else named as the table.
 * @returns `already-exists` when the directory is another table's, also when only letter case differs
 */
export const placeTable = (catalogue: Catalogue, id: TableId): Result<string> => {
  const module = findNamespace(catalogue.namespaces ?? [], id)
  const local = module === undefined ? id : parseTableId(id.slice(module.prefix.length + 1))
  if (local === undefined)
    return fail({
      kind: 'invalid-input',
      issues: [{ rule: 'table-id', table: id, message: `after the namespace ${module?.prefix}, the id must start with a letter or digit` }],
    })
  const directory = module === undefined ? local : `${module.directory}/${local}`
  const taken = catalogue.tables.find((table) => table.directory.toLowerCase() === directory.toLowerCase())
  return taken === undefined ? ok(directory) : fail({ kind: 'already-exists', what: 'table', id: taken.id })
}

/** The import that a table id belongs to; of nested namespaces the longest. */
export const findNamespace = (namespaces: readonly NamespaceImport[], id: string): NamespaceImport | undefined =>
  namespaces
    .filter(({ prefix }) => id.startsWith(`${prefix}.`))
    .reduce<NamespaceImport | undefined>(
      (longest, each) => (longest === undefined || each.prefix.length > longest.prefix.length ? each : longest),
      undefined,
    )
