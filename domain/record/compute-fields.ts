import { ExactNumber, type Json, type JsonObject, parseNumber } from '../json.ts'
import { fail, ok, type Result } from '../result.ts'
import type { Table } from '../table/table.ts'
import { isIntegral, normalizeNumber } from './decimal.ts'
import { type ComputedColumn, evaluateColumn, listComputedColumns } from './evaluate-column.ts'

export interface ComputedFields {
  /** The record with its computed columns; the same object when the table has none. */
  readonly fields: JsonObject
  /** One sentence for each column that could not be computed: it is left out, the rest of the record is as good as ever. */
  readonly faults: readonly string[]
}

/**
 * Works out the computed columns of a stored record. None leaves the field out. Pure: the same record and definition give the same fields.
 * Cost: nothing for a table without formulas; else a few microseconds a column, and at most the step limit of the expression language.
 */
export const computeFields = (table: Table, fields: JsonObject): ComputedFields => {
  const columns = listComputedColumns(table)
  if (columns.length === 0) return { fields, faults: [] }
  const computed: [string, Json][] = []
  const faults: string[] = []
  for (const column of columns) {
    const result = computeColumn(column, fields)
    if (!result.ok) faults.push(`the field ${JSON.stringify(column.name)} cannot be computed, the record is served without it: ${result.failure}`)
    else if (result.value !== null) computed.push([column.name, result.value])
  }
  return { fields: computed.length === 0 ? fields : { ...fields, ...Object.fromEntries(computed) }, faults }
}

const computeColumn = (column: ComputedColumn, fields: JsonObject): Result<Json, string> => {
  const result = evaluateColumn(column, fields)
  return result.ok && result.value !== null ? convert(column.type, result.value) : result
}

/** The value as the declared type: a float with an integral value is an int, an int is a float; nothing else is converted. */
const convert = (type: string, value: Json): Result<Json, string> => {
  const isNumber = typeof value === 'number' || value instanceof ExactNumber
  const fits =
    type === 'any' ||
    (type === 'float' ? isNumber : type === 'int' ? isNumber && isIntegral(value) : typeof value === (type === 'bool' ? 'boolean' : type))
  if (!fits)
    return fail(
      `the result is ${isNumber ? `the number ${value instanceof ExactNumber ? value.literal : value}` : `a ${typeof value}`}, and no ${type}`,
    )
  return ok(type === 'int' && isNumber ? parseNumber(normalizeNumber(value)) : value)
}
