import { ok } from '../../domain/result.ts'
import type { View } from '../../domain/view/view.ts'
import { askSnapshot } from './ask-snapshot.ts'
import type { Handler } from './operation-context.ts'
import { presentProblem, readTableViews } from './read-table-views.ts'

/** The views that can be read, and what is wrong with the others. */
export const listViews: Handler<'listViews'> = (context, input) =>
  askSnapshot(context, input, async (snapshot) => {
    const read = await readTableViews(context, snapshot, input.table === undefined ? undefined : [input.table])
    if (!read.ok) return read
    const { tables } = read.value
    return ok({
      ...(snapshot.commit !== undefined && { commit: snapshot.commit }),
      views: tables.flatMap(({ table, views }) =>
        views.map((view) => ({
          table: table.id,
          name: view.name,
          file: view.file,
          directory: table.directory,
          formats: formatsOf(view),
          columns: view.columns.length,
        })),
      ),
      problems: tables.flatMap(({ problems }) => problems.map(presentProblem)),
    })
  })

const formatsOf = ({ template, formats, format }: View): readonly string[] =>
  template !== undefined ? ['template'] : formats.length > 0 ? formats : [format ?? 'ingr']
