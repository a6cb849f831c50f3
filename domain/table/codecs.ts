import type { Json, JsonObject } from '../json.ts'
import type { Result } from '../result.ts'
import type { Catalogue, Table } from './table.ts'

/** One record as a file holds it, without its key; `line` is where it starts (1-based), where the format can tell. */
export interface FileRecord {
  readonly key: string
  readonly fields: JsonObject
  readonly line?: number
}

/** Why a file, or one record in it, cannot be read. Without `key` the whole file is meant. */
export interface FileProblem {
  /** Which rule was broken, as in `Issue`; `parse` when nothing else is said. */
  readonly rule?: string
  readonly message: string
  readonly key?: string
  readonly line?: number
}

export interface FileContents {
  readonly records: readonly FileRecord[]
  readonly problems: readonly FileProblem[]
  /** Where a field of a record is; absent where the format cannot tell. */
  readonly locate?: LocateField
}

/**
 * Line (1-based) of a field by JSON pointer, or of the nearest thing around it that is there; `undefined` when the record is not in the file.
 * For records that something is wrong with: the first call parses the file once more, later ones look up.
 */
export type LocateField = (key: string, pointer: string) => number | undefined

/** Reads and writes record files of every format; pure, bytes in and bytes out. Keys are those that files hold: a record's own (`ownKey`). */
export interface RecordCodec {
  /** Whether the table's `exclude_regex` leaves a file of this name (the last part of its path) out. */
  excludes(table: Table, fileName: string): boolean
  /**
   * What a record file holds. Never throws on content: what cannot be read is a problem, the rest of the file is served.
   * @param key  key taken from the path, for files of one record; ignored for shared files
   */
  read(table: Table, bytes: Uint8Array, key: string | undefined): FileContents
  /**
   * The file after some of its records changed. Bytes of untouched records, comments, key order and quoting stay as they were;
   * a new file has the byte form of the Go writer.
   * @param existing  the file as it is, `undefined` when there is none
   * @param edits     key → new fields, or null where the record goes
   * @returns bytes; `undefined` when the file itself goes (one record a file, deleted)
   */
  edit(table: Table, existing: Uint8Array | undefined, edits: ReadonlyMap<string, JsonObject | null>): Result<Uint8Array | undefined>
  /**
   * A file of one record with fields that have other names where they stand: what an edit to the new names starts from, so that comments and places
   * stay. As it was where the format cannot do that. @param names  old name → new name
   */
  rename(table: Table, existing: Uint8Array, names: Readonly<Record<string, string>>): Uint8Array
}

/** Reads and writes the definition files of a database; pure. Paths are relative to the database root. */
export interface CatalogueCodec {
  /** Whether a change of this path can change the meaning of any table. Must be cheap: asked for every changed path. */
  isDefinitionPath(path: string): boolean
  /**
   * Files that are no definition paths and that the given files inherit from, directly or by way of one another, as far as the files tell: what
   * `read` needs besides. Some may not exist.
   */
  listBases(files: ReadonlyMap<string, DefinitionFile>): readonly string[]
  /** @param files every definition file at one commit, bases included: path → bytes and git blob id */
  read(files: ReadonlyMap<string, DefinitionFile>): Catalogue
  /** Files to write (or remove, null) so that the table exists as given, or no longer does. `files` as in `read`. */
  create(table: Table, files: ReadonlyMap<string, DefinitionFile>): Result<ReadonlyMap<string, Uint8Array | null>>
  drop(table: Table, files: ReadonlyMap<string, DefinitionFile>): Result<ReadonlyMap<string, Uint8Array | null>>
  /** The list of tables with another id and directory for one of them; its own files are not among the answer. */
  rename(before: Table, after: Table, files: ReadonlyMap<string, DefinitionFile>): Result<ReadonlyMap<string, Uint8Array | null>>
  /** Files edited in place so that they say what the table is afterwards; whatever else they say stays byte for byte. */
  change(change: TableChange, files: ReadonlyMap<string, DefinitionFile>): Result<ReadonlyMap<string, Uint8Array | null>>
  /** Where the file of a view may be. @param view  its name, checked: a part of a path */
  viewPaths(table: Table, view: string): readonly string[]
  /** Where the files of a table's views lie, each directly in it, relative to the database. */
  viewsDirectory(table: Table): string
  /** A file of a view after a change of its table, edited in place, and where it is then. `unsupported` where the file cannot be edited so. */
  changeView(path: string, bytes: Uint8Array, change: TableChange): Result<{ readonly path: string; readonly bytes: Uint8Array }>
  /** A `definition.yaml` without its default view, everything else in place; `undefined` when it has none. */
  dropDefaultView(definition: Uint8Array): Result<Uint8Array | undefined>
}

/** A table as it was and as it is to be, and the columns that get another name: old → new. */
export interface TableChange {
  readonly before: Table
  readonly after: Table
  readonly renamedColumns: Readonly<Record<string, string>>
}

export interface DefinitionFile {
  readonly oid: string
  readonly bytes: Uint8Array
}

/** SHA-256 of the UTF-8 text, lower-case hex: names the shard directory of a key. */
export type Digest = (text: string) => string

/** Compiles a JSON Schema once; the function returns what is wrong with a record, empty when nothing is. */
export type SchemaValidator = (schema: JsonObject) => Result<(record: JsonObject) => readonly SchemaViolation[]>

export interface SchemaViolation {
  /** JSON pointer into the record. */
  readonly field: string
  /** JSON Schema keyword. */
  readonly rule: string
  readonly message: string
  readonly value?: Json
}
