import type { Change } from '../event-sourcing/change.ts'
import { type Decision, needCatalogue } from '../event-sourcing/decision.ts'
import { fail, ok } from '../result.ts'
import { tableNotFound } from '../table/decide-table.ts'
import { findTable } from '../table/table.ts'
import type { DropView } from '../table/table-command.ts'

/**
 * Drops a view. Views are no part of the catalogue: whether there is one of that name is found out when its file is edited.
 * @returns `not-found` for the table; `invalid-input` for what cannot be the name of a view
 */
export function* decideDropView({ table, view }: DropView): Decision<readonly Change[]> {
  const catalogue = yield* needCatalogue()
  if (findTable(catalogue, table) === undefined) return fail(tableNotFound(catalogue, table))
  if (!isViewName(view))
    return fail({
      kind: 'invalid-input',
      issues: [{ rule: 'view-name', field: '/view', message: `${JSON.stringify(view)} cannot be the name of a view` }],
    })
  return ok([{ type: 'ViewDropped', table, view }])
}

/** Names of files without their ending: one part of a path. */
const isViewName = (text: string): boolean => text !== '' && text.length <= 200 && !/[/\\\u0000-\u001f\u007f]|^\.\.?$/.test(text)
