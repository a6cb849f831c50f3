import type { MergeConflict, Side, Sides } from '../../../domain/merge/conflict.ts'
import type { FileToMerge, MergedFile } from '../../../domain/merge/merge-file.ts'
import type { Resolution } from '../../../domain/merge/resolution.ts'
import { formatPointer } from '../../../domain/record/json-pointer.ts'
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
  if (merged.ok && merged.value.conflicts.length === 0) return merged.value
  const conflicts: readonly MergeConflict[] = merged.ok
    ? merged.value.conflicts
    : [{ type: 'file', file: file.path, why: `what both sides say together cannot be written (${merged.failure.kind})` }]
  return { bytes: markSettled(file, conflicts, markerSize) ?? markLines(file.sides, markerSize), conflicts }
}

/** Settles the file once for each side, and marks where the two results differ; `undefined` where a conflict cannot be settled so. */
const markSettled = (file: FileToMerge, conflicts: readonly MergeConflict[], markerSize: number): Uint8Array | undefined => {
  if (!conflicts.every(canSettle)) return undefined
  const settle = (take: Side) => {
    const settled = mergeFile(file, { resolutions: conflicts.filter(canSettle).map((conflict) => toResolution(conflict, take)) })
    if (!settled.ok || settled.value.conflicts.length > 0) return undefined
    return decodeText(settled.value.bytes ?? new Uint8Array())
  }
  const [ours, theirs] = [settle('ours'), settle('theirs')]
  if (ours === undefined || theirs === undefined) return undefined
  const text = markDifferences(ours.text, theirs.text, markerSize)
  return text === undefined ? undefined : encodeText({ ...ours, text })
}

type Settled = Extract<MergeConflict, { readonly type: 'field' | 'record' | 'definition' }>

const canSettle = (conflict: MergeConflict): conflict is Settled =>
  conflict.type === 'field' || conflict.type === 'record' || conflict.type === 'definition'

const toResolution = (conflict: Settled, take: Side): Resolution => {
  const { base, ours, theirs } = conflict
  const choice = { base, ours, theirs, choice: { take } }
  if (conflict.type === 'definition') return { type: 'definition', file: conflict.file, pointer: formatPointer(conflict.path), ...choice }
  const { table, key } = conflict
  return { type: 'field', table, key, pointer: conflict.type === 'record' ? '' : formatPointer(conflict.path), ...choice }
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
