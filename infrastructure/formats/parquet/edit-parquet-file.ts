import { equalJson, type JsonObject } from '../../../domain/json.ts'
import { fail, ok, type Result } from '../../../domain/result.ts'
import type { FileContents } from '../../../domain/table/codecs.ts'
import type { Table } from '../../../domain/table/table.ts'
import { parquetFileBytesMax, readParquetFile, writeParquetFile } from './parquet-file.ts'

/**
 * A Parquet list file after some of its records changed: written anew as a whole, so nothing of it may be unreadable.
 * @returns `invalid-database` or `unsupported` where that would lose something, `limit-exceeded` for a file that grows too large
 */
export const editParquetFile = (
  table: Table,
  existing: Uint8Array | undefined,
  edits: ReadonlyMap<string, JsonObject | null>,
): Result<Uint8Array | undefined> => {
  if (edits.size === 0) return ok(existing)
  const contents = existing === undefined ? { records: [], problems: [] } : readParquetFile(table, existing)
  if (contents.problems.length > 0) return refuse(table, contents)
  const wanted = new Map<string, JsonObject>(contents.records.map(({ key, fields }) => [key, fields]))
  let isChanged = false
  for (const [key, fields] of edits) {
    if (equalJson(wanted.get(key) ?? null, fields)) continue
    isChanged = true
    if (fields === null) wanted.delete(key)
    else wanted.set(key, fields)
  }
  if (!isChanged && existing !== undefined) return ok(existing)
  return write(table, wanted)
}

const refuse = (table: Table, { problems }: FileContents): Result<never> => {
  const whole = problems.find(({ key, line }) => key === undefined && line === undefined)
  if (whole !== undefined) return fail({ kind: 'invalid-database', issues: [{ rule: 'parse', table: table.id, message: whole.message }] })
  const why = `a Parquet file is written anew as a whole, and of this one not all can be read: ${problems[0]?.message}`
  return fail({ kind: 'unsupported', what: `edit of a record file of table ${table.id}`, why })
}

/** Read back before it counts: what is written has to be exactly what is wanted. */
const write = (table: Table, wanted: ReadonlyMap<string, JsonObject>): Result<Uint8Array> => {
  const bytes = writeParquetFile(
    table,
    [...wanted].map(([key, fields]) => ({ key, fields })),
  )
  if (bytes.length > parquetFileBytesMax)
    return fail({ kind: 'limit-exceeded', what: `record file of table ${table.id}`, limit: parquetFileBytesMax, actual: bytes.length, unit: 'bytes' })
  const { records, problems } = readParquetFile(table, bytes)
  if (problems.length === 0 && records.length === wanted.size && records.every(({ key, fields }) => equalJson(fields, wanted.get(key))))
    return ok(bytes)
  const [problem] = problems
  const why = problem === undefined ? 'a Parquet file would not give the same keys and values back' : problem.message
  return fail({ kind: 'unsupported', what: `records of table ${table.id}`, why })
}
