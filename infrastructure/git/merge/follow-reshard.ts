import { fail, ok, type Result } from '../../../domain/result.ts'
import { createTableFinder } from '../../../domain/table/find-table-of-path.ts'
import { canReshard, pathInLayout } from '../../../domain/table/record-path.ts'
import type { Layout, Table } from '../../../domain/table/table.ts'
import { inDatabase, relativePath } from '../database-path.ts'
import type { TreeDifference } from '../diff-trees.ts'
import type { StageContext } from '../stage-context.ts'
import { stageLayout } from '../stage-layout.ts'
import type { FindVersions } from './merge-tables.ts'

type Differences = ReadonlyMap<string, TreeDifference>
type Changed = Readonly<Record<'ours' | 'theirs', Differences>>

/**
 * Brings both sides of a merge to the layout that the merged tables have, where a side resharded a table: the files of ours are moved, and what each
 * side changed is told by the paths that the merged layout gives. A file that only moved is no change, so that it is merged with an edit of the other side.
 * Cost: nothing where no table was resharded; else the directories of those tables are listed.
 * @returns `invalid-database` where a record would lie in two files
 */
export const followReshard = async (context: StageContext, changed: Changed, findVersions: FindVersions): Promise<Result<Changed>> => {
  const resharded = findResharded(context, findVersions)
  if (resharded.length === 0) return ok(changed)
  // By the layout of most levels, since files above it are found too, and none below.
  const found = new Map(resharded.map(({ table }) => [table.id, table]))
  const catalogue = { ...context.catalogue, tables: context.catalogue.tables.map((table) => found.get(table.id) ?? table) }
  for (const { table, layout, isOurs } of resharded) {
    const staged = isOurs ? ok(undefined) : await stageLayout(context, { catalogue, table, layout })
    if (!staged.ok) return staged
  }
  const layouts = new Map(resharded.map(({ table, layout }) => [table.id, layout]))
  const find = createTableFinder(catalogue, context.recordCodec.excludes)
  const destinationOf = (path: string): string => {
    const file = relativePath(context.databasePath, path)
    const table = file === undefined ? undefined : find(file)?.table
    if (file === undefined || table === undefined || !layouts.has(table.id)) return path
    const to = pathInLayout(table, file, { layout: layouts.get(table.id), digest: context.digest })
    return to === undefined ? path : inDatabase(context.databasePath, to)
  }
  const [ours, theirs] = [relocate(changed.ours, destinationOf), relocate(changed.theirs, destinationOf)]
  if (!ours.ok) return ours
  return theirs.ok ? ok({ ours: ours.value, theirs: theirs.value }) : theirs
}

interface ReshardedTable {
  readonly table: Table
  /** That of the merged table. */
  readonly layout: Layout | undefined
  /** Whether ours has it already. */
  readonly isOurs: boolean
}

const levelsOf = (table: Table): number => table.layout?.levels ?? 0

const findResharded = ({ catalogue }: StageContext, findVersions: FindVersions): readonly ReshardedTable[] =>
  catalogue.tables.flatMap((merged) => {
    const { base, ours, theirs } = findVersions(merged.id)?.sides ?? {}
    const versions = [base, ours, theirs].filter((version) => version !== undefined)
    if (!canReshard(merged) || versions.every((version) => levelsOf(version) === levelsOf(merged))) return []
    const layout = [merged, ...versions].sort((a, b) => levelsOf(b) - levelsOf(a))[0]?.layout
    const table = { ...merged, ...(layout !== undefined && { layout }) }
    return [{ table, layout: merged.layout, isOurs: ours === undefined || levelsOf(ours) === levelsOf(merged) }]
  })

const relocate = (differences: Differences, destinationOf: (path: string) => string): Result<Differences> => {
  const relocated = new Map<string, TreeDifference>()
  for (const [path, { before, after }] of differences) {
    const to = destinationOf(path)
    const other = relocated.get(to)
    if ((before !== undefined && other?.before !== undefined) || (after !== undefined && other?.after !== undefined)) {
      const message = `it holds a record that another file holds too, and both would have to go to ${to}; remove one of the two, and commit that`
      return fail({ kind: 'invalid-database', issues: [{ rule: 'reshard', file: path, message }] })
    }
    relocated.set(to, { before: before ?? other?.before, after: after ?? other?.after })
  }
  for (const [path, { before, after }] of relocated) if (before?.oid === after?.oid && before?.mode === after?.mode) relocated.delete(path)
  return ok(relocated)
}
