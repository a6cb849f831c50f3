import type { RecordKey, TableId } from '../ids.ts'
import { equalJson, type Json, type JsonObject } from '../json.ts'
import { formatPointer } from '../record/json-pointer.ts'
import type { FileConflict, MergeConflict, Side, Sides, ValueConflict } from './conflict.ts'

/** What is to stand where the sides do not agree: one of them, or a value (`undefined`: nothing). */
export type Choice = { readonly take: Side } | { readonly value: Json | undefined }

/** A conflict that somebody settled. It counts as long as the three sides are what they were when it was settled. */
export type Resolution =
  | (Sides<Json> & {
      readonly type: 'field'
      readonly table: TableId
      readonly key: RecordKey
      /** JSON pointer into the record; `''` for the whole record. */
      readonly pointer: string
      readonly choice: Choice
    })
  | (Sides<Json> & { readonly type: 'definition'; readonly file: string; readonly pointer: string; readonly choice: Choice })
  | { readonly type: 'file'; readonly file: string; readonly take: Side; readonly blobs?: Sides<string> }
  /** A record, whether in conflict or not, as it is to be after the merge: how broken constraints are mended. */
  | RecordResolution

interface RecordResolution {
  readonly type: 'record'
  readonly table: TableId
  readonly key: RecordKey
  readonly fields: JsonObject | undefined
  /** The record on our side when it was settled: nothing that is written there later is lost. */
  readonly ours: JsonObject | undefined
}

/** Finds the choice for a conflict; `undefined`: it is still open. */
export type Settle<T> = (conflict: T) => { readonly value: Json | undefined } | undefined

/** What was settled about the fields of one record. */
export const settleRecord =
  (resolutions: readonly Resolution[], { table, key }: { readonly table: TableId; readonly key: RecordKey }): Settle<ValueConflict> =>
  (conflict) => {
    const found = indexResolutions(resolutions).get(identifyConflict({ type: 'field', table, key, ...conflict }))
    return found?.type === 'field' && isOf(found, conflict) ? choose(found.choice, conflict) : undefined
  }

export const settleDefinition =
  (resolutions: readonly Resolution[], file: string): Settle<ValueConflict> =>
  (conflict) => {
    const found = indexResolutions(resolutions).get(identifyConflict({ type: 'definition', file, ...conflict }))
    return found?.type === 'definition' && isOf(found, conflict) ? choose(found.choice, conflict) : undefined
  }

/** The resolution of a conflict that takes one side; `undefined` for a broken constraint, which no side mends. */
export const takeSide = (conflict: MergeConflict, take: Side): Resolution | undefined => {
  if (conflict.type === 'constraint') return undefined
  return conflict.type === 'file' ? takeFile(conflict, take) : settleValue(conflict, { take })
}

export const takeFile = ({ file, blobs }: FileConflict, take: Side): Resolution => ({
  type: 'file',
  file,
  take,
  ...(blobs !== undefined && { blobs }),
})

/** A conflict that has three values. */
export type ValuesConflict = Extract<MergeConflict, { readonly type: 'field' | 'record' | 'definition' }>

export const settleValue = (conflict: ValuesConflict, choice: Choice): Resolution => {
  const { base, ours, theirs } = conflict
  const pointer = conflict.type === 'record' ? '' : formatPointer(conflict.path)
  const settled = { pointer, base, ours, theirs, choice }
  return conflict.type === 'definition'
    ? { type: 'definition', file: conflict.file, ...settled }
    : { type: 'field', table: conflict.table, key: conflict.key, ...settled }
}

/** Which side of a file was taken. */
export const settleFile = (resolutions: readonly Resolution[], file: string, blobs: Sides<string>): Side | undefined => {
  const found = indexResolutions(resolutions).get(identifyConflict({ type: 'file', file, why: '' }))
  return found?.type === 'file' && found.blobs !== undefined && isOf(found.blobs, blobs) ? found.take : undefined
}

/** The record as a whole was settled, whatever its fields. */
export const isSettledWhole = (resolutions: readonly Resolution[], { table, key }: { readonly table: TableId; readonly key: RecordKey }): boolean =>
  indexResolutions(resolutions).get(identifyRecord(table, key))?.type === 'record'

/** The record is to be deleted. */
export const saysGone = (resolution: Extract<Resolution, { readonly key: RecordKey }>): boolean =>
  resolution.type === 'record'
    ? resolution.fields === undefined
    : resolution.pointer === '' && choose(resolution.choice, resolution).value === undefined

/** Without records that were settled, and are others on our side since then. */
export const dropOutdated = (
  resolutions: readonly Resolution[],
  readOurs: (table: TableId, key: RecordKey) => JsonObject | undefined,
): readonly Resolution[] => {
  const isOutdated = (each: Resolution): boolean => each.type === 'record' && !equalJson(each.ours, readOurs(each.table, each.key))
  return resolutions.some(isOutdated) ? resolutions.filter((each) => !isOutdated(each)) : resolutions
}

const indexes = new WeakMap<readonly Resolution[], ReadonlyMap<string, Resolution>>()

/** By what they are about, the last of each. A merge asks for every conflict, and there may be thousands of both. */
const indexResolutions = (resolutions: readonly Resolution[]): ReadonlyMap<string, Resolution> => {
  const index = indexes.get(resolutions) ?? new Map(resolutions.map((each) => [identifyConflict(each), each]))
  indexes.set(resolutions, index)
  return index
}

/** What two resolutions of the same thing have in common: the later one counts. */
export const identifyConflict = (conflict: MergeConflict | Resolution): string => {
  switch (conflict.type) {
    case 'field':
      return JSON.stringify(['record', conflict.table, conflict.key, 'pointer' in conflict ? conflict.pointer : formatPointer(conflict.path)])
    case 'record':
      return identifyRecord(conflict.table, conflict.key)
    case 'definition':
      return JSON.stringify(['definition', conflict.file, 'pointer' in conflict ? conflict.pointer : formatPointer(conflict.path)])
    case 'file':
      return JSON.stringify(['file', conflict.file])
    case 'constraint':
      return JSON.stringify(['constraint', conflict.issue.rule, conflict.issue.table, conflict.issue.key, conflict.issue.field])
  }
}

const identifyRecord = (table: TableId, key: RecordKey): string => JSON.stringify(['record', table, key, ''])

const choose = (choice: Choice, sides: Sides<Json>) => ('take' in choice ? { value: sides[choice.take] } : { value: choice.value })

const isOf = (resolution: Sides<Json>, conflict: Sides<Json>): boolean =>
  equalJson(resolution.base, conflict.base) && equalJson(resolution.ours, conflict.ours) && equalJson(resolution.theirs, conflict.theirs)
