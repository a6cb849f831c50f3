import type { Issue } from '../../domain/failure.ts'
import type { Result } from '../../domain/result.ts'
import { fail, ok } from '../../domain/result.ts'
import type { Catalogue, Table } from '../../domain/table/table.ts'
import { findTable } from '../../domain/table/table.ts'

/**
 * The table of that id. When it is missing and a definition in a directory of that name cannot be read, the failure is
 * `invalid-database` with what is wrong there; otherwise `not-found` with the tables there are.
 */
export const requireTable = (catalogue: Catalogue, id: string): Result<Table> => {
  const table = findTable(catalogue, id)
  if (table !== undefined) return ok(table)
  const issues = findProblems(catalogue, id)
  if (issues.length > 0) return fail({ kind: 'invalid-database', issues })
  return fail({ kind: 'not-found', what: 'table', id, among: catalogue.tables.map((candidate) => candidate.id) })
}

const findProblems = ({ problems }: Catalogue, id: string): readonly Issue[] => {
  const directory = id.slice(id.lastIndexOf('.') + 1)
  return problems
    .filter(({ file, table }) => table === id || (table === undefined && file.split('/').includes(directory)))
    .map(({ severity: _, ...problem }) => ({ rule: 'definition', ...problem }))
}
