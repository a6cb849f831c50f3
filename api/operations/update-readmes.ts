import { fail, ok } from '../../domain/result.ts'
import { definitionDirectoryOf, joinPath } from '../../domain/table/record-path.ts'
import type { Table } from '../../domain/table/table.ts'
import type { ViewsOfTable } from '../../domain/view/check-views.ts'
import { createMatcher } from '../../domain/view/match-glob.ts'
import { planReadme } from '../../domain/view/table-readme.ts'
import { isRootTable } from '../../domain/view/view.ts'
import type { ExportFolder, FileOutcome } from '../../domain/view/view-ports.ts'
import type { Snapshot } from '../../projections/snapshot.ts'
import { askSnapshot } from './ask-snapshot.ts'
import { presentFailed, presentFiles } from './materialize-views.ts'
import type { Handler } from './operation-context.ts'
import { type ReadViews, readTableViews } from './read-table-views.ts'
import { readViewRows } from './read-view-rows.ts'
import { sayFailure } from './say-failure.ts'

/** Writes `README.md` beside the records of tables. One that somebody wrote by hand is a problem of the answer, and stays. */
export const updateReadmes: Handler<'updateReadmes'> = async (context, input) => {
  const folder = await context.database.openExportFolder()
  if (!folder.ok) return folder
  return askSnapshot(context, input, async (snapshot) => {
    const read = await readTableViews(context, snapshot)
    if (!read.ok) return read
    const matches = createMatcher(input.tables)
    const roots = read.value.tables.filter(({ table }) => isRootTable(table))
    const chosen = roots.filter(({ table }) => matches === undefined || matches(table.id))
    if (input.tables !== undefined && chosen.length === 0)
      return fail({ kind: 'not-found', what: 'table', id: input.tables.join(', '), among: roots.map(({ table }) => table.id) })
    const outcomes: FileOutcome[] = []
    for (const views of chosen) outcomes.push(await updateReadme({ snapshot, read: read.value, folder: folder.value }, views, input.force === true))
    return ok({
      ...(snapshot.commit !== undefined && { commit: snapshot.commit }),
      files: presentFiles(outcomes),
      problems: presentFailed(outcomes),
      warnings: [],
    })
  })
}

interface Sources {
  readonly snapshot: Snapshot
  readonly read: ReadViews
  readonly folder: ExportFolder
}

const updateReadme = async ({ snapshot, read: { codec }, folder }: Sources, views: ViewsOfTable, isForced: boolean): Promise<FileOutcome> => {
  const {
    table,
    readme: { preview },
  } = views
  const path = joinPath(joinPath(folder.databasePath, placeReadme(table, snapshot.catalogue.tables)), 'README.md')
  const failed = (why: string): FileOutcome => ({ path, outcome: 'failed', why })
  const rows = preview === undefined ? ok([]) : await readViewRows(snapshot, { table, view: preview }, codec)
  if (!rows.ok) return failed(`its data preview cannot be read: ${sayFailure(rows.failure)}`)
  const readme = planReadme({ table, views, tables: snapshot.catalogue.tables, rows: rows.value })
  const existing = folder.read(path)
  if (!existing.ok) return failed(sayFailure(existing.failure))
  const isOurs = existing.value === undefined || codec.isGeneratedReadme(readme, existing.value)
  return isOurs || isForced ? folder.writeOne(path, codec.renderReadme(readme)) : failed(handWritten)
}

/** Beside the records; in the shared layout, where several tables may have theirs in one directory, beside the definition then. */
const placeReadme = (table: Table, tables: readonly Table[]): string =>
  tables.some((other) => other.id !== table.id && isRootTable(other) && other.directory === table.directory)
    ? definitionDirectoryOf(table)
    : table.directory

const handWritten = 'it was written by hand, and stays as it is: --force writes over it'
