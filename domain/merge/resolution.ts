import type { RecordKey, TableId } from '../ids.ts'
import { equalJson, type Json, type JsonObject } from '../json.ts'
import { formatPointer } from '../record/json-pointer.ts'
import type { MergeConflict, Side, Sides, ValueConflict } from './conflict.ts'

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
  | { readonly type: 'file'; readonly file: string; readonly take: Side }
  /** A record, whether in conflict or not, as it is to be after the merge: how broken constraints are mended. */
  | { readonly type: 'record'; readonly table: TableId; readonly key: RecordKey; readonly fields: JsonObject | undefined }

/** Finds the choice for a conflict; `undefined`: it is still open. */
export type Settle<T> = (conflict: T) => { readonly value: Json | undefined } | undefined

/** What was settled about the fields of one record. */
export const settleRecord =
  (resolutions: readonly Resolution[], { table, key }: { readonly table: TableId; readonly key: RecordKey }): Settle<ValueConflict> =>
  (conflict) => {
    const pointer = formatPointer(conflict.path)
    const found = resolutions.findLast(
      (each) => each.type === 'field' && each.table === table && each.key === key && each.pointer === pointer && isOf(each, conflict),
    )
    return found?.type === 'field' ? choose(found.choice, conflict) : undefined
  }

export const settleDefinition =
  (resolutions: readonly Resolution[], file: string): Settle<ValueConflict> =>
  (conflict) => {
    const pointer = formatPointer(conflict.path)
    const found = resolutions.findLast((each) => each.type === 'definition' && each.file === file && each.pointer === pointer && isOf(each, conflict))
    return found?.type === 'definition' ? choose(found.choice, conflict) : undefined
  }

/** Which side of a file was taken. */
export const settleFile = (resolutions: readonly Resolution[], file: string): Side | undefined => {
  const found = resolutions.findLast((each) => each.type === 'file' && each.file === file)
  return found?.type === 'file' ? found.take : undefined
}

/** What two resolutions of the same thing have in common: the later one counts. */
export const identifyConflict = (conflict: MergeConflict | Resolution): string => {
  switch (conflict.type) {
    case 'field':
      return JSON.stringify(['record', conflict.table, conflict.key, 'pointer' in conflict ? conflict.pointer : formatPointer(conflict.path)])
    case 'record':
      return JSON.stringify(['record', conflict.table, conflict.key, ''])
    case 'definition':
      return JSON.stringify(['definition', conflict.file, 'pointer' in conflict ? conflict.pointer : formatPointer(conflict.path)])
    case 'file':
      return JSON.stringify(['file', conflict.file])
    case 'constraint':
      return JSON.stringify(['constraint', conflict.issue.rule, conflict.issue.table, conflict.issue.key, conflict.issue.field])
  }
}

const choose = (choice: Choice, sides: Sides<Json>) => ('take' in choice ? { value: sides[choice.take] } : { value: choice.value })

const isOf = (resolution: Sides<Json>, conflict: Sides<Json>): boolean =>
  equalJson(resolution.base, conflict.base) && equalJson(resolution.ours, conflict.ours) && equalJson(resolution.theirs, conflict.theirs)
