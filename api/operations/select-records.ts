import type { RecordQuery } from '../../domain/query/filter.ts'
import type { Result } from '../../domain/result.ts'
import { fail, ok } from '../../domain/result.ts'
import type { Table } from '../../domain/table/table.ts'
import type { Snapshot } from '../../projections/snapshot.ts'
import type { OperationAnswer, OperationInput } from '../contract/operations.ts'
import { askSnapshot } from './ask-snapshot.ts'
import { requireTable } from './find-table.ts'
import type { Handler } from './operation-context.ts'
import { parseRecordQuery } from './parse-record-query.ts'
import type { PickedField } from './pick-fields.ts'
import { parseFields, pickFields } from './pick-fields.ts'

type Input = OperationInput<'selectRecords'>
type Answer = OperationAnswer<'selectRecords'>

/** One page of the records that match. `next` leads on in the same commit, so pages never shift under a reader. */
export const selectRecords: Handler<'selectRecords'> = async (context, input) => {
  const start = parseStart(input)
  if (!start.ok) return start
  return askSnapshot(context, start.value, (snapshot) => answer(snapshot, { ...input, offset: start.value.offset }))
}

const answer = async (snapshot: Snapshot, input: Input): Promise<Result<Answer>> => {
  const table = requireTable(snapshot.catalogue, input.table)
  if (!table.ok) return table
  const query = parseRecordQuery(table.value, input)
  if (!query.ok) return query
  const fields = input.fields === undefined ? ok(undefined) : parseFields(table.value, input.fields)
  return fields.ok ? readPage(snapshot, { table: table.value, query: query.value, fields: fields.value, count: input.count === true }) : fields
}

interface PageRequest {
  readonly table: Table
  readonly query: RecordQuery
  readonly fields: readonly PickedField[] | undefined
  readonly count: boolean
}

/** Reads one record more than the page has, to know whether there is a next one. */
const readPage = async (snapshot: Snapshot, { table, query, fields, count }: PageRequest): Promise<Result<Answer>> => {
  const { limit, offset } = query
  const rows = await snapshot.selectRecords(table.id, limit === undefined ? query : { ...query, limit: limit + 1 })
  if (!rows.ok) return rows
  const total = count ? await snapshot.countRecords(table.id, query.where) : ok(undefined)
  if (!total.ok) return total
  const records = limit === undefined ? rows.value : rows.value.slice(0, limit)
  return ok({
    ...(snapshot.commit !== undefined && { commit: snapshot.commit }),
    columns: ['$id', ...(fields ?? table.columns).map((column) => column.name).filter((name) => name !== '$id' && name !== '$ID')],
    records: fields === undefined ? records : records.map((row) => ({ ...row, json: pickFields(row.json, fields) })),
    ...(records.length < rows.value.length && { next: `${snapshot.commit}.${offset + records.length}` }),
    ...(total.value !== undefined && { total: total.value }),
  })
}

interface Start {
  readonly branch: string | undefined
  readonly at: string | undefined
  readonly offset: number
}

/** A cursor is the commit and the offset of the next page, `<sha>.<offset>`; clients treat it as one word. */
const parseStart = ({ cursor, branch, at, offset }: Input): Result<Start> => {
  if (cursor === undefined) return ok({ branch, at, offset: offset ?? 0 })
  const match = /^([0-9a-f]{40})\.(\d{1,15})$/.exec(cursor)
  if (match !== null) return ok({ branch, at: match[1], offset: Number(match[2]) })
  return fail({
    kind: 'invalid-input',
    issues: [{ rule: 'cursor', message: 'this is not a cursor that an answer gave as "next"', field: '/cursor' }],
  })
}
