import { uncommitted } from '../../domain/ids.ts'
import type { RecordQuery } from '../../domain/query/filter.ts'
import type { Result } from '../../domain/result.ts'
import { ok } from '../../domain/result.ts'
import type { Table } from '../../domain/table/table.ts'
import type { Snapshot } from '../../projections/snapshot.ts'
import type { OperationAnswer, OperationInput } from '../contract/operations.ts'
import { askSnapshot } from './ask-snapshot.ts'
import { requireTable } from './find-table.ts'
import type { Handler } from './operation-context.ts'
import { checkCursor, digestQuestion, type PageCursor, readCursor, refuseCursor, writeCursor } from './page-cursor.ts'
import { parseRecordQuery } from './parse-record-query.ts'
import { shapeRecords } from './shape-records.ts'

type Input = OperationInput<'selectRecords'>
type Answer = OperationAnswer<'selectRecords'>

/** One page of the records that match. `next` leads on in the same commit, so pages never shift under a reader. */
export const selectRecords: Handler<'selectRecords'> = async (context, input) => {
  if (input.cursor === undefined) return askSnapshot(context, input, (snapshot) => answer(snapshot, input, undefined))
  if (input.offset !== undefined) return refuseCursor('a cursor says where the page starts: leave "offset" out')
  const cursor = readCursor(input.cursor)
  if (!cursor.ok) return cursor
  const at = cursor.value.commit === uncommitted ? 'worktree' : cursor.value.commit
  return askSnapshot(context, { branch: input.branch, at }, (snapshot) => answer(snapshot, input, cursor.value))
}

const answer = async (snapshot: Snapshot, input: Input, cursor: PageCursor | undefined): Promise<Result<Answer>> => {
  const table = requireTable(snapshot.catalogue, input.table)
  if (!table.ok) return table
  const query = parseRecordQuery(table.value, input)
  if (!query.ok) return query
  const question = digestQuestion(table.value.id, query.value)
  if (cursor !== undefined) {
    const checked = checkCursor(cursor, question)
    if (!checked.ok) return checked
    if (snapshot.readRecord(table.value.id, cursor.after) === undefined)
      return refuseCursor('the record that this cursor starts after does not exist')
  }
  const paged = cursor === undefined ? query.value : { ...query.value, after: cursor.after }
  return readPage(snapshot, { table: table.value, query: paged, question, input })
}

interface PageRequest {
  readonly table: Table
  readonly query: RecordQuery
  /** Digest for the cursor. */
  readonly question: string
  readonly input: Input
}

/** Reads one record more than the page has, to know whether there is a next one. */
const readPage = async (snapshot: Snapshot, { table, query, question, input }: PageRequest): Promise<Result<Answer>> => {
  const { limit } = query
  const rows = await snapshot.selectRecords(table.id, limit === undefined ? query : { ...query, limit: limit + 1 })
  if (!rows.ok) return rows
  const total = input.count === true ? await snapshot.countRecords(table.id, query.where, query.search) : ok(undefined)
  if (!total.ok) return total
  const records = limit === undefined ? rows.value : rows.value.slice(0, limit)
  const shaped = await shapeRecords(snapshot, { table, fields: input.fields, expand: input.expand, rows: records })
  if (!shaped.ok) return shaped
  const last = records.length < rows.value.length ? records.at(-1) : undefined
  // Files that are not committed stand still for nobody: the next page is one of the files as they are then.
  const pinned = snapshot.isWorkTree === true ? uncommitted : snapshot.commit
  return ok({
    ...(snapshot.commit !== undefined && { commit: snapshot.commit }),
    columns: shaped.value.columns,
    records: shaped.value.rows,
    ...(last !== undefined && pinned !== undefined && { next: writeCursor({ commit: pinned, after: last.key }, question) }),
    ...(total.value !== undefined && { total: total.value }),
  })
}
