import type { Json, JsonObject } from '../../domain/json.ts'
import type { FileContents } from '../../domain/table/codecs.ts'
import type { Table } from '../../domain/table/table.ts'

/** A record on its way into a file. */
export interface KeyedFields {
  readonly key: string
  readonly fields: JsonObject
}

export type FindOffset = (key: string, path: readonly string[]) => number | undefined

/** What one file format can do, for files of all types it has; `record-codec.ts` adds bytes, limits and checks. */
export interface RecordFormatCodec {
  /** Throws a `TextProblem` when the file as a whole cannot be read. */
  read(table: Table, text: string, key: string | undefined): FileContents
  /**
   * Finds places in a text that `read` has taken: the offset of a field of a record, by its path of names and list positions, or of the nearest
   * thing around it; `undefined` for a key that the file does not have. Parses once, for records that something is wrong with.
   */
  createLocator?(table: Table, text: string): FindOffset
  /** Text of a new file, as the Go writer has it. */
  create(table: Table, records: readonly KeyedFields[]): string
  /**
   * Ways to make the edits, the gentlest first, each a text or `undefined` where it is not possible. The caller reads each one back and takes the
   * first that holds exactly the wanted values.
   * @param edits  key → new fields, null where the record goes; every one of them changes something
   */
  edit(table: Table, text: string, edits: ReadonlyMap<string, JsonObject | null>): readonly (() => string | undefined)[]
  /** The text of one record with fields that have other names where they stand, so that their comments stay with them; absent: not possible. */
  rename?(text: string, names: Readonly<Record<string, string>>): string
  /** Why a field cannot be held, for fields that were not read back as they were written. */
  explainLoss(table: Table, name: string, value: Json): string | undefined
}
