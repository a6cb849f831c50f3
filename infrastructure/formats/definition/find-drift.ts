import { deriveColumns } from '../../../domain/table/derive-columns.ts'
import type { Column, DefinitionProblem, Table } from '../../../domain/table/table.ts'

/**
 * Where `schema.json` and the columns of `definition.yaml` say different things. Both hold, so a record may satisfy neither:
 * worth a warning, no reason to leave the table out. Compared are names, types and `required`; `$ID` is no property.
 */
export const findDrift = ({ schema, columns }: Pick<Table, 'schema' | 'columns'>, file: string): readonly DefinitionProblem[] => {
  if (schema === undefined) return []
  const derived = deriveColumns(schema)
  if (!derived.ok) {
    const issues = derived.failure.kind === 'invalid-input' ? derived.failure.issues : []
    return issues.map(({ message, field }) => ({
      ...drift,
      file,
      message: `no columns can be derived from the schema: ${message}${field === undefined ? '' : ` (${field})`}`,
    }))
  }
  const expected = new Map(derived.value.columns.map((column) => [column.name, column]))
  const declared = new Map(columns.filter(({ name }) => name !== '$ID').map((column) => [column.name, column]))
  return [
    ...[...declared].flatMap(([name, column]) => differences(column, expected.get(name))),
    ...[...expected.keys()].filter((name) => !declared.has(name)).map((name) => `property "${name}" of the schema is no column of definition.yaml`),
  ].map((message) => ({ ...drift, file, message: `drift: ${message}` }))
}

const drift = { rule: 'drift', severity: 'warning' } as const

const differences = (column: Column, expected: Column | undefined): readonly string[] => {
  if (expected === undefined) return [`column "${column.name}" is no property of the schema`]
  const differs = (what: string, inSchema: string, inColumns: string): readonly string[] =>
    inSchema === inColumns ? [] : [`column "${column.name}" is ${inColumns} in definition.yaml and ${inSchema} in the schema${what}`]
  return [
    ...differs('', expected.type, column.type),
    ...differs('', expected.required === true ? 'required' : 'optional', column.required === true ? 'required' : 'optional'),
  ]
}
