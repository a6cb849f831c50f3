import type { FoundRecord } from '../event-sourcing/event-store.ts'
import type { Issue } from '../failure.ts'
import { findCountIssue } from '../record/check-record-counts.ts'
import { computeFields } from '../record/compute-fields.ts'
import { bindKeyFields, dropKeyEcho } from '../record/key-fields.ts'
import { findMissingLanguages, presentLocales } from '../record/locale-columns.ts'
import { checkRecordKey, ownKey } from '../record/record-key.ts'
import { validateRecord } from '../record/validate-record.ts'
import type { FileProblem, SchemaValidator } from '../table/codecs.ts'
import { definitionDirectoryOf, joinPath } from '../table/record-path.ts'
import { findTable, type Table } from '../table/table.ts'
import { findViewProblems } from '../view/check-views.ts'
import { findMixedLayouts, findStrayFiles, findUnlistedTables, findUnwiseKeys } from './check-files.ts'
import { checkRelations, type FoundIssue } from './check-relations.ts'
import { findSchemaProblems, validatorOf } from './check-schemas.ts'
import { type Finding, findingOfProblem, severityOf, sortFindings } from './finding.ts'
import type { TableContents, WholeDatabase } from './whole-database.ts'

/** Which part of a database is checked: what its definition files say, its records, or both. */
export type ValidationPart = 'definition' | 'records' | 'all'

/**
 * Everything that is wrong with a database, sorted: by the functions that decide about writes, so that a database without errors takes any
 * correct write, and by what only the whole can tell. Empty when nothing is wrong.
 * Cost: linear in the records. A field's line is looked up only where there is a finding.
 */
export const checkDatabase = (whole: WholeDatabase, validateSchema: SchemaValidator, part: ValidationPart): readonly Finding[] => {
  const findings: Finding[] = []
  if (part !== 'records') findings.push(...checkDefinitions(whole, validateSchema))
  if (part !== 'definition') findings.push(...checkRecords(whole, validateSchema))
  return sortFindings(findings)
}

const checkDefinitions = ({ catalogue, files, views = [] }: WholeDatabase, validateSchema: SchemaValidator): readonly Finding[] => [
  ...[...catalogue.problems, ...findSchemaProblems(catalogue, validateSchema), ...findViewProblems(views)].map(findingOfProblem),
  ...findUnlistedTables(catalogue, files.keys()),
]

const checkRecords = (whole: WholeDatabase, validateSchema: SchemaValidator): readonly Finding[] => [
  ...whole.tables.flatMap((contents) => checkTable(whole, contents, validateSchema)),
  ...checkRelations(whole).map(toFinding),
  ...findStrayFiles(whole.catalogue, whole.files.keys()),
  ...findMixedLayouts(whole.catalogue, whole.files.keys()),
]

const checkTable = ({ catalogue }: WholeDatabase, contents: TableContents, validateSchema: SchemaValidator): readonly Finding[] => {
  const table = findTable(catalogue, contents.table)
  if (table === undefined) throw new Error(`table ${contents.table} was read and is not in the catalogue`)
  const findings: Finding[] = contents.problems.map((problem) => findingOfFile(table, problem))
  const validator = validatorOf(table, validateSchema)
  const languages = catalogue.languages ?? []
  for (const record of contents.records) {
    const issues = [...checkRecord(table, record, validator), ...findMissingLanguages(table, record.fields, languages)]
    for (const issue of issues) findings.push(toFinding({ issue: { ...issue, key: record.key }, record }))
  }
  return [...findings, ...findUnwiseKeys(table, contents), ...findWrongCount(table, contents)]
}

const checkRecord = (table: Table, record: FoundRecord, validateSchema: SchemaValidator | undefined): readonly Issue[] => {
  const { key, fields } = record
  const issues = validateRecord(table, record, validateSchema)
  const named = checkRecordKey(table, key)
  const echo = dropKeyEcho(table, key, fields)
  const bound = echo.ok ? bindKeyFields(table, key, fields) : echo
  const uncomputed = computeFields(table, presentLocales(table, fields)).faults.map(
    (message): Issue => ({ rule: 'uncomputed-field', message, table: table.id, key }),
  )
  return [...issues, ...(named === undefined ? [] : [named]), ...(bound.ok ? [] : [bound.failure]), ...uncomputed]
}

/** A record that cannot be read is one all the same. */
const findWrongCount = (table: Table, { records, problems }: TableContents): readonly Finding[] => {
  const issue = findCountIssue(table, records.length + problems.filter(({ key }) => key !== undefined).length)
  if (issue === undefined) return []
  const file = joinPath(definitionDirectoryOf(table), 'definition.yaml')
  return [{ severity: severityOf(issue.rule), code: issue.rule, message: issue.message, file, table: table.id }]
}

const findingOfFile = (table: Table, { rule = 'parse', message, path, key, line }: FileProblem & { readonly path: string }): Finding => ({
  severity: severityOf(rule),
  code: rule,
  message,
  file: path,
  ...(line === undefined ? {} : { line }),
  table: table.id,
  ...(key === undefined ? {} : { key }),
})

const toFinding = ({ issue: { rule, message, table, key, field }, record }: FoundIssue): Finding => {
  const line = record.locate?.(ownKey(record.key), field ?? '') ?? record.line
  return {
    severity: severityOf(rule),
    code: rule,
    message,
    file: record.path,
    ...(line === undefined ? {} : { line }),
    ...(table === undefined ? {} : { table }),
    ...(key === undefined ? {} : { key }),
    ...(field === undefined ? {} : { field }),
  }
}
