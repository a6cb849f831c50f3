import type { JsonObject } from '../json.ts'
import type { Result } from '../result.ts'
import type { DefinitionFile } from '../table/codecs.ts'
import type { Table } from '../table/table.ts'
import type { ExportFile } from './export-file.ts'
import type { TableReadme } from './table-readme.ts'
import type { TableViews } from './view.ts'

/** Reads definitions of views, and writes the files that they become; pure. */
export interface ViewCodec {
  /** Whether a file, by its path relative to the database, may say something about views of these tables. */
  concerns(tables: readonly Table[]): (path: string) => boolean
  /** What a table's files say about views. Unknown keys are let pass, as in the Go tools; what is wrong with a view takes away that view. */
  read(table: Table, files: ReadonlyMap<string, DefinitionFile>): TableViews
  /** Fields of a record as answers have it, JSON text. */
  readFields(json: string): JsonObject
  /** Fails with `unsupported` for what the format cannot say. */
  render(file: ExportFile): Result<Uint8Array>
  renderReadme(readme: TableReadme): Uint8Array
  /** Whether nobody's work is lost with a README: it says that it was generated, is empty, or is what the Go tools would write. */
  isGeneratedReadme(readme: TableReadme, bytes: Uint8Array): boolean
}

/** A generated file, with what it was made from: those that nothing makes any more are removed. */
export interface GeneratedFile {
  /** Relative to the repository. */
  readonly path: string
  readonly bytes: Uint8Array
  readonly owner: ExportOwner
}

export interface ExportOwner {
  readonly table: string
  readonly view: string
}

export type FileOutcome =
  | { readonly path: string; readonly outcome: 'created' | 'updated' | 'unchanged' | 'deleted' }
  /** Nothing was changed; `why` is a sentence without a full stop. */
  | { readonly path: string; readonly outcome: 'failed'; readonly why: string }

/** The checked-out files, as a place for generated ones. Never leaves the repository, and follows no symbolic link. */
export interface ExportFolder {
  /** Of the database in the repository; `''` is the top. */
  readonly databasePath: string
  /** `undefined` when there is no such file; `unsupported` when something else is in its place. */
  read(path: string): Result<Uint8Array | undefined>
  /**
   * Writes files that differ. Then removes what earlier calls wrote for owners of which `isStale` holds and is not among `files`, provided that it still
   * is as it was written: everything else in the folder is somebody's own.
   */
  write(files: readonly GeneratedFile[], isStale: (owner: ExportOwner) => boolean): Promise<readonly FileOutcome[]>
  /** Writes a file that no other takes the place of: a README. */
  writeOne(path: string, bytes: Uint8Array): FileOutcome
}
