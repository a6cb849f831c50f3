import { loadOnce } from '../../domain/load-once.ts'
import type { Result } from '../../domain/result.ts'
import { authorize } from '../authorize.ts'
import type { OperationAnswer, OperationInput, OperationName } from '../contract/operations.ts'
import { permissions } from '../contract/permissions.ts'
import type { Handler, OperationContext } from './operation-context.ts'

/**
 * Runs an operation for a caller whose input has the right types already: the local command line, other code.
 * Texts inside it (keys, filters, branches) are parsed by the handler; input from outside goes through `callOperation`.
 */
export const runOperation = async <Name extends OperationName>(
  context: OperationContext,
  name: Name,
  input: OperationInput<Name>,
): Promise<Result<OperationAnswer<Name>>> => {
  const allowed = authorize(permissions[name], context.principal)
  if (!allowed.ok) return allowed
  const handler = await handlers[name]()
  return handler(context, input)
}

/** Each handler is loaded when it is first asked for, so that a point read does not pay for the filter compiler. */
const handlers: { readonly [Name in OperationName]: () => Promise<Handler<Name>> } = {
  readStatus: loadOnce(async () => (await import('./read-status.ts')).readStatus),
  checkHealth: loadOnce(async () => (await import('./check-health.ts')).checkHealth),
  rebuild: loadOnce(async () => (await import('./rebuild.ts')).rebuild),
  validateDatabase: loadOnce(async () => (await import('./validate-database.ts')).validateDatabase),
  readLog: loadOnce(async () => (await import('./read-log.ts')).readLog),
  listBranches: loadOnce(async () => (await import('./list-branches.ts')).listBranches),
  createBranch: loadOnce(async () => (await import('./create-branch.ts')).createBranch),
  switchBranch: loadOnce(async () => (await import('./switch-branch.ts')).switchBranch),
  renameBranch: loadOnce(async () => (await import('./rename-branch.ts')).renameBranch),
  deleteBranch: loadOnce(async () => (await import('./delete-branch.ts')).deleteBranch),
  protectBranch: loadOnce(async () => (await import('./protect-branch.ts')).protectBranch),
  unprotectBranch: loadOnce(async () => (await import('./protect-branch.ts')).unprotectBranch),
  listTags: loadOnce(async () => (await import('./list-tags.ts')).listTags),
  createTag: loadOnce(async () => (await import('./change-tags.ts')).createTag),
  deleteTag: loadOnce(async () => (await import('./change-tags.ts')).deleteTag),
  createTable: loadOnce(async () => (await import('./create-table.ts')).createTable),
  changeTable: loadOnce(async () => (await import('./change-table.ts')).changeTable),
  renameTable: loadOnce(async () => (await import('./rename-table.ts')).renameTable),
  reshardTable: loadOnce(async () => (await import('./reshard-table.ts')).reshardTable),
  dropTable: loadOnce(async () => (await import('./drop-table.ts')).dropTable),
  listTables: loadOnce(async () => (await import('./list-tables.ts')).listTables),
  describeTable: loadOnce(async () => (await import('./describe-table.ts')).describeTable),
  listViews: loadOnce(async () => (await import('./list-views.ts')).listViews),
  describeView: loadOnce(async () => (await import('./describe-view.ts')).describeView),
  dropView: loadOnce(async () => (await import('./drop-view.ts')).dropView),
  materializeViews: loadOnce(async () => (await import('./materialize-views.ts')).materializeViews),
  updateReadmes: loadOnce(async () => (await import('./update-readmes.ts')).updateReadmes),
  insertRecords: loadOnce(async () => (await import('./insert-records.ts')).insertRecords),
  importRecords: loadOnce(async () => (await import('./import-records.ts')).importRecords),
  exportRecords: loadOnce(async () => (await import('./export-records.ts')).exportRecords),
  getRecord: loadOnce(async () => (await import('./get-record.ts')).getRecord),
  selectRecords: loadOnce(async () => (await import('./select-records.ts')).selectRecords),
  countRecords: loadOnce(async () => (await import('./count-records.ts')).countRecords),
  distinctValues: loadOnce(async () => (await import('./distinct-values.ts')).distinctValues),
  countFacets: loadOnce(async () => (await import('./count-facets.ts')).countFacets),
  readUncommitted: loadOnce(async () => (await import('./read-uncommitted.ts')).readUncommitted),
  querySql: loadOnce(async () => (await import('./query-sql.ts')).querySql),
  replaceRecord: loadOnce(async () => (await import('./write-record.ts')).replaceRecord),
  patchRecord: loadOnce(async () => (await import('./write-record.ts')).patchRecord),
  upsertRecord: loadOnce(async () => (await import('./write-record.ts')).upsertRecord),
  deleteRecord: loadOnce(async () => (await import('./write-record.ts')).deleteRecord),
  updateWhere: loadOnce(async () => (await import('./update-where.ts')).updateWhere),
  deleteWhere: loadOnce(async () => (await import('./delete-where.ts')).deleteWhere),
  runBatch: loadOnce(async () => (await import('./run-batch.ts')).runBatch),
  readHistory: loadOnce(async () => (await import('./read-history.ts')).readHistory),
  diffCommits: loadOnce(async () => (await import('./diff-commits.ts')).diffCommits),
  readPatch: loadOnce(async () => (await import('./read-patch.ts')).readPatch),
  readBlame: loadOnce(async () => (await import('./read-blame.ts')).readBlame),
  mergeBranch: loadOnce(async () => (await import('./merge-branch.ts')).mergeBranch),
  listMerges: loadOnce(async () => (await import('./settle-merge.ts')).listMerges),
  readConflicts: loadOnce(async () => (await import('./settle-merge.ts')).readConflicts),
  resolveConflicts: loadOnce(async () => (await import('./settle-merge.ts')).resolveConflicts),
  continueMerge: loadOnce(async () => (await import('./settle-merge.ts')).continueMerge),
  abortMerge: loadOnce(async () => (await import('./settle-merge.ts')).abortMerge),
  cherryPick: loadOnce(async () => (await import('./pick-commits.ts')).cherryPick),
  revertCommits: loadOnce(async () => (await import('./pick-commits.ts')).revertCommits),
  restore: loadOnce(async () => (await import('./restore.ts')).restore),
  rebaseBranch: loadOnce(async () => (await import('./rebase-branch.ts')).rebaseBranch),
  undo: loadOnce(async () => (await import('./pick-commits.ts')).undo),
  readLastChanges: loadOnce(async () => (await import('./read-last-changes.ts')).readLastChanges),
  listRemotes: loadOnce(async () => (await import('./remotes.ts')).listRemotes),
  addRemote: loadOnce(async () => (await import('./remotes.ts')).addRemote),
  removeRemote: loadOnce(async () => (await import('./remotes.ts')).removeRemote),
  setRemoteUrl: loadOnce(async () => (await import('./remotes.ts')).setRemoteUrl),
  fetch: loadOnce(async () => (await import('./fetch.ts')).fetch),
  follow: loadOnce(async () => (await import('./follow.ts')).follow),
  mirrorRemote: loadOnce(async () => (await import('./mirror-remote.ts')).mirrorRemote),
  pull: loadOnce(async () => (await import('./pull.ts')).pull),
  push: loadOnce(async () => (await import('./push.ts')).push),
}
