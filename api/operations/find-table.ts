import type { Issue } from '../../domain/failure.ts'
import type { Result } from '../../domain/result.ts'
import { fail, ok } from '../../domain/result.ts'
import type { Catalogue, DefinitionProblem, Table } from '../../domain/table/table.ts'
import { findTable } from '../../domain/table/table.ts'

/**
 * The table of that id. When it is missing and a definition in a directory of that name cannot be read, the failure is
 * `invalid-database` with what is wrong there, as in a database of an old layout; otherwise `not-found` with the tables there are.
 */
export const requireTable = (catalogue: Catalogue, id: string): Result<Table> => {
  const table = findTable(catalogue, id)
  if (table !== undefined) return ok(table)
  const issues = findProblems(catalogue, id)
  if (issues.length > 0) return fail({ kind: 'invalid-database', issues })
  const readable = requireReadable(catalogue)
  if (!readable.ok) return readable
  return fail({ kind: 'not-found', what: 'table', id, among: catalogue.tables.map((candidate) => candidate.id) })
}

/**
 * The failure `invalid-database`, with the marker files, when there is no table but definitions of a layout before 2024: whoever asks for the tables
 * must not take such a database for an empty one. One that is converted in part answers with the tables that it has.
 */
export const requireReadable = ({ tables, problems }: Catalogue): Result<void> => {
  const markers = tables.length > 0 ? [] : problems.filter(({ rule }) => rule === 'legacy-layout')
  return markers.length === 0 ? ok(undefined) : fail({ kind: 'invalid-database', issues: markers.map(toIssue) })
}

const findProblems = ({ problems }: Catalogue, id: string): readonly Issue[] => {
  const directory = id.slice(id.lastIndexOf('.') + 1)
  return problems.filter(({ file, table }) => table === id || (table === undefined && file.split('/').includes(directory))).map(toIssue)
}

const toIssue = ({ severity: _, ...problem }: DefinitionProblem): Issue => ({ rule: 'definition', ...problem })
