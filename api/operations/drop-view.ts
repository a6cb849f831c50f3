import { askSnapshot } from './ask-snapshot.ts'
import { commitCommands } from './commit-commands.ts'
import type { Handler } from './operation-context.ts'
import { parseTable } from './parse-record-id.ts'
import { findView, readTableViews } from './read-table-views.ts'

/** Drops a view in one commit. Whether it is there is looked up first, for a failure that says which there are; a broken one can be dropped too. */
export const dropView: Handler<'dropView'> = async (context, input) => {
  const table = parseTable(input.table)
  if (!table.ok) return table
  if (input.requestId === undefined) {
    const found = await askSnapshot(context, { branch: input.branch }, async (snapshot) => {
      const read = await readTableViews(context, snapshot, [input.table])
      return read.ok ? findView(read.value, input.view) : read
    })
    if (!found.ok && found.failure.kind !== 'invalid-database') return found
  }
  return commitCommands(context, [{ type: 'DropView', table: table.value, view: input.view }], input)
}
