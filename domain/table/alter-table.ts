import type { Issue } from '../failure.ts'
import type { JsonObject } from '../json.ts'
import { equalJson } from '../json.ts'
import { fail, ok, type Result } from '../result.ts'
import { parseExpression } from '../starlark/expression.ts'
import { alterSchema } from './alter-schema.ts'
import { orderColumns } from './build-table.ts'
import { deriveColumns } from './derive-columns.ts'
import { dropColumn, findKeyColumns, renameColumns } from './rename-columns.ts'
import type { Column, Table } from './table.ts'
import type { AddedColumn, ChangeTable, ColumnSettings } from './table-command.ts'

/**
 * The definition of a table as a command leaves it; not yet checked against the rules of definitions, and the records not looked at.
 * @returns `invalid-input` for columns that do not exist or exist already, for a column that holds the keys, and where a formula names a column
 *          that goes; `unsupported` where the JSON Schema cannot follow
 */
export const alterTable = (before: Table, command: ChangeTable): Result<Table> => {
  const issues = checkNames(before, command)
  if (issues.length > 0) return fail({ kind: 'invalid-input', issues })
  let table = renameColumns(before, command.renameColumns ?? {})
  for (const name of command.dropColumns ?? []) table = dropColumn(table, name)
  if (command.schema !== undefined) {
    const derived = adoptSchema(table, command.schema)
    if (!derived.ok) return derived
    table = derived.value
  }
  for (const added of command.addColumns ?? []) table = addColumn(table, added)
  table = { ...table, columns: table.columns.map((column) => setColumn(column, command.setColumns ?? [])) }
  if (command.rules !== undefined) table = { ...table, rules: { ...table.rules, ...command.rules } }
  if (command.columnsOrder !== undefined) table = { ...table, columnsOrder: command.columnsOrder }
  if (command.titles !== undefined) table = withTitles(table, command.titles)
  const followed = command.schema === undefined ? followInSchema(table, command) : ok(table)
  return followed.ok ? ok({ ...followed.value, columns: orderColumns(followed.value.columns, followed.value.columnsOrder) }) : followed
}

/** Names that lead nowhere, or to a column that cannot go; each part of the command sees what the parts before it did. */
const checkNames = (before: Table, command: ChangeTable): readonly Issue[] => {
  const { renameColumns: renamed = {}, dropColumns: dropped = [], addColumns: added = [], setColumns: set = [], fill = {} } = command
  const issues: Issue[] = []
  const refuse = (name: string, message: string, among?: Iterable<string>): void => {
    const mistyped = among === undefined ? {} : { mistyped: { name, among: [...among] } }
    issues.push({ rule: among === undefined ? 'column' : 'unknown-column', message, table: before.id, ...mistyped })
  }
  const names = new Set(before.columns.map(({ name }) => name))
  const need = (name: string): boolean => {
    if (!names.has(name)) refuse(name, `there is no column "${name}"`, names)
    return names.has(name)
  }
  const leaving = Object.keys(renamed).filter(need)
  for (const name of leaving) names.delete(name)
  for (const name of leaving.map((old) => renamed[old] ?? '')) {
    if (names.has(name)) refuse(name, `there is a column "${name}" already`)
    names.add(name)
  }
  for (const name of dropped) if (need(name)) names.delete(name)
  if (command.schema !== undefined) for (const name of schemaNames(command.schema)) names.add(name)
  for (const { column } of added) {
    if (names.has(column.name)) refuse(column.name, `there is a column "${column.name}" already`)
    names.add(column.name)
  }
  for (const { name } of set) need(name)
  for (const name of Object.keys(fill)) need(name)
  if (issues.length > 0) return issues
  const original = new Map(Object.entries(renamed).map(([old, name]) => [name, old]))
  const gone = new Set(dropped.map((name) => original.get(name) ?? name))
  return [...checkKeyColumns(before, [...leaving, ...gone], gone), ...checkExpressions(before, new Set([...leaving, ...gone]), command)]
}

const schemaNames = ({ properties }: JsonObject): readonly string[] =>
  typeof properties === 'object' && properties !== null ? Object.keys(properties) : []

/** What the key of a row is read from must stay: without it the rows of a file would have no names. */
const checkKeyColumns = (table: Table, leaving: readonly string[], gone: ReadonlySet<string>): readonly Issue[] =>
  findKeyColumns(table).flatMap(({ name, isRenamable }) =>
    leaving.includes(name) && (gone.has(name) || !isRenamable)
      ? [{ rule: 'key-field', table: table.id, message: `the column "${name}" holds the keys of the records and has to stay` }]
      : [],
  )

/** Expressions name columns; one that is given anew by the same command may name what it likes. */
const checkExpressions = (table: Table, leaving: ReadonlySet<string>, { setColumns = [] }: ChangeTable): readonly Issue[] =>
  table.columns.flatMap(({ name, formula, requiredWhen }) => {
    const settings = setColumns.find((each) => each.name === name)
    const texts = [
      ['formula', settings?.formula === undefined ? formula : undefined],
      ['required_when', settings?.requiredWhen === undefined ? requiredWhen : undefined],
    ] as const
    if (leaving.has(name)) return []
    return texts.flatMap(([key, text]) => {
      const named = text == null ? undefined : namesIn(text).find((word) => leaving.has(word))
      if (named === undefined) return []
      return [{ rule: 'expression', table: table.id, message: `the ${key} of column "${name}" uses "${named}": change it in the same command` }]
    })
  })

/** Of an expression that cannot be read, every word. */
const namesIn = (text: string): readonly string[] => {
  const parsed = parseExpression(text)
  return parsed.ok ? parsed.value.freeNames.map(({ name }) => name) : (text.match(/[\p{L}_][\p{L}\p{N}_]*/gu) ?? [])
}

/**
 * Columns and rules as a schema says them. What a schema has no words for stays with the columns that it names, and so do the rules that the
 * old schema did not say.
 */
const adoptSchema = (table: Table, schema: JsonObject): Result<Table> => {
  const derived = deriveColumns(schema)
  if (!derived.ok) return derived
  const said = table.schema === undefined ? undefined : deriveColumns(table.schema)
  const old = said?.ok === true ? said.value.rules : undefined
  const { columns, columnsOrder, rules, titles } = derived.value
  const known = new Map(table.columns.map((column) => [column.name, column]))
  const keyColumn = table.columns.filter(({ name }) => name === '$ID')
  const unique = table.rules.unique.filter((set) => !(old?.unique ?? []).some((each) => equalJson(each, set)))
  const defaults = Object.entries(table.rules.defaults).filter(([name, value]) => !equalJson(old?.defaults[name], value))
  return ok({
    ...table,
    schema,
    columns: [...keyColumn, ...columns.map((column) => ({ ...keepUnsaid(known.get(column.name)), ...column }))],
    columnsOrder: [...keyColumn.map(({ name }) => name), ...columnsOrder],
    rules: {
      ...table.rules,
      unique: [...unique.filter((set) => !rules.unique.some((each) => equalJson(each, set))), ...rules.unique],
      defaults: { ...Object.fromEntries(defaults), ...rules.defaults },
    },
    ...(titles === undefined || table.titles !== undefined ? {} : { titles }),
  })
}

const keepUnsaid = (column: Column | undefined): Partial<Column> => {
  if (column === undefined) return {}
  const { titles, valueTitle, locale, formula, requiredWhen } = column
  return withoutUndefined({ titles, valueTitle, locale, formula, requiredWhen })
}

const addColumn = (table: Table, { column, value }: AddedColumn): Table => ({
  ...table,
  columns: [...table.columns, column],
  columnsOrder: table.columnsOrder.length === 0 ? table.columnsOrder : [...table.columnsOrder, column.name],
  rules: value === undefined ? table.rules : { ...table.rules, defaults: { ...table.rules.defaults, [column.name]: value } },
})

const setColumn = (column: Column, all: readonly ColumnSettings[]): Column => {
  const settings = all.filter(({ name }) => name === column.name)
  if (settings.length === 0) return column
  const merged = Object.entries(Object.assign({}, column, ...settings) as Record<string, unknown>).filter(([, value]) => value !== null)
  return { ...Object.fromEntries(merged), name: column.name, type: (settings.findLast(({ type }) => type != null)?.type ?? column.type) as string }
}

const withTitles = (table: Table, titles: Readonly<Record<string, string>> | null): Table => {
  const { titles: _, ...rest } = table
  return titles === null ? rest : { ...rest, titles }
}

const followInSchema = (table: Table, command: ChangeTable): Result<Table> => {
  if (table.schema === undefined) return ok(table)
  const schema = alterSchema(table.schema, command, new Map(table.columns.map((column) => [column.name, column])))
  if (schema.ok) return ok({ ...table, schema: schema.value })
  const why = `the schema of ${table.id} ${schema.failure.why}: give the new schema as a whole`
  return fail({ kind: 'unsupported', what: `a change of column "${schema.failure.column}"`, why })
}

/** Absent and undefined are the same in commands, and different in definitions. */
const withoutUndefined = <T extends object>(value: T): Partial<T> =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Partial<T>
