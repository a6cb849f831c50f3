import type { Json, JsonObject } from '../json.ts'
import { fail, ok, type Result } from '../result.ts'
import { fromStarlark, toStarlark } from '../starlark/convert-json.ts'
import { type Expression, evaluateExpression } from '../starlark/expression.ts'
import type { Value } from '../starlark/value.ts'
import { parseColumnExpression, sayFault } from '../table/column-expressions.ts'
import type { Column, Table } from '../table/table.ts'

/** An expression of one column, ready to be asked about records. */
export interface ColumnExpression {
  readonly expression: Expression
  /** Stored columns that it uses; a record that lacks one gives None. */
  readonly uses: readonly string[]
}

/** @returns `undefined` for an expression that the catalogue has refused: such a table is not served */
export const compileColumnExpression = (source: string, columns: readonly Column[]): ColumnExpression | undefined => {
  const parsed = parseColumnExpression(source, columns)
  if (!parsed.ok) return undefined
  const names = new Set(columns.map(({ name }) => name))
  return { expression: parsed.value, uses: parsed.value.freeNames.map(({ name }) => name).filter((name) => names.has(name)) }
}

/** @returns the value as a field, null for None; or what went wrong, as the end of a sentence */
export const evaluateColumn = ({ expression, uses }: ColumnExpression, fields: JsonObject): Result<Json, string> => {
  const names = new Map(uses.map((name): [string, Value] => [name, toStarlark(Object.hasOwn(fields, name) ? (fields[name] ?? null) : null)]))
  const result = evaluateExpression(expression, names)
  return result.ok ? fromStarlark(result.value) : fail(sayFault(result.failure))
}

/** Whether `required_when` asks for a value in this record; the result must be a bool, a truthy value is no answer. */
export const evaluateCondition = (condition: ColumnExpression, fields: JsonObject): Result<boolean, string> => {
  const result = evaluateColumn(condition, fields)
  if (!result.ok) return result
  return typeof result.value === 'boolean' ? ok(result.value) : fail('the result must be True or False')
}

export type ComputedColumn = ColumnExpression & Pick<Column, 'name' | 'type'>

const computedColumns = new WeakMap<Table, readonly ComputedColumn[]>()

/** The computed columns of a table, compiled once for each table object; empty for most tables. */
export const listComputedColumns = (table: Table): readonly ComputedColumn[] => {
  const known = computedColumns.get(table)
  if (known !== undefined) return known
  const listed = table.columns.flatMap(({ name, type, formula }) => {
    const compiled = formula === undefined ? undefined : compileColumnExpression(formula, table.columns)
    return compiled === undefined ? [] : [{ ...compiled, name, type }]
  })
  computedColumns.set(table, listed)
  return listed
}
