import { fail, ok, type Result } from '../result.ts'
import { type Expression, type ExpressionFault, isBuiltin, locateIn, parseExpression } from '../starlark/expression.ts'
import { type DefinitionIssue, definitionError } from './definition-issue.ts'
import type { Column } from './table.ts'

/** Types that a computed column can have: what a Starlark result can be in a field. */
const computedTypes: readonly string[] = ['string', 'int', 'float', 'bool', 'any']

/** What is wrong with `formula` and `required_when` of a table's columns; names are looked up among all of them. */
export const validateExpressions = (columns: readonly Column[]): readonly DefinitionIssue[] =>
  columns.flatMap((column) => [...validateFormula(column, columns), ...validateRequiredWhen(column, columns)])

/**
 * An expression over the stored columns of a table.
 * @returns the end of a sentence when it is none, or when it names something that is neither a stored column nor a built-in
 */
export const parseColumnExpression = (source: string, columns: readonly Column[]): Result<Expression, string> => {
  const parsed = parseExpression(source)
  if (!parsed.ok) return fail(`cannot be read: ${sayFault(parsed.failure)}`)
  for (const { name, at } of parsed.value.freeNames) {
    const column = columns.find((each) => each.name === name)
    const place = sayPlace(locateIn(source, at))
    if (column?.formula !== undefined) return fail(`refers to the computed column "${name}" at ${place}: it can use stored columns only`)
    if (column === undefined && !isBuiltin(name)) return fail(`has an undefined name at ${place}: ${name}`)
  }
  return ok(parsed.value)
}

/** A fault as the end of a sentence: what, then where. */
export const sayFault = (fault: Pick<ExpressionFault, 'message' | 'line' | 'column'>): string => `${fault.message} (${sayPlace(fault)})`

const sayPlace = ({ line, column }: Pick<ExpressionFault, 'line' | 'column'>): string =>
  line === 1 ? `column ${column}` : `line ${line}, column ${column}`

const validateFormula = (column: Column, columns: readonly Column[]): readonly DefinitionIssue[] => {
  const { name, type, formula, required, requiredWhen, foreignKey } = column
  if (formula === undefined) return []
  const issues: DefinitionIssue[] = []
  const report = (key: string, message: string): void => {
    issues.push(definitionError(['columns', name, key], 'formula', `column "${name}" ${message}`))
  }
  if (!computedTypes.includes(type)) report('type', `is computed, so its type can be ${computedTypes.join(', ')}, not ${type}`)
  if (isBuiltin(name)) report('formula', `is computed, and its name shadows a Starlark built-in: choose another`)
  if (requiredWhen !== undefined) report('required_when', 'is computed and never stored, so it cannot have required_when')
  const parsed = parseColumnExpression(formula, columns)
  if (!parsed.ok) report('formula', `has a formula that ${parsed.failure}`)
  const idle = required === true ? 'required' : foreignKey === undefined ? undefined : 'foreign_key'
  if (idle !== undefined)
    issues.push({
      ...definitionError(['columns', name, idle], 'formula', `column "${name}" is computed and never stored, so ${idle} checks nothing`),
      severity: 'warning',
    })
  return issues
}

const validateRequiredWhen = ({ name, requiredWhen, required }: Column, columns: readonly Column[]): readonly DefinitionIssue[] => {
  if (requiredWhen === undefined) return []
  const error = (message: string): DefinitionIssue =>
    definitionError(['columns', name, 'required_when'], 'required-when', `column "${name}" ${message}`)
  if (required === true) return [error('declares both "required" and "required_when": choose one')]
  const parsed = parseColumnExpression(requiredWhen, columns)
  return parsed.ok ? [] : [error(`has a required_when that ${parsed.failure}`)]
}
