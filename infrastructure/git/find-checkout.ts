import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { BranchName } from '../../domain/ids.ts'
import { readCoreSettings } from './find-repository.ts'
import { isLeftBehind } from './index-lock.ts'
import { branchOfHead, hasCode, type RefReader } from './read-ref.ts'
import type { RepositoryLocation } from './repository-location.ts'
import type { Checkout } from './run-git.ts'

/** A work tree, and the ref that says which commit its files stand at while they are behind their branch. */
export interface MarkedCheckout extends Checkout {
  readonly marker: string
}

/** The work tree (main or linked) that has a branch checked out; git allows one. `undefined`: nobody's files have to follow. */
export const findCheckout = (location: RepositoryLocation, branch: BranchName): MarkedCheckout | undefined =>
  listCheckouts(location).find(({ gitDirectory }) => branchOfHead(gitDirectory) === branch)

/** Every work tree of a repository, the one that was opened first. */
export const listCheckouts = (location: RepositoryLocation): readonly MarkedCheckout[] => {
  const { gitDirectory, commonDirectory, workTree } = location
  const own = workTree === undefined ? [] : [{ gitDirectory, workTree, marker: markerOf(location, gitDirectory) }]
  return [...own, ...mainCheckout(location), ...linkedCheckouts(location)].filter(
    (checkout, index) => index === 0 || checkout.gitDirectory !== (own[0]?.gitDirectory ?? commonDirectory),
  )
}

/** Whether files or index of a work tree are not what its branch says, because a process was killed or files could not be written. Starts no process. */
export const needsRepair = (checkout: MarkedCheckout, refs: RefReader): boolean =>
  refs.readRef(checkout.marker) !== undefined || isLeftBehind(checkout)

const markerOf = (location: RepositoryLocation, gitDirectory: string): string =>
  gitDirectory === location.commonDirectory ? 'refs/ingitdb/worktree' : `refs/ingitdb/worktree-${basename(gitDirectory)}`

const mainCheckout = (location: RepositoryLocation): readonly MarkedCheckout[] => {
  const { gitDirectory, commonDirectory } = location
  if (gitDirectory === commonDirectory || basename(commonDirectory) !== '.git') return []
  const { isBare, workTree } = readCoreSettings(commonDirectory)
  if (isBare && workTree === undefined) return []
  return [{ gitDirectory: commonDirectory, workTree: workTree ?? dirname(commonDirectory), marker: markerOf(location, commonDirectory) }]
}

const linkedCheckouts = (location: RepositoryLocation): readonly MarkedCheckout[] => {
  const directory = join(location.commonDirectory, 'worktrees')
  return listNames(directory).flatMap((name) => {
    const gitDirectory = join(directory, name)
    const pointer = join(gitDirectory, 'gitdir')
    if (!existsSync(pointer) || !existsSync(join(gitDirectory, 'HEAD'))) return []
    const workTree = dirname(readFileSync(pointer, 'utf8').trim())
    return existsSync(workTree) ? [{ gitDirectory, workTree, marker: markerOf(location, gitDirectory) }] : []
  })
}

const listNames = (directory: string): readonly string[] => {
  try {
    return readdirSync(directory)
  } catch (error) {
    if (hasCode(error, ['ENOENT', 'ENOTDIR'])) return []
    throw error
  }
}
