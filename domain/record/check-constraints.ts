import type { Change, RecordChange } from '../event-sourcing/change.ts'
import { type Decision, type FieldValue, type Need, needCatalogue, needKeysWith, needRecord } from '../event-sourcing/decision.ts'
import type { Issue } from '../failure.ts'
import { countKeyParts, type RecordKey, type TableId } from '../ids.ts'
import { equalJson, type Json, type JsonObject } from '../json.ts'
import { fail, ok } from '../result.ts'
import { type Catalogue, findTable } from '../table/table.ts'
import { danglingIssue, duplicateIssue, fieldOf, isEmpty, isScalar, listReferring, missingParentIssue } from './constraint-issues.ts'
import { parseRecordKey, withKeyColumns } from './record-key.ts'
import { listReferences, type Reference, referenceText, referringValues } from './references.ts'

/** Issues in one answer: enough to see the pattern, however large the operation. */
const issuesMax = 100
/** Referring records that are counted; named are the first three. */
const referrersMax = 1000
const referrersNamed = 3

/**
 * Decides whether the state after an operation keeps every promise between records: foreign keys lead to a record, unique values are unique,
 * nothing refers to a deleted record. Asked at the end, so records of one operation may refer to each other in circles and swap unique values.
 * Only what the changes touch is looked at: old violations in other records, or in unchanged fields, fail nobody.
 *
 * @param changes  net changes of the whole operation; the facts must be those after them
 * @returns `constraint-violation` with at most 100 issues, of the rules `foreign-key`, `parent`, `unique` and `referenced`
 */
export function* checkConstraints(changes: readonly Change[]): Decision<void> {
  const scope: Scope = { catalogue: yield* needCatalogue(), exists: new Map() }
  const issues: Issue[] = []
  // Deciding to change a table has looked at every record of it.
  const whole = new Set(changes.flatMap((change) => (change.type === 'TableChanged' ? [change.after.id] : [])))
  for (const change of changes) {
    if (!('key' in change) || whole.has(change.table)) continue
    if (change.type === 'RecordDeleted') issues.push(...(yield* findReferrers(scope, change)))
    else issues.push(...(yield* findDangling(scope, change)), ...(yield* findDuplicates(scope, change)))
    if (issues.length >= issuesMax) break
  }
  return issues.length === 0 ? ok(undefined) : fail({ kind: 'constraint-violation', issues: issues.slice(0, issuesMax) })
}

interface Scope {
  readonly catalogue: Catalogue
  /** Whether the targets asked for so far exist: many records refer to few. */
  readonly exists: Map<string, boolean>
}

type Issues = Generator<Need, readonly Issue[], never>
type Written = Exclude<RecordChange, { readonly type: 'RecordDeleted' }>

function* findDangling(scope: Scope, change: Written): Issues {
  const issues: Issue[] = []
  const { before, after } = sidesOf(change)
  for (const reference of listReferences(scope.catalogue).from.get(change.table) ?? []) {
    const { name } = reference.column
    const value = fieldOf(after, name)
    if (isEmpty(value) || (before !== undefined && equalJson(value, fieldOf(before, name)))) continue
    for (const [at, each] of listReferring(reference, value)) {
      if (isEmpty(each) || (yield* leadsToRecord(scope, reference, each))) continue
      issues.push(name === '$parent' ? missingParentIssue(change, reference, each) : danglingIssue(change, reference, { at, value: each }))
      if (issues.length >= issuesMax) return issues
    }
  }
  return issues
}

/** With the keys as columns of a subcollection, which can be referred by and be part of what is unique. */
const sidesOf = (change: Written): { readonly before: JsonObject | undefined; readonly after: JsonObject } => ({
  before: change.type === 'RecordUpdated' ? withKeyColumns(change.key, change.before) : undefined,
  after: withKeyColumns(change.key, change.after),
})

function* leadsToRecord(scope: Scope, { target }: Reference, value: Json | undefined): Generator<Need, boolean, never> {
  const text = referenceText(value)
  const key = text === undefined || target === undefined ? undefined : parseRecordKey(text, countKeyParts(target.id))
  if (target === undefined || key === undefined) return false
  const id = `${target.id}/${key}`
  const known = scope.exists.get(id)
  if (known !== undefined) return known
  const exists = (yield* needRecord(target.id, key)) !== undefined
  scope.exists.set(id, exists)
  return exists
}

function* findDuplicates(scope: Scope, change: Written): Issues {
  const issues: Issue[] = []
  const { before, after } = sidesOf(change)
  for (const columns of findTable(scope.catalogue, change.table)?.rules.unique ?? []) {
    const values = columns.map((column): FieldValue => ({ column, value: fieldOf(after, column) ?? null }))
    if (!values.every(({ value }) => isScalar(value)) || (before !== undefined && holds(before, values))) continue
    const others = (yield* needKeysWith(change.table, values, 2)).filter((key) => key !== change.key)
    if (others[0] === undefined) continue
    issues.push(duplicateIssue(change, values, others[0]))
  }
  return issues
}

function* findReferrers(scope: Scope, change: RecordChange): Issues {
  const issues: Issue[] = []
  for (const reference of listReferences(scope.catalogue).to.get(change.table) ?? []) {
    const { table, column, isList } = reference
    const keys: RecordKey[] = []
    for (const value of referringValues(reference, change.key)) {
      keys.push(...(yield* needKeysWith(table.id, [value], referrersMax + 1 - keys.length)))
      if (keys.length > referrersMax) break
    }
    if (keys.length === 0) continue
    const message =
      column.name === '$parent'
        ? `cannot be deleted, ${countBelow(table.id, keys)} below it: ${nameReferrers(keys)}`
        : `cannot be deleted, ${countReferrers(table.id, keys)} to it in the field ${JSON.stringify(column.name)}: ${nameReferrers(keys)}`
    const referrers = { table: table.id, column: column.name, isList }
    issues.push({ rule: 'referenced', message, table: change.table, key: change.key, value: change.key, referrers })
  }
  return issues
}

const countReferrers = (table: TableId, keys: readonly RecordKey[]): string => {
  if (keys.length === 1) return `1 record of ${table} refers`
  return `${keys.length > referrersMax ? `more than ${referrersMax}` : keys.length} records of ${table} refer`
}

const countBelow = (table: TableId, keys: readonly RecordKey[]): string => {
  if (keys.length === 1) return `1 record of ${table} lies`
  return `${keys.length > referrersMax ? `more than ${referrersMax}` : keys.length} records of ${table} lie`
}

const nameReferrers = (keys: readonly RecordKey[]): string =>
  `${keys.slice(0, referrersNamed).join(', ')}${keys.length > referrersNamed ? ', …' : ''}`

const holds = (fields: JsonObject, values: readonly FieldValue[]): boolean =>
  values.every(({ column, value }) => equalJson(fieldOf(fields, column), value))
