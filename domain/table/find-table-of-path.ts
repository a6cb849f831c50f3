import { isLiteralName } from './file-name-pattern.ts'
import { joinPath, parseRecordName, parseRecordPath, type RecordFileOwner, recordsDirectory, recordsDirectoryOf } from './record-path.ts'
import type { Catalogue, Table } from './table.ts'

export interface RecordFileOfTable extends RecordFileOwner {
  readonly table: Table
}

/** Whether a table's `exclude_regex` leaves out files of this name (the last part of the path). */
export type FileExclusion = (table: Table, fileName: string) => boolean

export type TableFinder = (path: string) => RecordFileOfTable | undefined

/**
 * Prepares a function that says which table's record file a path (relative to the database root) is; `undefined` for every other path.
 * One or two map lookups a path: made for trees of hundreds of thousands of files. Only where there are subcollections, or records outside
 * `$records/`, a path that is not found so costs one more lookup for each directory above it.
 */
export const createTableFinder = (catalogue: Catalogue, isExcluded: FileExclusion): TableFinder => {
  const places = sortTables(catalogue.tables)
  return (path) => {
    const found = findInRecords(places, path) ?? findFile(places, path) ?? findBelow(places, path)
    if (found === undefined || found.table.recordFile.excludeRegex === undefined) return found
    return isExcluded(found.table, path.slice(path.lastIndexOf('/') + 1)) ? undefined : found
  }
}

interface Places {
  /** Tables with records in `<directory>/$records`, by directory. */
  readonly inRecords: ReadonlyMap<string, readonly Table[]>
  /** Tables with one file, by its path. */
  readonly byFile: ReadonlyMap<string, Table>
  /** All others, by a directory that everything of theirs lies below. */
  readonly below: ReadonlyMap<string, readonly Table[]>
}

const sortTables = (tables: readonly Table[]): Places => {
  const places = { inRecords: new Map<string, Table[]>(), byFile: new Map<string, Table>(), below: new Map<string, Table[]>() }
  for (const table of tables) {
    const directory = recordsDirectoryOf(table)
    if (table.parent !== undefined) add(places.below, table.directory, table)
    else if (isLiteralName(table.recordFile.name)) places.byFile.set(joinPath(joinPath(table.directory, directory), table.recordFile.name), table)
    else if (directory === recordsDirectory) add(places.inRecords, table.directory, table)
    else add(places.below, joinPath(table.directory, directory), table)
  }
  return places
}

const add = (map: Map<string, Table[]>, directory: string, table: Table): void => {
  const tables = map.get(directory)
  if (tables === undefined) map.set(directory, [table])
  else tables.push(table)
}

const separator = `/${recordsDirectory}/`

const findInRecords = ({ inRecords }: Places, path: string): RecordFileOfTable | undefined => {
  const at = path.startsWith(separator.slice(1)) ? -1 : path.indexOf(separator)
  const tables = at === -1 && !path.startsWith(separator.slice(1)) ? undefined : inRecords.get(path.slice(0, Math.max(0, at)))
  if (tables === undefined) return undefined
  const name = path.slice(at + separator.length)
  for (const table of tables) {
    const owner = parseRecordName(table, name)
    if (owner !== undefined) return { table, ...owner }
  }
  return undefined
}

const findFile = ({ byFile }: Places, path: string): RecordFileOfTable | undefined => {
  const table = byFile.get(path)
  const owner = table && parseRecordPath(table, path)
  return table && owner && { table, ...owner }
}

/** The nearest directory counts. */
const findBelow = ({ below }: Places, path: string): RecordFileOfTable | undefined => {
  if (below.size === 0) return undefined
  for (let end = path.lastIndexOf('/'); ; end = path.lastIndexOf('/', end - 1)) {
    for (const table of below.get(path.slice(0, Math.max(0, end))) ?? []) {
      const owner = parseRecordPath(table, path)
      if (owner !== undefined) return { table, ...owner }
    }
    if (end <= 0) return undefined
  }
}
