import { ok } from '../../domain/result.ts'
import { askSnapshot } from './ask-snapshot.ts'
import { requireTable } from './find-table.ts'
import type { Handler } from './operation-context.ts'
import { parseRecordQuery } from './parse-record-query.ts'

/** How many records match; without a filter, how many there are. */
export const countRecords: Handler<'countRecords'> = (context, input) =>
  askSnapshot(context, input, async (snapshot) => {
    const { catalogue, commit } = snapshot
    const table = requireTable(catalogue, input.table)
    if (!table.ok) return table
    const query = parseRecordQuery(table.value, input)
    if (!query.ok) return query
    const count = await snapshot.countRecords(table.value.id, query.value.where, query.value.search)
    return count.ok ? ok({ ...(commit !== undefined && { commit }), count: count.value }) : count
  })
