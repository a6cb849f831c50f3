import type { CommitId } from '../../domain/ids.ts'
import { fail, ok, type Result } from '../../domain/result.ts'
import { checkNewName, parseNewName } from '../../domain/version-control/check-new-name.ts'
import { parseBranch } from './ask-snapshot.ts'
import type { Handler, OperationContext } from './operation-context.ts'

/** Makes a branch. Nothing is read of what it holds, and git makes it only if there is none of that name. */
export const createBranch: Handler<'createBranch'> = async (context, input) => {
  const name = parseNewName('branch', input.name)
  if (!name.ok) return name
  const commit = await findCommit(context, { branch: input.branch, at: input.from })
  if (!commit.ok) return commit
  const refs = await context.database.openRefs()
  const taken = checkNewName({ what: 'branch', name: name.value, among: await refs.listBranchNames() })
  if (taken !== undefined) return fail(taken)
  const created = await refs.createBranch(name.value, commit.value)
  if (created.ok) return ok({ branch: name.value, commit: commit.value })
  // Somebody else was a moment earlier.
  return refs.readBranch(name.value) === undefined ? created : fail({ kind: 'already-exists', what: 'branch', id: name.value })
}

/** The commit that a new branch or tag is to stand at. @returns `not-found` where there is none, on a branch without a commit above all */
export const findCommit = async (
  { database }: OperationContext,
  { branch, at }: { readonly branch: string | undefined; readonly at: string | undefined },
): Promise<Result<CommitId>> => {
  const parsed = parseBranch(branch)
  if (!parsed.ok) return parsed
  const commit = await database.resolve({ ...(parsed.value !== undefined && { branch: parsed.value }), ...(at !== undefined && { at }) })
  if (!commit.ok) return commit
  return commit.value === undefined
    ? fail({ kind: 'not-found', what: 'commit', id: 'HEAD', why: 'there is no commit yet: write something first' })
    : ok(commit.value)
}
