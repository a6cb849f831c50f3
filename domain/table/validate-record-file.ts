import { type DefinitionIssue, definitionError } from './definition-issue.ts'
import { listNameColumns } from './file-name-pattern.ts'
import type { RecordFile, RecordFileType, RecordFormat } from './table.ts'

/** Every format of the file format with the ways it can hold records. */
export const typesOfFormat: Readonly<Record<RecordFormat, readonly RecordFileType[]>> = {
  yaml: ['single', 'list', 'dictionary'],
  yml: ['single', 'list', 'dictionary'],
  json: ['single', 'list', 'dictionary'],
  // The Go tools accept a list in a definition, and then cannot read it: TOML has no list at the top of a file.
  toml: ['single', 'dictionary'],
  markdown: ['single'],
  csv: ['list'],
  jsonl: ['list'],
  ingr: ['list', 'dictionary'],
  parquet: ['list'],
}

/** `record_file.type` as `definition.yaml` spells it. */
export const recordFileTypes: Readonly<Record<RecordFileType, string>> = {
  single: 'map[string]any',
  list: '[]map[string]any',
  dictionary: 'map[$record_id]map[$field_name]any',
}

/** What is wrong with `record_file`: its name, format and type, each and together. */
export const validateRecordFile = (recordFile: RecordFile): readonly DefinitionIssue[] => [
  ...validateFormat(recordFile),
  ...validateFileName(recordFile),
]

const error = (key: string, rule: string, message: string): DefinitionIssue => definitionError(['record_file', key], rule, `record_file: ${message}`)

const validateFormat = ({ format, type, contentField }: RecordFile): readonly DefinitionIssue[] => [
  ...(typesOfFormat[format].includes(type)
    ? []
    : [
        error(
          'type',
          'record-file',
          `format ${format} goes with type ${typesOfFormat[format].map((each) => recordFileTypes[each]).join(' or ')}, not ${recordFileTypes[type]}`,
        ),
      ]),
  ...(contentField !== undefined && format !== 'markdown' ? [error('content_field', 'record-file', 'content_field is for format markdown')] : []),
]

const validateFileName = ({ name, type }: RecordFile): readonly DefinitionIssue[] => {
  const segments = name.split('/')
  if (segments.some((segment) => segment === '' || segment.startsWith('.')) || /[\\\u0000-\u001f]/.test(name))
    return [error('name', 'record-file', `"${name}" is no file name: parts are separated by /, are not empty and do not start with a dot`)]
  const columns = listNameColumns(name)
  if (segments.some((segment) => segment.split('{key}').length > 2))
    return [error('name', 'not-supported', 'not supported: {key} twice in one part of a file name')]
  if (name.replaceAll(/\{[^{}]+\}/g, '').match(/[{}]/) !== null || /\}\{/.test(name))
    return [error('name', 'record-file', `"${name}" is no file name: between braces stands "key" or a column, and something between two of them`)]
  if (type !== 'single' || columns.length === 0) return []
  if (!name.includes('{key}'))
    return [error('name', 'not-supported', `not supported: {${columns[0]}} without {key} in the name of a file of one record`)]
  const isMixed = segments.some((segment) => segment.includes('{key}') && segment.replace('{key}', '').includes('{'))
  return isMixed
    ? [error('name', 'not-supported', `not supported: {key} and {${columns[0]}} in one part of a file name: the key could not be told from it`)]
    : []
}
