import type { Change } from '../event-sourcing/change.ts'
import { type Decision, type KeyedRecord, needAllRecords, needCatalogue } from '../event-sourcing/decision.ts'
import type { Failure, Issue } from '../failure.ts'
import { asJson, equalJson, type JsonObject } from '../json.ts'
import { bindKeyFields } from '../record/key-fields.ts'
import { sharesFile } from '../record/record-key.ts'
import { toStoredForm } from '../record/stored-form.ts'
import { validateRecord } from '../record/validate-record.ts'
import { fail, ok, type Result } from '../result.ts'
import { type AlterRecord, prepareAlterRecord } from './alter-record.ts'
import { alterTable } from './alter-table.ts'
import { checkNewConstraints } from './check-new-constraints.ts'
import { checkTable, type TableRules, tableNotFound } from './decide-table.ts'
import { recordPath } from './record-path.ts'
import { type Catalogue, findTable, type Table } from './table.ts'
import type { ChangeTable } from './table-command.ts'

/** Issues in one answer: enough to see the pattern, however large the table. */
const issuesMax = 100

/**
 * Changes a table and its records with it. Every record is checked against the new definition, and constraints that are new are checked between
 * all of them; records that cannot be read are not seen, and left as they are.
 *
 * @returns the changed definition first, then the records that change; nothing when nothing would change. `not-found`; `invalid-input` and
 *          `unsupported` for what is wrong with the definition; `constraint-violation` with the first 100 things that are wrong with the records
 */
export function* decideChangeTable(command: ChangeTable, rules: TableRules): Decision<readonly Change[]> {
  const catalogue = yield* needCatalogue()
  const before = findTable(catalogue, command.table)
  if (before === undefined) return fail(tableNotFound(catalogue, command.table))
  const defined = defineTable(catalogue, command, rules)
  if (!defined.ok) return defined
  const after = defined.value
  const records = yield* needAllRecords(before.id)
  const altered = alterRecords(records, { after, rules, alter: prepareAlterRecord(before, after, command) })
  if (!altered.ok) return altered
  const constraints = yield* checkNewConstraints(withTable(catalogue, after), { before, after, renamed: command.renameColumns ?? {} }, altered.value)
  if (constraints.length > 0) return fail(doNotFit({ table: after, count: countKeys(constraints), of: records.length }, constraints))
  const isSame = equalJson(asJson({ ...before }), asJson({ ...after, fingerprint: before.fingerprint }))
  return ok([...(isSame ? [] : [changed(before, after, command)]), ...listRecordChanges(records, altered.value, after)])
}

const changed = (before: Table, after: Table, { renameColumns = {} }: ChangeTable): Change => ({
  type: 'TableChanged',
  before,
  after,
  renamedColumns: renameColumns,
})

/** The new definition, checked as one that comes from a file is. */
const defineTable = (catalogue: Catalogue, command: ChangeTable, rules: TableRules): Result<Table> => {
  const before = findTable(catalogue, command.table)
  if (before === undefined) return fail(tableNotFound(catalogue, command.table))
  const altered = alterTable(before, command)
  if (!altered.ok) return altered
  const after = { ...altered.value, fingerprint: '' }
  const compiled = after.schema === undefined ? undefined : rules.validateSchema(after.schema)
  if (compiled?.ok === false) return compiled
  return checkTable(catalogue, after, before)
}

const withTable = (catalogue: Catalogue, table: Table): Catalogue => ({
  ...catalogue,
  tables: catalogue.tables.map((other) => (other.id === table.id ? table : other)),
})

interface Alteration {
  readonly after: Table
  readonly rules: TableRules
  readonly alter: AlterRecord
}

const alterRecords = (records: readonly KeyedRecord[], { after, rules, alter }: Alteration): Result<readonly KeyedRecord[]> => {
  const issues: Issue[] = []
  let count = 0
  const altered = records.map((record) => {
    const fields = alter(record.key, record.fields)
    const bound: Result<JsonObject, readonly Issue[]> = fields.ok ? bind(after, record, fields.value) : fields
    const found = bound.ok ? validateRecord(after, { key: record.key, fields: bound.value }, rules.validateSchema) : bound.failure
    if (found.length > 0) count += 1
    if (issues.length < issuesMax) issues.push(...found.map((issue) => locate(after, issue)))
    return bound.ok ? { ...record, fields: bound.value } : record
  })
  return count === 0 ? ok(altered) : fail(doNotFit({ table: after, count, of: records.length }, issues))
}

const bind = (table: Table, { key }: KeyedRecord, fields: JsonObject): Result<JsonObject, readonly Issue[]> => {
  const bound = bindKeyFields(table, key, fields)
  return bound.ok ? ok(toStoredForm(table, bound.value)) : fail([bound.failure])
}

const countKeys = (issues: readonly Issue[]): number => new Set(issues.map(({ key }) => key)).size

interface Misfits {
  readonly table: Table
  readonly count: number
  readonly of: number
}

const doNotFit = ({ table, count, of }: Misfits, issues: readonly Issue[]): Failure => ({
  kind: 'constraint-violation',
  why: `${count} of ${of} ${of === 1 ? 'record' : 'records'} of ${table.id} would not fit the new definition`,
  issues: issues.slice(0, issuesMax),
})

/** The file of a record, where it is known without looking: not in a table that is spread over directories. */
const locate = (table: Table, issue: Issue): Issue => {
  if (table.layout !== undefined || issue.key === undefined) return issue
  return { ...issue, file: recordPath(table, sharesFile(table) ? '' : issue.key, () => '') }
}

const listRecordChanges = (records: readonly KeyedRecord[], altered: readonly KeyedRecord[], { id }: Table): readonly Change[] =>
  records.flatMap(({ key, fields }, index): Change[] => {
    const after = altered[index]?.fields ?? fields
    return equalJson(fields, after) ? [] : [{ type: 'RecordUpdated', table: id, key, before: fields, after }]
  })
