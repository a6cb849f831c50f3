import type { Change } from '../event-sourcing/change.ts'
import { type Decision, needCatalogue, needCount } from '../event-sourcing/decision.ts'
import type { Issue } from '../failure.ts'
import type { TableId } from '../ids.ts'
import { fail, ok } from '../result.ts'
import { findTable, type Table } from '../table/table.ts'

/**
 * Decides whether a table still holds as many records as its definition allows. Only a change in the wrong direction is refused: records may
 * be added to a table that has too few, and deleted from one that has too many. A table that goes away, or is made, has no records to count.
 * Cost: nothing for tables without bounds, else the keys of at most as many records as the bound.
 *
 * @param changes  net changes of the whole operation; the facts must be those after them
 * @returns `constraint-violation` with an issue of rule `record-count` for each such table
 */
export function* checkRecordCounts(changes: readonly Change[]): Decision<void> {
  const catalogue = yield* needCatalogue()
  const issues: Issue[] = []
  for (const [id, growth] of measureGrowth(changes)) {
    const table = findTable(catalogue, id)
    const { min, max } = table?.recordCount ?? {}
    const bound = growth > 0 ? max : growth < 0 ? min : undefined
    if (table === undefined || bound === undefined) continue
    const recordCount = growth > 0 ? { max: bound } : { min: bound }
    const issue = findCountIssue({ ...table, recordCount }, yield* needCount(id, bound + 1))
    if (issue !== undefined) issues.push(issue)
  }
  return issues.length === 0 ? ok(undefined) : fail({ kind: 'constraint-violation', issues })
}

/** What is wrong with a table that holds this many records; a count above the maximum may be cut short. */
export const findCountIssue = ({ id, recordCount = {} }: Table, count: number): Issue | undefined => {
  const { min, max } = recordCount
  const say = (message: string): Issue => ({ rule: 'record-count', message, table: id })
  if (max !== undefined && count > max) return say(`the table can hold at most ${countRecords(max)} (max_records_count)`)
  if (min !== undefined && count < min) return say(`the table must hold at least ${countRecords(min)} (min_records_count), and would hold ${count}`)
  return undefined
}

const countRecords = (count: number): string => (count === 1 ? '1 record' : `${count} records`)

/** How many more records each table has. */
const measureGrowth = (changes: readonly Change[]): ReadonlyMap<TableId, number> => {
  const growth = new Map<TableId, number>()
  for (const change of changes) {
    const step = change.type === 'RecordInserted' ? 1 : change.type === 'RecordDeleted' ? -1 : 0
    if (step !== 0 && 'key' in change) growth.set(change.table, (growth.get(change.table) ?? 0) + step)
  }
  return growth
}
