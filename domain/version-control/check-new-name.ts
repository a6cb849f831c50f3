import type { Failure } from '../failure.ts'
import { type BranchName, parseBranchName } from '../ids.ts'
import { fail, ok, type Result } from '../result.ts'

const partBytesMax = 240

/**
 * A name that a new branch or tag may have: one that git-check-ref-format(1) takes, and that cannot be mistaken for a commit or for the full name of
 * a ref. @returns `invalid-input`, which says what is wrong
 */
export const parseNewName = (what: 'branch' | 'tag', text: string): Result<BranchName> => {
  const name = parseBranchName(text)
  const why = name === undefined ? 'git allows no such name' : findMistake(text)
  if (name !== undefined && why === undefined) return ok(name)
  const message = `"${text}" cannot be the name of a ${what}: ${why}`
  return fail({ kind: 'invalid-input', issues: [{ rule: `${what}-name`, field: '/name', message }] })
}

const findMistake = (name: string): string | undefined => {
  if (name.startsWith('refs/')) return 'leave out what git puts before it, refs/heads/ or refs/tags/'
  if (/^[0-9a-f]{40}$/.test(name)) return 'it would be taken for a commit'
  if (name.split('/').some((part) => new TextEncoder().encode(part).length > partBytesMax)) return 'it is too long for a file'
  return undefined
}

interface NewName {
  readonly what: 'branch' | 'tag'
  readonly name: string
  /** Names that are there already. */
  readonly among: readonly string[]
}

/**
 * Whether a branch or a tag can have a name beside the others. Git keeps a ref as a file: `a` and `a/b` cannot both be, and names that differ in
 * nothing but case, in any of their parts, are one on many disks.
 * @returns the failure `already-exists`, `undefined` for a name that is free
 */
export const checkNewName = ({ what, name, among }: NewName): Failure | undefined => {
  const taken = among.find((other) => other === name)
  if (taken !== undefined) return { kind: 'already-exists', what, id: name }
  for (const other of among) {
    const why = findConflict(name, other)
    if (why !== undefined) return { kind: 'already-exists', what, id: other, why: `${what} ${name} cannot be beside ${other}: ${why}` }
  }
  return undefined
}

const findConflict = (name: string, other: string): string | undefined => {
  const [parts, others] = [name.split('/'), other.split('/')]
  const shared = Math.min(parts.length, others.length)
  for (let index = 0; index < shared; index++) {
    const [part = '', otherPart = ''] = [parts[index], others[index]]
    if (fold(part) !== fold(otherPart)) return undefined
    if (part !== otherPart) return 'they differ only in case, and are one on disks that do not tell case apart'
  }
  return 'one would be a folder in which the other lies'
}

const fold = (text: string): string => text.normalize('NFC').toLowerCase()
