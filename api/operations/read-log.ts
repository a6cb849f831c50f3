import { ok, type Result } from '../../domain/result.ts'
import { findTable } from '../../domain/table/table.ts'
import type { LogFilter, Snapshot } from '../../projections/snapshot.ts'
import { askSnapshot } from './ask-snapshot.ts'
import { requireTable } from './find-table.ts'
import { presentCommit } from './format-commit-time.ts'
import type { Handler } from './operation-context.ts'
import { parseLogFilter } from './parse-log-filter.ts'
import { type FullLogEntry, readFullLog } from './read-full-log.ts'
import { oneMore, takePage } from './take-page.ts'

/** Commits, newest first: along the first-parent line, or all that can be reached. A table that is gone has a log as long as the line remembers it. */
export const readLog: Handler<'readLog'> = (context, input) =>
  askSnapshot(context, input, async (snapshot) => {
    const mailmap = await context.database.readMailmap()
    const filter = parseLogFilter(input, mailmap)
    if (!filter.ok) return filter
    const known = requireKnown(snapshot, filter.value)
    if (!known.ok) return known
    const page = oneMore(input)
    const entries: Result<readonly FullLogEntry[]> =
      input.full === true ? await readFullLog(context, snapshot, { page, filter: filter.value }) : ok(snapshot.readLog(page, filter.value))
    if (!entries.ok) return entries
    const { limit, offset = 0 } = input
    return ok({
      ...(snapshot.commit !== undefined && { commit: snapshot.commit }),
      ...takePage(
        entries.value.map((entry) => presentCommit(entry, mailmap)),
        { limit, offset },
      ),
    })
  })

/** A name that no table has or had is a mistake, and no empty log. */
const requireKnown = (snapshot: Snapshot, { target }: LogFilter): Result<unknown> => {
  if (target === undefined || findTable(snapshot.catalogue, target.table) !== undefined) return ok(undefined)
  const wasThere = snapshot.readLog({ limit: 1, offset: 0 }, { target: { table: target.table } }).length > 0
  return wasThere ? ok(undefined) : requireTable(snapshot.catalogue, target.table)
}
