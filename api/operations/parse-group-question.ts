import type { Filter } from '../../domain/query/filter.ts'
import { fail, ok, type Result } from '../../domain/result.ts'
import type { Catalogue, Table } from '../../domain/table/table.ts'
import { requireTable } from './find-table.ts'
import { type FilterInput, parseRecordQuery } from './parse-record-query.ts'
import { type PickedField, parseFields } from './pick-fields.ts'

export interface GroupQuestion {
  readonly table: Table
  readonly fields: readonly PickedField[]
  readonly where: Filter | undefined
}

/** A question about the values of some fields of a table, checked against its columns. A field can be asked for once. */
export const parseGroupQuestion = (
  catalogue: Catalogue,
  { table: id, fields: names, ...filter }: FilterInput & { readonly table: string; readonly fields: readonly string[] },
): Result<GroupQuestion> => {
  const table = requireTable(catalogue, id)
  if (!table.ok) return table
  const query = parseRecordQuery(table.value, { parent: filter.parent, where: filter.where, filter: filter.filter })
  if (!query.ok) return query
  const fields = parseFields(table.value, names)
  if (!fields.ok) return fields
  const repeated = names.find((name, index) => names.indexOf(name) < index)
  if (repeated !== undefined) {
    const issue = { rule: 'fields', message: `the field ${repeated} is asked for twice`, field: '/fields' }
    return fail({ kind: 'invalid-input', issues: [issue] })
  }
  return ok({ table: table.value, fields: fields.value, where: query.value.where })
}
