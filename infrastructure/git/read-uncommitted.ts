import { fail, ok, type Result } from '../../domain/result.ts'
import { hasCode } from './read-ref.ts'
import type { Git } from './run-git.ts'

/**
 * Paths of the database that differ from HEAD or the index, or that git does not track, sorted, relative to the top of the work tree.
 * Empty for a bare repository. Cost: `git status`, which looks at every file.
 */
export const readUncommitted = async (git: Git): Promise<readonly string[]> => {
  const { databasePath } = git.location
  const { code, paths, stderr } = await runStatus(git, [databasePath === '' ? '.' : databasePath])
  if (code !== 0) throw new Error(`git status: ${stderr}`)
  return paths
}

/**
 * As `readUncommitted`, for some files and directories alone; these and the answer are relative to the database.
 * @returns `unavailable` where git cannot be run, or cannot read its index
 */
export const readUncommittedAt = async (git: Git, paths: readonly string[]): Promise<Result<readonly string[]>> => {
  const { databasePath } = git.location
  const prefix = databasePath === '' ? '' : `${databasePath}/`
  try {
    const status = await runStatus(
      git,
      paths.map((path) => prefix + path),
    )
    if (status.code !== 0) return fail({ kind: 'unavailable', what: 'git status', why: status.stderr.trim() })
    return ok(status.paths.map((path) => path.slice(prefix.length)))
  } catch (error) {
    if (hasCode(error, ['ENOENT', 'EACCES'])) return fail({ kind: 'unavailable', what: 'git', why: 'the git program cannot be run' })
    throw error
  }
}

interface Status {
  readonly code: number
  /** Paths relative to the top of the work tree, sorted. */
  readonly paths: readonly string[]
  readonly stderr: string
}

const runStatus = async (git: Git, paths: readonly string[]): Promise<Status> => {
  const { gitDirectory, workTree } = git.location
  if (workTree === undefined) return { code: 0, paths: [], stderr: '' }
  const args = ['status', '--porcelain=v1', '-z', '--no-renames', '--untracked-files=all', '--', ...paths]
  const { code, stdout, stderr } = await git.run(args, { checkout: { gitDirectory, workTree } })
  const entries = stdout.toString().split('\0')
  const named = entries.filter((entry) => entry !== '').map((entry) => entry.slice(3))
  return { code, paths: named.sort(), stderr }
}
