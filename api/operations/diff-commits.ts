import type { Failure } from '../../domain/failure.ts'
import type { TableId } from '../../domain/ids.ts'
import { stringifyJson } from '../../domain/json.ts'
import { type FieldChange, findFieldChanges } from '../../domain/record/field-changes.ts'
import { formatPointer } from '../../domain/record/json-pointer.ts'
import { fail, ok, type Result } from '../../domain/result.ts'
import { findTable } from '../../domain/table/table.ts'
import type { RecordDifference, Snapshot } from '../../projections/snapshot.ts'
import type { OperationAnswer, OperationInput } from '../contract/operations.ts'
import { askSnapshot, parseBranch } from './ask-snapshot.ts'
import { describeDefinition } from './describe-table.ts'
import { createPathFilter, type PathFilter } from './diff-paths.ts'
import { requireTable } from './find-table.ts'
import type { Handler, OperationContext } from './operation-context.ts'

type Input = OperationInput<'diffCommits'>
type Answer = OperationAnswer<'diffCommits'>
type Depth = NonNullable<Input['depth']>

/** What differs between two moments. Cost: the changes between them, the tables' definitions, and nothing of the records that are the same. */
export const diffCommits: Handler<'diffCommits'> = (context, input) =>
  askSnapshot(context, { branch: input.branch, at: input.to }, async (to) => {
    const sides = await readSides(context, input, to)
    if (!sides.ok) return sides
    const table = input.table === undefined ? ok(undefined) : findTableOfEither(sides.value, input.table)
    if (!table.ok) return table
    return ok(compare(sides.value, input, { table: table.value, paths: createPathFilter(context.database.digest, input.pathFilter) }))
  })

interface Sides {
  readonly from: Snapshot
  readonly to: Snapshot
  /** What `to` is compared with: `from`, or the merge base of both. */
  readonly base: Snapshot
}

const readSides = async (context: OperationContext, input: Input, to: Snapshot): Promise<Result<Sides>> => {
  const branch = parseBranch(input.branch)
  if (!branch.ok) return branch
  const keep = to.commit === undefined ? [] : [to.commit]
  const from = await context.database.read({ at: input.from, keep, ...(branch.value !== undefined && { branch: branch.value }) })
  if (!from.ok) return from
  const sides = { from: from.value, to, base: from.value }
  if (input.sinceMergeBase !== true || from.value.commit === undefined || to.commit === undefined) return ok(sides)
  const commit = await context.database.findMergeBase(from.value.commit, to.commit)
  if (commit === undefined) return fail(unrelated(input))
  const base = await context.database.read({ at: commit, keep })
  return base.ok ? ok({ ...sides, base: base.value }) : base
}

const unrelated = ({ from, to = 'HEAD' }: Input): Failure => ({
  kind: 'not-found',
  what: 'commit',
  id: `${from}...${to}`,
  why: `${from} and ${to} have no commit in common`,
})

const findTableOfEither = ({ base, to }: Sides, id: string): Result<TableId> => {
  const [now, before] = [requireTable(to.catalogue, id), requireTable(base.catalogue, id)]
  const found = now.ok ? now : before.ok ? before : now
  return found.ok ? ok(found.value.id) : found
}

interface Scope {
  readonly table: TableId | undefined
  readonly paths: PathFilter
}

const compare = ({ from, to, base }: Sides, input: Input, { table, paths }: Scope): Answer => {
  const { depth = 'record', limit, offset = 0 } = input
  const definitions = compareDefinitions(base, to, depth).filter(
    ({ id, tables }) => (table === undefined || id === table) && paths.takesDefinition(tables),
  )
  const differences = readDifferences(base, to, table).filter((difference) => paths.takesRecord(difference, { from: base, to }))
  const records = depth === 'summary' ? [] : differences.slice(offset, limit === undefined ? undefined : offset + limit)
  const end = offset + records.length
  return {
    from: sideOf(input.from, from),
    to: sideOf(input.to ?? input.branch ?? 'HEAD', to),
    ...(base !== from && base.commit !== undefined && { mergeBase: base.commit }),
    differs: definitions.length > 0 || differences.length > 0,
    tables: summarize(definitions, differences),
    records: records.map((difference) => describeDifference(difference, depth)),
    ...(depth !== 'summary' && end < differences.length && { next: end }),
  }
}

const sideOf = (moment: string, { commit }: Snapshot): Answer['from'] => ({ moment, ...(commit !== undefined && { commit }) })

/** A branch without a commit has no line to look along: the other side's differences from nothing, seen from there. */
const readDifferences = (from: Snapshot, to: Snapshot, table: TableId | undefined): readonly RecordDifference[] =>
  to.commit !== undefined
    ? to.readDifferences(from.commit, table)
    : from.readDifferences(undefined, table).map(({ before, after, changes, ...rest }) => ({
        ...rest,
        before: after,
        after: before,
        changes: changes.map((change) => ({ ...change, before: change.after, after: change.before })),
      }))

type TableSummary = Answer['tables'][number]

interface DefinitionDifference {
  readonly id: TableId
  readonly tables: readonly NonNullable<ReturnType<typeof findTable>>[]
  readonly definition: NonNullable<TableSummary['definition']>
}

const compareDefinitions = (from: Snapshot, to: Snapshot, depth: Depth): readonly DefinitionDifference[] => {
  const ids = new Set([...from.catalogue.tables, ...to.catalogue.tables].map(({ id }) => id))
  return [...ids].flatMap((id): readonly DefinitionDifference[] => {
    const [before, after] = [findTable(from.catalogue, id), findTable(to.catalogue, id)]
    if (before?.fingerprint === after?.fingerprint && before?.directory === after?.directory) return []
    const changes = findFieldChanges(before === undefined ? {} : describeDefinition(before), after === undefined ? {} : describeDefinition(after))
    if (changes.length === 0) return []
    const change = changeOf(before, after)
    const isUnreadable = change !== 'updated' && (change === 'added' ? from : to).catalogue.problems.length > 0
    const definition = { change, ...(isUnreadable && { unreadable: true }), ...describeChanges(changes, { depth, change }) }
    return [{ id, tables: [before, after].filter((table) => table !== undefined), definition }]
  })
}

const changeOf = (before: object | undefined, after: object | undefined): 'added' | 'updated' | 'deleted' =>
  before === undefined ? 'added' : after === undefined ? 'deleted' : 'updated'

const summarize = (definitions: readonly DefinitionDifference[], differences: readonly RecordDifference[]): readonly TableSummary[] => {
  const summaries = new Map<TableId, { -readonly [Name in keyof TableSummary]: TableSummary[Name] }>()
  const summaryOf = (table: TableId) => {
    const summary = summaries.get(table) ?? { table, added: 0, updated: 0, deleted: 0 }
    summaries.set(table, summary)
    return summary
  }
  for (const { id, definition } of definitions) summaryOf(id).definition = definition
  for (const { table, before, after } of differences) summaryOf(table)[changeOf(before, after)] += 1
  return [...summaries.values()].sort((a, b) => (a.table < b.table ? -1 : 1))
}

const describeDifference = ({ table, key, before, after, changes, isUnreadable }: RecordDifference, depth: Depth): Answer['records'][number] => {
  const change = changeOf(before, after)
  return {
    table,
    id: key,
    change,
    ...(isUnreadable && { unreadable: true }),
    ...(before !== undefined && { before: before.revision }),
    ...(after !== undefined && { after: after.revision }),
    ...describeChanges(changes, { depth, change }),
  }
}

const describeChanges = (
  changes: readonly FieldChange[],
  { depth, change }: { readonly depth: Depth; readonly change: string },
): { readonly fields?: NonNullable<Answer['records'][number]['fields']> } => {
  if (depth !== 'full' && (depth !== 'fields' || change !== 'updated')) return {}
  return {
    fields: changes.map(({ path, before, after }) => ({
      field: path[0],
      pointer: formatPointer(path),
      ...(depth === 'full' && before !== undefined && { before: stringifyJson(before) }),
      ...(depth === 'full' && after !== undefined && { after: stringifyJson(after) }),
    })),
  }
}
