import { isJsonObject, type Json, type JsonObject } from '../../../domain/json.ts'
import { orderColumns } from '../../../domain/table/build-table.ts'
import type { DefinitionFile } from '../../../domain/table/codecs.ts'
import type { DefinitionIssue } from '../../../domain/table/definition-issue.ts'
import { joinPath, recordsDirectory } from '../../../domain/table/record-path.ts'
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
import { dedicatedDirectory, resolvePath, type TableFileName, tableFileNames } from './definition-paths.ts'
import { findDrift } from './find-drift.ts'
import { openBases } from './inherit-definition.ts'
import type { DefinitionPlace } from './place-definition.ts'
import { below, type Place, type Reader, readList, readMap, readObject, readText, readTextMap, readWhole } from './read-fields.ts'
import { readLayout, readRules } from './read-rules.ts'
import { openJson, openYaml, placeIn, problemAt, type Source } from './yaml-source.ts'

export interface ReadTable {
  /** `undefined` when the table cannot be used; `problems` say why. */
  readonly table: Table | undefined
  readonly problems: readonly DefinitionProblem[]
  /** The `definition.yaml`, for what is found out later. */
  readonly source: Source | undefined
}

/** Reads one table from its definition files, whatever the layout. */
export const readTable = (place: DefinitionPlace, files: ReadonlyMap<string, DefinitionFile>): ReadTable => {
  const problems: DefinitionProblem[] = []
  const path = joinPath(place.definitionDirectory, 'definition.yaml')
  const file = files.get(path)
  const source = file && openYaml(path, file, problems)
  if (source === undefined) return { table: undefined, problems, source }
  const chain = openBases(source, files, problems)
  const sources = openBeside(place.definitionDirectory, files, problems)
  const { data_dir: dataDirectory, ...definition } = readDefinition(chain, problems)
  const table = { ...definition, ...readBeside(sources, problems), ...placeData(place, dataDirectory, { source, problems }) }
  if (problems.length > 0) return { table: undefined, problems, source }
  const issues = validateDefinition(table)
  const located = issues.map((issue) => locate(issue, chain, sources))
  if (issues.some(({ severity }) => severity === 'error')) return { table: undefined, problems: located, source }
  const fingerprint = fingerprintOf(
    table,
    [...tableFileNames.map((name) => joinPath(place.definitionDirectory, name)), ...chain.slice(1).map((base) => base.file)],
    files,
  )
  const drift = findDrift(table, joinPath(place.definitionDirectory, 'schema.json'))
  return { table: { ...table, fingerprint }, problems: [...located, ...drift], source }
}

/** Where the table's files lie; `data_dir` counts in the shared layout only, as for the Go tools. */
const placeData = (
  { id, parent, steps, definitionDirectory, directory, layout }: DefinitionPlace,
  dataDirectory: string | undefined,
  { source, problems }: { readonly source: Source; readonly problems: DefinitionProblem[] },
): Pick<Table, 'id' | 'directory' | 'definitionDirectory' | 'parent' | 'steps'> => {
  const moved = layout === 'dedicated' || dataDirectory === undefined || steps !== undefined ? directory : resolveData(directory, dataDirectory)
  if (moved === undefined)
    problems.push(problemAt(source, ['data_dir'], `"data_dir" must be a directory below that of the table, not ${dataDirectory}`))
  return {
    id,
    directory: moved ?? directory,
    ...(definitionDirectory === dedicatedDirectory(directory) ? {} : { definitionDirectory }),
    ...(parent === undefined ? {} : { parent }),
    ...(steps === undefined ? {} : { steps }),
  }
}

const resolveData = (directory: string, dataDirectory: string): string | undefined => {
  const moved = dataDirectory.startsWith('/') || dataDirectory.startsWith('~') ? undefined : resolvePath(directory, dataDirectory)
  const isBelow = moved !== undefined && (directory === '' || moved === directory || moved.startsWith(`${directory}/`))
  return isBelow && !moved.split('/').some((name) => name === '.git' || name === recordsDirectory) ? moved : undefined
}

/** The definition files beside `definition.yaml`, those that exist and can be parsed. */
type Sources = Partial<Record<TableFileName, Source>>

const openBeside = (directory: string, files: ReadonlyMap<string, DefinitionFile>, problems: DefinitionProblem[]): Sources => {
  const sources: Sources = {}
  for (const name of tableFileNames.slice(1)) {
    const path = joinPath(directory, name)
    const file = files.get(path)
    const source = file === undefined ? undefined : name === 'schema.json' ? openJson(path, file, problems) : openYaml(path, file, problems)
    if (source !== undefined) sources[name] = source
  }
  return sources
}

const readBeside = (sources: Sources, problems: DefinitionProblem[]): Pick<Table, 'rules' | 'schema' | 'layout' | 'recordsDirectory'> => {
  const rules = sources['rules.yaml'] === undefined ? noRules : readRules(sources['rules.yaml'], problems)
  const schema = sources['schema.json'] === undefined ? undefined : readSchema(sources['schema.json'], problems)
  const layout = sources['layout.yaml'] === undefined ? {} : readLayout(sources['layout.yaml'], problems)
  return { rules, ...(schema === undefined ? {} : { schema }), ...layout }
}

const readSchema = (source: Source, problems: DefinitionProblem[]): JsonObject | undefined => {
  if (isJsonObject(source.value)) return source.value
  problems.push({ file: source.file, message: 'a schema must be a JSON object' })
  return undefined
}

interface Definition extends Pick<Table, 'recordFile' | 'columns' | 'columnsOrder' | 'primaryKey' | 'titles' | 'recordCount'> {
  readonly data_dir: string | undefined
}

/** @param chain  the definition and what it inherits from, the nearest first */
const readDefinition = (chain: readonly Source[], problems: DefinitionProblem[]): Definition => {
  const [own, ...bases] = chain.map((source) => readValues(source, problems))
  const [source] = chain
  if (own === undefined || source === undefined) throw new Error('a definition is a chain of one file or more')
  const { report } = placeIn(source, problems)
  const values = bases.reduce(inherit, own)
  if (values.columns === undefined && problems.length === 0) report([], 'missing "columns"')
  if (values.record_file === undefined && problems.length === 0) report([], 'missing "record_file"')
  checkCounts(values, report)
  const { min_records_count: min, max_records_count: max } = values
  const columnsOrder = values.columns_order ?? []
  return {
    recordFile: values.record_file ?? { name: '', format: 'yaml', type: 'single' },
    columns: orderColumns(values.columns ?? [], columnsOrder),
    columnsOrder,
    primaryKey: values.primary_key ?? [],
    data_dir: values.data_dir,
    ...(values.titles === undefined ? {} : { titles: values.titles }),
    ...(min === undefined && max === undefined
      ? {}
      : { recordCount: { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) } }),
  }
}

const readValues = (source: Source, problems: DefinitionProblem[]) =>
  readObject(definitionFields, withoutNewerKeys(source.value, placeIn(source, problems)), placeIn(source, problems))

type Values = ReturnType<typeof readValues>

/** What a definition does not say, its base says; columns by name, titles by language. Counts of records are not inherited. */
const inherit = (values: Values, { min_records_count: _, max_records_count: __, inherits: ___, ...base }: Values): Values => {
  const own = new Set(values.columns?.map(({ name }) => name))
  const columns = [...(base.columns ?? []).filter(({ name }) => !own.has(name)), ...(values.columns ?? [])]
  const titles = { ...base.titles, ...values.titles }
  return {
    ...base,
    ...values,
    ...(columns.length === 0 ? {} : { columns }),
    ...(Object.keys(titles).length === 0 ? {} : { titles }),
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

const recordFileFields = { name: readText, format: readText, type: readText, content_field: readText, exclude_regex: readText }

const newerKeys: readonly string[] = ['records_dir', 'source_schema']

/** Keys that newer tools are said to write. They would say where the records are, so they are not passed over: what they mean is not published. */
const withoutNewerKeys = (value: Json, place: Place): Json => {
  if (!isJsonObject(value)) return value
  const found = newerKeys.filter((name) => Object.hasOwn(value, name))
  for (const name of found)
    place.report([...place.path, name], `not supported: "${name}", a key of newer tools; records elsewhere: records_directory in layout.yaml`)
  return found.length === 0 ? value : Object.fromEntries(Object.entries(value).filter(([name]) => !found.includes(name)))
}

const readRecordFile: Reader<RecordFile> = (value, place) => {
  const values = readObject(recordFileFields, withoutNewerKeys(value, place), place)
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

/** In the file that says it: of a definition that inherits, the nearest that has the value. */
const locate = (issue: DefinitionIssue, chain: readonly Source[], sources: Sources): DefinitionProblem => {
  const [first, second, ...rest] = issue.path
  const beside = first === 'rules' ? sources['rules.yaml'] : first === 'layout' ? sources['layout.yaml'] : undefined
  const about = { rule: issue.rule, severity: issue.severity }
  if (beside !== undefined) return { ...problemAt(beside, issue.path.slice(1), issue.message), ...about }
  const wanted = first === 'columns' && second !== undefined ? [first, second] : [first ?? '']
  const source = chain.find(({ value }) => hasMember(value, wanted)) ?? chain[0]
  if (source === undefined) throw new Error('a definition is a chain of one file or more')
  const path = [first, second, ...rest].filter((name) => name !== undefined)
  return { ...problemAt(source, path, issue.message), ...about }
}

const hasMember = (value: Json, path: readonly string[]): boolean => {
  const [name, ...rest] = path
  if (name === undefined) return true
  const member = isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
  return member !== undefined && hasMember(member, rest)
}

/** Where the files lie is part of it: a table that moves has other records, whatever its definition says. */
const fingerprintOf = (table: Pick<Table, 'directory' | 'steps'>, paths: readonly string[], files: ReadonlyMap<string, DefinitionFile>): string =>
  [
    table.directory,
    ...paths.map((path) => files.get(path)?.oid ?? ''),
    ...(table.steps ?? []).flatMap(({ recordsDirectory: above, name }) => [above, name]),
  ].join(':')
