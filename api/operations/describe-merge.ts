import type { RecordChange } from '../../domain/event-sourcing/change.ts'
import type { Json } from '../../domain/json.ts'
import { stringifyJson } from '../../domain/json.ts'
import type { MergeConflict, Sides } from '../../domain/merge/conflict.ts'
import type { MergeOutcome } from '../../domain/merge/merge-request.ts'
import type { MergeState } from '../../domain/merge/merge-state.ts'
import { formatPointer } from '../../domain/record/json-pointer.ts'
import type { OperationAnswer } from '../contract/operations.ts'

export type MergeAnswer = OperationAnswer<'mergeBranch'>

/** The outcome of a merge as the contract has it. @param state  the merge as it waits, or would */
export const describeMerge = (
  outcome: MergeOutcome,
  { branch, source, theirs, id }: Pick<MergeState, 'branch' | 'source' | 'theirs'> & { readonly id: string | undefined },
  dryRun: boolean,
): MergeAnswer => {
  const common = { status: outcome.status, branch, source, theirs, dryRun, changes: [], conflicts: [] }
  if (outcome.status === 'up-to-date') return { ...common, ours: outcome.commit, ...(!dryRun && { commit: outcome.commit }) }
  const { base, ours, hasVirtualBase = false } = outcome.sides
  const sides = { ...common, ours, ...(base !== undefined && !hasVirtualBase && { base }) }
  if (outcome.status === 'conflicts') return { ...sides, ...(id !== undefined && { merge: id }), conflicts: outcome.conflicts.map(describeConflict) }
  const changes = outcome.changes.map(describeRecordChange)
  return { ...sides, ...(!dryRun && { commit: outcome.commit }), changes }
}

export const describeRecordChange = ({ type, table, key }: RecordChange): MergeAnswer['changes'][number] => ({
  table,
  id: key,
  change: changeNames[type],
})

const changeNames = { RecordInserted: 'added', RecordUpdated: 'updated', RecordDeleted: 'deleted' } as const

export const describeConflict = (conflict: MergeConflict): MergeAnswer['conflicts'][number] => {
  const { type } = conflict
  switch (type) {
    case 'field':
      return {
        type,
        table: conflict.table,
        id: conflict.key,
        pointer: formatPointer(conflict.path),
        ...texts(conflict),
        message: 'both sides changed it',
      }
    case 'record':
      return { type, table: conflict.table, id: conflict.key, ...texts(conflict), message: explainRecord(conflict) }
    case 'definition':
      return { type, file: conflict.file, pointer: formatPointer(conflict.path), ...texts(conflict), message: 'both sides changed it' }
    case 'file':
      return { type, file: conflict.file, message: conflict.why }
    case 'constraint': {
      const { issue, involved } = conflict
      return {
        type,
        ...(issue.table !== undefined && { table: issue.table }),
        ...(issue.key !== undefined && { id: issue.key }),
        ...(issue.field !== undefined && { pointer: issue.field }),
        rule: issue.rule,
        message: issue.message,
        involved: involved.map(({ table, key }) => ({ table, id: key })),
      }
    }
  }
}

const explainRecord = ({ ours, theirs }: Sides<unknown>): string =>
  ours === undefined ? 'ours deleted it, theirs changed it' : theirs === undefined ? 'theirs deleted it, ours changed it' : 'both sides changed it'

const texts = ({ base, ours, theirs }: Sides<Json>) => ({
  ...(base !== undefined && { base: stringifyJson(base) }),
  ...(ours !== undefined && { ours: stringifyJson(ours) }),
  ...(theirs !== undefined && { theirs: stringifyJson(theirs) }),
})
