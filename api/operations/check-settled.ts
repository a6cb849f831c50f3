import type { Issue } from '../../domain/failure.ts'
import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts'
import type { MergeConflict } from '../../domain/merge/conflict.ts'
import type { MergeOutcome } from '../../domain/merge/merge-request.ts'
import type { Choice } from '../../domain/merge/resolution.ts'
import { formatPointer, type JsonPointer } from '../../domain/record/json-pointer.ts'
import { validateRecord } from '../../domain/record/validate-record.ts'
import { fail, ok, type Result } from '../../domain/result.ts'
import { findTable } from '../../domain/table/table.ts'
import type { Snapshot } from '../../projections/snapshot.ts'
import type { Database } from '../database.ts'
import type { RecordId } from './parse-record-id.ts'

interface Settled {
  readonly open: Extract<MergeOutcome, { readonly status: 'conflicts' }> | undefined
  readonly address: RecordId
  /** Those that the choice settles; none: the record as a whole. */
  readonly conflicts: readonly MergeConflict[]
  readonly choice: Choice
}

/**
 * Whether a value that somebody gives can stand in the record: column, enum, JSON Schema. It is refused when the definitions of both sides refuse it;
 * what only the merged definition forbids, and rules between records, are found when everything is settled.
 */
export const checkSettled = async (database: Database, { open, address, conflicts, choice }: Settled): Promise<Result<void>> => {
  if (!('value' in choice) || open === undefined) return ok(undefined)
  const paths = conflicts.map((each) => ('path' in each ? each.path : []))
  const isWhole = paths.length === 0 || paths.some((path) => path.length === 0)
  const { table, key } = address
  if (isWhole && choice.value === undefined) return ok(undefined)
  if (isWhole && !isJsonObject(choice.value))
    return fail({ kind: 'invalid-input', issues: [{ rule: 'record', table, key, message: 'a record is an object' }] })
  const validateSchema = await database.loadValidator()
  const findIssues = (snapshot: Snapshot): readonly Issue[] => {
    const definition = findTable(snapshot.catalogue, table)
    const stored = snapshot.readStored(table, key)?.fields
    if (definition === undefined || (!isWhole && stored === undefined)) return []
    const fields = isWhole ? choice.value : paths.reduce<Json | undefined>((record, path) => placeAt(record, path, choice.value), stored)
    if (!isJsonObject(fields)) return []
    const issues = validateRecord(definition, { key, fields }, validateSchema)
    return isWhole ? issues : issues.filter((issue) => paths.some((path) => isBelow(issue, path)))
  }
  const found: (readonly Issue[])[] = []
  for (const at of [open.sides.ours, open.sides.theirs]) {
    const snapshot = await database.read({ at })
    if (!snapshot.ok) return snapshot
    found.push(findIssues(snapshot.value))
  }
  const [ours = [], theirs = []] = found
  return ours.length > 0 && theirs.length > 0 ? fail({ kind: 'invalid-input', issues: ours }) : ok(undefined)
}

const isBelow = ({ field = '' }: Issue, [name = '']: JsonPointer): boolean => {
  const column = formatPointer([name])
  return field === column || field.startsWith(`${column}/`)
}

/** The record with a value somewhere in it; as it is where the path leads through a list, whose elements are named by what they hold. */
const placeAt = (record: Json | undefined, [name, ...below]: JsonPointer, value: Json | undefined): Json | undefined => {
  if (name === undefined) return value
  if (!isJsonObject(record)) return record
  const { [name]: member, ...others } = Object.hasOwn(record, name) ? record : { ...record, [name]: undefined }
  const placed = placeAt(member ?? (below.length > 0 ? {} : undefined), below, value)
  return placed === undefined ? (others as JsonObject) : { ...(others as JsonObject), [name]: placed }
}
