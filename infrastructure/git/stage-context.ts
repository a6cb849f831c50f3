import type { CatalogueCodec, DefinitionFile, Digest, RecordCodec } from '../../domain/table/codecs.ts'
import type { Catalogue } from '../../domain/table/table.ts'
import type { StagedTree } from './staged-tree.ts'

export interface Codecs {
  readonly recordCodec: RecordCodec
  readonly catalogueCodec: CatalogueCodec
  readonly digest: Digest
}

export interface StageContext extends Codecs {
  readonly tree: StagedTree
  /** Database directory inside the tree, `''` or without a trailing slash. */
  readonly databasePath: string
  catalogue: Catalogue
  /** Columns that get another name in this commit: old → new, by table. */
  readonly renamedColumns: Map<string, Readonly<Record<string, string>>>
  /** Definition files as they are now; paths relative to the database. Asked for only when a table is created or dropped. */
  definitions(): Promise<ReadonlyMap<string, DefinitionFile>>
  setDefinitions(files: ReadonlyMap<string, DefinitionFile>): void
  /** Paths (relative to the database) of all files in a directory of the head: to find a record whose file is not where it belongs. */
  listHead(directory: string): Promise<readonly string[]>
}
