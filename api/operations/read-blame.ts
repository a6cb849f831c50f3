import { stringifyJson } from '../../domain/json.ts'
import { formatPointer } from '../../domain/record/json-pointer.ts'
import { recordAddress } from '../../domain/record/record-address.ts'
import { fail, ok } from '../../domain/result.ts'
import { askSnapshot } from './ask-snapshot.ts'
import { explainMissingRecord } from './explain-missing.ts'
import { requireTable } from './find-table.ts'
import { presentCommit } from './format-commit-time.ts'
import type { Handler } from './operation-context.ts'
import { parseKey } from './parse-record-id.ts'

/** Who gave each field of a record its present value, and when. */
export const readBlame: Handler<'readBlame'> = (context, input) =>
  askSnapshot(context, input, async (snapshot) => {
    const table = requireTable(snapshot.catalogue, input.table)
    if (!table.ok) return table
    const key = parseKey(table.value.id, input.id)
    if (!key.ok) return key
    const fields = snapshot.readBlame(table.value.id, key.value, { nested: input.nested === true, removed: input.removed === true })
    if (fields === undefined) return fail(explainMissingRecord(snapshot, recordAddress(table.value.id, key.value)))
    const mailmap = await context.database.readMailmap()
    return ok({
      ...(snapshot.commit !== undefined && { commit: snapshot.commit }),
      entries: fields.map(({ path, value, ...change }) => ({
        field: path[0],
        pointer: formatPointer(path),
        ...(value !== undefined && { json: stringifyJson(value) }),
        ...presentCommit(change, mailmap),
      })),
    })
  })
