import { chooseKey } from '../adopt/choose-key.ts'
import { type InferredColumn, ObservedColumn } from '../adopt/infer-column.ts'
import type { TableId } from '../ids.ts'
import type { JsonObject } from '../json.ts'
import { fail, ok, type Result } from '../result.ts'
import { isBad } from './import-request.ts'
import type { RecordChunks } from './source-record.ts'

/** A table as the records of an import suggest it. */
export interface InferredTable {
  readonly columns: readonly InferredColumn[]
  /** Field that holds the key; `undefined` where records say it as `$id`. */
  readonly keyColumn: string | undefined
  readonly keyEvidence: string
  readonly records: number
}

export interface InferenceOptions {
  readonly table: TableId
  /** All values are texts, and are judged by how they are written. */
  readonly isText: boolean
  readonly keyColumn: string | undefined
  /** Types that the input itself gives its columns. */
  readonly declared?: ReadonlyMap<string, string>
  readonly signal?: AbortSignal
  onProgress?(records: number): void
}

/** Rows whose values show which field names them; whether it goes on to do so is found out by the import. */
const keyRowsMax = 1_000
/** Fields of all records together: data with its keys as names has no columns. */
const columnsMax = 1_000

/**
 * Reads all records once to see which columns a table for them has, each of a type that all values have. Memory does not grow with the records. The field
 * that holds the key is no column.
 * @returns `invalid-input` where nothing can be the key, and for records without fields; `unavailable` when it is called off
 */
export const inferTable = async (chunks: RecordChunks, options: InferenceOptions): Promise<Result<InferredTable>> => {
  const observed = new Map<string, ObservedColumn>()
  const sample: JsonObject[] = []
  let records = 0
  for await (const chunk of chunks) {
    if (options.signal?.aborted === true) return fail({ kind: 'unavailable', what: 'the import', why: 'it was interrupted' })
    for (const record of chunk) {
      if (isBad(record)) continue
      records += 1
      if (sample.length < keyRowsMax) sample.push(record.fields)
      for (const [name, value] of Object.entries(record.fields)) {
        if (name.startsWith('$')) continue
        const column = observed.get(name) ?? new ObservedColumn(name, options.isText)
        observed.set(name, column)
        column.add(value)
      }
      if (observed.size > columnsMax)
        return fail({ kind: 'limit-exceeded', what: 'the table that the records suggest', limit: columnsMax, actual: observed.size, unit: 'columns' })
    }
    options.onProgress?.(records)
  }
  const key = findKey(sample, [...observed.keys()], options)
  if (key === undefined) return fail(noKey(options.table))
  const columns = [...observed]
    .filter(([name]) => name !== key.column)
    .map(([name, column]) => declare(column.infer(records), options.declared?.get(name)))
  return ok({ columns, keyColumn: key.column, keyEvidence: key.evidence, records })
}

/** The type that the input gives a column; what is required only its values say. */
const declare = ({ column, evidence }: InferredColumn, type: string | undefined): InferredColumn =>
  type === undefined || type === column.type
    ? { column, evidence }
    : { column: { ...column, type }, evidence: `${type}, as the file says${column.required === true ? ', in all, so required' : ''}` }

const findKey = (
  sample: readonly JsonObject[],
  columns: readonly string[],
  { keyColumn, table }: InferenceOptions,
): { readonly column: string | undefined; readonly evidence: string } | undefined => {
  if (keyColumn !== undefined) return { column: keyColumn, evidence: 'as you say' }
  if (sample.length > 0 && sample.every((record) => typeof record.$id === 'string')) return { column: undefined, evidence: 'every record has it' }
  const chosen = sample.length === 0 ? undefined : chooseKey(sample, columns, table)
  const [column, second] = chosen?.columns ?? []
  return chosen === undefined || second !== undefined ? undefined : { column, evidence: chosen.evidence }
}

const noKey = (table: TableId) =>
  ({
    kind: 'invalid-input',
    issues: [{ rule: 'key', message: 'no field names every record by a value of its own: say which one holds the key, or say it as "$id"', table }],
  }) as const
