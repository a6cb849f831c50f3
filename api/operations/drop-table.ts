import { askSnapshot } from './ask-snapshot.ts'
import { commitCommands } from './commit-commands.ts'
import { requireTable } from './find-table.ts'
import type { Handler } from './operation-context.ts'

/** Drops a table and all its records in one commit. */
export const dropTable: Handler<'dropTable'> = async (context, input) => {
  const table = await askSnapshot(context, { branch: input.branch }, ({ catalogue }) => requireTable(catalogue, input.table))
  return table.ok ? commitCommands(context, [{ type: 'DropTable', table: table.value.id }], input) : table
}
