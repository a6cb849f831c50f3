import { type BranchName, type CommitId, parseBranchName } from '../../domain/ids.ts'
import { fail, ok, type Result } from '../../domain/result.ts'
import { inForce, type Protection } from '../../domain/version-control/protection.ts'
import type { RefStore } from '../../domain/version-control/ref-store.ts'
import type { OperationContext } from './operation-context.ts'

/** A branch that there is, by its name. `head` is undefined for the current one before its first commit. */
export interface FoundBranch {
  readonly branch: BranchName
  readonly head: CommitId | undefined
}

/** @returns `not-found`, with the names there are */
export const findBranch = async (refs: RefStore, name: string): Promise<Result<FoundBranch>> => {
  const branch = parseBranchName(name)
  const head = branch && refs.readBranch(branch)
  if (branch !== undefined && (head !== undefined || (await refs.readHead()).branch === branch)) return ok({ branch, head })
  return fail({ kind: 'not-found', what: 'branch', id: name, among: await refs.listBranchNames() })
}

/** The protections in force now, those of all branches. */
export const readProtections = async ({ database }: OperationContext, refs: RefStore): Promise<Result<readonly Protection[]>> => {
  const [written, { time }] = [await refs.readProtections(), await database.sign()]
  return written.ok ? ok(inForce(written.value, time.seconds)) : written
}

/** A protection as answers show it: the branch is named beside it. */
export const presentProtection = ({ branch: _branch, ...protection }: Protection): Omit<Protection, 'branch'> => protection
