import { type DefinitionIssue, definitionError } from './definition-issue.ts'
import { listNameColumns } from './file-name-pattern.ts'
import { readColumnPath, searchedPaths } from './indexed-path.ts'
import type { Table } from './table.ts'
import { validateColumns } from './validate-columns.ts'
import { validateRecordFile } from './validate-record-file.ts'

/** The parts of a table that can be checked without knowing the other tables. */
export type TableDefinition = Pick<Table, 'recordFile' | 'columns' | 'columnsOrder' | 'primaryKey' | 'rules' | 'layout' | 'parent'>

/**
 * Everything that can be wrong with one table's definition, wherever it came from: a file or a command.
 * Foreign keys need the other tables; see `resolveForeignKey`.
 */
export const validateDefinition = (definition: TableDefinition): readonly DefinitionIssue[] => [
  ...validateRecordFile(definition.recordFile),
  ...validateNameColumns(definition),
  ...validateColumns(definition.columns),
  ...validateColumnList(definition, 'columns_order', definition.columnsOrder),
  ...validateColumnList(definition, 'primary_key', definition.primaryKey),
  ...validateCsv(definition),
  ...validateRules(definition),
  ...validateLayout(definition),
]

/** Names that hold the key of a row when there is no `primary_key`, in the order in which the Go tools look for them. */
export const keyColumnNames: readonly string[] = ['$ID', '$id', 'id']

const isDeclared = (definition: TableDefinition, name: string): boolean => definition.columns.some((column) => column.name === name)

const validateColumnList = (definition: TableDefinition, key: string, names: readonly string[]): readonly DefinitionIssue[] =>
  names.flatMap((name, index) => {
    const at = [key, String(index)]
    if (names.indexOf(name) < index) return [definitionError(at, 'duplicate-column', `${key} names "${name}" twice`)]
    return isDeclared(definition, name) || (key === 'primary_key' && name.startsWith('$'))
      ? []
      : [definitionError(at, 'unknown-column', `${key} names "${name}", which is no column`)]
  })

const validateNameColumns = (definition: TableDefinition): readonly DefinitionIssue[] =>
  listNameColumns(definition.recordFile.name)
    .filter((name) => !isDeclared(definition, name))
    .map((name) => definitionError(['record_file', 'name'], 'unknown-column', `record_file: {${name}} in the name is no column`))

const validateCsv = ({ recordFile, columnsOrder, primaryKey }: TableDefinition): readonly DefinitionIssue[] => {
  if (recordFile.format !== 'csv') return []
  if (columnsOrder.length === 0) return [definitionError(['columns_order'], 'csv', 'a csv table needs columns_order: it is the header of the file')]
  const keyed =
    primaryKey.length > 0 ? primaryKey.every((name) => columnsOrder.includes(name)) : keyColumnNames.some((name) => columnsOrder.includes(name))
  return keyed ? [] : [definitionError(['columns_order'], 'csv', 'a csv table needs its key in columns_order: primary_key, or a column $ID or id')]
}

const validateLayout = ({ layout, recordFile }: TableDefinition): readonly DefinitionIssue[] =>
  layout === undefined || recordFile.type === 'single'
    ? []
    : [definitionError(['layout'], 'layout', 'only a table with one file a record can be spread over directories')]

const validateRules = (definition: TableDefinition): readonly DefinitionIssue[] => {
  const { rules } = definition
  return [
    ...(rules.keyField === undefined ? [] : validateKeyField(definition, rules.keyField)),
    ...validateColumnSets(definition, 'unique'),
    ...validateColumnSets(definition, 'indexes'),
    ...validateSearch(definition),
    ...validateOnDelete(definition),
    ...Object.keys(rules.defaults).flatMap((name) => notStored(definition, ['rules', 'defaults', name], name)),
  ]
}

const undeclared = (definition: TableDefinition, path: readonly string[], name: string): readonly DefinitionIssue[] =>
  isDeclared(definition, name) || isParent(definition, name, path) ? [] : [definitionError(path, 'unknown-column', `rules: "${name}" is no column`)]

/** Constraints and indexes may name the record above: `unique: [[$parent, email]]`. */
const isParent = ({ parent }: TableDefinition, name: string, [, rule]: readonly string[]): boolean =>
  parent !== undefined && name === '$parent' && rule !== 'defaults'

/** As `undeclared`, for what decides about writes: a computed column is worked out after them. Indexes may name it. */
const notStored = (definition: TableDefinition, path: readonly string[], name: string): readonly DefinitionIssue[] =>
  definition.columns.some((column) => column.name === name && column.formula !== undefined)
    ? [definitionError(path, 'rules', `rules: "${name}" is computed and never stored`)]
    : undeclared(definition, path, name)

const validateKeyField = (definition: TableDefinition, keyField: string): readonly DefinitionIssue[] => {
  const column = definition.columns.find(({ name }) => name === keyField)
  const path = ['rules', 'key_field']
  if (column === undefined) return [definitionError(path, 'key-field', `the key field "${keyField}" is no column`)]
  if (column.formula !== undefined) return [definitionError(path, 'key-field', `the key field "${keyField}" is computed and never stored`)]
  return canHoldKey(column.type) ? [] : [definitionError(path, 'key-field', `the key field "${keyField}" cannot be of type ${column.type}`)]
}

/** Whether a column of this type can repeat the key of its record. */
export const canHoldKey = (type: string): boolean => ['string', 'int', 'any', 'date', 'time', 'datetime'].includes(type)

const validateColumnSets = (definition: TableDefinition, key: 'unique' | 'indexes'): readonly DefinitionIssue[] =>
  definition.rules[key].flatMap((names, index) => {
    const path = ['rules', key, String(index)]
    if (names.length === 0) return [definitionError(path, 'rules', `rules: an entry of ${key} names no column`)]
    if (new Set(names).size < names.length) return [definitionError(path, 'rules', `rules: an entry of ${key} names a column twice`)]
    const unknown = key === 'indexes' ? names.filter((name) => readColumnPath(definition.columns, name) === undefined) : names
    return unknown.flatMap((name) => (key === 'unique' ? notStored : undeclared)(definition, path, name))
  })

const searchedMax = 20

const validateSearch = (definition: TableDefinition): readonly DefinitionIssue[] => {
  const { search = [] } = definition.rules
  const path = ['rules', 'search']
  if (new Set(search).size < search.length) return [definitionError(path, 'rules', 'rules: search names a field twice')]
  if (search.length > searchedMax) return [definitionError(path, 'rules', `rules: search names ${search.length} fields, more than ${searchedMax}`)]
  return search.flatMap((name, index) =>
    searchedPaths({ ...definition, rules: { ...definition.rules, search: [name] } }).length > 0
      ? []
      : undeclared(definition, [...path, String(index)], name),
  )
}

const validateOnDelete = (definition: TableDefinition): readonly DefinitionIssue[] =>
  Object.entries(definition.rules.onDelete).flatMap(([name, action]) => {
    const path = ['rules', 'on_delete', name]
    const column = definition.columns.find((each) => each.name === name)
    if (name === '$parent' && definition.parent !== undefined)
      return action === 'set-null'
        ? [definitionError(path, 'rules', 'rules: on_delete of $parent is restrict or cascade: a record cannot lose the one above')]
        : []
    if (column?.foreignKey === undefined) return [definitionError(path, 'rules', `rules: on_delete names "${name}", which is no foreign key column`)]
    if (action !== 'restrict' && column.type.startsWith('[]'))
      return [{ ...definitionError(path, 'rules', `rules: on_delete of the list column "${name}" can only be restrict`), severity: 'warning' }]
    return action === 'set-null' && column.required === true
      ? [definitionError(path, 'rules', `rules: on_delete cannot set the required column "${name}" to null`)]
      : []
  })
