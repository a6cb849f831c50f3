import type { Change, RecordChange } from '../event-sourcing/change.ts'
import { decideWith, type Facts } from '../event-sourcing/decision.ts'
import type { Issue } from '../failure.ts'
import type { RecordKey, TableId } from '../ids.ts'
import { equalJson } from '../json.ts'
import { checkConstraints } from '../record/check-constraints.ts'
import { checkRecordCounts } from '../record/check-record-counts.ts'
import { fieldOf } from '../record/constraint-issues.ts'
import { parseRecordKey } from '../record/record-key.ts'
import { listReferences, referenceText, referringValues } from '../record/references.ts'
import { validateRecord } from '../record/validate-record.ts'
import type { SchemaValidator } from '../table/codecs.ts'
import { findTable } from '../table/table.ts'
import type { InvolvedRecord, MergeConflict } from './conflict.ts'

/** A merge and the states that it came from. */
export interface MergedState {
  readonly merged: Facts
  readonly base: Facts | undefined
  readonly ours: Facts
  readonly theirs: Facts
  /** What the merge changed in each side. */
  readonly fromOurs: readonly RecordChange[]
  readonly fromTheirs: readonly RecordChange[]
  /** What somebody said that is to become of a record; `undefined`: nobody did. */
  findSettled(record: InvolvedRecord): SettledRecord | undefined
}

export type SettledRecord = 'kept' | 'gone'

/** Records that are named with a broken constraint. */
const involvedMax = 20

/**
 * What a merge broke although neither side was broken: records that no longer hold by the merged definition, foreign keys, unique values and counts,
 * and records of either side that are not there any more, because their files mean nothing where they are now.
 * Cost: the records that changed on both sides; whole tables only where their definition changed on both.
 */
export const findBroken = (state: MergedState, validateSchema: SchemaValidator): readonly MergeConflict[] => {
  const changes = new Map<string, RecordChange>()
  for (const change of listSuspects(state)) changes.set(nameOf(change), change)
  const suspects = [...changes.values()]
  const lost = [...findMisdefined(state), ...findLost(state, validateSchema)]
  const issues = [...lost, ...findInvalid(state, suspects, validateSchema), ...findUnrelated(state, suspects)]
  return issues.map((issue) => ({ type: 'constraint', issue, involved: listInvolved(issue, state.merged) }))
}

const nameOf = ({ table, key }: InvolvedRecord): string => `${table}/${key}`

/**
 * Everything ours is different by; what theirs is different by where the definition is not the one that ours were written under: that of the table,
 * or, of what ours deleted, that of a table that refers to it.
 */
const listSuspects = ({ merged, ours, theirs, fromOurs, fromTheirs }: MergedState): readonly RecordChange[] => {
  const { to } = listReferences(merged.catalogue())
  const isNewlyReferred = (table: TableId) => (to.get(table) ?? []).some((each) => hasOtherDefinition(merged, ours, each.table.id))
  const isSuspect = ({ type, table }: RecordChange) => hasOtherDefinition(merged, ours, table) || (type === 'RecordDeleted' && isNewlyReferred(table))
  const suspects = [...fromTheirs.filter(isSuspect), ...fromOurs]
  for (const { id } of merged.catalogue().tables) {
    if (!hasOtherDefinition(merged, ours, id) || !hasOtherDefinition(merged, theirs, id)) continue
    for (const { key, fields } of merged.allRecords(id)) suspects.push({ type: 'RecordInserted', table: id, key, after: fields })
  }
  return suspects
}

const hasOtherDefinition = (merged: Facts, side: Facts, table: TableId): boolean =>
  findTable(merged.catalogue(), table)?.fingerprint !== findTable(side.catalogue(), table)?.fingerprint

/** What is wrong with definitions and was with no side: a foreign key to a table that the other side dropped. */
const findMisdefined = ({ merged, ours, theirs }: MergedState): readonly Issue[] => {
  const known = [ours, theirs].flatMap((side) => side.catalogue().problems)
  return merged.catalogue().problems.flatMap(({ rule = 'definition', severity, ...problem }): readonly Issue[] => {
    const isKnown = known.some((each) => each.file === problem.file && (each.rule ?? 'definition') === rule)
    return severity === 'warning' || isKnown ? [] : [{ rule, ...problem }]
  })
}

/**
 * What became of records that are gone without anybody having deleted them: they do not hold by the definition that they have now, and are not served
 * any more, or nothing reads their files.
 */
const findLost = (state: MergedState, validateSchema: SchemaValidator): readonly Issue[] => {
  const { base, ours, theirs, merged, fromOurs, fromTheirs, findSettled } = state
  const lost = (changes: readonly RecordChange[], other: Facts, side: string): readonly Issue[] =>
    changes.flatMap((change): readonly Issue[] => {
      const { type, table: id, key } = change
      const settled = findSettled(change)
      if (type !== 'RecordDeleted' || settled === 'gone') return []
      if (settled !== 'kept' && base?.record(id, key) !== undefined && other.record(id, key) === undefined) return []
      const table = findTable(merged.catalogue(), id)
      const issues = table === undefined ? [] : validateRecord(table, { key, fields: change.before }, validateSchema)
      return issues.length > 0 ? issues : [{ rule: 'lost-record', message: `the record of ${side} would not be found any more`, table: id, key }]
    })
  return [...lost(fromOurs, theirs, 'ours'), ...lost(fromTheirs, ours, 'theirs')]
}

const findInvalid = (state: MergedState, suspects: readonly RecordChange[], validateSchema: SchemaValidator): readonly Issue[] => {
  const issuesAt = (facts: Facts, change: RecordChange): readonly Issue[] => {
    const table = findTable(facts.catalogue(), change.table)
    return table === undefined || change.type === 'RecordDeleted'
      ? []
      : validateRecord(table, { key: change.key, fields: change.after }, validateSchema)
  }
  return suspects.flatMap((change) => issuesAt(state.merged, change).filter((issue) => !isKnown(state, issue, { change, issuesAt })))
}

/**
 * Foreign keys, unique values and counts. What a side had broken already can hide what the merge adds to it, a further record that refers to one that is
 * gone: then what the other side changed is asked as well.
 */
const findUnrelated = (state: MergedState, suspects: readonly RecordChange[]): readonly Issue[] => {
  const { found, isComplete } = findViolations(state, suspects)
  return isComplete ? found : findViolations(state, [...suspects, ...state.fromTheirs]).found
}

/** @returns the violations that neither side had; not complete when others were left out */
const findViolations = (
  state: MergedState,
  suspects: readonly RecordChange[],
): { readonly found: readonly Issue[]; readonly isComplete: boolean } => {
  const changes = new Map(suspects.map((change) => [nameOf(change), change]))
  const issuesAt = (facts: Facts, asked: readonly Change[]): readonly Issue[] =>
    [checkConstraints(asked), checkRecordCounts(asked)].flatMap((check) => {
      const checked = decideWith(check, facts)
      return !checked.ok && checked.failure.kind === 'constraint-violation' ? checked.failure.issues : []
    })
  const issues = issuesAt(state.merged, [...changes.values()])
  const found = issues.filter((issue) => {
    const change = changes.get(`${issue.table}/${issue.key}`)
    return change === undefined || !isKnown(state, issue, { change, issuesAt: (facts, each) => issuesAt(facts, [each]) })
  })
  return { found, isComplete: found.length === issues.length }
}

/** What is wrong with the same record on a side: with all of it where the merge has it as it is there, else with what the merge left as wrong as it was. */
const isKnown = ({ ours, theirs }: MergedState, issue: Issue, { change, issuesAt }: Suspicion): boolean => {
  const after = 'after' in change ? change.after : undefined
  return [ours, theirs].some((side) => {
    const there = side.record(change.table, change.key)?.fields
    const isSame = equalJson(there, after)
    if (!isSame && there === undefined) return false
    const known = issuesAt(
      side,
      isSame || there === undefined ? change : { type: 'RecordInserted', table: change.table, key: change.key, after: there },
    )
    return known.some(({ rule, field, message }) => rule === issue.rule && field === issue.field && (isSame || message === issue.message))
  })
}

interface Suspicion {
  readonly change: RecordChange
  readonly issuesAt: (facts: Facts, change: RecordChange) => readonly Issue[]
}

/** The records that can be changed to mend an issue: the one that it is about, and those that it refers to or that refer to it. */
const listInvolved = ({ rule, table: id, key, field, value, referrers }: Issue, facts: Facts): readonly InvolvedRecord[] => {
  const table = id === undefined ? undefined : findTable(facts.catalogue(), id)
  if (id === undefined || key === undefined) return []
  const self = { table: id as TableId, key: key as RecordKey }
  if (table === undefined) return [self]
  const references = listReferences(facts.catalogue())
  if (rule === 'foreign-key' || rule === 'parent') {
    const column = field?.split('/')[1]
    const reference = references.from.get(table.id)?.find((each) => each.column.name === column)
    const target = referenceText(value)
    const targetKey = target === undefined ? undefined : parseRecordKey(target)
    return reference?.target === undefined || targetKey === undefined ? [self] : [self, { table: reference.target.id, key: targetKey }]
  }
  if (rule === 'referenced' && referrers !== undefined) {
    const reference = references.to.get(table.id)?.find((each) => each.table.id === referrers.table && each.column.name === referrers.column)
    const keys =
      reference === undefined ? [] : referringValues(reference, key).flatMap((each) => facts.keysWith(reference.table.id, [each], involvedMax))
    return [self, ...keys.slice(0, involvedMax).map((each) => ({ table: referrers.table as TableId, key: each }))]
  }
  if (rule === 'unique') {
    const fields = facts.record(table.id, self.key)?.fields ?? {}
    const columns = table.rules.unique.find((names) => names[0] === field?.slice(1)) ?? []
    const values = columns.map((column) => ({ column, value: fieldOf(fields, column) ?? null }))
    const others = values.length === 0 ? [] : facts.keysWith(table.id, values, involvedMax)
    return [self, ...others.filter((each) => each !== self.key).map((each) => ({ table: table.id, key: each }))]
  }
  return [self]
}
