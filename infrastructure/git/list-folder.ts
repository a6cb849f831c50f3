import { type Dirent, lstatSync, readdirSync, type Stats } from 'node:fs'
import { join } from 'node:path'
import type { Git } from './run-git.ts'

/** Files of a folder at most; a folder with more is no home-made database. */
const filesMax = 2_000_000

/** What lies at a path: a file of its own, or a symbolic link in the place of one. */
export type EntryKind = 'file' | 'link'

export interface Listing {
  readonly kind?: EntryKind
  /** Hidden ones too. */
  readonly withHidden?: boolean
}

/**
 * Files below a directory that are tracked, or would be: ignored ones are nobody's data, nor, unless they are asked for, hidden ones other than
 * definitions. Relative to it, sorted. Links are listed when they are what is asked for; submodules never are.
 */
export const listTrackable = async (git: Git, { kind = 'file', withHidden = false }: Listing = {}): Promise<readonly string[]> => {
  const { gitDirectory, workTree, databasePath } = git.location
  if (workTree === undefined) return []
  const scope = databasePath === '' ? '.' : databasePath
  const args = ['--literal-pathspecs', 'ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate', '--', scope]
  const { code, stdout, stderr } = await git.run(args, { checkout: { gitDirectory, workTree } })
  if (code !== 0) throw new Error(`git ls-files: ${stderr}`)
  const start = databasePath === '' ? 0 : databasePath.length + 1
  return stdout
    .toString()
    .split('\0')
    .filter((path) => path !== '' && (withHidden || !isHidden(path.slice(start))))
    .filter((path) => isOf(kind, lstatSync(join(workTree, path), { throwIfNoEntry: false })))
    .map((path) => path.slice(start))
    .sort()
}

/** The same for a folder that is in no repository: everything of a kind but hidden files and `node_modules`. */
export const listFolder = (directory: string, kind: EntryKind): readonly string[] => {
  const found: string[] = []
  const visit = (below: string): void => {
    for (const entry of readdirSync(join(directory, below), { withFileTypes: true })) {
      const path = below === '' ? entry.name : `${below}/${entry.name}`
      if (isHidden(path)) continue
      if (entry.isDirectory()) visit(path)
      else if (isOf(kind, entry) && found.length < filesMax) found.push(path)
    }
  }
  visit('')
  return found.sort()
}

const isOf = (kind: EntryKind, entry: Dirent | Stats | undefined): boolean =>
  entry !== undefined && (kind === 'file' ? entry.isFile() : entry.isSymbolicLink())

/** Definitions lie in folders that are hidden from people. */
const ours = new Set(['.ingitdb', '.collection', '.collections'])

const isHidden = (path: string): boolean => path.split('/').some((part) => (part.startsWith('.') && !ours.has(part)) || part === 'node_modules')
