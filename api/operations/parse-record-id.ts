import type { RecordKey, TableId } from '../../domain/ids.ts'
import { countKeyParts, parseTableId } from '../../domain/ids.ts'
import { explainRecordKey, parseRecordKey } from '../../domain/record/record-key.ts'
import type { Result } from '../../domain/result.ts'
import { fail, ok } from '../../domain/result.ts'

/** A text that cannot be the id of any table names none that exists: `not-found`, which the caller may complete with the tables there are. */
export const parseTable = (text: string): Result<TableId> => {
  const table = parseTableId(text)
  return table === undefined ? fail({ kind: 'not-found', what: 'table', id: text }) : ok(table)
}

/** A key by the rules that hold in every table; those of one table are checked by the decision. */
export const parseKey = (table: TableId, text: string): Result<RecordKey> => {
  const parts = countKeyParts(table)
  const key = parseRecordKey(text, parts)
  if (key !== undefined) return ok(key)
  const message = `the key ${explainRecordKey(text, parts)}`
  return fail({ kind: 'invalid-input', issues: [{ rule: 'key', message, table, key: text }] })
}

export interface RecordId {
  readonly table: TableId
  readonly key: RecordKey
}

/** @returns table and key of the texts; `not-found` where no table can have that id, `invalid-input` (rule `key`) with why the text is no key */
export const parseRecordId = (input: { readonly table: string; readonly id: string }): Result<RecordId> => {
  const table = parseTable(input.table)
  if (!table.ok) return table
  const key = parseKey(table.value, input.id)
  return key.ok ? ok({ table: table.value, key: key.value }) : key
}
