import type { Issue } from '../failure.ts'
import type { RecordKey, TableId } from '../ids.ts'
import type { Json, JsonObject } from '../json.ts'
import type { JsonPointer } from '../record/json-pointer.ts'

/** The three states of one thing that is merged; `undefined` where a side does not have it. */
export interface Sides<T> {
  readonly base: T | undefined
  readonly ours: T | undefined
  readonly theirs: T | undefined
}

export type Side = keyof Sides<unknown>

/** A value that both sides changed in different ways. */
export interface ValueConflict extends Sides<Json> {
  readonly path: JsonPointer
}

export interface FileConflict {
  readonly type: 'file'
  readonly file: string
  readonly why: string
  /** Git's ids of the three files; absent where only a program that sees the files alone has merged them. */
  readonly blobs?: Sides<string>
}

/** Something that the two sides of a merge do not agree about. */
export type MergeConflict =
  /** Both sides gave one field, or a member inside it, different values. */
  | (ValueConflict & { readonly type: 'field'; readonly table: TableId; readonly key: RecordKey })
  /** One side deleted a record that the other changed; or, under `strict`, both changed it. */
  | (Sides<JsonObject> & { readonly type: 'record'; readonly table: TableId; readonly key: RecordKey })
  /** Both sides changed the same place of a definition. */
  | (ValueConflict & { readonly type: 'definition'; readonly file: string })
  /** A file that cannot be merged by what it says: it is no text, cannot be read, or both sides changed the same lines. */
  | FileConflict
  /** Broken by both sides together: neither has this problem alone. */
  | { readonly type: 'constraint'; readonly issue: Issue; readonly involved: readonly InvolvedRecord[] }

export interface InvolvedRecord {
  readonly table: TableId
  readonly key: RecordKey
}
