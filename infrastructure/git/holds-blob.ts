import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { blobId } from './blob-cache.ts'
import { hasCode } from './read-ref.ts'
import type { RepositoryLocation } from './repository-location.ts'

/** Whether a file of the work tree has the bytes of a blob; `undefined` for the blob means that there is no such file. Line ends count. */
export const holdsBlob = ({ databaseDirectory }: RepositoryLocation, path: string, blob: string | undefined): boolean => {
  try {
    return blobId(readFileSync(join(databaseDirectory, path))) === blob
  } catch (error) {
    if (hasCode(error, ['ENOENT', 'ENOTDIR'])) return blob === undefined
    // A directory, or a file that may not be read: git knows what to say of it.
    if (hasCode(error, ['EISDIR', 'EACCES'])) return false
    throw error
  }
}
