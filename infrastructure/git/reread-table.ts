import { createTableFinder } from '../../domain/table/find-table-of-path.ts'
import { joinPath } from '../../domain/table/record-path.ts'
import type { Catalogue, Table } from '../../domain/table/table.ts'
import { inDatabase } from './database-path.ts'
import { type TableRead, TableReading } from './read-table.ts'
import type { Codecs } from './stage-context.ts'
import type { StagedTree } from './staged-tree.ts'

/** So many files are read ahead at once. */
const readAheadMax = 2000

/** Everything that a table holds in a tree that is not committed yet, read as `CommitObserver` would read the commit. */
export const rereadTable = async (
  { recordCodec, digest, databasePath }: Codecs & { readonly databasePath: string },
  { catalogue, table }: { readonly catalogue: Catalogue; readonly table: Table },
  tree: StagedTree,
): Promise<TableRead> => {
  const reading = new TableReading(table, recordCodec, digest)
  const findTable = createTableFinder(catalogue, recordCodec.excludes)
  const start = inDatabase(databasePath, '').length
  const files = (await tree.list(joinPath(databasePath, table.directory))).flatMap(({ path, mode, oid }) => {
    const owner = findTable(path.slice(start))
    return owner?.table === table ? [{ ...owner, path, mode, oid }] : []
  })
  for (let at = 0; at < files.length; at += readAheadMax) {
    const opened = files.slice(at, at + readAheadMax).map(async (file) => {
      const found = file.mode.startsWith('100') ? await tree.read(file.path) : undefined
      return { ...file, path: file.path.slice(start), bytes: found?.ok === true ? found.value?.bytes : undefined }
    })
    for (const file of await Promise.all(opened)) reading.add(file)
  }
  return reading.result()
}
