import type { FieldValue } from '../event-sourcing/decision.ts'
import type { FoundRecord } from '../event-sourcing/event-store.ts'
import type { Issue } from '../failure.ts'
import type { RecordKey, TableId } from '../ids.ts'
import type { Json } from '../json.ts'
import { danglingIssue, duplicateIssue, fieldOf, isEmpty, isScalar, listReferring, missingParentIssue } from '../record/constraint-issues.ts'
import { isNumber, normalizeNumber } from '../record/decimal.ts'
import { withKeyColumns } from '../record/record-key.ts'
import { listReferences, type Reference, referenceText } from '../record/references.ts'
import { findTable } from '../table/table.ts'
import type { TableContents, WholeDatabase } from './whole-database.ts'

export interface FoundIssue {
  readonly issue: Issue
  readonly record: FoundRecord
}

/**
 * The rules between records, over whole tables: foreign keys lead to a record, records of subcollections lie below one, unique values are unique. By the same functions as for writes
 * (`check-constraints.ts`), but with sets instead of a question a record: linear in all records.
 * A record that is there but wrong is still one to refer to, so that one mistake is said once; of records with the same unique values the first
 * is taken to be right.
 */
export const checkRelations = (whole: WholeDatabase): readonly FoundIssue[] => {
  const keys = new Map(whole.tables.map((contents) => [contents.table, listKeys(contents)]))
  return whole.tables.flatMap((contents) => [
    ...(listReferences(whole.catalogue).from.get(contents.table) ?? []).flatMap((reference) => findDangling(contents, reference, keys)),
    ...(findTable(whole.catalogue, contents.table)?.rules.unique ?? []).flatMap((columns) => findDuplicates(contents, columns)),
  ])
}

const listKeys = ({ records, problems }: TableContents): ReadonlySet<string> => {
  const keys = new Set<string>(records.map(({ key }) => key))
  for (const { key } of problems) if (key !== undefined) keys.add(key)
  return keys
}

const findDangling = (
  { table, records }: TableContents,
  reference: Reference,
  keys: ReadonlyMap<TableId, ReadonlySet<string>>,
): readonly FoundIssue[] => {
  const targets = reference.target && keys.get(reference.target.id)
  const found: FoundIssue[] = []
  for (const record of records) {
    const value = fieldOf(withKeyColumns(record.key, record.fields), reference.column.name)
    if (isEmpty(value)) continue
    for (const [at, each] of listReferring(reference, value)) {
      if (isEmpty(each) || targets?.has(referenceText(each) ?? '')) continue
      const about = { table, key: record.key }
      const isBelow = reference.column.name === '$parent'
      found.push({ record, issue: isBelow ? missingParentIssue(about, reference, each) : danglingIssue(about, reference, { at, value: each }) })
    }
  }
  return found
}

const findDuplicates = ({ table, records }: TableContents, columns: readonly string[]): readonly FoundIssue[] => {
  const first = new Map<string, RecordKey>()
  const found: FoundIssue[] = []
  for (const record of records) {
    const fields = withKeyColumns(record.key, record.fields)
    const values = columns.map((column): FieldValue => ({ column, value: fieldOf(fields, column) ?? null }))
    if (!values.every(({ value }) => isScalar(value))) continue
    const identity = values.length === 1 ? identify(values[0]?.value ?? null) : JSON.stringify(values.map(({ value }) => identify(value)))
    const other = first.get(identity)
    if (other === undefined) first.set(identity, record.key)
    else found.push({ record, issue: duplicateIssue({ table, key: record.key }, values, other) })
  }
  return found
}

/** The same text for the same value: numbers by value, and never equal to a text. */
const identify = (value: Json): string => (isNumber(value) ? `n${normalizeNumber(value)}` : `${(typeof value).charAt(0)}${String(value)}`)
