import type { JsonObject } from '../../domain/json.ts'
import { ok } from '../../domain/result.ts'
import type { Column, Table } from '../../domain/table/table.ts'
import { askSnapshot } from './ask-snapshot.ts'
import { requireTable } from './find-table.ts'
import type { Handler } from './operation-context.ts'

/** What a table is made of, in the words of the definition files, with schema, rules and layout beside it. */
export const describeTable: Handler<'describeTable'> = (context, input) =>
  askSnapshot(context, input, (snapshot) => {
    const table = requireTable(snapshot.catalogue, input.table)
    if (!table.ok) return table
    return ok({ ...(snapshot.commit !== undefined && { commit: snapshot.commit }), definition: describeDefinition(table.value) })
  })

/** The definition in the words of the definition files. */
export const describeDefinition = (table: Table): JsonObject => {
  const { id, parent, directory, recordFile, columns, primaryKey, titles, rules, schema, recordCount } = table
  return present({
    id,
    titles,
    parent,
    directory,
    record_file: present({
      name: recordFile.name,
      format: recordFile.format,
      type: recordFile.type,
      content_field: recordFile.contentField,
      exclude_regex: recordFile.excludeRegex,
    }),
    columns: Object.fromEntries(columns.filter(({ name }) => name !== '$ID').map((column) => [column.name, describeColumn(column)])),
    primary_key: primaryKey.length > 0 ? primaryKey : undefined,
    min_records_count: recordCount?.min,
    max_records_count: recordCount?.max,
    rules: describeRules(rules),
    layout: describeLayout(table),
    schema,
  })
}

const describeLayout = ({ layout, recordsDirectory }: Table): JsonObject | undefined => {
  if (layout === undefined && recordsDirectory === undefined) return undefined
  return present({ levels: layout?.levels, records_directory: recordsDirectory === '' ? '.' : recordsDirectory })
}

const describeColumn = (column: Column): JsonObject =>
  present({
    type: column.type,
    title: column.title,
    titles: column.titles,
    valueTitle: column.valueTitle,
    required: column.required,
    required_when: column.requiredWhen,
    length: column.length,
    min_length: column.minLength,
    max_length: column.maxLength,
    foreign_key: column.foreignKey,
    min_value: column.minValue,
    max_value: column.maxValue,
    enum: column.enum,
    locale: column.locale,
    format: column.format,
    formula: column.formula,
  })

const describeRules = ({ keyField, unique, onDelete, defaults, indexes, search = [] }: Table['rules']): JsonObject | undefined => {
  const rules = present({
    key_field: keyField,
    unique: unique.length > 0 ? unique : undefined,
    on_delete: isEmpty(onDelete) ? undefined : onDelete,
    defaults: isEmpty(defaults) ? undefined : defaults,
    indexes: indexes.length > 0 ? indexes : undefined,
    search: search.length > 0 ? search : undefined,
  })
  return isEmpty(rules) ? undefined : rules
}

const isEmpty = (object: object): boolean => Object.keys(object).length === 0

const present = (object: { readonly [name: string]: JsonObject[string] | undefined }): JsonObject =>
  Object.fromEntries(Object.entries(object).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
