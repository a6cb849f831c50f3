import type { TreeMerge } from '../../../domain/merge/merge-ports.ts'
import { createTableFinder } from '../../../domain/table/find-table-of-path.ts'
import { definitionDirectoryOf } from '../../../domain/table/record-path.ts'
import type { Catalogue, Table } from '../../../domain/table/table.ts'
import { relativePath } from '../database-path.ts'
import type { TreeDifference } from '../diff-trees.ts'
import { type ObjectSource, readDefinitions } from '../read-definitions.ts'
import type { StageContext } from '../stage-context.ts'

type Differences = ReadonlyMap<string, TreeDifference>

/** Leaves of what differs in another commit only what is to be as it is there: files of records, or all of a table and its subcollections. */
export const filterRestored = async (
  context: StageContext & ObjectSource,
  { theirs, restores }: Pick<TreeMerge, 'theirs' | 'restores'>,
  differences: Differences,
): Promise<Differences> => {
  if (restores === undefined) return differences
  const isRestored = 'paths' in restores ? (path: string) => restores.paths.includes(path) : await findTables(context, theirs, restores.tables)
  return new Map(
    [...differences].filter(([path]) => {
      const file = relativePath(context.databasePath, path)
      return file !== undefined && isRestored(file)
    }),
  )
}

const findTables = async (context: StageContext & ObjectSource, theirs: string, wanted: readonly string[]): Promise<(path: string) => boolean> => {
  const { catalogueCodec, recordCodec, databasePath } = context
  const then = catalogueCodec.read(await readDefinitions(context, theirs, { path: databasePath, codec: catalogueCodec }))
  const places = [context.catalogue, then].map((catalogue) => {
    const tables = withSubcollections(catalogue, wanted)
    const ids = new Set<string>(tables.map(({ id }) => id))
    return { ids, directories: tables.map((table) => `${definitionDirectoryOf(table)}/`), find: createTableFinder(catalogue, recordCodec.excludes) }
  })
  return (path) =>
    places.some(({ ids, directories, find }) => directories.some((directory) => path.startsWith(directory)) || ids.has(find(path)?.table.id ?? ''))
}

const withSubcollections = ({ tables }: Catalogue, wanted: readonly string[]): readonly Table[] => {
  const ids = new Set<string>(wanted)
  let size: number
  do {
    size = ids.size
    for (const { id, parent } of tables) if (parent !== undefined && ids.has(parent)) ids.add(id)
  } while (ids.size > size)
  return tables.filter(({ id }) => ids.has(id))
}
