import type { Git } from './run-git.ts'
import type { TreeEntry } from './tree-object.ts'

/** A path that differs between two trees; `undefined` where one of them does not have it. */
export interface TreeDifference {
  readonly before: TreeEntry | undefined
  readonly after: TreeEntry | undefined
}

/** Files that differ between two commits or trees, by path from the top. Two similar files are two files: nothing is taken for a rename. */
export const diffTrees = async (git: Git, from: string, to: string): Promise<ReadonlyMap<string, TreeDifference>> => {
  if (from === to) return new Map()
  const args = ['diff-tree', '-r', '-z', '--raw', '--no-abbrev', '--no-renames', '--end-of-options', from, to]
  const { code, stdout, stderr } = await git.run(args)
  if (code !== 0) throw new Error(`git diff-tree ${from} ${to}: ${stderr.trim()}`)
  return parseRawDiff(stdout.toString())
}

/** `:100644 100644 <oid> <oid> M\0path\0` */
export const parseRawDiff = (text: string): ReadonlyMap<string, TreeDifference> => {
  const parts = text.split('\0')
  const differences = new Map<string, TreeDifference>()
  for (let index = 0; index + 1 < parts.length; index += 2) {
    const [modeBefore = '', modeAfter = '', before = '', after = ''] = (parts[index] ?? '').slice(1).split(' ')
    differences.set(parts[index + 1] ?? '', { before: toEntry(modeBefore, before), after: toEntry(modeAfter, after) })
  }
  return differences
}

const toEntry = (mode: string, oid: string): TreeEntry | undefined => (mode === '000000' ? undefined : { mode, oid })
