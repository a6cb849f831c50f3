import type { SchemaValidator } from '../table/codecs.ts'
import { definitionDirectoryOf } from '../table/record-path.ts'
import type { Catalogue, DefinitionProblem, Table } from '../table/table.ts'

/** JSON Schemas that do not compile: such a schema checks nothing, so the definition's problem has to say so. */
export const findSchemaProblems = (catalogue: Catalogue, validateSchema: SchemaValidator): readonly DefinitionProblem[] =>
  catalogue.tables.flatMap((table) => {
    const compiled = table.schema && validateSchema(table.schema)
    if (compiled === undefined || compiled.ok) return []
    const why = 'issues' in compiled.failure ? compiled.failure.issues.map((issue) => issue.message).join('; ') : compiled.failure.kind
    return [{ file: `${definitionDirectoryOf(table)}/schema.json`, message: why, rule: 'json-schema', table: table.id }]
  })

/**
 * The validator for records that are there already: none where the table's JSON Schema does not compile. That is said once, of the definition, and
 * the records are judged by the columns; a write is refused until the schema is repaired.
 */
export const validatorOf = (table: Table, validateSchema: SchemaValidator): SchemaValidator | undefined =>
  table.schema === undefined || validateSchema(table.schema).ok ? validateSchema : undefined
