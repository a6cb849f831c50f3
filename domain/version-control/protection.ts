import type { Failure } from '../failure.ts'
import type { BranchName } from '../ids.ts'
import { fail, ok, type Result } from '../result.ts'

/** What is done to a branch that may be protected: a direct write, a merge into it, moving it to where it has been, and the branch itself. */
export type ProtectedAction = 'write' | 'merge' | 'rewind' | 'delete' | 'rename'

/** Why a branch is kept as it is: merges go into it and nothing else, or not even those. */
export interface Protection {
  readonly branch: BranchName
  readonly reason: string
  /** Merges are refused too. */
  readonly frozen: boolean
  /** RFC 3339 in UTC: from then on there is no protection. */
  readonly until?: string
  readonly by: { readonly name: string; readonly email: string }
  /** RFC 3339 in UTC. */
  readonly since: string
}

/** Whether a protection lets something through. `undefined` is a branch without one. @returns the failure `protected`, which tells the reason and the end */
export const checkProtection = (protection: Protection | undefined, action: ProtectedAction): Result<undefined> => {
  if (protection === undefined || (action === 'merge' && !protection.frozen)) return ok(undefined)
  return fail(refusal(protection, action))
}

const refusal = ({ branch, reason, frozen, until }: Protection, action: ProtectedAction): Failure => ({
  kind: 'protected',
  branch,
  action,
  reason,
  frozen,
  ...(until !== undefined && { until }),
})

/** The protections that have not ended. @param seconds  now, since 1970 */
export const inForce = (protections: readonly Protection[], seconds: number): readonly Protection[] =>
  protections.filter(({ until }) => until === undefined || Date.parse(until) > seconds * 1000)
