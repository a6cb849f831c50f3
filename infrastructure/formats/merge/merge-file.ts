import type { Sides } from '../../../domain/merge/conflict.ts'
import type { MergedFile, MergeFile } from '../../../domain/merge/merge-file.ts'
import { decodeText, encodeText } from '../decode-text.ts'
import { mergeDefinition } from './merge-definition.ts'
import { mergeLines } from './merge-lines.ts'
import { mergeRecordFile } from './merge-record-file.ts'

/** See `MergeFile`. What cannot be read by what it should hold is merged by lines. */
export const mergeFile: MergeFile = (given, choices) => {
  const file = { ...given, sides: withoutEmptyBase(given.sides) }
  const { content } = file
  if (content.type === 'records') {
    const merged = mergeRecordFile({ ...file, content }, choices)
    if (merged !== undefined) return merged
  }
  if (content.type === 'definition') {
    const merged = mergeDefinition(file, choices)
    if (merged !== undefined) return merged
  }
  return mergeOther(file, choices)
}

/** An empty file says no more than none, and git gives a merge driver one for the other. */
const withoutEmptyBase = (sides: Sides<Uint8Array>): Sides<Uint8Array> => (sides.base?.byteLength === 0 ? { ...sides, base: undefined } : sides)

const mergeOther = ({ path, sides }: Parameters<MergeFile>[0], { strategy }: Parameters<MergeFile>[1]): MergedFile => {
  const { base, ours, theirs } = sides
  if (strategy === 'ours' || strategy === 'theirs') return { bytes: sides[strategy], conflicts: [] }
  const conflict = (why: string): MergedFile => ({ bytes: ours, conflicts: [{ type: 'file', file: path, why }] })
  if (ours === undefined || theirs === undefined) return conflict(`${ours === undefined ? 'ours' : 'theirs'} deleted it, the other side changed it`)
  const texts = [base ?? new Uint8Array(), ours, theirs].map(decodeText)
  const [baseText, oursText, theirsText] = texts
  if (baseText === undefined || oursText === undefined || theirsText === undefined || texts.some((each) => each?.text.includes('\0')))
    return conflict('it is no text, and both sides changed it')
  const merged = mergeLines({ base: baseText.text, ours: oursText.text, theirs: theirsText.text })
  return merged === undefined
    ? conflict('both sides changed the same lines')
    : { bytes: encodeText({ text: merged, hasBom: oursText.hasBom }), conflicts: [] }
}
