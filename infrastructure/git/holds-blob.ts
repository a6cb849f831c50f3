import { lstatSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { blobId } from './blob-cache.ts'
import { hasCode } from './read-ref.ts'
import type { RepositoryLocation } from './repository-location.ts'

/** Larger files are no records. */
const sizeBytesMax = 10 * 1024 * 1024

/**
 * Whether a file of the work tree has the bytes of a blob; `undefined` for the blob means that there is no such file. Line ends count, and links,
 * large files and whatever cannot be read are never equal: git knows what to say of them.
 */
export const holdsBlob = ({ databaseDirectory }: RepositoryLocation, path: string, blob: string | undefined): boolean => {
  const file = join(databaseDirectory, path)
  try {
    const stat = lstatSync(file)
    return stat.isFile() && stat.size <= sizeBytesMax && blobId(readFileSync(file)) === blob
  } catch (error) {
    if (hasCode(error, ['ENOENT', 'ENOTDIR'])) return blob === undefined
    if (hasCode(error, ['EACCES', 'EISDIR'])) return false
    throw error
  }
}
