import type { CatFile } from './cat-file.ts'
import { directoryMode, parseTree, type TreeEntry } from './tree-object.ts'

export interface ListedFile extends TreeEntry {
  readonly path: string
}

export interface ListOptions {
  /** Directory to list, relative to the top of the tree; `''` is the top. */
  readonly directory: string
  /** Directories not to go into, by path. */
  readonly skip?: (path: string) => boolean
}

/** Every file below a directory of a commit, with its full path; empty when there is no such directory. Read level by level, in parallel. */
export const listTree = async (objects: CatFile, commit: string, options: ListOptions): Promise<readonly ListedFile[]> => {
  const root = await findDirectory(objects, commit, options.directory)
  if (root === undefined) return []
  const files: ListedFile[] = []
  let level: readonly { readonly path: string; readonly oid: string }[] = [{ path: options.directory, oid: root }]
  while (level.length > 0) {
    const trees = await Promise.all(level.map(async ({ path, oid }) => ({ path, entries: await readTree(objects, oid) })))
    const next: { path: string; oid: string }[] = []
    for (const { path, entries } of trees) {
      for (const [name, entry] of entries) {
        const child = path === '' ? name : `${path}/${name}`
        if (entry.mode !== directoryMode) files.push({ path: child, ...entry })
        else if (options.skip?.(child) !== true) next.push({ path: child, oid: entry.oid })
      }
    }
    level = next
  }
  return files
}

/** Tree id of a directory at a commit; `undefined` when it is not there. */
export const findDirectory = async (objects: CatFile, commit: string, directory: string): Promise<string | undefined> => {
  const entry = directory === '' ? undefined : await findEntry(objects, commit, directory)
  if (directory !== '') return entry?.mode === directoryMode ? entry.oid : undefined
  return (await objects.read(`${commit}^{tree}`))?.oid
}

/** What a commit has at a path. */
export const findEntry = async (objects: CatFile, commit: string, path: string): Promise<TreeEntry | undefined> => {
  const root = await objects.read(`${commit}^{tree}`)
  let entry: TreeEntry | undefined = root === undefined ? undefined : { mode: directoryMode, oid: root.oid }
  for (const name of path.split('/')) {
    if (entry?.mode !== directoryMode) return undefined
    entry = (await readTree(objects, entry.oid)).get(name)
  }
  return entry
}

/** Throws when the tree is missing: the repository is damaged, or was pruned while it was read. */
export const readTree = async (objects: CatFile, oid: string): Promise<Map<string, TreeEntry>> => {
  const object = await objects.read(oid)
  if (object?.type !== 'tree') throw new Error(`tree ${oid} is missing from the repository`)
  return parseTree(object.bytes)
}
