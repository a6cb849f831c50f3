import { closeSync, fstatSync, openSync, readFileSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type BranchName, type CommitId, parseBranchName, parseCommitId } from '../../domain/ids.ts'
import type { RepositoryLocation } from './repository-location.ts'

const branchPrefix = 'refs/heads/'
const symbolicDepthMax = 5

/**
 * Refs of one repository, read in process: a loose file first, then `packed-refs` (kept parsed until its stat changes), then the loose file
 * once more, because `git pack-refs` may have moved the ref in between. About 20 microseconds a read.
 */
export class RefReader {
  readonly #location: RepositoryLocation
  readonly #buffer = Buffer.allocUnsafe(1024)
  #packed: { readonly stamp: string; readonly refs: ReadonlyMap<string, string> } = { stamp: '', refs: new Map() }

  constructor(location: RepositoryLocation) {
    this.#location = location
  }

  readBranch(branch: BranchName): CommitId | undefined {
    return this.readRef(branchPrefix + branch)
  }

  /** @param name  full name, `refs/heads/main`; symbolic refs are followed */
  readRef(name: string, depth = 0): CommitId | undefined {
    const text = this.#readLoose(name) ?? this.#readPacked().get(name) ?? this.#readLoose(name)
    if (text === undefined) return undefined
    if (text.startsWith('ref: ')) return depth < symbolicDepthMax ? this.readRef(text.slice(5).trim(), depth + 1) : undefined
    return parseCommitId(text.slice(0, 40))
  }

  /** The branch that HEAD of this work tree names; `undefined` when HEAD is detached. */
  readCurrentBranch(): BranchName | undefined {
    return branchOfHead(this.#location.gitDirectory)
  }

  #readLoose(name: string): string | undefined {
    const file = openExisting(join(this.#location.commonDirectory, name))
    if (file === undefined) return undefined
    try {
      const length = readSync(file, this.#buffer, 0, this.#buffer.length, 0)
      return length === 0 ? undefined : this.#buffer.toString('utf8', 0, length)
    } catch (error) {
      if (hasCode(error, ['EISDIR'])) return undefined
      throw error
    } finally {
      closeSync(file)
    }
  }

  #readPacked(): ReadonlyMap<string, string> {
    const path = join(this.#location.commonDirectory, 'packed-refs')
    const stat = statSync(path, { bigint: true, throwIfNoEntry: false })
    if (stat === undefined) return new Map()
    const stamp = stampOf(stat)
    if (stamp === this.#packed.stamp) return this.#packed.refs
    const file = openExisting(path)
    if (file === undefined) return new Map()
    try {
      // The stamp is of the file that is read: the one of the path may be replaced between stat and open.
      const opened = stampOf(fstatSync(file, { bigint: true }))
      this.#packed = { stamp: opened, refs: parsePackedRefs(readFileSync(file, 'latin1')) }
      return this.#packed.refs
    } finally {
      closeSync(file)
    }
  }
}

/** Branch that the HEAD file in a git directory names; `undefined` when detached. */
export const branchOfHead = (gitDirectory: string): BranchName | undefined => {
  const target = /^ref: refs\/heads\/(.*?)\s*$/.exec(readFileSync(join(gitDirectory, 'HEAD'), 'utf8'))?.[1]
  return target === undefined ? undefined : parseBranchName(target)
}

/** Whether an error of node:fs has one of these codes. */
export const hasCode = (error: unknown, codes: readonly string[]): boolean =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && codes.includes(error.code)

const openExisting = (path: string): number | undefined => {
  try {
    return openSync(path, 'r')
  } catch (error) {
    if (hasCode(error, ['ENOENT', 'ENOTDIR', 'EISDIR'])) return undefined
    throw error
  }
}

const stampOf = (stat: { readonly ino: bigint; readonly size: bigint; readonly mtimeNs: bigint }): string =>
  `${stat.ino}:${stat.size}:${stat.mtimeNs}`

const parsePackedRefs = (text: string): ReadonlyMap<string, string> => {
  const refs = new Map<string, string>()
  for (const line of text.split('\n')) {
    if (line.charAt(40) !== ' ' || line.startsWith('#')) continue
    refs.set(Buffer.from(line.slice(41), 'latin1').toString(), line.slice(0, 40))
  }
  return refs
}
