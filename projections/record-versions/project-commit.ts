import type { FoundRecord, Observation, ObservedCommit, ReadRecord, StagedCommit } from '../../domain/event-sourcing/event-store.ts'
import type { RecordKey, TableId } from '../../domain/ids.ts'
import type { JsonObject } from '../../domain/json.ts'
import { computeFields } from '../../domain/record/compute-fields.ts'
import { presentLocales } from '../../domain/record/locale-columns.ts'
import { ownKey, withKeyColumns } from '../../domain/record/record-key.ts'
import { validateRecord } from '../../domain/record/validate-record.ts'
import type { FileProblem } from '../../domain/table/codecs.ts'
import { definitionDirectoryOf, joinPath } from '../../domain/table/record-path.ts'
import { type Catalogue, findTable, type Table } from '../../domain/table/table.ts'
import { validatorOf } from '../../domain/validation/check-schemas.ts'
import type { CommitTarget } from './commit-target.ts'
import { quarantineRecord, releaseRecord, replaceQuarantine, replaceQuarantineOf } from './quarantine.ts'
import { integerFields, recordText } from './record-json.ts'
import type { NewVersion } from './write-record.ts'

/** Rows for a commit that was read from git. */
export const projectObserved = (target: CommitTarget, observed: ObservedCommit): void => {
  if (observed.catalogue !== undefined) adoptCatalogue(target, observed.catalogue)
  const last = findLastReads(target.catalogue, observed.observations)
  for (const observation of observed.observations) {
    const { type, table } = observation
    const isOutdone = type === 'RecordFileRead' && last.has(table) && last.get(table)?.get(observation.key) !== observation
    if (isOutdone) quarantineRecord(target, observation, observation.problem)
    else projectObservation(target, observation)
  }
}

/** A sharded table may say of two files that they held a record, when a commit moved it: the later word counts, since a version has one commit. */
const findLastReads = ({ tables }: Catalogue, observations: readonly Observation[]): ReadonlyMap<TableId, ReadonlyMap<RecordKey, Observation>> => {
  const sharded = new Map(tables.flatMap(({ id, layout }) => (layout === undefined ? [] : [[id, new Map<RecordKey, Observation>()] as const])))
  for (const each of sharded.size === 0 ? [] : observations) if (each.type === 'RecordFileRead') sharded.get(each.table)?.set(each.key, each)
  return sharded
}

/** Rows for a commit of our own, from the changes that were decided. */
export const projectStaged = (target: CommitTarget, staged: StagedCommit): void => {
  if (staged.catalogue !== undefined) adoptCatalogue(target, staged.catalogue)
  for (const observation of staged.observations) projectObservation(target, observation)
  const isObserved = new Set(staged.observations.map(({ table }) => table))
  let hasQuarantine = target.hasQuarantine
  for (const { change, revision } of staged.changes) {
    if (!('key' in change) || isObserved.has(change.table)) continue
    const fields = change.type === 'RecordDeleted' ? undefined : change.after
    const record = fields === undefined || revision === undefined ? undefined : { key: change.key, fields, revision }
    const table = tableOf(target, change.table)
    const fault = writeRecord(target, table, { key: change.key, record })
    if (fault === undefined) {
      if (hasQuarantine) releaseRecord(target, change)
      continue
    }
    quarantineRecord(target, { table: table.id, path: fault.path, key: change.key }, fault)
    hasQuarantine = true
  }
}

const tableOf = (target: CommitTarget, id: TableId): Table => {
  const table = findTable(target.catalogue, id)
  if (table === undefined) throw new Error(`a change names table ${id}, which the catalogue does not have`)
  return table
}

/** From this commit on the database has these tables; records of tables that are gone are gone with them. */
const adoptCatalogue = (target: CommitTarget, catalogue: Catalogue): void => {
  for (const table of target.catalogue.tables) {
    if (findTable(catalogue, table.id) === undefined) replaceTable(target, table, { records: [], problems: [] })
  }
  target.adopt(catalogue)
}

const projectObservation = (target: CommitTarget, observation: Observation): void => {
  const table = tableOf(target, observation.table)
  if (observation.type === 'TableRead') {
    replaceTable(target, table, observation)
    return
  }
  if (observation.type === 'RecordsRead') {
    replaceRecords(target, table, observation)
    return
  }
  const { path, key, record, problem } = observation
  const invalid = problem ?? (record && findInvalid(target, table, record))
  const fault = writeRecord(target, table, { key, record: invalid === undefined ? record : undefined })
  quarantineRecord(target, { table: table.id, path: fault?.path ?? path, key }, invalid ?? fault)
}

interface TableContents {
  readonly records: readonly FoundRecord[]
  readonly problems: readonly (FileProblem & { readonly path: string })[]
}

/** The table holds exactly these records from this commit on. */
const replaceTable = (target: CommitTarget, table: Table, contents: TableContents): void => {
  const problems = [...contents.problems]
  const valid = new Map<RecordKey, ReadRecord>()
  for (const record of contents.records) {
    const invalid = findInvalid(target, table, record)
    if (invalid !== undefined) problems.push(locate(invalid, record))
    else valid.set(record.key, record)
  }
  for (const key of target.visibleKeys(table.id)) if (!valid.has(key)) writeRecord(target, table, { key, record: undefined })
  // In key order, as the rows are stored: pages fill up one after the other.
  for (const key of [...valid.keys()].sort()) {
    const fault = writeRecord(target, table, { key, record: valid.get(key) })
    if (fault !== undefined) problems.push(fault)
  }
  replaceQuarantine(target, table.id, problems)
}

/** These records of the table are so from this commit on; the others stay as they are. */
const replaceRecords = (target: CommitTarget, table: Table, read: Extract<Observation, { readonly type: 'RecordsRead' }>): void => {
  const problems = [...read.problems]
  for (const key of read.gone) writeRecord(target, table, { key, record: undefined })
  for (const record of read.records) {
    const invalid = findInvalid(target, table, record)
    if (invalid !== undefined) problems.push(locate(invalid, record))
    const fault = writeRecord(target, table, { key: record.key, record: invalid === undefined ? record : undefined })
    if (fault !== undefined) problems.push(fault)
  }
  const keys = [...read.gone, ...read.records.map(({ key }) => key)]
  replaceQuarantineOf(target, { table: table.id, keys, paths: read.paths }, problems)
}

const locate = (problem: FileProblem, { key, path, line: start }: FoundRecord): FileProblem & { readonly path: string } => {
  const line = problem.line ?? start
  return { ...problem, key, path, ...(line === undefined ? {} : { line }) }
}

const findInvalid = (target: CommitTarget, table: Table, record: ReadRecord): FileProblem | undefined => {
  const [first] = validateRecord(table, record, validatorOf(table, target.validateSchema))
  if (first === undefined) return undefined
  const line = record.locate?.(ownKey(record.key), first.field ?? '')
  return { rule: first.rule, message: first.message, ...(line === undefined ? {} : { line }) }
}

/** @returns what is to be said of a record that is served all the same: a column of it that could not be computed */
const writeRecord = (
  target: CommitTarget,
  table: Table,
  { key, record }: { key: RecordKey; record: { readonly fields: JsonObject; readonly revision: string } | undefined },
): (FileProblem & { readonly path: string }) | undefined => {
  const { next, faults } = record === undefined ? gone : presentRecord(table, key, record)
  target.count(target.writerOf(table.id).write(target.place, key, next))
  // The fault lies in the definition: the same whichever file the record is in, also where that is not known.
  return faults.length === 0 ? undefined : { key, path: joinPath(definitionDirectoryOf(table), 'definition.yaml'), message: faults.join('; ') }
}

const gone: { readonly next: NewVersion | undefined; readonly faults: readonly string[] } = { next: undefined, faults: [] }

const presentRecord = (
  table: Table,
  key: RecordKey,
  { fields, revision }: { readonly fields: JsonObject; readonly revision: string },
): typeof gone => {
  const presented = computeFields(table, presentLocales(table, fields))
  const text = recordText(table, presented.fields)
  const version = { text, fields: withKeyColumns(key, presented.fields), revision, integers: integerFields(table) }
  if (presented.fields === fields) return { next: version, faults: presented.faults }
  return { next: { ...version, storedText: recordText(table, fields) }, faults: presented.faults }
}
