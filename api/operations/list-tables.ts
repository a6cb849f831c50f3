import type { Result } from '../../domain/result.ts'
import { ok } from '../../domain/result.ts'
import type { DefinitionProblem, Table } from '../../domain/table/table.ts'
import type { Snapshot } from '../../projections/snapshot.ts'
import type { OperationAnswer } from '../contract/operations.ts'
import { askSnapshot } from './ask-snapshot.ts'
import { requireReadable } from './find-table.ts'
import type { Handler } from './operation-context.ts'

type Summary = OperationAnswer<'listTables'>['tables'][number]
type Problem = OperationAnswer<'listTables'>['problems'][number]

/** The tables whose definitions can be read, sorted by id, and what is wrong with the others. */
export const listTables: Handler<'listTables'> = (context, input) =>
  askSnapshot(context, input, async (snapshot) => {
    const readable = requireReadable(snapshot.catalogue)
    if (!readable.ok) return readable
    const tables: Summary[] = []
    for (const table of [...snapshot.catalogue.tables].sort((a, b) => (a.id < b.id ? -1 : 1))) {
      const summary = input.counts === true ? await countInto(snapshot, table) : ok(summarize(table))
      if (!summary.ok) return summary
      tables.push(summary.value)
    }
    return ok({
      ...(snapshot.commit !== undefined && { commit: snapshot.commit }),
      tables,
      problems: snapshot.catalogue.problems.map(presentProblem),
    })
  })

const summarize = ({ id, directory, recordFile, columns }: Table): Summary => ({
  id,
  directory,
  format: recordFile.format,
  columns: columns.filter(({ name }) => name !== '$ID').length,
})

const presentProblem = ({ table, file, line, message }: DefinitionProblem): Problem => ({
  ...(table !== undefined && { table }),
  file,
  ...(line !== undefined && { line }),
  message,
})

const countInto = async (snapshot: Snapshot, table: Table): Promise<Result<Summary>> => {
  const records = await snapshot.countRecords(table.id, undefined)
  return records.ok ? ok({ ...summarize(table), records: records.value }) : records
}
