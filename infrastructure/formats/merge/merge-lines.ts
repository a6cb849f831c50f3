import { diff3Merge } from 'node-diff3'
import type { Sides } from '../../../domain/merge/conflict.ts'

/** Lines a side may have between its first and last change: comparing more takes time and memory that grow with their square. */
export const linesMax = 20_000

type Lines = readonly string[]

/** Lines that the merge has, or what each side has where both changed them. */
export type Region = { readonly agreed: Lines } | { readonly ours: Lines; readonly theirs: Lines }

/** Merges texts by lines, as `git merge-file` does; `undefined` where both sides changed the same lines, or lines beside one another. */
export const mergeLines = (texts: Sides<string>): string | undefined => {
  const merged: string[] = []
  for (const region of compareLines(texts)) {
    if (!('agreed' in region)) return undefined
    merged.push(region.agreed.join(''))
  }
  return merged.join('')
}

/** The three texts side by side, from the first line to the last. */
export const compareLines = ({ base = '', ours = '', theirs = '' }: Sides<string>): readonly Region[] => {
  const [a, o, b] = [splitLines(ours), splitLines(base), splitLines(theirs)]
  const start = countSame([a, o, b], (lines, at) => lines[at])
  const room = Math.min(a.length, o.length, b.length) - start
  const end = Math.min(
    room,
    countSame([a, o, b], (lines, at) => lines[lines.length - 1 - at]),
  )
  const middle = (lines: Lines) => lines.slice(start, lines.length - end)
  return [{ agreed: a.slice(0, start) }, ...compareMiddles(middle(a), middle(o), middle(b)), { agreed: a.slice(a.length - end) }]
}

const compareMiddles = (ours: Lines, base: Lines, theirs: Lines): readonly Region[] => {
  if ([ours, base, theirs].some(({ length }) => length > linesMax)) return [{ ours, theirs }]
  const regions = diff3Merge([...ours], [...base], [...theirs], { excludeFalseConflicts: true })
  return regions.map(({ ok, conflict }) => (conflict === undefined ? { agreed: ok ?? [] } : { ours: conflict.a, theirs: conflict.b }))
}

/** Each with its line end; the last one may have none. */
export const splitLines = (text: string): Lines => (text === '' ? [] : text.split(/(?<=\n)/))

export const countSame = (texts: readonly Lines[], lineAt: (lines: Lines, at: number) => string | undefined): number => {
  const [first = []] = texts
  let count = 0
  while (lineAt(first, count) !== undefined && texts.every((lines) => lineAt(lines, count) === lineAt(first, count))) count++
  return count
}
