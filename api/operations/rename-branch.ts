import { fail, ok } from '../../domain/result.ts'
import { checkNewName, parseNewName } from '../../domain/version-control/check-new-name.ts'
import { checkProtection } from '../../domain/version-control/protection.ts'
import { findBranch, readProtections } from './find-branch.ts'
import type { Handler } from './operation-context.ts'

/** Gives a branch another name, while nobody writes to it. */
export const renameBranch: Handler<'renameBranch'> = async (context, input) => {
  const to = parseNewName('branch', input.to)
  if (!to.ok) return to
  const refs = await context.database.openRefs()
  return context.database.exclusively(async () => {
    const found = await findBranch(refs, input.name)
    if (!found.ok) return found
    const { branch, head: commit } = found.value
    const protections = await readProtections(context, refs)
    if (!protections.ok) return protections
    const allowed = checkProtection(
      protections.value.find((protection) => protection.branch === branch),
      'rename',
    )
    if (!allowed.ok) return allowed
    const others = (await refs.listBranchNames()).filter((other) => other !== branch || other === to.value)
    const taken = checkNewName({ what: 'branch', name: to.value, among: others })
    if (taken !== undefined) return fail(taken)
    const renamed = await refs.renameBranch(branch, to.value)
    return renamed.ok ? ok({ branch: to.value, ...(commit !== undefined && { commit }) }) : renamed
  })
}
