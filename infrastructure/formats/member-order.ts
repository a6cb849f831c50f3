/** Order of the UTF-8 bytes of two texts, which is the order of their code points (and not of their UTF-16 units). */
export const compareCodePoints = (a: string, b: string): number => {
  const shorter = Math.min(a.length, b.length)
  for (let at = 0; at < shorter; at++) {
    const left = a.charCodeAt(at)
    const right = b.charCodeAt(at)
    if (left !== right) return rankUnit(left) - rankUnit(right)
  }
  return a.length - b.length
}

/** Surrogates stand for code points above all others. */
const rankUnit = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit)

/** Columns in their declared order, then the other names by code point. */
export const compareByColumns =
  (columns: readonly string[]) =>
  (a: string, b: string): number => {
    const left = columns.indexOf(a)
    const right = columns.indexOf(b)
    if (left !== -1 && right !== -1) return left - right
    if (left !== -1 || right !== -1) return left === -1 ? 1 : -1
    return compareCodePoints(a, b)
  }

/**
 * Where new names go among those that stay. Names that are sorted the way the Go tools sort stay sorted; in any other order a declared column
 * follows the nearest column before it, or stands before the nearest after it; whatever is left goes to the end.
 */
export const placeNames = (
  kept: readonly string[],
  added: readonly string[],
  order: { readonly columns: readonly string[]; readonly compare: (a: string, b: string) => number },
): readonly string[] => {
  const isSorted = kept.every((name, index) => index === 0 || order.compare(kept[index - 1] ?? '', name) < 0)
  if (kept.length !== 1 && isSorted) return [...kept, ...added].sort(order.compare)
  const names = [...kept]
  for (const name of [...added].sort(order.compare)) {
    const next = findColumnPlace(names, name, order.columns)
    names.splice(next === -1 ? names.length : next, 0, name)
  }
  return names
}

const findColumnPlace = (names: readonly string[], name: string, columns: readonly string[]): number => {
  const rank = columns.indexOf(name)
  if (rank === -1) return -1
  for (let before = rank - 1; before >= 0; before--) {
    const at = names.indexOf(columns[before] ?? '')
    if (at !== -1) return at + 1
  }
  return names.findIndex((other) => columns.indexOf(other) > rank)
}
