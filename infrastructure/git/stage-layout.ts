import { fail, ok, type Result } from '../../domain/result.ts'
import { createTableFinder } from '../../domain/table/find-table-of-path.ts'
import { joinPath, pathInLayout, recordsDirectory, recordsDirectoryOf } from '../../domain/table/record-path.ts'
import type { Catalogue, Table } from '../../domain/table/table.ts'
import { inDatabase, relativePath } from './database-path.ts'
import type { ListedFile } from './list-tree.ts'
import type { StageContext } from './stage-context.ts'

export interface LayoutChange {
  /** Whose tables tell whose record each file is. */
  readonly catalogue: Catalogue
  readonly table: Table
  readonly layout: Table['layout']
}

/**
 * Moves every record file of a table to where it lies by another layout, as it is: no content is read. What is no record of the table stays.
 * Cost: the table's directory is listed.
 * @returns `invalid-database` where two files hold the same record, or something else lies where a record has to go
 */
export const stageLayout = async (context: StageContext, change: LayoutChange): Promise<Result<void>> => {
  const { tree, databasePath } = context
  const { table } = change
  const files = await tree.list(joinPath(databasePath, table.directory))
  const moves = planMoves(context, change, files)
  const moving = moves.filter(({ file, to }) => file.path !== to)
  if (moving.length === 0) return ok(undefined)
  const blocked = findBlocked(moves, files)
  if (blocked !== undefined) {
    const issue = { ...blocked, rule: 'reshard', table: table.id, file: relativePath(databasePath, blocked.file) ?? blocked.file }
    return fail({ kind: 'invalid-database', issues: [issue] })
  }
  const records = inDatabase(databasePath, joinPath(table.directory, recordsDirectory))
  const isOwnDirectory = table.steps === undefined && recordsDirectoryOf(table) === recordsDirectory
  if (isOwnDirectory && moving.length * 2 > files.length) {
    // Git looks a directory of 100,000 files through for each that goes; all at once cost nothing.
    tree.layer.removeDirectory(records)
    const destinations = new Map(moves.map(({ file, to }) => [file.path, to]))
    for (const { path, ...entry } of files) if (path.startsWith(`${records}/`)) tree.place(destinations.get(path) ?? path, entry)
    return ok(undefined)
  }
  for (const { file } of moving) tree.write(file.path, undefined)
  for (const { file, to } of moving) tree.place(to, file)
  return ok(undefined)
}

interface Move {
  readonly file: ListedFile
  /** From the top of the tree, as the file's path is. */
  readonly to: string
}

const planMoves = (context: StageContext, { catalogue, table, layout }: LayoutChange, files: readonly ListedFile[]): readonly Move[] => {
  const { databasePath, digest, recordCodec } = context
  const find = createTableFinder(catalogue, recordCodec.excludes)
  return files.flatMap((file) => {
    const path = relativePath(databasePath, file.path)
    if (path === undefined || find(path)?.table.id !== table.id) return []
    const to = pathInLayout(table, path, { layout, digest })
    return to === undefined ? [] : [{ file, to: inDatabase(databasePath, to) }]
  })
}

/** A file that would be lost: two want to be at one path, or one where a directory has to be. */
const findBlocked = (moves: readonly Move[], files: readonly ListedFile[]): { readonly message: string; readonly file: string } | undefined => {
  const moved = new Set(moves.map(({ file }) => file.path))
  const taken = new Map(files.filter(({ path }) => !moved.has(path)).map(({ path }) => [path, path]))
  for (const { file, to } of moves) {
    const other = taken.get(to)
    if (other !== undefined) {
      const message =
        other === to ? `it lies where the record of ${file.path} has to go` : `${file.path} holds the same record: one of the two has to go`
      return { message: `${message}; remove it, and commit that`, file: other }
    }
    taken.set(to, file.path)
  }
  const directories = new Set<string>()
  for (const path of taken.keys())
    for (let end = path.lastIndexOf('/'); end > 0 && !directories.has(path.slice(0, end)); end = path.lastIndexOf('/', end - 1))
      directories.add(path.slice(0, end))
  for (const [path, from] of taken)
    if (directories.has(path)) return { message: `a directory has to be at ${path}; move the file away, and commit that`, file: from }
  return undefined
}
