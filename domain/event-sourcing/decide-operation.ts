import { checkConstraints } from '../record/check-constraints.ts'
import { checkRecordCounts } from '../record/check-record-counts.ts'
import { decideRecord, type RecordRules } from '../record/decide-record.ts'
import { ok, type Result } from '../result.ts'
import { decideChangeTable } from '../table/decide-change-table.ts'
import { decideRenameTable } from '../table/decide-rename-table.ts'
import { decideReshardTable } from '../table/decide-reshard-table.ts'
import { decideCreateTable, decideDropTable } from '../table/decide-table.ts'
import { decideDropView } from '../view/decide-drop-view.ts'
import type { Change } from './change.ts'
import { type Decision, decideWith, type Facts } from './decision.ts'
import type { Command, Operation } from './operation.ts'
import { overlayFacts } from './overlay-facts.ts'

/** What deciders are given from outside. */
export type OperationRules = RecordRules

/**
 * Decides a whole operation: its commands in order, each seeing what those before it did, then once what must hold between records.
 * All or nothing: the first failure is the answer.
 *
 * @param facts  how the branch stands before the operation; only read
 * @returns net changes, at most one a record; empty when the operation changes nothing
 */
export const decideOperation = (operation: Pick<Operation, 'commands'>, facts: Facts, rules: OperationRules): Result<readonly Change[]> => {
  const overlay = overlayFacts(facts)
  for (const command of operation.commands) {
    const decided = decideWith(decideCommand(command, rules), overlay)
    if (!decided.ok) return decided
    overlay.apply(decided.value)
  }
  const changes = overlay.changes()
  for (const check of [checkConstraints(changes), checkRecordCounts(changes)]) {
    const checked = decideWith(check, overlay)
    if (!checked.ok) return checked
  }
  return ok(changes)
}

const decideCommand = (command: Command, rules: OperationRules): Decision<readonly Change[]> => {
  switch (command.type) {
    case 'CreateTable':
      return decideCreateTable(command, rules)
    case 'DropTable':
      return decideDropTable(command)
    case 'DropView':
      return decideDropView(command)
    case 'RenameTable':
      return decideRenameTable(command)
    case 'ReshardTable':
      return decideReshardTable(command)
    case 'ChangeTable':
      return decideChangeTable(command, rules)
    default:
      return decideRecord(command, rules)
  }
}
