import type { CommitId } from '../../../domain/ids.ts'
import type { FileContent } from '../../../domain/merge/merge-file.ts'
import type { CatalogueCodec, RecordCodec } from '../../../domain/table/codecs.ts'
import { createTableFinder, type TableFinder } from '../../../domain/table/find-table-of-path.ts'
import type { Catalogue } from '../../../domain/table/table.ts'
import { type ObjectSource, readDefinitions } from '../read-definitions.ts'
import { isDefinition } from '../stage-changes.ts'

export interface DefinitionSource extends ObjectSource {
  readonly recordCodec: RecordCodec
  readonly catalogueCodec: CatalogueCodec
  readonly databasePath: string
}

export type Identify = (path: string) => Promise<FileContent>

/**
 * Says what a file (path relative to the database) is by the first of some states that knows it: that of ours comes first, since a merge driver knows
 * it too. Definitions are read only when a path asks for them.
 * @param states  a catalogue, or the name of a commit to read it from
 */
export const createIdentifier = (source: DefinitionSource, states: readonly (Catalogue | CommitId | 'HEAD')[]): Identify => {
  const { catalogueCodec, recordCodec, databasePath } = source
  const finders: Promise<TableFinder>[] = []
  const readFinder = async (state: Catalogue | CommitId | 'HEAD'): Promise<TableFinder> => {
    const catalogue =
      typeof state === 'string' ? catalogueCodec.read(await readDefinitions(source, state, { path: databasePath, codec: catalogueCodec })) : state
    return createTableFinder(catalogue, recordCodec.excludes)
  }
  return async (path) => {
    if (isDefinition(catalogueCodec, path)) return { type: 'definition' }
    for (const [index, state] of states.entries()) {
      finders[index] ??= readFinder(state)
      const found = (await finders[index])?.(path)
      if (found !== undefined) return { type: 'records', table: found.table, key: found.key, parent: found.parent }
    }
    return { type: 'other' }
  }
}
