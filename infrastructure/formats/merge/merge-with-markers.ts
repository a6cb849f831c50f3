import type { MergeConflict, Side, Sides } from '../../../domain/merge/conflict.ts'
import type { FileToMerge, MergedFile } from '../../../domain/merge/merge-file.ts'
import { takeSide } from '../../../domain/merge/resolution.ts'
import { decodeText, encodeText } from '../decode-text.ts'
import { markConflicts, markDifferences, markWhole } from './mark-conflicts.ts'
import { mergeFile } from './merge-file.ts'

/**
 * Merges a file for somebody who looks at it in an editor: as `MergeFile` does, but what is in conflict stands in the file with markers, as git writes
 * them. Everything else in it is merged. A file that is no text is ours as it was, and is in conflict.
 * @param markerSize  characters of a marker
 */
export const mergeWithMarkers = (file: FileToMerge, markerSize: number): MergedFile => {
  const merged = mergeFile(file, { resolutions: [] })
  const { conflicts } = merged
  if (conflicts.length === 0) return merged
  if (isParquet(file)) return { bytes: settle(file, conflicts, 'ours')?.bytes ?? file.sides.ours, conflicts }
  return { bytes: markSettled(file, conflicts, markerSize) ?? markLines(file.sides, markerSize), conflicts }
}

/** A file of columns has no place for markers: it holds what could be merged, and what is in conflict as ours has it. */
const isParquet = ({ content }: FileToMerge): boolean => content.type === 'records' && content.table.recordFile.format === 'parquet'

/** Merges a file of two common ancestors: what is in conflict is as their own ancestor had it, so that it stays one. */
export const mergeTowardsBase = (file: FileToMerge): MergedFile => {
  const merged = mergeFile(file, { resolutions: [] })
  if (merged.conflicts.length === 0) return merged
  const settled = settle(file, merged.conflicts, 'base')
  return { bytes: settled?.bytes ?? file.sides.base ?? new Uint8Array(), conflicts: [] }
}

/** Settles the file once for each side, and marks where the two results differ; `undefined` where a conflict cannot be settled so. */
const markSettled = (file: FileToMerge, conflicts: readonly MergeConflict[], markerSize: number): Uint8Array | undefined => {
  if (conflicts.some(({ type }) => type === 'file')) return undefined
  const [ours, theirs] = (['ours', 'theirs'] as const).map((side) => {
    const settled = settle(file, conflicts, side)
    return settled === undefined ? undefined : decodeText(settled.bytes ?? new Uint8Array())
  })
  if (ours === undefined || theirs === undefined) return undefined
  const text = markDifferences(ours.text, theirs.text, markerSize)
  return text === undefined ? undefined : encodeText({ ...ours, text })
}

const settle = (file: FileToMerge, conflicts: readonly MergeConflict[], side: Side): MergedFile | undefined => {
  const settled = mergeFile(file, { resolutions: conflicts.flatMap((conflict) => takeSide(conflict, side) ?? []) })
  return settled.conflicts.length === 0 ? settled : undefined
}

const markLines = (sides: Sides<Uint8Array>, markerSize: number): Uint8Array | undefined => {
  const [base, ours, theirs] = [sides.base, sides.ours, sides.theirs].map((bytes) => decodeText(bytes ?? new Uint8Array()))
  if (ours === undefined || theirs === undefined || [base, ours, theirs].some((file) => file?.text.includes('\0'))) return sides.ours
  const text =
    markConflicts({ base: base?.text, ours: ours.text, theirs: theirs.text }, markerSize) ??
    markDifferences(ours.text, theirs.text, markerSize) ??
    markWhole(ours.text, theirs.text, markerSize)
  return encodeText({ ...ours, text })
}
