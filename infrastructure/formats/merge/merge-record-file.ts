import type { RecordKey } from '../../../domain/ids.ts'
import { equalJson, type JsonObject } from '../../../domain/json.ts'
import type { MergeConflict, Sides } from '../../../domain/merge/conflict.ts'
import type { FileContent, FileToMerge, MergeChoices, MergedFile } from '../../../domain/merge/merge-file.ts'
import { type MergedRecord, mergeRecord, rulesForTable } from '../../../domain/merge/merge-record.ts'
import { settleRecord } from '../../../domain/merge/resolution.ts'
import { joinKey } from '../../../domain/record/record-key.ts'
import { ok, type Result } from '../../../domain/result.ts'
import { decodeText, encodeText } from '../decode-text.ts'
import { recordCodec } from '../record-codec.ts'
import { mergeLines } from './merge-lines.ts'

type RecordContent = Extract<FileContent, { readonly type: 'records' }>
type RecordFileToMerge = FileToMerge & { readonly content: RecordContent }
type Records = ReadonlyMap<string, JsonObject>

/** Merges a file of records; `undefined` when a side of it cannot be read. */
export const mergeRecordFile = ({ sides, content }: RecordFileToMerge, choices: MergeChoices): Result<MergedFile> | undefined => {
  const { table, key } = content
  const [base, ours, theirs] = [sides.base, sides.ours, sides.theirs].map((bytes) => readRecords(bytes, content))
  if (base === undefined || ours === undefined || theirs === undefined) return undefined
  const conflicts: MergeConflict[] = []
  const merged = new Map<string, JsonObject>()
  for (const own of new Set([...ours.keys(), ...theirs.keys(), ...base.keys()])) {
    const each = { base: base.get(own), ours: ours.get(own), theirs: theirs.get(own) }
    const record = mergeOne(each, { content, own }, choices)
    conflicts.push(...sayConflicts(record, each, { table: table.id, key: joinKey(content.parent, own) as RecordKey }))
    if (record.fields !== undefined) merged.set(own, record.fields)
  }
  const isGone = table.recordFile.type === 'single' && merged.size === 0
  if (isGone) return ok({ bytes: undefined, conflicts })
  const bytes = mergeBytes(sides, { content, merged })
  if (bytes !== undefined) return ok({ bytes, conflicts })
  const edits = listEdits(ours, merged)
  const existing = sides.ours ?? (key === undefined ? undefined : sides.theirs)
  const edited = recordCodec.edit(table, existing, edits)
  return edited.ok ? ok({ bytes: edited.value, conflicts }) : edited
}

const mergeOne = (
  sides: Sides<JsonObject>,
  { content: { table, parent }, own }: { readonly content: RecordContent; readonly own: string },
  { strategy, strategies = {}, resolutions }: MergeChoices,
): MergedRecord => {
  const address = { table: table.id, key: joinKey(parent, own) as RecordKey }
  const asked = (Object.hasOwn(strategies, table.id) ? strategies[table.id] : undefined) ?? strategy
  return mergeRecord(sides, rulesForTable(table, asked, settleRecord(resolutions, address)))
}

const sayConflicts = (
  { conflicts }: MergedRecord,
  sides: Sides<JsonObject>,
  address: { readonly table: RecordContent['table']['id']; readonly key: RecordKey },
): readonly MergeConflict[] =>
  conflicts.map(({ path, ...values }) =>
    path.length === 0 ? { type: 'record', ...address, ...sides } : { type: 'field', ...address, path, ...values },
  )

const readRecords = (bytes: Uint8Array | undefined, { table, key }: RecordContent): Records | undefined => {
  if (bytes === undefined) return new Map()
  const { records, problems } = recordCodec.read(table, bytes, key)
  return problems.length > 0 ? undefined : new Map(records.map((record) => [record.key, record.fields]))
}

/** The lines of both sides, comments included, where they merge and say exactly what the merged records say. */
const mergeBytes = (
  sides: Sides<Uint8Array>,
  { content, merged }: { readonly content: RecordContent; readonly merged: Records },
): Uint8Array | undefined => {
  const [base, ours, theirs] = [sides.base, sides.ours, sides.theirs].map((bytes) => (bytes === undefined ? undefined : decodeText(bytes)))
  if (ours === undefined || theirs === undefined) return undefined
  const text = mergeLines({ base: base?.text, ours: ours.text, theirs: theirs.text })
  if (text === undefined) return undefined
  const bytes = encodeText({ text, hasBom: ours.hasBom })
  const read = readRecords(bytes, content)
  return read !== undefined && listEdits(read, merged).size === 0 ? bytes : undefined
}

const listEdits = (from: Records, to: Records): ReadonlyMap<string, JsonObject | null> => {
  const edits = new Map<string, JsonObject | null>()
  for (const key of from.keys()) if (!to.has(key)) edits.set(key, null)
  for (const [key, fields] of to) if (!equalJson(from.get(key), fields)) edits.set(key, fields)
  return edits
}
