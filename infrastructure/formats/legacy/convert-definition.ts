import { isJsonObject, type Json, type JsonObject } from '../../../domain/json.ts'
import { recordFileTypes } from '../../../domain/table/validate-record-file.ts'
import { ownMember } from '../own-member.ts'
import { convertColumn } from './convert-column.ts'

type Leave = (why: string) => void

/** Where the records of a definition were, and what the definition says today. */
export interface ConvertedDefinition {
  readonly definition: JsonObject
  /** Name of the record files as the old definition has it, with `{key}` for its placeholders of the key. */
  readonly oldName: string
  readonly dataDirectory?: string
}

const typeOf: Readonly<Record<string, string>> = {
  'map[string]any': recordFileTypes.single,
  '[]map[string]any': recordFileTypes.list,
  'map[$record_id]map[$field_name]any': recordFileTypes.dictionary,
  'map[string]map[string]any': recordFileTypes.dictionary,
  'map[id]map[string]any': recordFileTypes.dictionary,
  'map[id]any': recordFileTypes.dictionary,
}

/** Keys that mean the same today. */
const kept = ['titles', 'columns_order', 'primary_key', 'min_records_count', 'max_records_count', 'readme', 'conflict_resolution']

/**
 * A `.ingitdb-collection.yaml` or `.ingitdb-subcol.*.yaml` in today's keys, in the order of the file.
 * @returns why it cannot be a table, when it cannot
 */
export const convertDefinition = (old: JsonObject, leave: Leave): ConvertedDefinition | string => {
  const file = ownMember(old, 'record_file') ?? ownMember(old, 'records_file')
  const recordFile = convertRecordFile(file, leave)
  if (typeof recordFile === 'string') return recordFile
  const definition = new Map<string, Json>()
  let dataDirectory: string | undefined
  for (const [key, value] of Object.entries(old)) {
    if (key === 'record_file' || key === 'records_file') definition.set('record_file', recordFile.today)
    else if (key === 'columns') definition.set('columns', convertColumns(value, leave))
    else if (key === 'default_view' && isJsonObject(value)) definition.set(key, value)
    else if (key === 'data_dir' && typeof value === 'string') dataDirectory = value
    else if (kept.includes(key)) definition.set(key, value)
    else if (key !== 'inherits' && key !== 'subCollections' && key !== 'sub_collections') leave(`"${key}": there is no such key any more`)
  }
  if (!definition.has('columns')) definition.set('columns', {})
  return { definition: Object.fromEntries(definition), oldName: recordFile.oldName, ...(dataDirectory === undefined ? {} : { dataDirectory }) }
}

const convertColumns = (value: Json, leave: Leave): JsonObject =>
  Object.fromEntries(Object.entries(isJsonObject(value) ? value : {}).map(([name, column]) => [name, convertColumn(name, column, leave)]))

const convertRecordFile = (file: Json | undefined, leave: Leave): { readonly today: JsonObject; readonly oldName: string } | string => {
  const { name, format, type, exclude_regex: exclude, content_field: content, ...more } = isJsonObject(file) ? file : {}
  if (typeof name !== 'string' || typeof format !== 'string' || typeof type !== 'string') return 'has no record_file with name, format and type'
  for (const key of Object.keys(more)) leave(`record_file: "${key}": there is no such key any more`)
  const today = ownMember(typeOf, type)
  if (typeof today !== 'string') return `record_file: there is no type "${type}"`
  const oldName = name.replaceAll(/\{\$?(id|ID|key)\}/g, '{key}').replace(/^(\.\/)+/, '')
  if (/[{}]/.test(oldName.replaceAll('{key}', ''))) return `record_file: files named after other things than the key are not converted: ${name}`
  const base = oldName.slice(oldName.lastIndexOf('/') + 1)
  const isSingle = today === recordFileTypes.single
  if (!isSingle && oldName.includes('{key}')) return `record_file: several files of many records are not converted: ${name}`
  const newName = oldName.includes('{key}') ? `{key}${base.includes('.') ? base.slice(base.lastIndexOf('.')) : ''}` : base
  return {
    oldName,
    today: {
      name: newName,
      format: format.toLowerCase() === 'md' ? 'markdown' : format.toLowerCase(),
      type: today,
      ...(content === undefined ? {} : { content_field: content }),
      ...(exclude === undefined ? {} : { exclude_regex: exclude }),
    },
  }
}
