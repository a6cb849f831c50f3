import type { Failure } from '../failure.ts'
import { checkQuery } from '../query/check-query.ts'
import { parseOrderBy } from '../query/parse-order-by.ts'
import { parseWhere } from '../query/parse-where.ts'
import type { Result } from '../result.ts'
import type { DefinitionProblem, Table } from '../table/table.ts'
import { findUnknownColumns } from './export-columns.ts'
import { planExports } from './plan-exports.ts'
import { readTimeOrder, type TableViews, type View } from './view.ts'

/** What the definition files of a table say about views. */
export interface ViewsOfTable extends TableViews {
  readonly table: Table
}

/**
 * What stands in the way of views: those that cannot be read, conditions and orders that cannot be asked, names that make no file; and, as warnings,
 * columns that the table does not have and templates, which other tools may well write.
 */
export const findViewProblems = (tables: readonly ViewsOfTable[]): readonly DefinitionProblem[] =>
  tables.flatMap(({ table, views, problems, lineOf }) => [
    ...problems.map(({ rule = 'view', view, message, ...problem }) => ({ ...problem, rule, message: sayView(view, message) })),
    ...views.flatMap((view) =>
      checkView(table, view).map(({ rule = 'view', path, message }): DefinitionProblem => {
        const line = lineOf(view, path)
        return { rule, file: view.file, ...(line !== undefined && { line }), table: table.id, message: sayView(view.name, message) }
      }),
    ),
  ])

const sayView = (name: string, message: string): string => `view ${JSON.stringify(name)}: ${message}`

interface Fault {
  readonly rule?: string
  /** Members of the view that lead to it. */
  readonly path: readonly string[]
  readonly message: string
}

const checkView = (table: Table, view: View): readonly Fault[] => [
  ...checkTemplate(view),
  ...checkColumns(table, view),
  ...checkCondition(table, view),
  ...checkOrder(table, view),
  ...checkNames(table, view),
]

const checkTemplate = ({ template }: View): readonly Fault[] => {
  if (template === undefined) return []
  const message = `its template ${JSON.stringify(template)} is a Go text/template, which only the Go tools write`
  return [{ rule: 'view-template', path: ['template'], message }]
}

const checkColumns = (table: Table, view: View): readonly Fault[] =>
  findUnknownColumns(table, view).map((name) => ({
    rule: 'view-column',
    path: ['columns', String(view.columns.indexOf(name))],
    message: `its column ${JSON.stringify(name)} is no column of the table`,
  }))

const checkCondition = (table: Table, { where }: View): readonly Fault[] => {
  if (where === undefined) return []
  const filter = parseWhere(where)
  const checked = filter.ok ? checkQuery(table, { where: filter.value, orderBy: [], limit: undefined, offset: 0 }) : filter
  return faultsOf(checked, ['where'])
}

const checkOrder = (table: Table, view: View): readonly Fault[] => {
  if (view.orderBy === undefined || readTimeOrder(view) !== undefined) return []
  const keys = parseOrderBy(view.orderBy)
  const checked = keys.ok ? checkQuery(table, { where: undefined, orderBy: keys.value, limit: undefined, offset: 0 }) : keys
  return faultsOf(checked, ['order_by'])
}

const faultsOf = (result: Result<unknown>, path: readonly string[]): readonly Fault[] =>
  result.ok ? [] : messagesOf(result.failure).map((message) => ({ path, message: `its "${path.join('.')}" cannot be used: ${message}` }))

const messagesOf = (failure: Failure): readonly string[] => {
  if (failure.kind === 'limit-exceeded') return [`${failure.what} is too large, the limit is ${failure.limit} ${failure.unit}`]
  return 'issues' in failure ? failure.issues.map(({ message }) => message) : [failure.kind]
}

/** Whatever records there will be: what is wrong with the names of files without any is wrong with all. */
const checkNames = (table: Table, { template: _, ...view }: View): readonly Fault[] =>
  planExports({ table, view, rows: [], databasePath: '', foreignKeys: [] }).problems.map((message) => ({ path: ['file_name'], message }))
