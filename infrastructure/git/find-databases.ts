import type { Git } from './run-git.ts'

const folder = '.ingitdb'

/** Folders of a commit that hold a database, relative to the top (`''`: the top itself), the shortest path first. */
export const findDatabases = async (git: Git, revision: string): Promise<readonly string[]> => {
  const { stdout } = await git.run(['ls-tree', '-r', '-d', '--name-only', '-z', '--end-of-options', revision])
  return stdout
    .toString()
    .split('\0')
    .filter((path) => path === folder || path.endsWith(`/${folder}`))
    .map((path) => path.slice(0, -folder.length).replace(/\/$/, ''))
    .sort((a, b) => a.length - b.length)
}
