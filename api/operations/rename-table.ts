import { parseTableId } from '../../domain/ids.ts'
import { fail } from '../../domain/result.ts'
import { commitCommands } from './commit-commands.ts'
import { sayTableIdRules } from './create-table.ts'
import { explainMissing } from './explain-missing.ts'
import type { Handler } from './operation-context.ts'
import { parseTable } from './parse-record-id.ts'

/** Renames a table, with its files and the foreign keys that lead to it: one commit, or nothing. */
export const renameTable: Handler<'renameTable'> = async (context, input) => {
  const table = parseTable(input.table)
  if (!table.ok) return fail(await explainMissing(context, table.failure, input))
  const to = parseTableId(input.to)
  if (to === undefined) return fail({ kind: 'invalid-input', issues: [{ rule: 'table-id', message: sayTableIdRules(input.to), field: '/to' }] })
  const keep = input.keepDirectory === true && { keepDirectory: true }
  return commitCommands(context, [{ type: 'RenameTable', table: table.value, to, ...keep }], input)
}
