import { fail } from '../../domain/result.ts'
import { commitCommands } from './commit-commands.ts'
import { explainMissing } from './explain-missing.ts'
import type { Handler } from './operation-context.ts'
import { parseTable } from './parse-record-id.ts'

/** Moves the record files of a table to another number of levels of directories: one commit, or nothing. */
export const reshardTable: Handler<'reshardTable'> = async (context, input) => {
  const table = parseTable(input.table)
  if (!table.ok) return fail(await explainMissing(context, table.failure, input))
  return commitCommands(context, [{ type: 'ReshardTable', table: table.value, levels: input.levels }], input)
}
