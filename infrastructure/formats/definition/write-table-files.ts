import { isJsonObject, type Json, type JsonObject, parseNumber, stringifyJson } from '../../../domain/json.ts'
import type { TableMergeRules } from '../../../domain/merge/strategy.ts'
import { definitionDirectoryOf, joinPath } from '../../../domain/table/record-path.ts'
import type { Column, RecordFile, Rules, Table } from '../../../domain/table/table.ts'
import { recordFileTypes } from '../../../domain/table/validate-record-file.ts'
import { chooseScalarStyle, quoteDouble, quoteSingle } from '../yaml/scalar-style.ts'
import { renderYamlMap, type YamlStyle } from '../yaml/write-yaml.ts'
import { columnFields } from './column-fields.ts'

/** The definition files of a table: path → bytes. Rules and layout have a file only when they say something. */
export const writeTableFiles = (table: Table): ReadonlyMap<string, Uint8Array> => {
  const { schema } = table
  const directory = definitionDirectoryOf(table)
  const layout = describeLayout(table)
  const rules = describeRules(table.rules)
  const texts: readonly (readonly [string, string | undefined])[] = [
    [joinPath(directory, 'definition.yaml'), writeDefinition(table)],
    [joinPath(directory, 'schema.json'), schema === undefined ? undefined : `${writePrettyJson(schema, '')}\n`],
    [joinPath(directory, 'rules.yaml'), Object.keys(rules).length === 0 ? undefined : writeEntries(rules)],
    [joinPath(directory, 'layout.yaml'), Object.keys(layout).length === 0 ? undefined : writeEntries(layout)],
  ]
  return new Map(texts.flatMap(([path, text]) => (text === undefined ? [] : [[path, new TextEncoder().encode(text)]])))
}

export const definitionStyle: YamlStyle = { indent: 4, keepEmoji: false }

/** Entries in their own order; maps in them as Go sorts them. */
export const writeEntries = (value: JsonObject): string => renderYamlMap(value, Object.keys(value), { style: definitionStyle, column: 0 })

/** `definition.yaml` in the byte form of the Go tools: their order of keys, four spaces, their quoting. */
const writeDefinition = ({ titles, recordFile, columns, columnsOrder, primaryKey, recordCount }: Table): string => {
  const file = describeRecordFile(recordFile)
  return [
    titles === undefined ? '' : writeEntries({ titles }),
    `record_file:\n    ${renderYamlMap(file, Object.keys(file), { style: definitionStyle, column: 4 })}`,
    'columns:\n',
    ...columns.map(writeColumn),
    columnsOrder.length === 0 ? '' : writeEntries({ columns_order: columnsOrder }),
    primaryKey.length === 0 ? '' : writeEntries({ primary_key: primaryKey }),
    recordCount?.min === undefined ? '' : writeEntries({ min_records_count: recordCount.min }),
    recordCount?.max === undefined ? '' : writeEntries({ max_records_count: recordCount.max }),
  ].join('')
}

export const describeRecordFile = (recordFile: RecordFile): JsonObject => ({
  name: recordFile.name,
  format: recordFile.format,
  type: recordFileTypes[recordFile.type],
  ...(recordFile.contentField === undefined ? {} : { content_field: recordFile.contentField }),
  ...(recordFile.excludeRegex === undefined ? {} : { exclude_regex: recordFile.excludeRegex }),
})

const writeColumn = (column: Column): string => {
  const fields = describeColumn(column)
  return `    ${columnName(column.name)}:\n        ${renderYamlMap(fields, Object.keys(fields), { style: definitionStyle, column: 8 })}`
}

/** A column in the keys of `definition.yaml`, in the order of the Go tools. */
export const describeColumn = (column: Column): JsonObject => {
  const fields: Record<string, Json> = {}
  for (const [key, property] of columnFields) {
    const value = column[property]
    if (value !== undefined && value !== false && value !== '')
      fields[key] = key === 'min_value' || key === 'max_value' ? goFloat(Number(value)) : value
  }
  return fields
}

/** The Go writer leaves names such as `y` and `1` unquoted, unlike other texts; one name its reader would lose that way. */
export const columnName = (name: string): string => {
  const chosen = chooseScalarStyle(name, { flow: false, name: true, keepEmoji: false })
  if (chosen === 'plain' || (/^[\w.+-]+$/.test(name) && !/^null$/i.test(name))) return name
  return chosen === 'single' ? quoteSingle(name) : quoteDouble(name, false)
}

/** A double as Go's `%g` writes it: an exponent of at least two digits from 1e+06 up and below 1e-04. */
const goFloat = (value: number): Json => {
  const [digits = '', exponent = ''] = value.toExponential().split('e')
  const power = Number(exponent)
  if (power >= -4 && power < 6) return parseNumber(String(value))
  return parseNumber(`${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`)
}

/** Rules in the keys of `rules.yaml`; those that say nothing are left out. */
export const describeRules = (rules: Rules): JsonObject => ({
  ...(rules.keyField === undefined ? {} : { key_field: rules.keyField }),
  ...(rules.unique.length === 0 ? {} : { unique: rules.unique.map(columnsOf) }),
  ...(Object.keys(rules.onDelete).length === 0 ? {} : { on_delete: rules.onDelete }),
  ...(Object.keys(rules.defaults).length === 0 ? {} : { defaults: rules.defaults }),
  ...(rules.indexes.length === 0 ? {} : { indexes: rules.indexes.map(columnsOf) }),
  ...((rules.search ?? []).length === 0 ? {} : { search: rules.search ?? [] }),
  ...(rules.merge === undefined ? {} : { merge: describeMerge(rules.merge) }),
})

const describeMerge = ({ strategy, lists }: TableMergeRules): JsonObject => {
  const sets = Object.entries(lists).flatMap(([field, rule]) => (rule.type === 'set' ? [field] : []))
  const keys = Object.entries(lists).flatMap(([field, rule]) => (rule.type === 'keyed' ? [[field, columnsOf(rule.by)] as const] : []))
  return {
    ...(strategy === undefined ? {} : { strategy }),
    ...(sets.length === 0 ? {} : { sets }),
    ...(keys.length === 0 ? {} : { keys: Object.fromEntries(keys) }),
  }
}

/** What `layout.yaml` says of a table; empty where it needs no such file. */
export const describeLayout = ({ layout, recordsDirectory }: Pick<Table, 'layout' | 'recordsDirectory'>): JsonObject => ({
  ...(layout === undefined ? {} : { fanOut: 2, levels: layout.levels, hash: 'sha256' }),
  ...(recordsDirectory === undefined ? {} : { records_directory: recordsDirectory === '' ? '.' : recordsDirectory }),
})

const columnsOf = (names: readonly string[]): Json => (names.length === 1 ? (names[0] ?? null) : names)

/** Two spaces, one value a line, members in their own order: they are the order of the columns. */
export const writePrettyJson = (value: Json, pad: string): string => {
  const inner = `${pad}  `
  if (Array.isArray(value) && value.length > 0) return `[\n${value.map((item) => inner + writePrettyJson(item, inner)).join(',\n')}\n${pad}]`
  const members = isJsonObject(value) ? Object.entries(value) : []
  if (members.length === 0) return stringifyJson(value)
  return `{\n${members.map(([name, member]) => `${inner}${JSON.stringify(name)}: ${writePrettyJson(member, inner)}`).join(',\n')}\n${pad}}`
}
