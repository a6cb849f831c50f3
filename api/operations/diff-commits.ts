import { ok } from '../../domain/result.ts'
import type { OperationAnswer, OperationInput } from '../contract/operations.ts'
import { askSnapshot } from './ask-snapshot.ts'
import { describeDefinitionDifference, describeRecordDifference, summarize } from './describe-differences.ts'
import { createPathFilter } from './diff-paths.ts'
import { type Differences, findDifferences } from './find-differences.ts'
import type { Handler } from './operation-context.ts'
import { describeSides, findTableOfEither, readSides, type Sides } from './read-sides.ts'

/** What differs between two moments. Cost: the changes between them, the tables' definitions, and nothing of the records that are the same. */
export const diffCommits: Handler<'diffCommits'> = (context, input) =>
  askSnapshot(context, { branch: input.branch, at: input.to }, async (to) => {
    const sides = await readSides(context, input, to)
    if (!sides.ok) return sides
    const table = input.table === undefined ? ok(undefined) : findTableOfEither(sides.value, input.table)
    if (!table.ok) return table
    const { base } = sides.value
    const { definitions, records } = findDifferences({ base, to, table: table.value, renames: input.renames !== false })
    const paths = createPathFilter(context.database.digest, input.pathFilter)
    return ok(
      present(sides.value, input, {
        definitions: definitions.filter(({ before, after }) => paths.takesDefinition([before, after].filter((side) => side !== undefined))),
        records: records.filter((record) => paths.takesRecord(record, { from: base, to })),
      }),
    )
  })

const present = (sides: Sides, input: OperationInput<'diffCommits'>, { definitions, records }: Differences): OperationAnswer<'diffCommits'> => {
  const { depth = 'record', limit, offset = 0 } = input
  const page = depth === 'summary' ? [] : records.slice(offset, limit === undefined ? undefined : offset + limit)
  const end = offset + page.length
  const found = definitions.map((definition) => ({
    table: definition.id,
    definition: describeDefinitionDifference(definition, depth, definition.after === undefined ? sides.to : sides.base),
  }))
  return {
    ...describeSides(sides, input),
    differs: definitions.length > 0 || records.length > 0,
    tables: summarize(found, records),
    records: page.map((record) => describeRecordDifference(record, depth)),
    ...(depth !== 'summary' && end < records.length && { next: end }),
  }
}
