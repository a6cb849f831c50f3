import type { StoredRecord } from '../../domain/event-sourcing/decision.ts'
import { matchesPath } from '../../domain/query/match-path.ts'
import type { Digest } from '../../domain/table/codecs.ts'
import { definitionDirectoryOf, definitionFileNames, joinPath, listNestings, recordPathIn } from '../../domain/table/record-path.ts'
import { findTable, type Table } from '../../domain/table/table.ts'
import type { Snapshot } from '../../projections/snapshot.ts'
import type { FoundRecord } from './find-differences.ts'

/** Which differences are wanted, by the paths of their files in the database. */
export interface PathFilter {
  /** @param tables the definition before and after, as far as there are both */
  takesDefinition(tables: readonly Table[]): boolean
  takesRecord(difference: FoundRecord, sides: { readonly from: Snapshot; readonly to: Snapshot }): boolean
}

/** @param pattern start of a path, or a glob; `undefined` takes everything. A record whose file may lie in several places counts in each of them. */
export const createPathFilter = (digest: Digest, pattern: string | undefined): PathFilter => {
  if (pattern === undefined) return { takesDefinition: () => true, takesRecord: () => true }
  const isTaken = (table: Table | undefined, key: string, record: StoredRecord | undefined): boolean =>
    table !== undefined &&
    record !== undefined &&
    listNestings(table).some((nesting) => matchesPath(pattern, recordPathIn(table, key, { digest, nesting, fields: record.fields })))
  return {
    takesDefinition: (tables) =>
      tables.some((table) => definitionFileNames.some((name) => matchesPath(pattern, joinPath(definitionDirectoryOf(table), name)))),
    takesRecord: ({ table, key, before, after, from: old = { table, key } }, { from, to }) =>
      isTaken(findTable(from.catalogue, old.table), old.key, before) || isTaken(findTable(to.catalogue, table), key, after),
  }
}
