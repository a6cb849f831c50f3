import { diff3Merge } from 'node-diff3'
import type { Sides } from '../../../domain/merge/conflict.ts'

/** Lines a side may have between its first and last change: comparing more takes time and memory that grow with their square. */
const linesMax = 20_000

/** Merges texts by lines, as `git merge-file` does; `undefined` where both sides changed the same lines, or lines beside one another. */
export const mergeLines = ({ base = '', ours = '', theirs = '' }: Sides<string>): string | undefined => {
  const [a, o, b] = [splitLines(ours), splitLines(base), splitLines(theirs)]
  const start = countSame([a, o, b], (lines, at) => lines[at])
  const room = Math.min(a.length, o.length, b.length) - start
  const end = Math.min(
    room,
    countSame([a, o, b], (lines, at) => lines[lines.length - 1 - at]),
  )
  const middles = [a, o, b].map((lines) => lines.slice(start, lines.length - end))
  const [middleA, middleO, middleB] = middles
  if (middleA === undefined || middleO === undefined || middleB === undefined || middles.some(({ length }) => length > linesMax)) return undefined
  const merged: string[] = []
  for (const { ok } of diff3Merge(middleA, middleO, middleB, { excludeFalseConflicts: true })) {
    if (ok === undefined) return undefined
    merged.push(...ok)
  }
  return [...a.slice(0, start), ...merged, ...a.slice(a.length - end)].join('')
}

/** Each with its line end; the last one may have none. */
const splitLines = (text: string): readonly string[] => (text === '' ? [] : text.split(/(?<=\n)/))

const countSame = (texts: readonly (readonly string[])[], lineAt: (lines: readonly string[], at: number) => string | undefined): number => {
  const [first = []] = texts
  let count = 0
  while (lineAt(first, count) !== undefined && texts.every((lines) => lineAt(lines, count) === lineAt(first, count))) count++
  return count
}
