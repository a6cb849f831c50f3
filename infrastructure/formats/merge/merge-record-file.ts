import type { Failure } from '../../../domain/failure.ts'
import type { RecordKey } from '../../../domain/ids.ts'
import { equalJson, type JsonObject } from '../../../domain/json.ts'
import type { MergeConflict, Side, Sides } from '../../../domain/merge/conflict.ts'
import type { FileContent, FileToMerge, MergeChoices, MergedFile, TableVersions } from '../../../domain/merge/merge-file.ts'
import { type MergedRecord, mergeRecord, rulesForTable } from '../../../domain/merge/merge-record.ts'
import { settleRecord } from '../../../domain/merge/resolution.ts'
import { joinKey } from '../../../domain/record/record-key.ts'
import type { Result } from '../../../domain/result.ts'
import { type ColumnNames, renameMembers } from '../../../domain/table/rename-columns.ts'
import { rewriteSharedFile } from '../../../domain/table/rewrite-shared-file.ts'
import type { Table } from '../../../domain/table/table.ts'
import { decodeText, encodeText } from '../decode-text.ts'
import { recordCodec } from '../record-codec.ts'
import { mergeLines } from './merge-lines.ts'

type RecordContent = Extract<FileContent, { readonly type: 'records' }>
type RecordFileToMerge = FileToMerge & { readonly content: RecordContent }
type Records = ReadonlyMap<string, JsonObject>

/** Merges a file of records; `undefined` when a side of it cannot be read. */
export const mergeRecordFile = ({ path, sides, content }: RecordFileToMerge, choices: MergeChoices): MergedFile | undefined => {
  const { versions } = content
  const table = versions?.merged ?? content.table
  const readSide = (side: Side) => {
    const records = readRecords(sides[side], versions?.sides[side] ?? content.table, content.key)
    return records && renameFields(records, namesFor(side, versions))
  }
  const [base, ours, theirs] = [readSide('base'), readSide('ours'), readSide('theirs')]
  if (base === undefined || ours === undefined || theirs === undefined) return undefined
  const conflicts: MergeConflict[] = []
  const merged = new Map<string, JsonObject>()
  for (const own of new Set([...ours.keys(), ...theirs.keys(), ...base.keys()])) {
    const each = { base: base.get(own), ours: ours.get(own), theirs: theirs.get(own) }
    const record = mergeOne(each, { content: { ...content, table }, own }, choices)
    conflicts.push(...sayConflicts(record, each, { table: table.id, key: joinKey(content.parent, own) as RecordKey }))
    if (record.fields !== undefined) merged.set(own, record.fields)
  }
  const isGone = table.recordFile.type === 'single' && merged.size === 0
  if (isGone) return { bytes: undefined, conflicts }
  const bytes = mergeBytes(sides, { table, key: content.key, merged })
  if (bytes !== undefined) return { bytes, conflicts }
  const edited = editSide(sides, { content, table, path }, { ours, theirs, merged })
  if (edited.ok) return { bytes: edited.value, conflicts }
  return { bytes: sides.ours, conflicts: [...conflicts, { type: 'file', file: path, why: explain(edited.failure) }] }
}

/** What both sides say cannot be written as one file: a field that the merged table has no column for, above all. */
const explain = (failure: Failure): string => {
  const reason = 'issues' in failure ? failure.issues.map(({ message }) => message).join('; ') : 'why' in failure ? failure.why : failure.kind
  return `what both sides say together cannot be written: ${reason}`
}

/** Edits ours so that it holds what is merged; theirs, where only their file has the form of the merged table. */
const editSide = (
  sides: Sides<Uint8Array>,
  { content, table, path }: { readonly content: RecordContent; readonly table: Table; readonly path: string },
  { ours, theirs, merged }: { readonly ours: Records; readonly theirs: Records; readonly merged: Records },
): Result<Uint8Array | undefined> => {
  const before = content.versions?.sides.ours ?? content.table
  const existing = sides.ours ?? (content.key === undefined ? undefined : sides.theirs)
  const edits = listEdits(ours, merged)
  if (existing === undefined) return recordCodec.edit(table, existing, edits)
  if (table.recordFile.type === 'single')
    return recordCodec.edit(table, recordCodec.rename(before, existing, namesFor('ours', content.versions)), edits)
  const hasFormOf = (other: Table | undefined) =>
    other !== undefined && equalJson(other.columnsOrder, table.columnsOrder) && equalJson(other.primaryKey, table.primaryKey)
  if (!hasFormOf(before) && hasFormOf(content.versions?.sides.theirs) && sides.theirs !== undefined)
    return recordCodec.edit(table, sides.theirs, listEdits(theirs, merged))
  const rewritten = rewriteSharedFile(recordCodec, { before, after: table, path }, { bytes: existing, edits: new Map([...edits, ...merged]) })
  if (!rewritten.ok) return rewritten
  if (rewritten.value === undefined) return recordCodec.edit(table, existing, edits)
  const inserted = [...merged].filter(([key]) => !ours.has(key))
  return recordCodec.edit(table, rewritten.value, new Map(inserted))
}

/** What the fields of a state are called now. */
const namesFor = (side: Side, versions: TableVersions | undefined): ColumnNames => ({
  ...(side === 'ours' ? {} : versions?.renamed.ours),
  ...(side === 'theirs' ? {} : versions?.renamed.theirs),
})

const renameFields = (records: Records, names: ColumnNames): Records =>
  Object.keys(names).length === 0 ? records : new Map([...records].map(([key, fields]) => [key, renameMembers(fields, names)]))

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

const readRecords = (bytes: Uint8Array | undefined, table: Table, key: string | undefined): Records | undefined => {
  if (bytes === undefined) return new Map()
  const { records, problems } = recordCodec.read(table, bytes, key)
  return problems.length > 0 ? undefined : new Map(records.map((record) => [record.key, record.fields]))
}

/** The lines of both sides, comments included, where they merge and say exactly what the merged records say. */
const mergeBytes = (
  sides: Sides<Uint8Array>,
  { table, key, merged }: { readonly table: Table; readonly key: string | undefined; readonly merged: Records },
): Uint8Array | undefined => {
  if (table.recordFile.format === 'parquet') return undefined
  const [base, ours, theirs] = [sides.base, sides.ours, sides.theirs].map((bytes) => (bytes === undefined ? undefined : decodeText(bytes)))
  if (ours === undefined || theirs === undefined) return undefined
  const text = mergeLines({ base: base?.text, ours: ours.text, theirs: theirs.text })
  if (text === undefined) return undefined
  const bytes = encodeText({ text, hasBom: ours.hasBom })
  const read = readRecords(bytes, table, key)
  return read !== undefined && listEdits(read, merged).size === 0 ? bytes : undefined
}

const listEdits = (from: Records, to: Records): ReadonlyMap<string, JsonObject | null> => {
  const edits = new Map<string, JsonObject | null>()
  for (const key of from.keys()) if (!to.has(key)) edits.set(key, null)
  for (const [key, fields] of to) if (!equalJson(from.get(key), fields)) edits.set(key, fields)
  return edits
}
