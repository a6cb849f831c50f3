import type { Issue } from '../failure.ts'
import { fail, ok, type Result } from '../result.ts'
import { listKeyColumns, type Table } from '../table/table.ts'
import { formatPath } from './field-path.ts'
import type { FieldPath, Filter, RecordQuery } from './filter.ts'
import { filterFailure, sortKeysFailure } from './filter-limits.ts'

/**
 * Whether a query can be asked of a table: a mistyped column is refused instead of matching nothing. Only the first step of a path is checked,
 * and nothing when the table's schema allows additional properties; `$id` is always there.
 *
 * @returns `limit-exceeded`, or `invalid-input` with an issue for each unknown column and for a limit or offset that is no whole number from 0.
 */
export const checkQuery = (table: Table, query: RecordQuery): Result<void> => {
  const failure = (query.where && filterFailure(query.where)) ?? sortKeysFailure(query.orderBy)
  if (failure !== undefined) return fail(failure)
  const issues = [...unknownColumns(table, query), ...badNames(query), ...badNumbers(query)]
  return issues.length === 0 ? ok(undefined) : fail({ kind: 'invalid-input', issues })
}

const unknownColumns = (table: Table, query: RecordQuery): readonly Issue[] => {
  const paths = pathsOf(query)
  const open = table.schema?.additionalProperties === true
  const known = new Set([
    '$id',
    ...listKeyColumns(table).map(({ name }) => name),
    ...table.columns.map((column) => column.name).filter((name) => name !== '$ID'),
  ])
  const unknown = paths.filter((path) => path[0] === undefined || (!open && !known.has(path[0])))
  const byName = new Map(unknown.map((path) => [path[0] ?? '', path]))
  return [...byName.values()].map((path) => unknownColumn(table, path, [...known]))
}

const namesShownMax = 20

const unknownColumn = (table: Table, path: FieldPath, known: readonly string[]): Issue => {
  const [name] = path
  if (name === undefined) return { rule: 'unknown-column', message: 'a field path has at least one step', table: table.id }
  const names = known.slice(0, namesShownMax).join(', ') + (known.length > namesShownMax ? ', …' : '')
  const message = `there is no column ${formatPath([name])}, only ${names}`
  return { rule: 'unknown-column', message, table: table.id, value: formatPath(path), mistyped: { name, among: known } }
}

/** SQLite ends a member name at U+0000, so such a name could find another member. */
const badNames = (query: RecordQuery): readonly Issue[] =>
  pathsOf(query)
    .filter((path) => path.some((step) => step.includes('\u0000')))
    .map((path) => ({ rule: 'field-name', message: 'a field name in a query cannot hold U+0000', value: formatPath(path) }))

const pathsOf = ({ where, orderBy }: RecordQuery): readonly FieldPath[] => [
  ...(where === undefined ? [] : pathsIn(where)),
  ...orderBy.map((key) => key.path),
]

const pathsIn = (filter: Filter): readonly FieldPath[] => {
  if (filter.op === 'and' || filter.op === 'or') return filter.of.flatMap(pathsIn)
  return filter.op === 'not' ? pathsIn(filter.of) : [filter.path]
}

const badNumbers = ({ limit, offset }: RecordQuery): readonly Issue[] =>
  Object.entries({ limit, offset }).flatMap(([name, value]) =>
    value === undefined || (Number.isSafeInteger(value) && value >= 0)
      ? []
      : [{ rule: 'range', message: `${name} must be a whole number from 0, not ${value}`, value: Number.isFinite(value) ? value : String(value) }],
  )
