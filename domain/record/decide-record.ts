import type { Change } from '../event-sourcing/change.ts'
import { type Decision, needCatalogue, needRecord, type StoredRecord } from '../event-sourcing/decision.ts'
import type { Failure, Issue } from '../failure.ts'
import type { RecordKey } from '../ids.ts'
import { equalJson, isJsonObject, type JsonObject } from '../json.ts'
import { fail, ok, type Result } from '../result.ts'
import type { SchemaValidator } from '../table/codecs.ts'
import { findTable, type Table } from '../table/table.ts'
import { checkNameColumns } from './check-name-columns.ts'
import { deleteWithReferrers } from './delete-record.ts'
import { applyJsonPatch } from './json-patch.ts'
import { findStructureFault } from './json-structure.ts'
import { bindKeyFields, dropKeyEcho } from './key-fields.ts'
import { presentLocales, settleLocales } from './locale-columns.ts'
import { mergePatch } from './merge-patch.ts'
import { recordAddress } from './record-address.ts'
import type { RecordCommand } from './record-command.ts'
import { checkRecordKey, ownKey } from './record-key.ts'
import { toStoredForm } from './stored-form.ts'
import { findAddedFields, type KeyedFields, validateRecord } from './validate-record.ts'

/** What deciders are given from outside. */
export interface RecordRules {
  readonly validateSchema: SchemaValidator
}

/** Issues of one insert of many records that are collected before giving up. */
const issuesMax = 100

/**
 * Decides what a record command changes, by everything that one record says about itself; what holds between records is checked once, at the
 * end of the operation, by `checkConstraints`. A write that would change nothing gives no change.
 *
 * @returns changes in the order of the command; or `not-found` (table, record), `already-exists`, `invalid-input` (key, key field, validation),
 *          `version-conflict` (also for a record that is gone), `constraint-violation` (a `test` of a JSON Patch that fails), and those of a delete
 *          that takes others along
 */
export function* decideRecord(command: RecordCommand, rules: RecordRules): Decision<readonly Change[]> {
  const catalogue = yield* needCatalogue()
  const table = findTable(catalogue, command.table)
  if (table === undefined) return fail({ kind: 'not-found', what: 'table', id: command.table, among: catalogue.tables.map(({ id }) => id).sort() })
  if (command.type === 'InsertRecords') return yield* insertRecords(table, command, rules)

  const fault = checkRecordKey(table, command.key)
  if (fault !== undefined) return fail({ kind: 'invalid-input', issues: [fault] })
  const current = yield* needRecord(table.id, command.key)
  const refusal = refuse(command, current)
  if (refusal !== undefined) return fail(refusal)
  if (command.type !== 'DeleteRecord') return writeRecord(table, command, { before: current?.fields, rules })
  if (current === undefined) return ok([])
  return yield* deleteWithReferrers({ catalogue, ...rules }, { type: 'RecordDeleted', table: table.id, key: command.key, before: current.fields })
}

type Insert = Extract<RecordCommand, { readonly type: 'InsertRecords' }>
type SingleCommand = Exclude<RecordCommand, Insert>
type WriteCommand = Exclude<SingleCommand, { readonly type: 'DeleteRecord' }>

function* insertRecords(table: Table, command: Insert, rules: RecordRules): Decision<readonly Change[]> {
  const changes: Change[] = []
  const issues: Issue[] = []
  const seen = new Set<RecordKey>()
  for (const record of command.records) {
    const { key } = record
    const completed = completeRecord(table, record, { before: undefined, rules })
    if (!completed.ok) issues.push(...completed.failure)
    else if (seen.has(key) || (yield* needRecord(table.id, key)) !== undefined)
      return fail({ kind: 'already-exists', what: 'record', id: recordAddress(table.id, key) })
    else changes.push({ type: 'RecordInserted', table: table.id, key, after: completed.value })
    seen.add(key)
    if (issues.length >= issuesMax) break
  }
  return issues.length > 0 ? fail({ kind: 'invalid-input', issues: issues.slice(0, issuesMax) }) : ok(changes)
}

const refuse = (command: SingleCommand, current: StoredRecord | undefined): Failure | undefined => {
  const { table, key, expectedRevision: expected } = command
  if (expected !== undefined && expected !== current?.revision) {
    return { kind: 'version-conflict', what: 'record', id: recordAddress(table, key), expected, actual: current?.revision }
  }
  return current === undefined && command.type !== 'UpsertRecord' ? { kind: 'not-found', what: 'record', id: recordAddress(table, key) } : undefined
}

interface WriteContext {
  readonly before: JsonObject | undefined
  readonly rules: RecordRules
}

const writeRecord = (table: Table, command: WriteCommand, { before, rules }: WriteContext): Result<readonly Change[]> => {
  const { key } = command
  const written = writeFields(table, command, { before, rules })
  if (!written.ok) return written
  const after = written.value
  if (before === undefined) return ok([{ type: 'RecordInserted', table: table.id, key, after }])
  return ok(equalJson(before, after) ? [] : [{ type: 'RecordUpdated', table: table.id, key, before, after }])
}

const writeFields = (table: Table, command: WriteCommand, context: WriteContext): Result<JsonObject> => {
  switch (command.type) {
    case 'JsonPatchRecord':
      return jsonPatchRecord(table, command, context)
    case 'PatchRecord':
      return orInvalid(patchRecord(table, command, context))
    default:
      return orInvalid(completeRecord(table, command, context))
  }
}

const orInvalid = <T>(result: Result<T, readonly Issue[]>): Result<T> =>
  result.ok ? result : fail({ kind: 'invalid-input', issues: result.failure })

/** A whole record as it will be stored: defaults for absent fields, key fields filled, everything valid. */
const completeRecord = (table: Table, { key, fields }: KeyedFields, { before, rules }: WriteContext): Result<JsonObject, readonly Issue[]> => {
  const fault = checkRecordKey(table, key)
  if (fault !== undefined) return fail([fault])
  const given = dropKeyEcho(table, key, fields)
  return given.ok ? bindAndValidate(table, { key, fields: withDefaults(table, given.value) }, { before, rules }) : fail([given.failure])
}

type Patch = Extract<RecordCommand, { readonly type: 'PatchRecord' }>

const patchRecord = (table: Table, { key, patch }: Patch, { before, rules }: WriteContext): Result<JsonObject, readonly Issue[]> => {
  const fault = findStructureFault(patch)
  if (fault !== undefined) return fail([{ ...fault, table: table.id, key }])
  const given = dropKeyEcho(table, key, patch)
  return given.ok
    ? bindAndValidate(table, { key, fields: mergePatch(before === undefined ? {} : presentLocales(table, before), given.value) }, { before, rules })
    : fail([given.failure])
}

type JsonPatch = Extract<RecordCommand, { readonly type: 'JsonPatchRecord' }>

/**
 * A failed `test` is a rule that the state of the database breaks; an operation that finds no place in the record is wrong input. The patch sees
 * `$id` first, as answers have it: it can be tested, and cannot become another.
 */
const jsonPatchRecord = (table: Table, { key, operations }: JsonPatch, { before, rules }: WriteContext): Result<JsonObject> => {
  const patched = applyJsonPatch({ $id: ownKey(key), ...(before === undefined ? {} : presentLocales(table, before)) }, operations)
  if (!patched.ok) {
    if ('kind' in patched.failure) return fail(patched.failure)
    const kind = patched.failure.rule === 'json-patch-test' ? 'constraint-violation' : 'invalid-input'
    return fail({ kind, issues: [{ ...patched.failure, table: table.id, key }] })
  }
  const fields = patched.value
  if (!isJsonObject(fields))
    return fail({
      kind: 'invalid-input',
      issues: [{ rule: 'json-patch', message: 'the patch leaves no object', table: table.id, key, value: fields }],
    })
  const given = dropKeyEcho(table, key, fields)
  return orInvalid(given.ok ? bindAndValidate(table, { key, fields: given.value }, { before, rules }) : fail([given.failure]))
}

const bindAndValidate = (table: Table, { key, fields }: KeyedFields, { before, rules }: WriteContext): Result<JsonObject, readonly Issue[]> => {
  const bound = bindKeyFields(table, key, fields)
  if (!bound.ok) return fail([bound.failure])
  const settled = settleLocales(table, before, bound.value)
  if (!settled.ok) return fail([{ ...settled.failure, key }])
  const stored = toStoredForm(table, settled.value)
  const record = { key, fields: stored }
  const issues = [
    ...validateRecord(table, record, rules.validateSchema),
    ...findAddedFields(table, record, before),
    ...checkNameColumns(table, record),
  ]
  return issues.length > 0 ? fail(issues) : ok(stored)
}

const withDefaults = (table: Table, fields: JsonObject): JsonObject => {
  const missing = Object.entries(table.rules.defaults).filter(([name]) => !Object.hasOwn(fields, name))
  return missing.length === 0 ? fields : { ...fields, ...Object.fromEntries(missing) }
}
