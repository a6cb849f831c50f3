import type { RecordChange } from '../event-sourcing/change.ts'
import { decideWith, type Facts, type StoredRecord } from '../event-sourcing/decision.ts'
import { type OverlayFacts, overlayFacts } from '../event-sourcing/overlay-facts.ts'
import type { Failure, Issue } from '../failure.ts'
import type { RecordKey } from '../ids.ts'
import { checkConstraints } from '../record/check-constraints.ts'
import { escapePointer } from '../record/column-check.ts'
import { decideRecord, type RecordRules } from '../record/decide-record.ts'
import { listReferences } from '../record/references.ts'
import type { KeyedFields } from '../record/validate-record.ts'
import type { Catalogue, Table } from '../table/table.ts'
import { type ImportRequest, isBad, type OnDuplicate, type Reject } from './import-request.ts'
import type { SourceRecord } from './source-record.ts'

/** What deciding knows of an import besides the facts. It serves all chunks of one commit. */
export interface ImportScope {
  readonly table: Table
  readonly catalogue: Catalogue
  readonly rules: RecordRules
  readonly onDuplicate: OnDuplicate
  /** The table had no record when the commit was begun: no key is looked up but among those of the import. */
  readonly isEmpty: boolean
  readonly toRecord: ImportRequest['toRecord']
  /** Lines of the records that are part of the commit. */
  readonly lines: Map<RecordKey, number>
}

/** A record whose promises to others cannot be judged before the whole import is there. */
export interface Pending {
  readonly change: RecordChange
  readonly record: SourceRecord
}

export interface DecidedChunk {
  readonly changes: readonly RecordChange[]
  /** Records of the changes, in their order. */
  readonly records: readonly SourceRecord[]
  readonly skipped: number
  readonly rejects: readonly Reject[]
  readonly pending: readonly Pending[]
}

interface Decided {
  readonly change: RecordChange
  readonly record: SourceRecord
}

/**
 * Decides a chunk of an import, each record by itself, on facts that have all chunks before it. What holds between records is checked with the chunk
 * laid over the facts; where a later record may make good what is wrong (a key of the table itself, a value that is still taken), the record waits in `pending`.
 * Pure besides `scope.lines`, which it adds to.
 */
export const decideChunk = (scope: ImportScope, chunk: readonly SourceRecord[], facts: Facts): DecidedChunk => {
  const rejects: Reject[] = []
  const decided: Decided[] = []
  let skipped = 0
  for (const record of chunk) {
    const outcome = decideOne(scope, record, facts)
    if (outcome === 'skip') skipped += 1
    else if ('issues' in outcome) rejects.push(outcome)
    else decided.push({ change: outcome, record })
  }
  const related = hasRelations(scope) ? checkRelations(scope, decided, facts) : { kept: decided, rejects: [], pending: [] }
  for (const { change } of decided.filter(({ record }) => related.rejects.some((reject) => reject.record === record))) scope.lines.delete(change.key)
  return {
    changes: related.kept.map(({ change }) => change),
    records: related.kept.map(({ record }) => record),
    skipped,
    rejects: [...rejects, ...related.rejects],
    pending: related.pending,
  }
}

/** What is wrong with a record that waited, now that the whole import is there. */
export const checkPending = ({ change, record }: Pending, facts: Facts): Reject | undefined => {
  const checked = decideWith(checkConstraints([change]), facts)
  return checked.ok ? undefined : { record, issues: issuesOf(checked.failure) }
}

const decideOne = (scope: ImportScope, record: SourceRecord, facts: Facts): RecordChange | 'skip' | Reject => {
  const { table, lines, onDuplicate } = scope
  if (isBad(record)) return { record, issues: [record.problem] }
  const keyed = scope.toRecord(table, record)
  if (!keyed.ok) return { record, issues: keyed.failure }
  const { key } = keyed.value
  const twin = lines.get(key)
  if (twin !== undefined) return onDuplicate === 'skip' ? 'skip' : { record, issues: [sayTwin(table, key, twin)] }
  const current = scope.isEmpty ? undefined : facts.record(table.id, key)
  if (current !== undefined && onDuplicate === 'skip') return 'skip'
  if (current !== undefined && onDuplicate === 'fail') return { record, issues: [sayTaken(table, key)] }
  const change = decideFields(scope, keyed.value, { current, facts })
  if ('kind' in change) return { record, issues: issuesOf(change) }
  lines.set(key, record.line)
  return change.change ?? 'skip'
}

interface Standing {
  readonly current: StoredRecord | undefined
  readonly facts: Facts
}

const decideFields = (
  { table, rules, onDuplicate, catalogue }: ImportScope,
  { key, fields }: KeyedFields,
  { current, facts }: Standing,
): { readonly change: RecordChange | undefined } | Failure => {
  const isMerged = current !== undefined && onDuplicate === 'merge'
  const command = isMerged
    ? ({ type: 'PatchRecord', table: table.id, key, patch: fields } as const)
    : ({ type: 'UpsertRecord', table: table.id, key, fields } as const)
  const decided = decideWith(decideRecord(command, rules), { ...facts, catalogue: () => catalogue, record: () => current })
  if (!decided.ok) return decided.failure
  const [change] = decided.value
  return { change: change !== undefined && 'key' in change ? change : undefined }
}

const hasRelations = ({ table, catalogue }: ImportScope): boolean =>
  table.rules.unique.length > 0 || (listReferences(catalogue).from.get(table.id) ?? []).length > 0

interface Related {
  readonly kept: readonly Decided[]
  readonly rejects: readonly Reject[]
  readonly pending: readonly Pending[]
}

/** The whole chunk at once, and only where something is wrong in it record by record, in their order: of two with one unique value the first stays. */
const checkRelations = (scope: ImportScope, decided: readonly Decided[], facts: Facts): Related => {
  const changes = decided.map(({ change }) => change)
  const whole = overlayFacts(facts)
  whole.apply(changes)
  if (decideWith(checkConstraints(changes), whole).ok) return { kept: decided, rejects: [], pending: [] }
  const kept: Decided[] = []
  const rejects: Reject[] = []
  const pending: Pending[] = []
  const overlay = overlayFacts(facts)
  for (const each of decided) {
    overlay.apply([each.change])
    const checked = decideWith(checkConstraints([each.change]), overlay)
    const issues = checked.ok ? [] : issuesOf(checked.failure)
    if (issues.length > 0 && !issues.every((issue) => mayResolve(scope, issue))) {
      takeBack(overlay, each.change)
      rejects.push({ record: each.record, issues })
      continue
    }
    kept.push(each)
    if (issues.length > 0) pending.push(each)
  }
  return { kept, rejects, pending }
}

/** Whether a later record of the import may still make it right. */
const mayResolve = ({ table, catalogue, onDuplicate }: ImportScope, { rule, field }: Issue): boolean => {
  if (rule === 'unique') return onDuplicate === 'replace' || onDuplicate === 'merge'
  if (rule !== 'foreign-key') return false
  const column = field?.split('/')[1]
  return (listReferences(catalogue).from.get(table.id) ?? []).some(
    ({ column: { name }, target }) => escapePointer(name) === column && target?.id === table.id,
  )
}

const takeBack = (overlay: OverlayFacts, change: RecordChange): void => {
  const { table, key } = change
  if (change.type === 'RecordInserted') overlay.apply([{ type: 'RecordDeleted', table, key, before: change.after }])
  if (change.type === 'RecordUpdated') overlay.apply([{ type: 'RecordUpdated', table, key, before: change.after, after: change.before }])
}

export const issuesOf = (failure: Failure): readonly Issue[] => {
  switch (failure.kind) {
    case 'invalid-input':
    case 'invalid-database':
    case 'constraint-violation':
      return failure.issues
    case 'unsupported':
      return [{ rule: 'unsupported', message: `${failure.what}: ${failure.why}` }]
    case 'limit-exceeded':
      return [{ rule: 'limit', message: `${failure.what} has ${failure.actual} ${failure.unit}, at most ${failure.limit} are allowed` }]
    default:
      return [{ rule: failure.kind, message: failure.kind }]
  }
}

const sayTwin = ({ id }: Table, key: RecordKey, line: number): Issue => ({
  rule: 'duplicate-key',
  message: `the record on line ${line} has the same key`,
  table: id,
  key,
})

const sayTaken = ({ id }: Table, key: RecordKey): Issue => ({
  rule: 'already-exists',
  message: 'there is a record with this key already',
  table: id,
  key,
})
