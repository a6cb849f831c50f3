import type { MergeChoices } from '../../domain/merge/merge-file.ts'
import type { MergeState } from '../../domain/merge/merge-state.ts'
import { ok } from '../../domain/result.ts'
import { findMerge } from './find-merge.ts'
import { runMerge } from './merge-branch.ts'
import type { Handler } from './operation-context.ts'
import { keepOthers, toResolutions } from './to-resolutions.ts'

/** What is open in a merge, as the branches are now. */
export const readConflicts: Handler<'readConflicts'> = async ({ database }, { merge }) => {
  const state = await findMerge(database, merge)
  if (!state.ok) return state
  const answer = await runMerge(database, state.value, { dryRun: true, force: false })
  if (!answer.ok) return answer
  const source = await database.resolve({ at: state.value.source })
  const hasMoved = state.value.base === undefined && source.ok && source.value !== undefined && source.value !== state.value.theirs
  return ok({ ...answer.value, merge: state.value.id, ...(hasMoved && { sourceMoved: true }) })
}

/**
 * Adds resolutions to a merge, and says what is still open with them; a later word about the same thing replaces the earlier one. The merge is not
 * finished by this.
 */
export const resolveConflicts: Handler<'resolveConflicts'> = async ({ database }, { merge, resolutions = [], all, undoAll = false }) => {
  const state = await findMerge(database, merge)
  if (!state.ok) return state
  const kept = keepOthers(undoAll ? [] : state.value.choices.resolutions, resolutions)
  if (!kept.ok) return kept
  const before: MergeState = { ...state.value, choices: { ...state.value.choices, resolutions: kept.value } }
  const current = await database.merge({ ...before, dryRun: true })
  if (!current.ok) return current
  const open = current.value.status === 'conflicts' ? current.value : undefined
  const added = await toResolutions(database, { state: before, open, resolutions, all })
  if (!added.ok) return added
  const choices: MergeChoices = { ...before.choices, resolutions: added.value }
  const tried = await runMerge(database, { ...before, choices }, { dryRun: true, force: false })
  if (!tried.ok) return tried
  const states = await database.loadMergeStates()
  const saved = await states.save({ ...before, choices }, state.value)
  return saved.ok ? ok({ ...tried.value, merge: state.value.id }) : saved
}

/** Finishes a merge with what was settled; what is open keeps it waiting. */
export const continueMerge: Handler<'continueMerge'> = async ({ database }, { merge, force = false }) => {
  const state = await findMerge(database, merge)
  if (!state.ok) return state
  return runMerge(database, state.value, { dryRun: false, force, waiting: state.value })
}

export const abortMerge: Handler<'abortMerge'> = async ({ database }, { merge }) => {
  const state = await findMerge(database, merge)
  if (!state.ok) return state
  const { id, branch, source } = state.value
  const deleted = await (await database.loadMergeStates()).delete(id)
  return deleted.ok ? ok({ merge: id, branch, source }) : deleted
}

export const listMerges: Handler<'listMerges'> = async ({ database }) => {
  const waiting = await (await database.loadMergeStates()).list()
  return ok({
    merges: waiting.map(({ id, branch, source, theirs, conflicts, choices }) => ({
      merge: id,
      branch,
      source,
      theirs,
      open: conflicts.length,
      settled: choices.resolutions.length,
    })),
  })
}
