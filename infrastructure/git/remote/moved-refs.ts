import { type CommitId, parseCommitId } from '../../../domain/ids.ts'
import type { MovedRef } from '../../../domain/remote/remote-ports.ts'
import type { Git } from '../run-git.ts'

export type RefList = ReadonlyMap<string, CommitId>

/** Refs for which commits are counted, a process each. */
const countedMax = 50

/** What refs below some prefixes point at: commits, or tags that are objects of their own. */
export const listRefs = async (git: Git, prefixes: readonly string[]): Promise<RefList> => {
  const { stdout } = await git.run(['for-each-ref', '--format=%(objectname) %(refname) %(symref)', ...prefixes])
  return new Map(
    stdout
      .toString()
      .split('\n')
      .flatMap((line) => {
        const [id = '', ref = '', target = ''] = line.split(' ')
        const oid = parseCommitId(id)
        return oid === undefined || target !== '' ? [] : [[ref, oid] as const]
      }),
  )
}

/** What differs between two lists, sorted by name. */
export const compareRefs = async (git: Git, before: RefList, after: RefList): Promise<readonly MovedRef[]> => {
  const names = [...new Set([...before.keys(), ...after.keys()])].filter((ref) => before.get(ref) !== after.get(ref)).sort()
  const moved: MovedRef[] = []
  for (const [index, ref] of names.entries()) {
    const [from, to] = [before.get(ref), after.get(ref)]
    const counted = from === undefined || to === undefined || index >= countedMax ? undefined : await countBetween(git, from, to)
    moved.push({ ref, from, to, isForced: (counted?.lost ?? 0) > 0, commits: counted?.gained })
  }
  return moved
}

/** Commits that only one of two has in its past; `undefined` when git cannot tell. */
export const countBetween = async (git: Git, from: string, to: string): Promise<{ readonly lost: number; readonly gained: number } | undefined> => {
  const { code, stdout } = await git.run(['rev-list', '--left-right', '--count', '--end-of-options', `${from}...${to}`])
  const [, lost, gained] = /^(\d+)\s+(\d+)/.exec(stdout.toString()) ?? []
  return code === 0 && lost !== undefined ? { lost: Number(lost), gained: Number(gained) } : undefined
}
