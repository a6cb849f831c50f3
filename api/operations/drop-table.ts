import { fail } from '../../domain/result.ts'
import { commitCommands } from './commit-commands.ts'
import { explainMissing } from './explain-missing.ts'
import type { Handler } from './operation-context.ts'
import { parseTable } from './parse-record-id.ts'

/** Drops a table and all its records in one commit. */
export const dropTable: Handler<'dropTable'> = async (context, input) => {
  const table = parseTable(input.table)
  return table.ok
    ? commitCommands(context, [{ type: 'DropTable', table: table.value }], input)
    : fail(await explainMissing(context, table.failure, input))
}
