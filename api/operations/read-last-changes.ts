import { ok } from '../../domain/result.ts'
import { askSnapshot } from './ask-snapshot.ts'
import { requireTable } from './find-table.ts'
import { presentCommit } from './format-commit-time.ts'
import type { Handler } from './operation-context.ts'
import { parseRecordQuery } from './parse-record-query.ts'

/** Who touched each record last, and when. Records are chosen, sorted and paged as `selectRecords` does it. */
export const readLastChanges: Handler<'readLastChanges'> = (context, input) =>
  askSnapshot(context, input, async (snapshot) => {
    const table = requireTable(snapshot.catalogue, input.table)
    if (!table.ok) return table
    const query = parseRecordQuery(table.value, input)
    if (!query.ok) return query
    const rows = await snapshot.selectRecords(table.value.id, query.value)
    if (!rows.ok) return rows
    const changes = snapshot.readLastChanges(
      table.value.id,
      rows.value.map(({ key }) => key),
    )
    const mailmap = await context.database.readMailmap()
    return ok({
      ...(snapshot.commit !== undefined && { commit: snapshot.commit }),
      entries: changes.map(({ key, ...change }) => ({ id: key, ...presentCommit(change, mailmap) })),
    })
  })
