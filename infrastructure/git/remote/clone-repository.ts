import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import type { BranchName, CommitId } from '../../../domain/ids.ts'
import { redactAddresses, refuseAddress } from '../../../domain/remote/remote-address.ts'
import type { TransportRequest } from '../../../domain/remote/remote-ports.ts'
import { fail, ok, type Result } from '../../../domain/result.ts'
import { findDatabases } from '../find-databases.ts'
import { findRepository } from '../find-repository.ts'
import { hasCode, RefReader } from '../read-ref.ts'
import { Git, runGitClone } from '../run-git.ts'
import { transportFailure } from './transport-failure.ts'

export interface CloneRequest extends Omit<TransportRequest, 'remote'> {
  readonly url: string
  readonly directory: string
  /** Without files. */
  readonly bare?: boolean
  /** Branch or tag to check out; default: what the other side has checked out. */
  readonly branch?: string | undefined
  /** `user:token` */
  readonly credentials?: string | undefined
  readonly isInteractive?: boolean
}

/** What is in a clone. */
export interface Cloned {
  /** Checked out; `undefined` for a tag. */
  readonly branch: BranchName | undefined
  /** `undefined`: there is none yet. */
  readonly commit: CommitId | undefined
  /** Folders inside it that hold a database, the topmost first. */
  readonly databases: readonly string[]
}

/**
 * Clones a repository into a folder that is new or empty, all or nothing: it is made under another name beside or in that folder, and moved when it is whole.
 * @returns `already-exists` for a folder with anything in it; `invalid-input` for an address that is not taken; `not-found` for a branch that is not there;
 *          `unavailable` when the other side cannot be reached. Then nothing is left.
 */
export const cloneRepository = async (request: CloneRequest): Promise<Result<Cloned>> => {
  const { url, directory } = request
  const shown = redactAddresses(url)
  const why = refuseAddress(url)
  if (why !== undefined)
    return fail({ kind: 'invalid-input', issues: [{ rule: 'remote', message: `${JSON.stringify(shown)} is no address to clone from: ${why}` }] })
  const place = preparePlace(resolve(directory))
  if (!place.ok) return place
  try {
    const done = await runGitClone(cloneArguments(request, place.value.temporary), {
      ...request,
      cwd: dirname(place.value.temporary),
      signIns: request.credentials === undefined ? [] : [{ url, credentials: request.credentials }],
    })
    if (done.code === 0) {
      moveInto(place.value)
      return look(place.value.top)
    }
    clean(place.value)
    const missing = /Remote branch .* not found|Could not find remote branch/.test(done.stderr)
    if (missing && request.branch !== undefined)
      return fail({ kind: 'not-found', what: 'branch', id: request.branch, why: `${shown} has no branch and no tag ${request.branch}` })
    return fail(transportFailure(done, { url, signIn: 'set INGITDB_TOKEN, or let a credential helper of git sign in' }))
  } catch (error) {
    clean(place.value)
    throw error
  }
}

/** `--no-local`: a repository on this disk comes by the same way as any other, checked, and shares no file with the clone. */
const cloneArguments = ({ url, bare, branch }: CloneRequest, temporary: string): readonly string[] => [
  ...['--progress', '--no-local', '--template=', '--no-recurse-submodules', '--origin=origin'],
  ...(bare === true ? ['--bare'] : []),
  ...(branch === undefined ? [] : [`--branch=${branch}`]),
  ...['--', url, temporary],
]

const look = async (top: string): Promise<Result<Cloned>> => {
  const location = findRepository(top)
  if (!location.ok) return location
  const refs = new RefReader(location.value)
  const commit = refs.readRef('HEAD')
  const databases = commit === undefined ? [] : await findDatabases(new Git(location.value), commit)
  return ok({ branch: refs.readCurrentBranch(), commit, databases })
}

interface Place {
  readonly top: string
  readonly temporary: string
  /** Whether the folder was there, empty: it may be somebody's current one, so that it stays and is filled. */
  readonly isThere: boolean
  /** Topmost folder that was made. */
  readonly made: string | undefined
}

const preparePlace = (top: string): Result<Place> => {
  try {
    const isThere = existsSync(top)
    if (isThere && readdirSync(top).length > 0)
      return fail({ kind: 'already-exists', what: 'folder', id: top, why: `folder ${top} is not empty: a clone needs one that is new or empty` })
    const name = `.${isThere ? '' : basename(top)}.cloning-${process.pid}-${randomBytes(4).toString('hex')}`
    const parent = isThere ? top : dirname(top)
    const made = mkdirSync(parent, { recursive: true })
    return ok({ top, temporary: join(parent, name), isThere, made })
  } catch (error) {
    if (hasCode(error, ['EEXIST', 'ENOTDIR'])) return fail({ kind: 'already-exists', what: 'file', id: top })
    if (hasCode(error, ['EACCES', 'EPERM', 'EROFS', 'ENOSPC'])) return fail({ kind: 'unavailable', what: top, why: String(error) })
    throw error
  }
}

/** What makes a folder a repository comes last. */
const moveInto = ({ top, temporary, isThere }: Place): void => {
  if (!isThere) {
    renameSync(temporary, top)
    return
  }
  const isLast = (name: string): boolean => name === '.git' || name === 'HEAD'
  const names = readdirSync(temporary).sort((a, b) => Number(isLast(a)) - Number(isLast(b)))
  for (const name of names) renameSync(join(temporary, name), join(top, name))
  rmSync(temporary, { recursive: true, force: true })
}

const clean = ({ top, temporary, isThere, made }: Place): void => {
  if (isThere) for (const name of readdirSync(top)) rmSync(join(top, name), { recursive: true, force: true })
  rmSync(temporary, { recursive: true, force: true })
  if (made !== undefined) rmSync(made, { recursive: true, force: true })
}
