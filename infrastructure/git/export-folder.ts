import { randomBytes } from 'node:crypto'
import { lstatSync, mkdirSync, readFileSync, renameSync, rmdirSync, unlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fail, ok, type Result } from '../../domain/result.ts'
import type { ExportFolder, FileOutcome, GeneratedFile } from '../../domain/view/view-ports.ts'
import { blobId } from './blob-cache.ts'
import { type ExportRecord, readExportRecords, writeExportRecords } from './export-records.ts'
import { hasCode } from './read-ref.ts'
import type { RepositoryLocation } from './repository-location.ts'
import { isSafePath } from './safe-path.ts'

/**
 * The checked-out files of a repository as a place for generated ones. What was written is remembered in the git directory, so that a file that nothing
 * makes any more can be told from one that somebody put there.
 * @returns `unsupported` for a bare repository
 */
export const openExportFolder = ({ workTree, gitDirectory, databasePath }: RepositoryLocation): Result<ExportFolder> => {
  if (workTree === undefined)
    return fail({ kind: 'unsupported', what: 'writing generated files', why: 'this repository is bare: it has no files besides its commits' })
  return ok({
    databasePath,
    read: (path) => {
      const found = inspect(workTree, path)
      return 'why' in found ? fail({ kind: 'unsupported', what: path, why: found.why }) : ok(found.bytes)
    },
    writeOne: (path, bytes) => attempt(path, () => writeGenerated(workTree, path, bytes)),
    write: async (files, isStale) => {
      const records = readExportRecords(gitDirectory)
      const outcomes = files.map(({ path, bytes }) => attempt(path, () => writeGenerated(workTree, path, bytes)))
      const written = files.filter((_, index) => outcomes[index]?.outcome !== 'failed')
      const made = new Set(files.map(({ path }) => path))
      const stale = [...records].filter(([path, record]) => record.database === databasePath && !made.has(path) && isStale(record))
      const removed = stale.map(([path, { blob }]) => attempt(path, () => removeGenerated(workTree, path, blob)))
      for (const [path] of stale) records.delete(path)
      for (const file of written) records.set(file.path, recordOf(databasePath, file))
      writeExportRecords(gitDirectory, records)
      return [...outcomes, ...removed.filter(({ outcome }) => outcome !== 'unchanged')]
    },
  })
}

const recordOf = (database: string, { owner, bytes }: GeneratedFile): ExportRecord => ({
  database,
  table: owner.table,
  view: owner.view,
  blob: blobId(Buffer.from(bytes)),
})

const attempt = (path: string, work: () => FileOutcome): FileOutcome => {
  try {
    return work()
  } catch (error) {
    if (hasCode(error, ['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT', 'ENOTDIR', 'EISDIR', 'EEXIST', 'ENOENT', 'ENAMETOOLONG', 'EBUSY']))
      return { path, outcome: 'failed', why: String(error) }
    throw error
  }
}

type Found = { readonly bytes: Uint8Array | undefined } | { readonly why: string }

/** What is at a path, provided that every directory on the way is one, and no symbolic link. */
const inspect = (workTree: string, path: string): Found => {
  if (!isSafePath(path)) return { why: `${JSON.stringify(path)} is no place for a generated file` }
  const parts = path.split('/')
  for (let depth = 1; depth <= parts.length; depth++) {
    const name = parts.slice(0, depth).join('/')
    const found = lstatSync(join(workTree, name), { throwIfNoEntry: false })
    if (found === undefined) return { bytes: undefined }
    const isLast = depth === parts.length
    if (isLast ? !found.isFile() : !found.isDirectory())
      return { why: `${name} is ${found.isSymbolicLink() ? 'a symbolic link' : isLast ? 'no file' : 'no directory'}` }
    if (!isLast && lstatSync(join(workTree, name, '.git'), { throwIfNoEntry: false }) !== undefined)
      return { why: `${name} is a repository of its own` }
  }
  return { bytes: readFileSync(join(workTree, path)) }
}

/** A reader sees the old file or the new one, never half of one. */
const writeGenerated = (workTree: string, path: string, bytes: Uint8Array): FileOutcome => {
  const found = inspect(workTree, path)
  if ('why' in found) return { path, outcome: 'failed', why: found.why }
  if (found.bytes !== undefined && Buffer.from(bytes).equals(found.bytes)) return { path, outcome: 'unchanged' }
  const file = join(workTree, path)
  mkdirSync(dirname(file), { recursive: true })
  replaceFile(file, bytes)
  return { path, outcome: found.bytes === undefined ? 'created' : 'updated' }
}

const replaceFile = (file: string, bytes: Uint8Array): void => {
  const temporary = join(dirname(file), `.ingitdb-${randomBytes(6).toString('hex')}.tmp`)
  try {
    writeFileSync(temporary, bytes, { flag: 'wx' })
    renameSync(temporary, file)
  } catch (error) {
    try {
      unlinkSync(temporary)
    } catch (second) {
      if (!hasCode(second, ['ENOENT'])) throw second
    }
    throw error
  }
}

/** A file that was changed since it was written is somebody's work, and one that is gone is gone. */
const removeGenerated = (workTree: string, path: string, blob: string): FileOutcome => {
  const found = inspect(workTree, path)
  if ('why' in found || found.bytes === undefined) return { path, outcome: 'unchanged' }
  if (blobId(Buffer.from(found.bytes)) !== blob)
    return { path, outcome: 'failed', why: 'no view makes this file any more, and it was edited since it was written: remove it, or keep it' }
  unlinkSync(join(workTree, path))
  removeEmptyDirectories(workTree, path)
  return { path, outcome: 'deleted' }
}

const removeEmptyDirectories = (workTree: string, path: string): void => {
  const parts = path.split('/')
  for (let depth = parts.length - 1; depth > 0; depth--) {
    try {
      rmdirSync(join(workTree, ...parts.slice(0, depth)))
    } catch (error) {
      if (hasCode(error, ['ENOTEMPTY', 'EEXIST', 'EACCES', 'EPERM', 'EBUSY', 'ENOENT'])) return
      throw error
    }
  }
}
