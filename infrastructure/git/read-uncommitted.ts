import type { Git } from './run-git.ts'

/**
 * Paths of the database that differ from HEAD or the index, or that git does not track, sorted, relative to the top of the work tree.
 * Empty for a bare repository. Cost: `git status`, which looks at every file.
 */
export const readUncommitted = async (git: Git): Promise<readonly string[]> => {
  const { gitDirectory, workTree, databasePath } = git.location
  if (workTree === undefined) return []
  const args = ['status', '--porcelain=v1', '-z', '--no-renames', '--untracked-files=all', '--', databasePath === '' ? '.' : databasePath]
  const { code, stdout, stderr } = await git.run(args, { checkout: { gitDirectory, workTree } })
  if (code !== 0) throw new Error(`git status: ${stderr}`)
  const entries = stdout.toString().split('\0')
  return entries
    .filter((entry) => entry !== '')
    .map((entry) => entry.slice(3))
    .sort()
}
