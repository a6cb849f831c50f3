import type { Change } from '../event-sourcing/change.ts'
import { type Decision, needCatalogue } from '../event-sourcing/decision.ts'
import { fail, ok } from '../result.ts'
import { tableNotFound } from './decide-table.ts'
import { canReshard } from './record-path.ts'
import { findTable, type Table } from './table.ts'
import type { ReshardTable } from './table-command.ts'

/**
 * Spreads the records of a table over another number of levels of directories. Definition and records say what they said: their files move as they are.
 * @returns the table with its new layout; nothing when it has that. `not-found`; `unsupported` for a table whose records share files
 */
export function* decideReshardTable({ table: id, levels }: ReshardTable): Decision<readonly Change[]> {
  const catalogue = yield* needCatalogue()
  const before = findTable(catalogue, id)
  if (before === undefined) return fail(tableNotFound(catalogue, id))
  if (!canReshard(before)) {
    const why =
      before.recordFile.type === 'single'
        ? `the names of its files (${before.recordFile.name}) do not hold the key`
        : `its records share the file ${before.recordFile.name}: only records with files of their own can be spread over directories`
    return fail({ kind: 'unsupported', what: `resharding table ${id}`, why })
  }
  if ((before.layout?.levels ?? 0) === levels) return ok([])
  return ok([{ type: 'TableChanged', before, after: spread(before, levels), renamedColumns: {} }])
}

const spread = ({ layout: _, ...table }: Table, levels: ReshardTable['levels']): Table => ({
  ...table,
  ...(levels !== 0 && { layout: { levels } }),
  fingerprint: '',
})
