import type { ColumnNames } from '../table/rename-columns.ts'
import type { Table } from '../table/table.ts'
import type { MergeConflict, Sides } from './conflict.ts'
import type { Resolution } from './resolution.ts'
import type { MergeStrategy } from './strategy.ts'

/** A file that two sides changed, and what it is. */
export interface FileToMerge {
  /** Relative to the database. */
  readonly path: string
  readonly sides: Sides<Uint8Array>
  readonly content: FileContent
}

export type FileContent =
  /** `key`: of the one record, for files of one; `parent`: of the record that everything in it lies below. */
  | {
      readonly type: 'records'
      readonly table: Table
      readonly key: string | undefined
      readonly parent: string | undefined
      /** Where the definition of the table is not the same everywhere; else `table` is. */
      readonly versions?: TableVersions | undefined
    }
  | { readonly type: 'definition' }
  | { readonly type: 'other' }

/** A table in the three states of a merge, and after it. */
export interface TableVersions {
  /** Each state's records are read by its own definition. */
  readonly sides: Sides<Table>
  readonly merged: Table
  /** Columns that a side gave other names, which the other side's records do not have yet. */
  readonly renamed: { readonly ours: ColumnNames; readonly theirs: ColumnNames }
}

export interface MergeChoices {
  /** Asked for this merge; absent: what each table says, else `manual`. */
  readonly strategy?: MergeStrategy | undefined
  /** Of single tables, by id. */
  readonly strategies?: Readonly<Record<string, MergeStrategy>> | undefined
  readonly resolutions: readonly Resolution[]
}

export interface MergedFile {
  /** `undefined`: the file goes. Where a conflict is open, ours stands. */
  readonly bytes: Uint8Array | undefined
  readonly conflicts: readonly MergeConflict[]
}

/**
 * Merges the three states of a file by what it says: record files record by record and field by field, definitions member by member, others by
 * lines. Comments and layout of both sides stay where lines can be merged; elsewhere ours is edited in place.
 */
export type MergeFile = (file: FileToMerge, choices: MergeChoices) => MergedFile
