import { equalJson, type JsonObject } from '../json.ts'

export interface RenamedColumn {
  readonly from: string
  readonly to: string
}

export interface ColumnQuestion {
  /** Columns that a definition had and has no more, and those that are new in it, by name. */
  readonly gone: ReadonlyMap<string, JsonObject>
  readonly added: ReadonlyMap<string, JsonObject>
  /** Records that are on both sides and differ. */
  readonly updates: readonly { readonly before: JsonObject; readonly after: JsonObject }[]
}

/**
 * Columns that only got another name: more than half of the records that had a value in the old one have the same value in the new one; those that
 * carried most first. Where no record had a value there, one column that is gone and one that is new are the same when they are defined alike.
 * Cost: the records, times the columns that are gone and those that are new.
 */
export const findRenamedColumns = ({ gone, added, updates }: ColumnQuestion): readonly RenamedColumn[] => {
  if (gone.size === 0 || added.size === 0) return []
  const pairs = [...gone.keys()].flatMap((from) => [...added.keys()].map((to) => ({ from, to, ...countCarried(updates, from, to) })))
  const found: RenamedColumn[] = []
  const isFree = ({ from, to }: RenamedColumn): boolean => found.every((other) => other.from !== from && other.to !== to)
  for (const { from, to, carried, had } of pairs.sort((a, b) => b.carried - a.carried || compare(a, b)))
    if (carried * 2 > had && isFree({ from, to })) found.push({ from, to })
  const [only] = pairs
  const isUnused = only !== undefined && pairs.length === 1 && only.had === 0 && updates.every(({ after }) => !Object.hasOwn(after, only.to))
  if (isUnused && equalJson(gone.get(only.from), added.get(only.to))) return [{ from: only.from, to: only.to }]
  return found.sort(compare)
}

const countCarried = (updates: ColumnQuestion['updates'], from: string, to: string): { readonly carried: number; readonly had: number } => {
  const holders = updates.filter(({ before }) => Object.hasOwn(before, from))
  const carried = holders.filter(
    ({ before, after }) =>
      !Object.hasOwn(after, from) && !Object.hasOwn(before, to) && Object.hasOwn(after, to) && equalJson(before[from], after[to]),
  )
  return { carried: carried.length, had: holders.length }
}

const compare = (a: RenamedColumn, b: RenamedColumn): number => compareText(a.from, b.from) || compareText(a.to, b.to)

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
