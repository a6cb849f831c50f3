import type { BranchName } from '../../domain/ids.ts'
import { parseBranchName } from '../../domain/ids.ts'
import type { Result } from '../../domain/result.ts'
import { fail, ok } from '../../domain/result.ts'
import type { Snapshot } from '../../projections/snapshot.ts'
import type { OperationContext } from './operation-context.ts'

/** Members of an input that say where to read. */
export interface ReadScope {
  readonly branch?: string | undefined
  readonly at?: string | undefined
}

/**
 * Asks the database, as it is where the input looks, one question. When the read model turns out to be damaged, or the branch was rewritten in
 * between, the whole question is asked once more on a new snapshot.
 */
export const askSnapshot = async <T>(
  context: OperationContext,
  { branch, at }: ReadScope,
  question: (snapshot: Snapshot) => Result<T> | Promise<Result<T>>,
): Promise<Result<T>> => {
  const parsed = parseBranch(branch)
  if (!parsed.ok) return parsed
  const { database } = context
  const where = { ...(parsed.value !== undefined && { branch: parsed.value }), ...(at !== undefined && { at }) }
  try {
    return await database.ask(where, question)
  } catch (error) {
    if (await database.recover(error)) return database.ask(where, question)
    throw error
  }
}

export const parseBranch = (text: string | undefined): Result<BranchName | undefined> => {
  if (text === undefined) return ok(undefined)
  const branch = parseBranchName(text)
  return branch === undefined
    ? fail({ kind: 'invalid-input', issues: [{ rule: 'branch-name', field: '/branch', message: `"${text}" cannot be the name of a branch` }] })
    : ok(branch)
}
