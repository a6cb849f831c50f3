import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import { quotePath } from './quote-path.ts'
import { hasCode } from './read-ref.ts'
import type { Checkout, Git } from './run-git.ts'

/** How a missing file is written where blobs are listed. */
export const noBlob = '0'.repeat(40)

/** So many paths fit on a command line everywhere; more are picked out of a listing of everything. */
export const pathArgumentsMax = 200

/** Bits of an index entry that make git look away from the file. */
export interface Bits {
  readonly skipWorktree: boolean
  readonly assumeUnchanged: boolean
}

export interface AskedFiles {
  readonly git: Git
  readonly checkout: Checkout
}

/** Which of some paths have a bit set (`git ls-files -v`: lower case is assume-unchanged, `S` skip-worktree). */
export const readBits = async (files: AskedFiles, paths: readonly string[]): Promise<ReadonlyMap<string, Bits>> => {
  const bits = new Map<string, Bits>()
  for (const line of await listIndex(files, paths, '-v')) {
    const tag = line.charAt(0)
    const found = { skipWorktree: tag.toUpperCase() === 'S', assumeUnchanged: tag !== tag.toUpperCase() }
    if (found.skipWorktree || found.assumeUnchanged) bits.set(line.slice(2), found)
  }
  return keepOnly(bits, paths)
}

/** Blob ids of some paths in the index. */
export const readIndexIds = async (files: AskedFiles, paths: readonly string[]): Promise<ReadonlyMap<string, string>> => {
  const lines = await listIndex(files, paths, '-s')
  return keepOnly(new Map(lines.map((line) => [line.slice(line.indexOf('\t') + 1), line.split(' ')[1] ?? ''])), paths)
}

/** Blob ids that files would have in git, line ends and filters considered. Only of what is a file that can be read. */
export const hashFiles = async ({ git, checkout }: AskedFiles, paths: readonly string[]): Promise<ReadonlyMap<string, string>> => {
  const readable = paths.filter((path) => isFile(join(checkout.workTree, path)))
  if (readable.length === 0) return new Map()
  const { stdout } = await git.run(['hash-object', '--stdin-paths'], { checkout, input: readable.map((path) => `${quotePath(path)}\n`).join('') })
  const ids = stdout.toString().split('\n')
  return new Map(readable.map((path, index) => [path, ids[index] ?? '']))
}

/** Blobs that some paths had in the commits after `from` up to `to`. */
export const readVersions = async (
  git: Git,
  range: { readonly from: string | undefined; readonly to: string },
  paths: readonly string[],
): Promise<ReadonlyMap<string, ReadonlySet<string>>> => {
  const versions = new Map(paths.map((path) => [path, new Set<string>()]))
  const commits = range.from === undefined ? [range.to] : [range.to, `^${range.from}`]
  const pathArguments = paths.length <= pathArgumentsMax ? paths : []
  const args = ['log', '-m', '--first-parent', '--format=', '--raw', '-z', '--no-abbrev', '--no-renames', ...commits, '--', ...pathArguments]
  const { code, stdout, stderr } = await git.run(args)
  if (code !== 0) throw new Error(`git log exited with ${code}: ${stderr.trim()}`)
  const parts = stdout.toString().split('\0')
  for (const [index, part] of parts.entries()) {
    const found = /^\n?:\d{6} \d{6} (\w{40}) (\w{40}) \w+$/.exec(part)
    if (found?.[1] !== undefined && found[2] !== undefined)
      versions
        .get(parts[index + 1] ?? '')
        ?.add(found[1])
        .add(found[2])
  }
  return versions
}

const listIndex = async ({ git, checkout }: AskedFiles, paths: readonly string[], option: '-v' | '-s'): Promise<readonly string[]> => {
  const pathArguments = paths.length <= pathArgumentsMax ? paths : []
  const { code, stdout, stderr } = await git.run(['ls-files', '-z', '--cached', option, '--', ...pathArguments], { checkout })
  if (code !== 0) throw new Error(`git ls-files exited with ${code}: ${stderr.trim()}`)
  return stdout
    .toString()
    .split('\0')
    .filter((line) => line !== '')
}

const keepOnly = <T>(found: ReadonlyMap<string, T>, paths: readonly string[]): ReadonlyMap<string, T> => {
  const wanted = new Set(paths)
  return new Map([...found].filter(([path]) => wanted.has(path)))
}

const isFile = (file: string): boolean => {
  try {
    return lstatSync(file).isFile()
  } catch (error) {
    if (hasCode(error, ['ENOENT', 'ENOTDIR', 'EACCES'])) return false
    throw error
  }
}
