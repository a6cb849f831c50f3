import { fail, ok } from '../../domain/result.ts'
import { findBranch } from './find-branch.ts'
import type { Handler } from './operation-context.ts'

/** Makes a branch the current one, while nobody writes. */
export const switchBranch: Handler<'switchBranch'> = async ({ database }, { name }) => {
  const refs = await database.openRefs()
  return database.exclusively(async () => {
    const found = await findBranch(refs, name)
    if (!found.ok) return found
    const { branch, head: commit } = found.value
    const before = await refs.readHead()
    const [worktree] = before.hasFiles ? refs.listOtherCheckouts(branch) : []
    if (worktree !== undefined) return fail({ kind: 'checked-out', branch, worktree })
    if (before.branch !== branch) {
      const switched = await refs.switchBranch(branch)
      if (!switched.ok) return switched
    }
    return ok({
      branch,
      ...(commit !== undefined && { commit }),
      ...(before.branch !== undefined && { previous: before.branch }),
      ...(before.branch === undefined && before.commit !== undefined && { detached: before.commit }),
    })
  })
}
