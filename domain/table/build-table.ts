import { fail, ok, type Result } from '../result.ts'
import { type DerivedDefinition, deriveColumns } from './derive-columns.ts'
import type { TablePlace } from './place-table.ts'
import { type Column, noRules, type RecordFile, type Rules, type Table } from './table.ts'
import type { CreateTable } from './table-command.ts'
import { canHoldKey } from './validate-definition.ts'

/**
 * The table that a command describes, not yet checked against the rules of definitions.
 * @returns `invalid-input` when the command has neither or both of schema and columns, or a schema that no columns can be derived from
 */
export const buildTable = (command: CreateTable, place: TablePlace): Result<Table> => {
  const described = describe(command)
  if (!described.ok) return described
  const { titles } = described.value
  const misfit = findContentMisfit(described.value, command)
  if (misfit !== undefined)
    return fail({ kind: 'invalid-input', issues: [{ rule: 'content-field', table: command.table, field: '/contentField', message: misfit }] })
  const keyField = command.keyField ?? command.rules?.keyField ?? defaultKeyField(described.value.columns)
  const keyed = withKeyColumn(withContentColumn(described.value, command), command.recordFormat, keyField)
  const cells = command.recordFormat === 'csv' ? keyed.columns.filter(({ type }) => type.includes('[')) : []
  if (cells.length > 0)
    return fail({
      kind: 'invalid-input',
      issues: cells.map(({ name, type }) => ({
        rule: 'csv',
        table: command.table,
        field: `/columns/${name}/type`,
        message: `column "${name}" is of type ${type}, but a csv cell holds one value: use yaml or json`,
      })),
    })
  return ok({
    id: command.table,
    ...place,
    recordFile: recordFileOf(command),
    ...(command.recordsDirectory === undefined ? {} : { recordsDirectory: command.recordsDirectory }),
    columns: orderColumns(keyed.columns, keyed.columnsOrder),
    columnsOrder: keyed.columnsOrder,
    primaryKey: keyed.primaryKey,
    ...(titles === undefined ? {} : { titles }),
    ...(command.schema === undefined ? {} : { schema: command.schema }),
    rules: mergeRules(described.value.rules, command.rules ?? {}, keyField),
    ...(command.layout === undefined ? {} : { layout: command.layout }),
    fingerprint: '',
  })
}

/** `columns_order` first, the rest by name: the order of `Table.columns` and of definition files. */
export const orderColumns = (columns: readonly Column[], columnsOrder: readonly string[]): readonly Column[] => {
  const rank = new Map(columnsOrder.map((name, index) => [name, index]))
  const place = (column: Column): number => rank.get(column.name) ?? columnsOrder.length
  return [...columns].sort((a, b) => place(a) - place(b) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
}

const describe = ({ table, schema, columns }: CreateTable): Result<DerivedDefinition> => {
  if ((schema === undefined) === (columns === undefined))
    return fail({
      kind: 'invalid-input',
      issues: [{ rule: 'columns', table, message: 'a table is made from a schema or from columns: give exactly one' }],
    })
  if (schema !== undefined) return deriveColumns(schema)
  const given = columns ?? []
  return ok({ columns: given, columnsOrder: given.map(({ name }) => name), rules: noRules, titles: undefined })
}

const defaultKeyField = (columns: readonly Column[]): string | undefined =>
  columns.find(({ name, type }) => name === 'id' && canHoldKey(type)) === undefined ? undefined : 'id'

/** One file a record where the format has it; else one file for all, in which INGR names its records and the others list theirs. */
const recordFileOf = ({ table, recordFormat, contentField }: CreateTable): RecordFile => {
  const shared = `${/[^./]*$/.exec(table)?.[0] ?? table}.${recordFormat}`
  if (recordFormat === 'csv' || recordFormat === 'jsonl' || recordFormat === 'parquet') return { name: shared, format: recordFormat, type: 'list' }
  if (recordFormat === 'ingr') return { name: shared, format: recordFormat, type: 'dictionary' }
  const extension = recordFormat === 'markdown' ? 'md' : recordFormat
  return { name: `{key}.${extension}`, format: recordFormat, type: 'single', ...(contentField === undefined ? {} : { contentField }) }
}

interface KeyedColumns {
  readonly columns: readonly Column[]
  readonly columnsOrder: readonly string[]
  readonly primaryKey: readonly string[]
}

const findContentMisfit = ({ columns }: DerivedDefinition, { contentField, schema, recordFormat }: CreateTable): string | undefined => {
  if (contentField === undefined) return undefined
  if (recordFormat !== 'markdown') return `a content field is for record format markdown, not ${recordFormat}`
  const column = columns.find(({ name }) => name === contentField)
  if (column !== undefined && !['string', 'any'].includes(column.type))
    return `the content field "${contentField}" has to be of type string, not ${column.type}`
  return column === undefined && schema !== undefined && !contentField.startsWith('$')
    ? `the content field "${contentField}" has to be a property of the schema`
    : undefined
}

/** The content field of a Markdown table is a column like any other; a JSON Schema has to speak of it itself, so that both say the same. */
const withContentColumn = (described: DerivedDefinition, { contentField, schema }: CreateTable): DerivedDefinition => {
  const { columns, columnsOrder } = described
  if (contentField === undefined || contentField.startsWith('$') || schema !== undefined || columns.some(({ name }) => name === contentField))
    return described
  return {
    ...described,
    columns: [...columns, { name: contentField, type: 'string', format: 'markdown' }],
    columnsOrder: [...columnsOrder, contentField],
  }
}

/**
 * A row of a list file must hold its own key. The key field becomes the `primary_key`; without one, `$ID` is the first column of a csv file, where the
 * Go tools look for the key of a row of their own accord, and a member of each row of a jsonl or parquet file.
 */
const withKeyColumn = (
  { columns, columnsOrder }: DerivedDefinition,
  recordFormat: CreateTable['recordFormat'],
  keyField: string | undefined,
): KeyedColumns => {
  if (recordFormat !== 'csv' && recordFormat !== 'jsonl' && recordFormat !== 'parquet') return { columns, columnsOrder, primaryKey: [] }
  if (recordFormat !== 'csv' && keyField === undefined) return { columns, columnsOrder, primaryKey: [] }
  if (keyField !== undefined) return { columns, columnsOrder, primaryKey: [keyField] }
  if (columnsOrder.includes('$ID')) return { columns, columnsOrder, primaryKey: [] }
  return { columns: [{ name: '$ID', type: 'string' }, ...columns], columnsOrder: ['$ID', ...columnsOrder], primaryKey: [] }
}

const mergeRules = (derived: Rules, given: Partial<Rules>, keyField: string | undefined): Rules => ({
  ...(keyField === undefined ? {} : { keyField }),
  unique: withoutRepeats([...derived.unique, ...(given.unique ?? [])]),
  onDelete: given.onDelete ?? {},
  defaults: { ...derived.defaults, ...given.defaults },
  indexes: given.indexes ?? [],
  ...(given.search === undefined ? {} : { search: given.search }),
})

const withoutRepeats = (lists: readonly (readonly string[])[]): readonly (readonly string[])[] => [
  ...new Map(lists.map((list) => [JSON.stringify(list), list])).values(),
]
