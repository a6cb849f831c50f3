import type { Observation } from '../event-sourcing/event-store.ts'
import type { CommitId } from '../ids.ts'
import type { DefinitionFile } from '../table/codecs.ts'
import type { Catalogue } from '../table/table.ts'
import type { ViewsOfTable } from '../view/check-views.ts'

/** Everything a table holds, as the projector takes it. */
export type TableContents = Extract<Observation, { readonly type: 'TableRead' }>

/** A database at one commit, read in full: what checks of the whole look at. */
export interface WholeDatabase {
  readonly catalogue: Catalogue
  readonly tables: readonly TableContents[]
  /** What definition files say about views, where they were read. */
  readonly views?: readonly ViewsOfTable[]
  /** Every file, by its path relative to the database, with its blob id. */
  readonly files: ReadonlyMap<string, string>
}

/** Reads whole databases from where they are kept. Whatever the files hold, reading succeeds: what is wrong is part of the answer. */
export interface DatabaseReader {
  /** @param part  `definition`: without what the tables hold */
  readDatabase(commit: CommitId, part: 'definition' | 'all'): Promise<WholeDatabase>
  /** Files chosen by their path relative to the database, with what definitions among them inherit from; directories of records are not looked into. */
  readFiles(commit: CommitId, isWanted: (path: string) => boolean): Promise<ReadonlyMap<string, DefinitionFile>>
}
