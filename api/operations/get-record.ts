import { recordAddress } from '../../domain/record/record-address.ts'
import { fail, ok } from '../../domain/result.ts'
import { askSnapshot } from './ask-snapshot.ts'
import { explainMissingRecord } from './explain-missing.ts'
import { requireTable } from './find-table.ts'
import type { Handler } from './operation-context.ts'
import { parseKey } from './parse-record-id.ts'

/** One record as it is stored, ready to be sent. */
export const getRecord: Handler<'getRecord'> = (context, input) =>
  askSnapshot(context, input, async (snapshot) => {
    const { catalogue, commit } = snapshot
    const table = requireTable(catalogue, input.table)
    if (!table.ok) return table
    const key = parseKey(table.value.id, input.id)
    if (!key.ok) return key
    const row = snapshot.readRecord(table.value.id, key.value)
    if (row === undefined) return fail(explainMissingRecord(snapshot, recordAddress(table.value.id, key.value)))
    if (input.fields === undefined && input.expand === undefined)
      return ok({ ...(commit !== undefined && { commit }), revision: row.revision, json: row.json })
    const { shapeRecords } = await import('./shape-records.ts')
    const shaped = await shapeRecords(snapshot, { table: table.value, fields: input.fields, expand: input.expand, rows: [row] })
    return shaped.ok ? ok({ ...(commit !== undefined && { commit }), revision: row.revision, json: shaped.value.rows[0]?.json ?? row.json }) : shaped
  })
