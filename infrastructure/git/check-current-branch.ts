import { ok, type Result } from '../../domain/result.ts'
import { checkProtection, inForce } from '../../domain/version-control/protection.ts'
import { ProtectionRef } from './protection-ref.ts'
import { RefReader } from './read-ref.ts'
import type { Git } from './run-git.ts'
import { RefWriter } from './update-ref.ts'

/** Whether files may be committed to the branch that is checked out. @returns `protected`; a repository that is not there yet protects nothing */
export const checkCurrentBranch = async (git: Git): Promise<Result<undefined>> => {
  const refs = new RefReader(git.location)
  const protections = await new ProtectionRef(git, refs, new RefWriter(git, refs)).read()
  if (!protections.ok) return protections
  if (protections.value.length === 0) return ok(undefined)
  const current = refs.readCurrentBranch()
  const protection = inForce(protections.value, Date.now() / 1000).find(({ branch }) => branch === current)
  return checkProtection(protection, 'write')
}
