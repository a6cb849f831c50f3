import type { Line } from './lanes.ts'

/** Commits of one lane: numbers after `after`, up to `upTo`. */
export interface Range {
  readonly lane: number
  readonly after: number
  readonly upTo: number
}

/**
 * What two first-parent lines do not share: the commits of each after the last one that is on both. Without a common commit, all of them.
 * Cost: the stretches of the two lines, whatever the number of commits.
 */
export const findFork = (from: Line, to: Line): { readonly from: readonly Range[]; readonly to: readonly Range[] } => {
  const [a, b] = [from.toReversed(), to.toReversed()]
  let shared = 0
  while (a[shared]?.lane === b[shared]?.lane && a[shared]?.seq === b[shared]?.seq && shared < a.length) shared++
  const [oldA, oldB] = [a[shared], b[shared]]
  // Both run along the same lane for a while, one of them further, or each leaves it at a commit of its own.
  const common = oldA !== undefined && oldA.lane === oldB?.lane ? Math.min(oldA.seq, oldB.seq) : (a[shared - 1]?.seq ?? 0)
  return { from: rangesAfter(a.slice(shared), common), to: rangesAfter(b.slice(shared), common) }
}

const rangesAfter = (stretches: Line, common: number): readonly Range[] =>
  stretches.map(({ lane, seq }, index) => ({ lane, after: stretches[index - 1]?.seq ?? common, upTo: seq })).filter(({ after, upTo }) => upTo > after)
