import { recordAddress } from '../../domain/record/record-address.ts'
import { fail, ok } from '../../domain/result.ts'
import { askSnapshot } from './ask-snapshot.ts'
import { requireTable } from './find-table.ts'
import { presentCommit } from './format-commit-time.ts'
import type { Handler } from './operation-context.ts'
import { parseKey } from './parse-record-id.ts'

/** Commits that changed a record, newest first. A deleted record has a history; one that never was is `not-found`. */
export const readHistory: Handler<'readHistory'> = (context, input) =>
  askSnapshot(context, input, (snapshot) => {
    const table = requireTable(snapshot.catalogue, input.table)
    if (!table.ok) return table
    const key = parseKey(table.value.id, input.id)
    if (!key.ok) return key
    const offset = input.offset ?? 0
    const entries = snapshot.readHistory(table.value.id, key.value, { limit: input.limit, offset })
    if (entries.length === 0 && offset === 0) return fail({ kind: 'not-found', what: 'record', id: recordAddress(input.table, input.id) })
    return ok({
      ...(snapshot.commit !== undefined && { commit: snapshot.commit }),
      entries: entries.map(presentCommit),
    })
  })
