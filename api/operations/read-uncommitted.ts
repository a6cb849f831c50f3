import { ok } from '../../domain/result.ts'
import { askSnapshot } from './ask-snapshot.ts'
import { requireTable } from './find-table.ts'
import type { Handler } from './operation-context.ts'
import { parseKey } from './parse-record-id.ts'

/** Files whose edits no answer about a table, or about one record of it, shows. */
export const readUncommitted: Handler<'readUncommitted'> = (context, input) =>
  askSnapshot(context, input, async (snapshot) => {
    const table = requireTable(snapshot.catalogue, input.table)
    if (!table.ok) return table
    const key = input.id === undefined ? ok(undefined) : parseKey(table.value.id, input.id)
    if (!key.ok) return key
    const record = key.value && { key: key.value, revision: snapshot.readRecord(table.value.id, key.value)?.revision }
    const paths = await context.database.readUncommitted({ table: table.value, ...(record && { record }) }, input.branch)
    return paths.ok ? ok({ paths: paths.value }) : paths
  })
