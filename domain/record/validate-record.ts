import type { Failure, Issue } from '../failure.ts'
import type { RecordKey } from '../ids.ts'
import { isJsonObject, type Json, type JsonObject } from '../json.ts'
import type { SchemaValidator } from '../table/codecs.ts'
import { contentFieldOf } from '../table/content-field.ts'
import type { Table } from '../table/table.ts'
import { compileColumn, escapePointer, type ValueCheck, type ValueFault } from './column-check.ts'
import { type ColumnExpression, compileColumnExpression, evaluateCondition } from './evaluate-column.ts'
import { findStructureFault } from './json-structure.ts'
import { ownKey } from './record-key.ts'

export interface KeyedFields {
  readonly key: RecordKey
  readonly fields: JsonObject
}

/**
 * What is wrong with one record by itself: undeclared, missing (`required`, `required_when`) and computed fields, types, enums, ranges, lengths, and the table's JSON Schema
 * when a validator is given. Null and absent are the same: missing. One issue a field, the first that fails; empty when the record is good.
 * Never throws, whatever the fields hold. The size of the record is the caller's to check; uniqueness and references need other records.
 * Cost: linear in the record; what the table says is compiled once per table object.
 */
export const validateRecord = (table: Table, record: KeyedFields, validateSchema?: SchemaValidator): readonly Issue[] => {
  const structure = findStructureFault(record.fields)
  if (structure !== undefined) return [{ ...structure, table: table.id, key: record.key }]
  const plan = planFor(table)
  const faults = plan.isClosed ? [...findColumnFaults(plan, record), ...findUndeclared(plan, record)] : findColumnFaults(plan, record)
  const issues = faults.map((fault) => toIssue(table, record.key, fault))
  return table.schema === undefined || validateSchema === undefined
    ? issues
    : addSchemaIssues(issues, validateSchema(table.schema), { table, key: record.key, fields: withoutImpliedContent(table, record.fields) })
}

/** What follows the front matter is part of every Markdown record: a JSON Schema that does not speak of it does not forbid it either. */
const withoutImpliedContent = ({ recordFile, schema }: Table, fields: JsonObject): JsonObject => {
  const content = contentFieldOf(recordFile)
  if (content === undefined || (isJsonObject(schema?.properties) && Object.hasOwn(schema.properties, content))) return fields
  return Object.fromEntries(Object.entries(fields).filter(([name]) => name !== content))
}

interface ColumnPlan {
  readonly name: string
  readonly isRequired: boolean
  readonly requiredWhen: RequiredWhen | undefined
  readonly isComputed: boolean
  readonly check: ValueCheck
}

interface RequiredWhen {
  readonly source: string
  readonly condition: ColumnExpression | undefined
}

interface TablePlan {
  readonly columns: readonly ColumnPlan[]
  readonly names: ReadonlySet<string>
  /** Whether undeclared fields are refused: unless the JSON Schema allows them in so many words. */
  readonly isClosed: boolean
}

const plans = new WeakMap<Table, TablePlan>()

const planFor = (table: Table): TablePlan => {
  const known = plans.get(table)
  if (known !== undefined) return known
  const columns = table.columns.map((column) => ({
    name: column.name,
    isRequired: column.required === true,
    requiredWhen:
      column.requiredWhen === undefined
        ? undefined
        : { source: column.requiredWhen, condition: compileColumnExpression(column.requiredWhen, table.columns) },
    isComputed: column.formula !== undefined,
    check: compileColumn(column),
  }))
  const plan = { columns, names: new Set(columns.map(({ name }) => name)), isClosed: table.recordFile.format !== 'markdown' && !allowsOthers(table) }
  plans.set(table, plan)
  return plan
}

const allowsOthers = ({ schema }: Table): boolean => schema?.additionalProperties === true

/**
 * Fields that a write would add although they are no columns, in tables whose records may have such fields already: front matter is written by
 * people and programs who know nothing of columns, so it is served and kept as it is, but a name mistyped in a write is an error all the same.
 *
 * @param before  the record as it is, `undefined` when there is none
 */
export const findAddedFields = (table: Table, { key, fields }: KeyedFields, before: JsonObject | undefined): readonly Issue[] => {
  const plan = planFor(table)
  if (plan.isClosed || allowsOthers(table)) return []
  const content = contentFieldOf(table.recordFile)
  const added = findUndeclared(plan, { key, fields }).filter(({ column }) => column !== content && !Object.hasOwn(before ?? {}, column))
  return added.map((fault) => toIssue(table, key, fault))
}

interface FieldFault extends Omit<ValueFault, 'value'> {
  readonly column: string
  readonly value?: Json
  readonly mistyped?: NonNullable<Issue['mistyped']>
}

const findColumnFaults = (plan: TablePlan, record: KeyedFields): readonly FieldFault[] => {
  const faults: FieldFault[] = []
  for (const column of plan.columns) {
    const fault = checkColumn(column, readField(column.name, record), record.fields)
    if (fault !== undefined) faults.push({ column: column.name, ...fault })
  }
  return faults
}

/** A `$ID` column is bound from the key where the record does not hold it. Own members only: a column may be called `constructor`. */
const readField = (name: string, { key, fields }: KeyedFields): Json => {
  const value = Object.hasOwn(fields, name) ? (fields[name] ?? null) : null
  return name === '$ID' ? (value ?? ownKey(key)) : value
}

const checkColumn = (column: ColumnPlan, value: Json, fields: JsonObject): Omit<FieldFault, 'column'> | undefined => {
  if (value === null && column.requiredWhen !== undefined) return checkCondition(column.requiredWhen, fields)
  if (value === null) return column.isRequired && !column.isComputed ? { rule: 'required', message: 'is required', at: '' } : undefined
  return column.isComputed ? { rule: 'computed-field', message: 'is computed and must not be stored', at: '', value } : column.check(value)
}

/** Asked only about missing values. An expression that says nothing about this record is a fault too: it might have asked for a value. */
const checkCondition = ({ source, condition }: RequiredWhen, fields: JsonObject): Omit<FieldFault, 'column'> | undefined => {
  if (condition === undefined) return undefined
  const result = evaluateCondition(condition, fields)
  if (!result.ok) return { rule: 'required-when', message: `has a required_when that fails on this record: ${result.failure}`, at: '' }
  return result.value ? { rule: 'required-when', message: `is required when ${source.trim()}`, at: '' } : undefined
}

const findUndeclared = ({ names }: TablePlan, { fields }: KeyedFields): readonly FieldFault[] => {
  const faults: FieldFault[] = []
  const declared = [...names]
  for (const column of Object.keys(fields)) {
    if (names.has(column) || column.startsWith('$')) continue
    faults.push({
      column,
      rule: 'undeclared-field',
      message: 'is not a column of the table',
      at: '',
      value: fields[column] ?? null,
      mistyped: { name: column, among: declared },
    })
  }
  return faults
}

const toIssue = (table: Table, key: RecordKey, { column, rule, message, at, value, mistyped }: FieldFault): Issue => ({
  rule,
  message: `the field ${JSON.stringify(column + at)} ${message}`,
  table: table.id,
  key,
  field: `/${escapePointer(column)}${at}`,
  ...(value === undefined ? {} : { value }),
  ...(mistyped === undefined ? {} : { mistyped }),
})

/** Adds violations in fields that have no issue yet: the columns are derived from the schema, so most would be said twice. */
const addSchemaIssues = (
  found: readonly Issue[],
  compiled: ReturnType<SchemaValidator>,
  { table, key, fields }: KeyedFields & { readonly table: Table },
): readonly Issue[] => {
  if (!compiled.ok) {
    const message = `the JSON Schema of the table cannot be used: ${explain(compiled.failure)}`
    return [...found, { rule: 'json-schema', message, table: table.id, key }]
  }
  const issues = [...found]
  const columns = new Set(found.map((issue) => topField(issue.field)))
  for (const { field, rule, message, value } of compiled.value(fields)) {
    if (columns.has(topField(field))) continue
    issues.push({ rule: kebab(rule), message, table: table.id, key, ...(field === '' ? {} : { field }), ...(value === undefined ? {} : { value }) })
  }
  return issues
}

/** Empty for what concerns the whole record, so that this is said besides what is said of its fields. */
const topField = (pointer: string | undefined): string => pointer?.split('/', 2)[1] ?? '/'

const kebab = (keyword: string): string => keyword.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

const explain = (failure: Failure): string => {
  switch (failure.kind) {
    case 'invalid-input':
    case 'invalid-database':
      return failure.issues.map((issue) => issue.message).join('; ')
    case 'unsupported':
      return failure.why
    case 'limit-exceeded':
      return `${failure.what}: ${failure.actual} ${failure.unit}, at most ${failure.limit}`
    default:
      return failure.kind
  }
}
