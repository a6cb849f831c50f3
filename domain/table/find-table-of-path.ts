import { parseRecordName, type RecordFileOwner, recordsDirectory } from './record-path.ts'
import type { Catalogue, Table } from './table.ts'

export interface RecordFileOfTable extends RecordFileOwner {
  readonly table: Table
}

const separator = `/${recordsDirectory}/`

/**
 * Prepares a function that says which table's record file a path (relative to the database root) is; `undefined` for every other path.
 * One map lookup a path: made for trees of hundreds of thousands of files.
 */
export const createTableFinder = (catalogue: Catalogue): ((path: string) => RecordFileOfTable | undefined) => {
  const byDirectory = new Map<string, Table>()
  const bySharedFile = new Map<string, Table>()
  for (const table of catalogue.tables) {
    if (table.recordFile.type === 'single') byDirectory.set(table.directory, table)
    else bySharedFile.set(`${table.directory}/${table.recordFile.name}`, table)
  }
  return (path) => {
    const at = path.indexOf(separator)
    if (at === -1) return sharedFile(bySharedFile.get(path))
    const table = byDirectory.get(path.slice(0, at))
    if (table === undefined) return sharedFile(bySharedFile.get(path))
    const owner = parseRecordName(table, path.slice(at + separator.length))
    return owner === undefined ? undefined : { table, ...owner }
  }
}

const sharedFile = (table: Table | undefined): RecordFileOfTable | undefined =>
  table === undefined ? undefined : { table, shared: true, key: undefined }
