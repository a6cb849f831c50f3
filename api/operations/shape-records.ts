import { ok, type Result } from '../../domain/result.ts'
import type { Table } from '../../domain/table/table.ts'
import type { RecordRow, Snapshot } from '../../projections/snapshot.ts'
import { parseFields, pickFields } from './pick-fields.ts'

/** Records of one table, and what of and about them an answer shall show. */
export interface ShapeQuestion {
  readonly table: Table
  readonly fields: readonly string[] | undefined
  readonly expand: readonly string[] | undefined
  readonly rows: readonly RecordRow[]
}

export interface ShapedRecords {
  /** Names that the members come in. */
  readonly columns: readonly string[]
  readonly rows: readonly RecordRow[]
}

/** Members that say the key come first, whatever is asked for. */
const keyNames: ReadonlySet<string> = new Set(['$id', '$ID', '$parent'])

/** Records with the fields asked for only, and with those that their foreign keys lead to. */
export const shapeRecords = async (snapshot: Snapshot, { table, fields: names, expand, rows }: ShapeQuestion): Promise<Result<ShapedRecords>> => {
  const fields = names === undefined ? ok(undefined) : parseFields(table, names)
  if (!fields.ok) return fields
  const others = (fields.value ?? table.columns).map((column) => column.name).filter((name) => !keyNames.has(name))
  const columns = ['$id', ...(table.parent === undefined ? [] : ['$parent']), ...others]
  const picked = fields.value === undefined ? rows : rows.map((row) => ({ ...row, json: pickFields(row.json, fields.value ?? []) }))
  if (expand === undefined) return ok({ columns, rows: picked })
  const [{ parseExpand }, { attachExpanded, expandRecords }] = await Promise.all([
    import('../../domain/query/parse-expand.ts'),
    import('./expand-records.ts'),
  ])
  const steps = parseExpand(snapshot.catalogue, table, expand)
  if (!steps.ok) return steps
  const expanded = await expandRecords(snapshot, steps.value, rows)
  if (!expanded.ok) return expanded
  return ok({
    columns: [...columns, '$expand'],
    rows: picked.map((row, index) => ({ ...row, json: attachExpanded(row.json, expanded.value[index]?.json ?? '{}') })),
  })
}
