/**
 * The candidate that a mistyped name most likely meant.
 *
 * @returns the nearest candidate by edit distance (insert, delete, replace, swap of neighbours; case is ignored),
 *          `undefined` when none is within a third of the name's length (at least 1 edit). Compares at most 1,000 candidates of at most 200 characters.
 */
export const closestName = (name: string, candidates: readonly string[]): string | undefined => {
  if (name.length > nameLengthMax) return undefined
  let best: { readonly candidate: string; readonly distance: number } | undefined
  const distanceMax = Math.max(1, Math.floor(name.length / 3))
  for (const candidate of candidates.slice(0, candidatesMax)) {
    if (Math.abs(candidate.length - name.length) > distanceMax) continue
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase())
    if (distance <= distanceMax && (best === undefined || distance < best.distance)) best = { candidate, distance }
  }
  return best?.candidate
}

const candidatesMax = 1_000
const nameLengthMax = 200

/** Optimal string alignment distance, row by row. */
const editDistance = (a: string, b: string): number => {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = at(last, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(beforeLast, j - 2) + 1 : Number.POSITIVE_INFINITY
      row.push(Math.min(replaced, swapped, at(last, j) + 1, at(row, j - 1) + 1))
    }
    beforeLast = last
    last = row
  }
  return at(last, b.length)
}

const at = (row: readonly number[], index: number): number => row[index] ?? Number.POSITIVE_INFINITY
