import type { Change } from '../event-sourcing/change.ts'
import { type Decision, needCatalogue } from '../event-sourcing/decision.ts'
import type { Failure, Issue } from '../failure.ts'
import type { TableId } from '../ids.ts'
import { fail, ok, type Result } from '../result.ts'
import { buildTable } from './build-table.ts'
import type { SchemaValidator } from './codecs.ts'
import { placeTable } from './place-table.ts'
import { type Catalogue, findTable, resolveForeignKey, type Table } from './table.ts'
import type { CreateTable, DropTable } from './table-command.ts'
import { validateDefinition } from './validate-definition.ts'

/** What deciders are given from outside. */
export interface TableRules {
  readonly validateSchema: SchemaValidator
}

/**
 * Creates a table from columns or from a JSON Schema. The decided table has an empty fingerprint: its files do not exist yet.
 * @returns `already-exists` (also for an id or a directory that differs in letter case only); `not-found` for the parent of a subcollection; `invalid-input` for anything wrong with the
 *          schema, the columns, the rules or the layout, and for foreign keys to tables that do not exist; `unsupported` or `limit-exceeded`
 *          for a schema that cannot be checked
 */
export function* decideCreateTable(command: CreateTable, rules: TableRules): Decision<readonly Change[]> {
  const catalogue = yield* needCatalogue()
  const taken = catalogue.tables.find(({ id }) => id.toLowerCase() === command.table.toLowerCase())
  if (taken !== undefined) return fail({ kind: 'already-exists', what: 'table', id: taken.id })
  const place = placeTable(catalogue, command.table)
  if (!place.ok) return place
  const built = buildTable(command, place.value)
  if (!built.ok) return built
  const compiled = command.schema === undefined ? undefined : rules.validateSchema(command.schema)
  if (compiled?.ok === false) return compiled
  const checked = checkTable(catalogue, built.value)
  return checked.ok ? ok([{ type: 'TableCreated', table: built.value }]) : checked
}

/**
 * Drops a table; its records go with it and are not listed as changes of their own.
 * @returns `not-found`; `constraint-violation` while it has subcollections, or a foreign key of another table points to it
 */
export function* decideDropTable(command: DropTable): Decision<readonly Change[]> {
  const catalogue = yield* needCatalogue()
  const table = findTable(catalogue, command.table)
  if (table === undefined) return fail(tableNotFound(catalogue, command.table))
  const below = catalogue.tables.filter(({ parent }) => parent === table.id)
  const issues = [
    ...below.map((each) => ({ rule: 'referenced', table: each.id, message: `the subcollection ${each.id} belongs to it: drop that first` })),
    ...catalogue.tables.filter(({ id }) => id !== table.id).flatMap((other) => referencesTo(catalogue, other, table.id)),
  ]
  if (issues.length > 0) return fail({ kind: 'constraint-violation', issues })
  return ok([{ type: 'TableDropped', table: table.id }])
}

export const tableNotFound = (catalogue: Catalogue, id: TableId): Failure => ({
  kind: 'not-found',
  what: 'table',
  id,
  among: catalogue.tables.map((table) => table.id).sort(),
})

const referencesTo = (catalogue: Catalogue, from: Table, to: TableId): readonly Issue[] =>
  from.columns.flatMap(({ name, foreignKey }) =>
    foreignKey !== undefined && resolveForeignKey(catalogue, from, foreignKey)?.id === to
      ? [
          {
            rule: 'referenced',
            table: from.id,
            field: `/columns/${name}`,
            message: `column "${name}" still refers to table ${to}`,
          },
        ]
      : [],
  )

/** A definition by the rules of definitions, and its foreign keys by the tables there are: those of the catalogue, with this one as it is to be. @param before  warnings that it gives too are let pass */
export const checkTable = (catalogue: Catalogue, table: Table, before?: Table): Result<Table> => {
  const withTable: Catalogue = { ...catalogue, tables: [...catalogue.tables.filter(({ id }) => id !== table.id), table] }
  const known = new Set(before === undefined ? [] : validateDefinition(before).map(({ message }) => message))
  const issues: readonly Issue[] = [
    ...validateDefinition(table)
      .filter((issue) => issue.severity === 'error' || !known.has(issue.message))
      .map(({ path, rule, message }) => ({ rule, message, table: table.id, field: `/${path.join('/')}` })),
    ...reservedNames(table),
    ...table.columns.flatMap(({ name, foreignKey }) =>
      foreignKey !== undefined && resolveForeignKey(withTable, table, foreignKey) === undefined
        ? [unknownTarget(withTable, table, { name, foreignKey })]
        : [],
    ),
  ]
  return issues.length === 0 ? ok(table) : fail({ kind: 'invalid-input', issues })
}

/** Fields that start with `$` belong to the file format; of these only the key is a column. */
const reservedNames = (table: Table): readonly Issue[] =>
  table.columns
    .filter(({ name }) => name.startsWith('$') && name !== '$ID')
    .map(({ name }) => ({ rule: 'column-name', table: table.id, field: `/columns/${name}`, message: `column "${name}" cannot start with $` }))

const unknownTarget = (catalogue: Catalogue, table: Table, column: { readonly name: string; readonly foreignKey: string }): Issue => ({
  rule: 'foreign-key',
  table: table.id,
  field: `/columns/${column.name}/foreign_key`,
  message: `column "${column.name}" refers to table ${column.foreignKey}, which does not exist`,
  value: column.foreignKey,
  mistyped: { name: column.foreignKey, among: catalogue.tables.map(({ id }) => id) },
})
