import type { TableId } from '../../domain/ids.ts'
import { stringifyJson } from '../../domain/json.ts'
import { formatPointer } from '../../domain/record/json-pointer.ts'
import type { Snapshot } from '../../projections/snapshot.ts'
import type { OperationAnswer, OperationInput } from '../contract/operations.ts'
import type { FoundChange, FoundDefinition, FoundRecord } from './find-differences.ts'

type Answer = OperationAnswer<'diffCommits'>
type Depth = NonNullable<OperationInput<'diffCommits'>['depth']>
type TableSummary = Answer['tables'][number]
type DefinitionAnswer = NonNullable<TableSummary['definition']>
type ChangeKind = DefinitionAnswer['change']

/** @param absentAt  the moment at which the table is missing, where it is; there its definition may be unreadable */
export const describeDefinitionDifference = (definition: FoundDefinition, depth: Depth, absentAt: Snapshot): DefinitionAnswer => {
  const { from, before, after, columns, changes } = definition
  const change = from !== undefined ? 'renamed' : kindOf(before, after)
  const isUnreadable = (change === 'added' || change === 'deleted') && absentAt.catalogue.problems.length > 0
  return {
    change,
    ...(from !== undefined && { from }),
    ...(isUnreadable && { unreadable: true }),
    ...(columns.length > 0 && { renamedColumns: columns }),
    ...describeChanges(changes, { depth, change }),
  }
}

export const describeRecordDifference = (record: FoundRecord, depth: Depth): Answer['records'][number] => {
  const { table, key, from, before, after, changes, isUnreadable } = record
  const change = kindOfRecord(record)
  return {
    table,
    id: key,
    change,
    ...(change === 'renamed' && from !== undefined && { from: from.key }),
    ...(isUnreadable && { unreadable: true }),
    ...(before !== undefined && { before: before.revision }),
    ...(after !== undefined && { after: after.revision }),
    ...describeChanges(changes, { depth, change }),
  }
}

/** Tables with differences, by id, with how many records each has. */
export const summarize = (
  definitions: readonly { readonly table: TableId; readonly definition: DefinitionAnswer }[],
  records: readonly FoundRecord[],
): readonly TableSummary[] => {
  const summaries = new Map<TableId, { -readonly [Name in keyof TableSummary]: TableSummary[Name] }>()
  const summaryOf = (table: TableId) => {
    const summary = summaries.get(table) ?? { table, added: 0, updated: 0, deleted: 0 }
    summaries.set(table, summary)
    return summary
  }
  for (const { table, definition } of definitions) summaryOf(table).definition = definition
  for (const record of records) {
    const [summary, kind] = [summaryOf(record.table), kindOfRecord(record)]
    summary[kind] = (summary[kind] ?? 0) + 1
  }
  return [...summaries.values()].sort((a, b) => (a.table < b.table ? -1 : 1))
}

const kindOfRecord = ({ key, from, before, after }: FoundRecord): ChangeKind =>
  from !== undefined && from.key !== key ? 'renamed' : kindOf(before, after)

const kindOf = (before: object | undefined, after: object | undefined): Exclude<ChangeKind, 'renamed'> =>
  before === undefined ? 'added' : after === undefined ? 'deleted' : 'updated'

const describeChanges = (
  changes: readonly FoundChange[],
  { depth, change }: { readonly depth: Depth; readonly change: ChangeKind },
): { readonly fields?: NonNullable<Answer['records'][number]['fields']> } => {
  if (depth !== 'full' && (depth !== 'fields' || change === 'added' || change === 'deleted')) return {}
  return {
    fields: changes.map(({ path, from, before, after }) => ({
      field: path[0],
      pointer: formatPointer(path),
      ...(from !== undefined && { from: formatPointer(from) }),
      ...(depth === 'full' && before !== undefined && { before: stringifyJson(before) }),
      ...(depth === 'full' && after !== undefined && { after: stringifyJson(after) }),
    })),
  }
}
