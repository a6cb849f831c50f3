import { isJsonObject, type JsonObject } from '../../../domain/json.ts'
import { orderColumns } from '../../../domain/table/build-table.ts'
import type { DefinitionFile } from '../../../domain/table/codecs.ts'
import type { DefinitionIssue } from '../../../domain/table/definition-issue.ts'
import {
  type Column,
  type DefinitionProblem,
  noRules,
  type RecordFile,
  type RecordFileType,
  type RecordFormat,
  type Table,
} from '../../../domain/table/table.ts'
import { validateDefinition } from '../../../domain/table/validate-definition.ts'
import { recordFileTypes, typesOfFormat } from '../../../domain/table/validate-record-file.ts'
import { isPattern } from '../exclude-regex.ts'
import { readColumn } from './column-fields.ts'
import { bareDefinitionPath, type TableFileName, tableFileNames, tableFilePath } from './definition-paths.ts'
import { findDrift } from './find-drift.ts'
import { below, type Place, type Reader, readList, readMap, readObject, readText, readTextMap, readWhole } from './read-fields.ts'
import type { RootEntry } from './read-root-collections.ts'
import { readLayout, readRules } from './read-rules.ts'
import { openJson, openYaml, placeIn, problemAt, type Source } from './yaml-source.ts'

export interface ReadTable {
  /** `undefined` when the table cannot be used; `problems` say why. */
  readonly table: Table | undefined
  readonly problems: readonly DefinitionProblem[]
  /** The `definition.yaml`, for what is found out later. */
  readonly source: Source | undefined
}

/** Reads one table of the dedicated layout from its definition files. */
export const readTable = (entry: RootEntry, files: ReadonlyMap<string, DefinitionFile>): ReadTable => {
  const problems: DefinitionProblem[] = []
  const source = openDefinition(entry, files, problems)
  if (source === undefined) return { table: undefined, problems, source }
  const sources = openBeside(entry.directory, files, problems)
  const table = { ...readDefinition(source, problems), ...readBeside(sources, problems), id: entry.id, directory: entry.directory }
  if (problems.length > 0) return { table: undefined, problems, source }
  const issues = validateDefinition(table)
  const located = issues.map((issue) => locate(issue, source, sources))
  if (issues.some(({ severity }) => severity === 'error')) return { table: undefined, problems: located, source }
  return {
    table: { ...table, fingerprint: fingerprintOf(entry.directory, files) },
    problems: [...located, ...findDrift(table, tableFilePath(entry.directory, 'schema.json'))],
    source,
  }
}

const openDefinition = (entry: RootEntry, files: ReadonlyMap<string, DefinitionFile>, problems: DefinitionProblem[]): Source | undefined => {
  const path = tableFilePath(entry.directory, 'definition.yaml')
  const bare = bareDefinitionPath(entry.directory)
  const file = files.get(path)
  if (file !== undefined && files.has(bare)) problems.push({ file: path, message: `both ${path} and ${bare} exist; use only one layout` })
  else if (file !== undefined) return openYaml(path, file, problems)
  else if (files.has(bare))
    problems.push({ file: bare, message: `not supported yet: the shared layout, a definition.yaml without .collection/ (table ${entry.id})` })
  else problems.push(problemAt(entry.source, [entry.key], `table ${entry.id}: there is no ${path}`))
  return undefined
}

/** The definition files beside `definition.yaml`, those that exist and can be parsed. */
type Sources = Partial<Record<TableFileName, Source>>

const openBeside = (directory: string, files: ReadonlyMap<string, DefinitionFile>, problems: DefinitionProblem[]): Sources => {
  const sources: Sources = {}
  for (const name of tableFileNames.slice(1)) {
    const path = tableFilePath(directory, name)
    const file = files.get(path)
    const source = file === undefined ? undefined : name === 'schema.json' ? openJson(path, file, problems) : openYaml(path, file, problems)
    if (source !== undefined) sources[name] = source
  }
  return sources
}

const readBeside = (sources: Sources, problems: DefinitionProblem[]): Pick<Table, 'rules' | 'schema' | 'layout'> => {
  const rules = sources['rules.yaml'] === undefined ? noRules : readRules(sources['rules.yaml'], problems)
  const schema = sources['schema.json'] === undefined ? undefined : readSchema(sources['schema.json'], problems)
  const layout = sources['layout.yaml'] === undefined ? undefined : readLayout(sources['layout.yaml'], problems)
  return { rules, ...(schema === undefined ? {} : { schema }), ...(layout === undefined ? {} : { layout }) }
}

const readSchema = (source: Source, problems: DefinitionProblem[]): JsonObject | undefined => {
  if (isJsonObject(source.value)) return source.value
  problems.push({ file: source.file, message: 'a schema must be a JSON object' })
  return undefined
}

type Definition = Pick<Table, 'recordFile' | 'columns' | 'columnsOrder' | 'primaryKey' | 'titles' | 'recordCount'>

const readDefinition = (source: Source, problems: DefinitionProblem[]): Definition => {
  const place = placeIn(source, problems)
  const { report } = place
  const values = readObject(definitionFields, source.value, place)
  if (values.inherits !== undefined) report(['inherits'], 'not supported yet: inherits')
  if (values.columns === undefined && values.inherits === undefined) report([], 'missing "columns"')
  if (values.record_file === undefined && values.inherits === undefined) report([], 'missing "record_file"')
  checkCounts(values, report)
  const { min_records_count: min, max_records_count: max } = values
  const columnsOrder = values.columns_order ?? []
  return {
    recordFile: values.record_file ?? { name: '', format: 'yaml', type: 'single' },
    columns: orderColumns(values.columns ?? [], columnsOrder),
    columnsOrder,
    primaryKey: values.primary_key ?? [],
    ...(values.titles === undefined ? {} : { titles: values.titles }),
    ...(min === undefined && max === undefined
      ? {}
      : { recordCount: { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) } }),
  }
}

const checkCounts = (values: { readonly min_records_count?: number; readonly max_records_count?: number }, report: Place['report']): void => {
  const { min_records_count: min = 0, max_records_count: max = Number.POSITIVE_INFINITY } = values
  if (min < 0) report(['min_records_count'], 'min_records_count cannot be negative')
  if (max < 0) report(['max_records_count'], 'max_records_count cannot be negative')
  else if (min > max) report(['min_records_count'], `min_records_count (${min}) is above max_records_count (${max})`)
}

const readColumns: Reader<readonly Column[]> = (value, place) =>
  Object.entries(readMap(value, place)).map(([name, column]) => readColumn(name, column ?? {}, below(place, name)))

const readRecordFile: Reader<RecordFile> = (value, place) => {
  const values = readObject({ name: readText, format: readText, type: readText, content_field: readText, exclude_regex: readText }, value, place)
  const format = values.format ?? ''
  const type = recordFileTypeOf(values.type ?? '')
  if (values.name === undefined) place.report(place.path, 'record_file has no name')
  if (!isFormat(format))
    place.report([...place.path, 'format'], `record_file: unknown format "${format}"; formats are ${Object.keys(typesOfFormat).join(', ')}`)
  if (type === undefined)
    place.report([...place.path, 'type'], `record_file: unknown type "${values.type ?? ''}"; types are ${Object.values(recordFileTypes).join(', ')}`)
  if (values.exclude_regex !== undefined && !isPattern(values.exclude_regex))
    place.report([...place.path, 'exclude_regex'], `record_file: "${values.exclude_regex}" is no regular expression (RE2 syntax)`)
  if (values.name === undefined || !isFormat(format) || type === undefined) return undefined
  return {
    name: values.name,
    format,
    type,
    ...(values.content_field === undefined ? {} : { contentField: values.content_field }),
    ...(values.exclude_regex === undefined ? {} : { excludeRegex: values.exclude_regex }),
  }
}

const isFormat = (text: string): text is RecordFormat => Object.hasOwn(typesOfFormat, text)

const recordFileTypeOf = (text: string): RecordFileType | undefined =>
  (['single', 'list', 'dictionary'] as const).find((type) => recordFileTypes[type] === text)

/** Keys that say how tables are shown or merged are accepted and left alone: they do not change what the records are. */
const definitionFields = {
  inherits: readText,
  titles: readTextMap,
  record_file: readRecordFile,
  data_dir: readText,
  columns: readColumns,
  columns_order: readList(readText),
  primary_key: readList(readText),
  default_view: readMap,
  readme: readMap,
  min_records_count: readWhole,
  max_records_count: readWhole,
  conflict_resolution: readMap,
}

const locate = (issue: DefinitionIssue, definition: Source, sources: Sources): DefinitionProblem => {
  const [first, ...rest] = issue.path
  const beside = first === 'rules' ? sources['rules.yaml'] : first === 'layout' ? sources['layout.yaml'] : undefined
  const problem = beside === undefined ? problemAt(definition, issue.path, issue.message) : problemAt(beside, rest, issue.message)
  return { ...problem, rule: issue.rule, severity: issue.severity }
}

/** The directory is part of it: a table that moves has other records, whatever its definition says. */
const fingerprintOf = (directory: string, files: ReadonlyMap<string, DefinitionFile>): string =>
  [directory, ...tableFileNames.map((name) => files.get(tableFilePath(directory, name))?.oid ?? '')].join(':')
