import { fail, ok, type Result } from '../../domain/result.ts'
import type { Table } from '../../domain/table/table.ts'
import type { ViewsOfTable } from '../../domain/view/check-views.ts'
import type { TableViews, ViewProblem } from '../../domain/view/view.ts'
import type { ViewCodec } from '../../domain/view/view-ports.ts'
import type { Snapshot } from '../../projections/snapshot.ts'
import { requireReadable, requireTable } from './find-table.ts'
import type { OperationContext } from './operation-context.ts'

export interface ReadViews {
  readonly codec: ViewCodec
  /** Sorted by table. */
  readonly tables: readonly ViewsOfTable[]
}

/** What the definition files of tables say about views, at the moment of a snapshot. @param ids  default: every table */
export const readTableViews = async ({ database }: OperationContext, snapshot: Snapshot, ids?: readonly string[]): Promise<Result<ReadViews>> => {
  const readable = requireReadable(snapshot.catalogue)
  if (!readable.ok) return readable
  const tables: Table[] = []
  for (const id of ids ?? snapshot.catalogue.tables.map((table) => table.id).sort()) {
    const table = requireTable(snapshot.catalogue, id)
    if (!table.ok) return table
    tables.push(table.value)
  }
  const codec = await database.loadViewCodec()
  const at = snapshot.isWorkTree === true ? 'worktree' : snapshot.commit
  if (at === undefined) return ok({ codec, tables: [] })
  const files = await database.readFiles({ at }, codec.concerns(snapshot.catalogue.tables))
  return files.ok ? ok({ codec, tables: tables.map((table) => ({ table, ...codec.read(table, files.value) })) }) : files
}

/** One table that has a view of a name. With several, or none, the failure says so. */
export const findView = ({ tables }: ReadViews, name: string): Result<{ readonly table: Table; readonly view: TableViews['views'][number] }> => {
  const found = tables.flatMap(({ table, views }) => views.flatMap((view) => (view.name === name ? [{ table, view }] : [])))
  const [first] = found
  if (first !== undefined && found.length === 1) return ok(first)
  if (found.length > 1) {
    const message = `several tables have a view ${name}: say which, ${found.map(({ table }) => table.id).join(' or ')}`
    return fail({ kind: 'invalid-input', issues: [{ rule: 'ambiguous', field: '/table', message }] })
  }
  const problems = tables.flatMap((each) => each.problems.filter(({ view }) => view === name))
  if (problems.length > 0) return fail({ kind: 'invalid-database', issues: problems.map(toIssue) })
  const [only] = tables
  const id = tables.length === 1 && only !== undefined ? `${only.table.id}/${name}` : name
  return fail({ kind: 'not-found', what: 'view', id, among: tables.flatMap(({ table, views }) => views.map((view) => `${table.id}/${view.name}`)) })
}

export const presentProblem = ({ table, view, file, line, message }: ViewProblem) => ({
  ...(table !== undefined && { table }),
  view,
  file,
  ...(line !== undefined && { line }),
  message,
})

const toIssue = ({ file, line, message, table }: ViewProblem) => ({
  rule: 'view',
  message,
  file,
  ...(line !== undefined && { line }),
  ...(table !== undefined && { table }),
})
