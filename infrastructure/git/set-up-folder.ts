import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fail, ok, type Result } from '../../domain/result.ts'
import { hasCode } from './read-ref.ts'
import { runGitInit } from './run-git.ts'

export interface FolderSetup {
  readonly directory: string
  /** Whether the folder lies in a repository already. */
  readonly isInRepository: boolean
  readonly file: { readonly path: string; readonly bytes: Uint8Array }
}

/**
 * Makes what a folder with files of somebody's own lacks to be a database: a repository, and one settings file. Neither is touched when it is there.
 * Nothing is committed, since what is in the folder may be half done.
 *
 * @returns what was made, in words
 */
export const setUpFolder = ({ directory, isInRepository, file }: FolderSetup): Result<readonly string[]> => {
  const made: string[] = []
  if (!isInRepository) {
    const initialised = makeRepository(directory)
    if (!initialised.ok) return initialised
    made.push('a git repository')
  }
  const path = join(directory, file.path)
  if (existsSync(path)) return ok(made)
  try {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, file.bytes, { flag: 'wx' })
    return ok([...made, file.path])
  } catch (error) {
    if (hasCode(error, ['EEXIST'])) return ok(made)
    if (hasCode(error, ['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'ENOTDIR'])) return fail({ kind: 'unavailable', what: path, why: String(error) })
    throw error
  }
}

/** Makes a folder a git repository without a commit; what is in it is left alone. */
export const makeRepository = (directory: string): Result<void> => {
  const initialised = runGitInit(directory, ['--quiet', '--template=', '--object-format=sha1', '--initial-branch=main'])
  return initialised.code === 0 ? ok(undefined) : fail({ kind: 'unavailable', what: 'git init', why: initialised.stderr.trim() })
}
