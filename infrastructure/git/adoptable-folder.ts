import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { basename, join, relative, resolve, sep } from 'node:path'
import type { CommitId } from '../../domain/ids.ts'
import { fail, ok, type Result } from '../../domain/result.ts'
import { commitFiles, type FilesToCommit } from './commit-files.ts'
import { listFolder, listTrackable } from './list-folder.ts'
import type { RepositoryLocation } from './repository-location.ts'
import type { Git } from './run-git.ts'
import { makeRepository } from './set-up-folder.ts'

/**
 * Where a database over the files of a folder is: the one that the folder lies in already, else the folder itself, in the repository around it or in one of its own.
 * @param found  the repository that the folder lies in, if any
 */
export const placeDatabase = (directory: string, found: RepositoryLocation | undefined): Result<RepositoryLocation> => {
  const top = realpathSync(resolve(directory))
  if (found === undefined) {
    const gitDirectory = join(top, '.git')
    return ok({ gitDirectory, commonDirectory: gitDirectory, workTree: top, databasePath: '', databaseDirectory: top })
  }
  if (found.workTree === undefined) return fail({ kind: 'unsupported', what: 'a bare repository', why: 'it has no files to adopt: clone it first' })
  if (existsSync(join(found.databaseDirectory, '.ingitdb'))) return ok(found)
  return ok({ ...found, databasePath: relative(realpathSync(found.workTree), top).split(sep).join('/'), databaseDirectory: top })
}

export interface AdoptableFiles {
  readonly name: string
  listFiles(): Promise<readonly string[]>
  listLinks(): Promise<readonly string[]>
  readFile(path: string): Uint8Array
  commit(files: FilesToCommit): Promise<Result<CommitId>>
}

/** The files of a folder to be adopted. @param isNew  the folder is in no repository yet, and becomes one with the first commit */
export const openAdoptableFolder = (git: Git, { isNew }: { readonly isNew: boolean }): AdoptableFiles => {
  const { databaseDirectory } = git.location
  return {
    name: basename(databaseDirectory),
    listFiles: async () => (isNew ? listFolder(databaseDirectory, 'file') : await listTrackable(git)),
    listLinks: async () => (isNew ? listFolder(databaseDirectory, 'link') : await listTrackable(git, { kind: 'link' })),
    readFile: (path) => readFileSync(join(databaseDirectory, path)),
    commit: async (files) => {
      const ready = isNew ? makeRepository(databaseDirectory) : ok(undefined)
      return ready.ok ? commitFiles(git, files) : ready
    },
  }
}
