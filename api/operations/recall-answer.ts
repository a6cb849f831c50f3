import type { Command } from '../../domain/event-sourcing/operation.ts'
import type { CommitId, RecordKey, TableId } from '../../domain/ids.ts'
import type { Result } from '../../domain/result.ts'
import { ok } from '../../domain/result.ts'
import type { Snapshot } from '../../projections/snapshot.ts'
import type { OperationAnswer } from '../contract/operations.ts'
import { askSnapshot } from './ask-snapshot.ts'
import type { OperationContext } from './operation-context.ts'

type WriteAnswer = OperationAnswer<'runBatch'>
type Change = WriteAnswer['changes'][number]

/**
 * The answer to a request that was answered before, read from the commit it made: the records and tables that the commands name, as that commit
 * left them. What followed from them (cascades) is in the commit's log entry, not here.
 */
export const recallAnswer = (context: OperationContext, commands: readonly Command[], commit: CommitId): Promise<Result<WriteAnswer>> =>
  askSnapshot(context, { at: commit }, (snapshot) =>
    ok({ commit, changes: commands.flatMap((command) => recallChanges(snapshot, command, commit)), repeated: true, dryRun: false }),
  )

const recallChanges = (snapshot: Snapshot, command: Command, commit: CommitId): readonly Change[] => {
  switch (command.type) {
    case 'CreateTable':
      return [{ operation: 'create-table', table: command.table }]
    case 'RenameTable':
      return [{ operation: 'rename-table', table: command.to }]
    case 'ChangeTable':
    case 'ReshardTable':
      return [{ operation: 'change-table', table: command.table }]
    case 'DropView':
      return [{ operation: 'drop-view', table: command.table, view: command.view }]
    case 'DropTable':
      return [{ operation: 'drop-table', table: command.table }]
    case 'InsertRecords':
      return command.records.flatMap(({ key }) => recallChange(snapshot, { table: command.table, key }, commit))
    default:
      return recallChange(snapshot, command, commit)
  }
}

const recallChange = (
  snapshot: Snapshot,
  { table, key }: { readonly table: TableId; readonly key: RecordKey },
  commit: CommitId,
): readonly Change[] => {
  const [latest] = snapshot.readHistory(table, key, { limit: 1, offset: 0 })
  if (latest?.commit !== commit) return []
  const rev = snapshot.readRecord(table, key)?.revision
  return [{ operation: latest.operation, table, id: key, ...(rev !== undefined && { rev }) }]
}
