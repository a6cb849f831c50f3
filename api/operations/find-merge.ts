import type { MergeState } from '../../domain/merge/merge-state.ts'
import { fail, ok, type Result } from '../../domain/result.ts'
import type { Database } from '../database.ts'

/** The merge of this id; without one the only one that waits, or the only one into the current branch. */
export const findMerge = async (database: Database, id: string | undefined): Promise<Result<MergeState>> => {
  const waiting = await (await database.loadMergeStates()).list()
  if (id !== undefined) {
    const found = waiting.find((state) => state.id === id)
    return found === undefined ? fail({ kind: 'not-found', what: 'merge', id, among: waiting.map((state) => state.id) }) : ok(found)
  }
  const here = waiting.filter(({ branch }) => branch === database.readCurrentBranch())
  const [only] = here.length > 0 ? here : waiting
  if (only === undefined) return fail({ kind: 'not-found', what: 'merge', id: '', why: 'no merge waits for conflicts to be settled' })
  if (here.length > 1 || (here.length === 0 && waiting.length > 1)) {
    const message = `several merges wait: say which one, ${waiting.map((state) => `${state.id} (${state.source} into ${state.branch})`).join(', ')}`
    return fail({ kind: 'invalid-input', issues: [{ rule: 'merge', message }] })
  }
  return ok(only)
}
