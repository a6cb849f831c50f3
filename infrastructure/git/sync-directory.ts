import { open } from 'node:fs/promises'
import { hasCode } from './read-ref.ts'

/**
 * Flushes the names in a directory to disk: git flushes the files that it writes and never the directories that name them, so after a power
 * cut a renamed pack or ref may be missing on file systems that do not order the two. Systems that cannot flush a directory are left as they are.
 */
export const syncDirectory = async (directory: string): Promise<void> => {
  try {
    await using handle = await open(directory, 'r')
    await handle.sync()
  } catch (error) {
    if (!hasCode(error, ['EPERM', 'EACCES', 'EINVAL', 'EISDIR', 'ENOTSUP'])) throw error
  }
}
