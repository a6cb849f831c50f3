import { diffComm } from 'node-diff3'
import type { Sides } from '../../../domain/merge/conflict.ts'
import { compareLines, countSame, linesMax, type Region, splitLines } from './merge-lines.ts'

/** The texts merged by lines, with markers as git writes them where both sides changed them; `undefined` where that is nowhere. */
export const markConflicts = (texts: Sides<string>, markerSize: number): string | undefined => markRegions(compareLines(texts), markerSize)

/** Two texts in one, with markers as git writes them around every line in which they differ; `undefined` where there is none. */
export const markDifferences = (ours: string, theirs: string, markerSize: number): string | undefined => {
  const [a, b] = [splitLines(ours), splitLines(theirs)]
  const regions =
    a.length > linesMax || b.length > linesMax
      ? [{ ours: a, theirs: b }]
      : diffComm([...a], [...b]).map(
          (chunk): Region =>
            'common' in chunk && chunk.common !== undefined ? { agreed: chunk.common } : { ours: chunk.buffer1 ?? [], theirs: chunk.buffer2 ?? [] },
        )
  return markRegions(regions, markerSize)
}

/** Everything of one text and of another in one conflict: what is left when nothing says where they differ. */
export const markWhole = (ours: string, theirs: string, markerSize: number): string =>
  markRegion({ ours: splitLines(ours), theirs: splitLines(theirs) }, markerSize)

const markRegions = (regions: readonly Region[], markerSize: number): string | undefined => {
  const isMarked = regions.some((region) => !('agreed' in region))
  return isMarked ? regions.map((region) => ('agreed' in region ? region.agreed.join('') : markRegion(region, markerSize))).join('') : undefined
}

/** Lines that are the same at both ends of a conflict stay out of it. */
const markRegion = ({ ours, theirs }: Exclude<Region, { readonly agreed: unknown }>, size: number): string => {
  const start = countSame([ours, theirs], (lines, at) => lines[at])
  const room = Math.min(ours.length, theirs.length) - start
  const end = Math.min(
    room,
    countSame([ours, theirs], (lines, at) => lines[lines.length - 1 - at]),
  )
  const side = (lines: readonly string[]) => endLine(lines.slice(start, lines.length - end).join(''))
  const marker = (character: string, label = '') => `${character.repeat(size)}${label}\n`
  const conflict = [marker('<', ' ours'), side(ours), marker('='), side(theirs), marker('>', ' theirs')].join('')
  return [endLine(ours.slice(0, start).join('')), conflict, ours.slice(ours.length - end).join('')].join('')
}

/** A marker has a line of its own, also after a last line without an end. */
const endLine = (text: string): string => (text === '' || text.endsWith('\n') ? text : `${text}\n`)
