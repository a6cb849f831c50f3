import { fail, ok, type Result } from '../../domain/result.ts'
import { GitExit } from './git-conversation.ts'
import { hasCode } from './read-ref.ts'

/** Runs work that writes objects. @returns what git or the disk has against it, in words; a bug is thrown on */
export const writeObjects = async <T>(work: () => Promise<T>): Promise<Result<T, string>> => {
  try {
    return ok(await work())
  } catch (error) {
    if (error instanceof GitExit) return fail(error.stderr.trim() || error.message)
    if (hasCode(error, ['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT']) || isUnmakable(error)) return fail(String(error))
    throw error
  }
}

/** Node says of a folder that cannot be made, on a read-only disk above all, that it does not exist. */
const isUnmakable = (error: unknown): boolean =>
  hasCode(error, ['ENOENT', 'ENOTDIR']) && error instanceof Error && 'syscall' in error && error.syscall === 'mkdir'
