import { parseYaml } from '../../infrastructure/formats/yaml/parse-yaml.ts'
import type { Tree } from './git-graph.ts'

type Fields = Readonly<Record<string, unknown>>

export interface RecordState {
  readonly fields: Fields
  /** As answers show it. */
  readonly json: string
  /** Differs when the record's file does, in a comment, say. */
  readonly version: string
}

/** Records by id; `undefined`: there is no such table. */
export type TableState = ReadonlyMap<string, RecordState> | undefined

/** What the files of one commit say, read as simply as can be. */
export interface DatabaseState {
  readonly tables: Readonly<Record<TableName, TableState>>
  /** Of what cannot be read: the table, and the record or file. */
  readonly quarantine: readonly string[]
  /** Tables whose definition cannot be read. */
  readonly broken: readonly TableName[]
}

export type TableName = 'items' | 'tags'
export const tableNames: readonly TableName[] = ['items', 'tags']

/** `items` has a file for each record, `tags` one for all of them. */
const head = {
  items: "record_file: {name: '{key}.yaml', format: yaml, type: 'map[string]any'}\n",
  tags: "record_file: {name: tags.yaml, format: yaml, type: 'map[$record_id]map[$field_name]any'}\n",
}

const size = '  size: {type: int}\n'
const name = '  name: {type: string}\n'

/** Texts of a definition file, by number; `undefined`: the table is not there. The third to last cannot be read. */
export const definitionTexts = (table: TableName): readonly (string | undefined)[] => [
  `${head[table]}columns:\n${size}${name}columns_order: [size, name]\n`,
  `${head[table]}columns:\n${size}${name}columns_order: [name, size]\n`,
  `${head[table]}columns:\n${size}`,
  'columns: [\n',
  undefined,
]

const columnsByDefinition: readonly (readonly string[] | undefined)[] = [['size', 'name'], ['name', 'size'], ['size'], undefined, undefined]

export const definitionPath = (table: TableName): string => `${table}/.collection/definition.yaml`
export const tablesPath = '.ingitdb/root-collections.yaml'
export const itemPath = (id: string): string => `items/$records/${id}.yaml`
export const tagsPath = 'tags/tags.yaml'

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value)

const isValid = (fields: Fields, columns: readonly string[]): boolean =>
  Object.entries(fields).every(
    ([field, value]) => columns.includes(field) && (field === 'size' ? Number.isInteger(value) : typeof value === 'string'),
  )

/** @param tree  paths relative to the database */
export const readState = (tree: Tree): DatabaseState => {
  const quarantine: string[] = []
  const items = columnsOf(tree, 'items')
  const tags = columnsOf(tree, 'tags')
  return {
    tables: { items: items && readItems(tree, items, quarantine), tags: tags && readTags(tree, tags, quarantine) },
    quarantine,
    broken: tableNames.filter((table) => tree.get(definitionPath(table)) === 'columns: [\n'),
  }
}

const columnsOf = (tree: Tree, table: TableName): readonly string[] | undefined => {
  const text = tree.get(definitionPath(table))
  return text === undefined ? undefined : columnsByDefinition[definitionTexts(table).indexOf(text)]
}

const present = (id: string, fields: Fields, columns: readonly string[]): string =>
  JSON.stringify({ $id: id, ...Object.fromEntries(columns.filter((column) => column in fields).map((column) => [column, fields[column]])) })

const readItems = (tree: Tree, columns: readonly string[], quarantine: string[]): TableState => {
  const records = new Map<string, RecordState>()
  for (const [path, text] of [...tree].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const id = /^items\/\$records\/([^/]+)\.yaml$/.exec(path)?.[1]
    if (id === undefined) continue
    const parsed = parseYaml(text)
    if (parsed.ok && isFields(parsed.value) && isValid(parsed.value, columns))
      records.set(id, { fields: parsed.value, json: present(id, parsed.value, columns), version: text })
    else quarantine.push(`items ${id}`)
  }
  return records
}

const readTags = (tree: Tree, columns: readonly string[], quarantine: string[]): TableState => {
  const records = new Map<string, RecordState>()
  const text = tree.get(tagsPath)
  const parsed = text === undefined ? undefined : parseYaml(text)
  if (parsed === undefined) return records
  if (!parsed.ok || !isFields(parsed.value)) {
    quarantine.push(`tags ${tagsPath}`)
    return records
  }
  for (const [id, fields] of Object.entries(parsed.value).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (!isFields(fields)) throw new Error('the test writes no such thing')
    const json = present(id, fields, columns)
    if (isValid(fields, columns)) records.set(id, { fields, json, version: '' })
    else quarantine.push(`tags ${id}`)
  }
  return records
}
