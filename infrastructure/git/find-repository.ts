import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import type { Failure } from '../../domain/failure.ts'
import { fail, ok, type Result } from '../../domain/result.ts'
import { hasCode } from './read-ref.ts'
import type { RepositoryLocation } from './repository-location.ts'
import { isTrustedByGit } from './run-git.ts'

/**
 * Finds the repository and the database that a path lies in, walking up as git does, by looking at files alone (a cold command line call
 * has no time for a process).
 *
 * @param path  a directory inside a work tree, a bare repository, or anything below them
 * @returns `not-found` (database, or the folder itself) outside of any repository; `unsupported` for SHA-256 and reftable repositories; `unavailable` for one that
 *          belongs to another user and that git's `safe.directory` does not list
 */
export const findRepository = (path: string): Result<RepositoryLocation> => {
  const start = resolve(path)
  for (const directory of ancestors(start)) {
    const found = repositoryAt(directory)
    if (found === undefined) continue
    const place = placeFiles(found)
    if (!place.ok) return place
    const location = locateInRepository(place.value, start)
    const problem = refusal(location)
    return problem === undefined ? ok(location) : fail(problem)
  }
  if (!existsSync(start)) return fail({ kind: 'not-found', what: 'folder', id: start })
  return fail({ kind: 'not-found', what: 'database', id: start, why: `there is no database in ${start}, nor in a folder above it` })
}

type Place = Pick<RepositoryLocation, 'gitDirectory' | 'commonDirectory' | 'workTree'>

function* ancestors(start: string): Generator<string> {
  for (let directory = start; ; directory = dirname(directory)) {
    yield directory
    if (dirname(directory) === directory) return
  }
}

const repositoryAt = (directory: string): Place | undefined => {
  const dotGit = join(directory, '.git')
  const stat = statExisting(dotGit)
  if (stat?.isDirectory() && isGitDirectory(dotGit)) return { gitDirectory: dotGit, commonDirectory: dotGit, workTree: directory }
  if (stat?.isFile()) return linked(directory, dotGit)
  if (isGitDirectory(directory)) return { gitDirectory: directory, commonDirectory: directory, workTree: undefined }
  return undefined
}

/** A path below a file leads to nothing. */
const statExisting = (path: string) => {
  try {
    return statSync(path)
  } catch (error) {
    if (hasCode(error, ['ENOENT', 'ENOTDIR'])) return undefined
    throw error
  }
}

const isGitDirectory = (directory: string): boolean =>
  existsSync(join(directory, 'HEAD')) && existsSync(join(directory, 'objects')) && existsSync(join(directory, 'refs'))

/** `.git` as a file: a linked worktree, a submodule or `git init --separate-git-dir`. */
const linked = (workTree: string, dotGit: string): Place | undefined => {
  const target = /^gitdir: (.*?)\r?\n?$/s.exec(readFileSync(dotGit, 'utf8'))?.[1]
  if (target === undefined) return undefined
  const gitDirectory = resolve(workTree, target)
  if (!existsSync(join(gitDirectory, 'HEAD'))) return undefined
  return { gitDirectory, commonDirectory: commonDirectoryOf(gitDirectory), workTree }
}

/** Objects and refs of a linked worktree live in the directory that its `commondir` file names. */
export const commonDirectoryOf = (gitDirectory: string): string => {
  const file = join(gitDirectory, 'commondir')
  if (!existsSync(file)) return gitDirectory
  const target = readFileSync(file, 'utf8').trim()
  return isAbsolute(target) ? target : resolve(gitDirectory, target)
}

/** Where the checked-out files are, as `core.bare` and `core.worktree` say; those of a linked worktree are where it was found. */
const placeFiles = (place: Place): Result<Place> => {
  if (place.gitDirectory !== place.commonDirectory) return ok(place)
  const { isBare, workTree } = readCoreSettings(place.commonDirectory)
  if (workTree === undefined) return ok(isBare ? { ...place, workTree: undefined } : place)
  if (statExisting(workTree)?.isDirectory()) return ok({ ...place, workTree })
  return fail({ kind: 'unsupported', what: place.gitDirectory, why: `its core.worktree is ${workTree}, which is not a folder` })
}

/** What the configuration of a repository says about its own work tree; `workTree` is absolute. */
export const readCoreSettings = (commonDirectory: string): { readonly isBare: boolean; readonly workTree: string | undefined } => {
  const settings = new Map<string, string>()
  let section = ''
  for (const line of readConfig(commonDirectory).split('\n')) {
    section = /^\s*\[(.*?)\]/.exec(line)?.[1]?.toLowerCase() ?? section
    const [, name, value] = /^(?:\s*\[core\])?\s*(bare|worktree)\s*(?:=\s*(.*?))?\s*$/i.exec(line) ?? []
    if (section === 'core' && name !== undefined) settings.set(name.toLowerCase(), (value ?? 'true').replace(/^"(.*)"$/, '$1'))
  }
  const workTree = settings.get('worktree')
  return {
    isBare: /^(true|yes|on|1)$/i.test(settings.get('bare') ?? ''),
    workTree: workTree === undefined ? undefined : resolve(commonDirectory, workTree),
  }
}

/** @param start  a directory, there or not: the topmost database that it lies in counts */
export const locateInRepository = (place: Place, start: string): RepositoryLocation => {
  const { workTree } = place
  if (workTree === undefined) return { ...place, databasePath: '', databaseDirectory: place.gitDirectory }
  const top = [...ancestors(start)].filter((directory) => directory === workTree || directory.startsWith(workTree + sep))
  const databaseDirectory = top.find((directory) => existsSync(join(directory, '.ingitdb'))) ?? workTree
  return { ...place, databasePath: relative(workTree, databaseDirectory).split(sep).join('/'), databaseDirectory }
}

const refusal = (location: RepositoryLocation): Failure | undefined => {
  const config = readConfig(location.commonDirectory)
  const format = /^\s*objectformat\s*=\s*"?(\w+)/im.exec(config)?.[1]?.toLowerCase()
  const storage = /^\s*refstorage\s*=\s*"?(\w+)/im.exec(config)?.[1]?.toLowerCase()
  if (format !== undefined && format !== 'sha1')
    return { kind: 'unsupported', what: `${format} repository`, why: 'only SHA-1 repositories are supported' }
  if (storage !== undefined && storage !== 'files') return { kind: 'unsupported', what: `${storage} repository`, why: 'refs must be stored as files' }
  return isOwned(location)
    ? undefined
    : {
        kind: 'unavailable',
        what: location.gitDirectory,
        why: 'it belongs to another user; git config --global --add safe.directory lets you use it',
      }
}

const readConfig = (commonDirectory: string): string => {
  const file = join(commonDirectory, 'config')
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}

/** The rule of git for running in somebody else's repository; git itself is asked only when owners differ. */
const isOwned = (location: RepositoryLocation): boolean => {
  const user = process.getuid?.()
  if (user === undefined) return true
  const trusted = user === 0 && process.env.SUDO_UID !== undefined ? [user, Number(process.env.SUDO_UID)] : [user]
  const places = [location.gitDirectory, location.workTree].filter((place) => place !== undefined)
  return places.every((place) => trusted.includes(statSync(place).uid)) || isTrustedByGit(location.workTree ?? location.gitDirectory)
}
