import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Bits, hashFiles, noBlob, pathArgumentsMax, readBits, readIndexIds } from './ask-about-files.ts'
import { blobId } from './blob-cache.ts'
import { hasPlainParents, stampFile } from './file-stamp.ts'
import type { Checkout, Git } from './run-git.ts'
import type { TreeState } from './tree-state.ts'

/** Id of the tree without entries: what an unborn branch has. */
export const emptyTree = '4b825dc642cb6eb9a060e54bf8d69288fbee4904'

export interface DirtySearch {
  readonly git: Git
  readonly checkout: Checkout
  /** Commits that the files may stand at: the head, and while the work tree is behind also the commit it stood at. */
  readonly bases: readonly [TreeState, ...TreeState[]]
  /** What the file may also be, being behind: ids of the blobs that a path had between the bases (zeroes: none). Asked for what differs from both. */
  readonly versionsOf?: (paths: readonly string[]) => Promise<ReadonlyMap<string, ReadonlySet<string>>>
}

/** What was found at some paths of a work tree. */
export interface Inspection {
  /** Paths that the user has edited, staged, or put something else at: they differ from every base. */
  readonly dirty: ReadonlySet<string>
  /** Of those, the ones whose index entry differs from every base. */
  readonly staged: ReadonlySet<string>
  /** Whether a path was clean and nobody has touched it since. */
  isClean(path: string): boolean
  /** Bits of the index that make git look away from a file: they stay as they are, and files that are missing with them stay missing. */
  readonly bits: ReadonlyMap<string, Bits>
}

/** Looks at files before they are replaced. Differences in file times or line ends alone do not count: git compares. */
export const inspectFiles = async (search: DirtySearch, paths: readonly string[]): Promise<Inspection> => {
  if (paths.length === 0) return { dirty: new Set(), staged: new Set(), isClean: () => true, bits: new Map() }
  const { workTree } = search.checkout
  const stamps = new Map(paths.map((path) => [path, stampFile(workTree, path)]))
  const [listed, bits] = await Promise.all([listAll(search, paths, []), readBits(search, paths)])
  const suspect = await findDirty(search, paths, { listed, bits })
  const versions = suspect.size === 0 ? undefined : await search.versionsOf?.([...suspect])
  const dirty = versions === undefined ? suspect : await withoutVersions(search, suspect, versions)
  const staged = suspect.size === 0 ? suspect : await findStaged(search, [...suspect], versions)
  return { dirty, staged, isClean: (path) => !dirty.has(path) && stampFile(workTree, path) === stamps.get(path), bits }
}

interface Looked {
  readonly listed: readonly Listed[]
  readonly bits: ReadonlyMap<string, Bits>
}

const findDirty = async (search: DirtySearch, paths: readonly string[], { listed, bits }: Looked): Promise<ReadonlySet<string>> => {
  const dirty = await findEditedUnseen(search, [...bits.keys()])
  for (const path of paths) {
    const isDifferent = listed.every(({ different }) => different.has(path))
    if (isDifferent || !hasPlainParents(search.checkout.workTree, path) || (await isStranger(search, path, listed))) dirty.add(path)
  }
  return dirty
}

/** Files that git was told not to look at and that are none of the bases'. */
const findEditedUnseen = async (search: DirtySearch, paths: readonly string[]): Promise<Set<string>> => {
  const ids = await hashFiles(search, paths)
  const edited = new Set<string>()
  for (const path of paths) {
    if (stampFile(search.checkout.workTree, path) === '-') continue
    const entries = await Promise.all(search.bases.map((base) => base.find(path)))
    if (!entries.some((entry) => entry !== undefined && entry.oid === ids.get(path))) edited.add(path)
  }
  return edited
}

const withoutVersions = async (
  search: DirtySearch,
  suspect: ReadonlySet<string>,
  versions: ReadonlyMap<string, ReadonlySet<string>>,
): Promise<ReadonlySet<string>> => {
  const { workTree } = search.checkout
  const ids = await hashFiles(search, [...suspect])
  const isVersion = (path: string) =>
    hasPlainParents(workTree, path) && versions.get(path)?.has(stampFile(workTree, path) === '-' ? noBlob : (ids.get(path) ?? '')) === true
  return new Set([...suspect].filter((path) => !isVersion(path)))
}

const findStaged = async (
  search: DirtySearch,
  paths: readonly string[],
  versions: ReadonlyMap<string, ReadonlySet<string>> | undefined,
): Promise<ReadonlySet<string>> => {
  const listed = await listAll(search, paths, ['--cached'])
  const staged = paths.filter((path) => listed.every(({ different }) => different.has(path)))
  if (staged.length === 0 || versions === undefined) return new Set(staged)
  const ids = await readIndexIds(search, staged)
  return new Set(staged.filter((path) => versions.get(path)?.has(ids.get(path) ?? noBlob) !== true))
}

interface Listed {
  readonly base: TreeState
  readonly different: ReadonlySet<string>
}

const listAll = (search: DirtySearch, paths: readonly string[], options: readonly string[]): Promise<readonly Listed[]> =>
  Promise.all(search.bases.map(async (base) => ({ base, different: await listDifferent(search, paths, [...options, base.commit ?? emptyTree]) })))

const listDifferent = async (search: DirtySearch, paths: readonly string[], base: readonly string[]) => {
  const { git, checkout } = search
  const pathArguments = paths.length <= pathArgumentsMax ? paths : []
  const args = ['diff', '--name-only', '-z', '--no-ext-diff', '--no-textconv', '--no-renames', '--ignore-submodules=all']
  const { code, stdout, stderr } = await git.run([...args, ...base, '--', ...pathArguments], { checkout })
  if (code !== 0) throw new Error(`git diff exited with ${code}: ${stderr.trim()}`)
  return new Set(stdout.toString().split('\0'))
}

/** A file that git does not know of, at a path where some base has nothing. It is in nobody's way only when it is what the head has. */
const isStranger = async ({ bases, checkout }: DirtySearch, path: string, listed: readonly Listed[]): Promise<boolean> => {
  if (stampFile(checkout.workTree, path) === '-') return false
  for (const { base, different } of listed) {
    // Git lists what is in the index and not in the base: such a file it knows.
    if (different.has(path) || (await base.find(path)) !== undefined) continue
    const entry = await bases[0].find(path)
    return entry?.mode.startsWith('100') !== true || blobId(readFileSync(join(checkout.workTree, path))) !== entry.oid
  }
  return false
}
