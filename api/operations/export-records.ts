import { ExportFailed } from '../../domain/export/export-failed.ts'
import type { ExportHead } from '../../domain/export/record-target.ts'
import { fail, ok, type Result } from '../../domain/result.ts'
import type { Table } from '../../domain/table/table.ts'
import type { Snapshot } from '../../projections/snapshot.ts'
import type { OperationAnswer, OperationInput } from '../contract/operations.ts'
import { parseBranch } from './ask-snapshot.ts'
import { explainMissing } from './explain-missing.ts'
import { changeColumns, changeMembers, listOtherMembers, type MemberRules } from './export-members.ts'
import { requireTable } from './find-table.ts'
import type { Handler, OperationContext } from './operation-context.ts'
import { parseRecordQuery } from './parse-record-query.ts'
import { createPageReader, type PageReader } from './read-pages.ts'
import { shapeRecords } from './shape-records.ts'

type Input = OperationInput<'exportRecords'>
type Answer = OperationAnswer<'exportRecords'>

const problemsMax = 100

/**
 * Hands all records that match to the target, page by page and by key, in memory for one page. All of them are from one commit, found once: what is written meanwhile is
 * not among them. The work tree has no commit; while its files are exported nobody writes.
 */
export const exportRecords: Handler<'exportRecords'> = async (context, input) => {
  const branch = parseBranch(input.branch)
  if (!branch.ok) return branch
  const where = { ...(branch.value !== undefined && { branch: branch.value }), ...(input.at !== undefined && { at: input.at }) }
  try {
    if (input.at === 'worktree') return await context.database.ask(where, (snapshot) => writeAll(context, input, snapshot))
    const snapshot = await context.database.read(where)
    if (!snapshot.ok) return snapshot
    const answer = await writeAll(context, input, snapshot.value)
    return answer.ok ? answer : fail(await explainMissing(context, answer.failure, input))
  } catch (error) {
    if (error instanceof ExportFailed) return fail(error.failure)
    throw error
  }
}

const writeAll = async (context: OperationContext, input: Input, snapshot: Snapshot): Promise<Result<Answer>> => {
  const table = requireTable(snapshot.catalogue, input.table)
  if (!table.ok) return table
  const query = parseRecordQuery(table.value, input)
  if (!query.ok) return query
  const shaped = await shapeRecords(snapshot, { table: table.value, fields: input.fields, expand: undefined, rows: [] })
  if (!shaped.ok) return shaped
  const reader = createPageReader(context, snapshot, { table: table.value, query: query.value, fields: input.fields })
  const total = await reader.count()
  if (!total.ok) return total
  const rules: MemberRules = { keyColumn: input.keyColumn, leftOut: computedFields(table.value, input.fields) }
  const columns = changeColumns(await nameColumns(reader, shaped.value.columns, input), rules)
  let records = 0
  const batches = async function* (): AsyncGenerator<readonly string[]> {
    for await (const page of reader.pages()) {
      records += page.length
      context.onProgress?.(records, total.value, 'records')
      yield page.map((record) => changeMembers(record, rules))
    }
  }
  await input.target.write(toHead(table.value, columns), batches())
  return ok({
    ...(snapshot.commit !== undefined && snapshot.isWorkTree !== true && { commit: snapshot.commit }),
    records,
    ...listUnreadable(snapshot, table.value),
  })
}

/** Left out unless they are asked for: an import refuses values for them. */
const computedFields = ({ columns }: Table, asked: readonly string[] | undefined): ReadonlySet<string> =>
  new Set(columns.flatMap(({ name, formula }) => (formula === undefined || asked !== undefined ? [] : [name])))

const toHead = (table: Table, columns: readonly string[]): ExportHead => {
  const types = new Map(table.columns.map(({ name, type }) => [name, type]))
  return {
    table: table.id,
    columns: columns.map((name, index) => ({ name, type: types.get(name) ?? (index === 0 || name === '$parent' ? 'string' : undefined) })),
  }
}

const nameColumns = async (reader: PageReader, columns: readonly string[], { target, fields }: Input): Promise<readonly string[]> =>
  target.needsAllColumns && fields === undefined ? [...columns, ...(await listOtherMembers(reader.pages(), columns))] : columns

const listUnreadable = (snapshot: Snapshot, table: Table): Pick<Answer, 'unreadable' | 'problems'> => {
  const entries = snapshot.readQuarantine().filter((entry) => entry.table === table.id)
  const problems = entries.slice(0, problemsMax).map(({ path, line, message }) => ({ file: path, ...(line !== undefined && { line }), message }))
  return { unreadable: entries.length, problems }
}
