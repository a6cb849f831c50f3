import type { Git } from './run-git.ts'

/** What `git fsck` says about missing or broken objects and refs; empty when nothing is wrong. Reads the whole repository. */
export const checkRepository = async (git: Git): Promise<string> => {
  const { code, stdout, stderr } = await git.run(['fsck', '--no-dangling', '--no-progress', '--connectivity-only'])
  return code === 0 ? '' : `${stdout}${stderr}`.trim() || `git fsck exited with ${code}`
}
