import type { Failure, Issue } from '../../domain/failure.ts'
import { equalJson, type JsonObject } from '../../domain/json.ts'
import { toStoredForm } from '../../domain/record/stored-form.ts'
import { fail, ok, type Result } from '../../domain/result.ts'
import type { FileContents, RecordCodec } from '../../domain/table/codecs.ts'
import type { RecordFormat, Table } from '../../domain/table/table.ts'
import { typesOfFormat } from '../../domain/table/validate-record-file.ts'
import { csvFormat } from './csv/csv-format.ts'
import { decodeText, encodeText, type FileText } from './decode-text.ts'
import { isExcluded } from './exclude-regex.ts'
import { ingrFormat } from './ingr/ingr-format.ts'
import { jsonFormat } from './json/json-format.ts'
import { jsonlFormat } from './jsonl/jsonl-format.ts'
import { createFieldLocator } from './locate-field.ts'
import { markdownFormat } from './markdown/markdown-format.ts'
import { editParquetFile } from './parquet/edit-parquet-file.ts'
import { readParquetFile } from './parquet/parquet-file.ts'
import type { RecordFormatCodec } from './record-format.ts'
import { lineAt, TextProblem } from './text-position.ts'
import { tomlFormat } from './toml/toml-format.ts'
import { yamlFormat } from './yaml/yaml-format.ts'

const formats: Readonly<Record<Exclude<RecordFormat, 'parquet'>, RecordFormatCodec>> = {
  yaml: yamlFormat,
  yml: yamlFormat,
  json: jsonFormat,
  csv: csvFormat,
  jsonl: jsonlFormat,
  markdown: markdownFormat,
  ingr: ingrFormat,
  toml: tomlFormat,
}

/** Of a file of one record. */
const recordBytesMax = 10 * 1024 * 1024

type Edits = ReadonlyMap<string, JsonObject | null>

/** Record files in every format there is; a file of a type that its format cannot have is one problem, and cannot be edited. */
export const recordCodec: RecordCodec = {
  excludes: isExcluded,
  read: (table, bytes, key) => {
    const format = findFormat(table)
    if (format === 'parquet') return readParquetFile(table, bytes)
    if (typeof format === 'string') return problemOf(format, { key, rule: 'not-supported' })
    if (isTooLarge(table, bytes)) return problemOf(describeSize(bytes), { key, rule: 'too-large' })
    const file = decodeText(bytes)
    if (file === undefined) return problemOf('not valid UTF-8', { key, rule: 'encoding' })
    const contents = readContents(format, { table, text: file.text, key })
    if (!contents.ok) return problemOf(contents.failure.message, { key, line: contents.failure.line })
    const locate = contents.value.records.length === 0 ? undefined : createFieldLocator(format, table, file.text)
    return locate === undefined ? contents.value : { records: contents.value.records, problems: contents.value.problems, locate }
  },
  edit: (table, existing, edits) => {
    const format = findFormat(table)
    if (typeof format === 'string' && format !== 'parquet')
      return fail({ kind: 'unsupported', what: `record file of table ${table.id}`, why: format })
    const wanted = new Map([...edits].map(([key, fields]) => [key, fields === null ? null : toStoredForm(table, fields)]))
    if (format === 'parquet') return editParquetFile(table, existing, wanted)
    const edited = editFile(format, { table, existing, edits: wanted })
    if (!edited.ok || edited.value === undefined || !isTooLarge(table, edited.value)) return edited
    return fail({ kind: 'limit-exceeded', what: 'record', limit: recordBytesMax, actual: edited.value.byteLength, unit: 'bytes' })
  },
  rename: (table, existing, names) => {
    const format = findFormat(table)
    const file = decodeText(existing)
    if (typeof format === 'string' || format.rename === undefined || file === undefined || table.recordFile.type !== 'single') return existing
    const { rename } = format
    const isWhole = readContents(format, { table, text: file.text, key: '' })
    if (!isWhole.ok || isWhole.value.problems.length > 0) return existing
    return encodeText({ ...file, text: rename(file.text, names) })
  },
}

/** The codec of a table's text files, `parquet`, which is no text, or why there is none. */
const findFormat = ({ recordFile }: Table): RecordFormatCodec | string => {
  const format = recordFile.format === 'parquet' ? 'parquet' : formats[recordFile.format]
  const types = typesOfFormat[recordFile.format]
  return types.includes(recordFile.type) ? format : `format ${recordFile.format} goes with type ${types.join(' or ')}`
}

const isTooLarge = (table: Table, bytes: Uint8Array): boolean => table.recordFile.type === 'single' && bytes.byteLength > recordBytesMax

const describeSize = (bytes: Uint8Array): string => `the file has ${bytes.byteLength} bytes: over the limit of 10 MiB`

interface ProblemDetails {
  readonly key: string | undefined
  readonly rule?: string
  readonly line?: number
}

const problemOf = (message: string, { key, rule, line }: ProblemDetails): FileContents => ({
  records: [],
  problems: [{ message, ...(key === undefined ? {} : { key }), ...(rule === undefined ? {} : { rule }), ...(line === undefined ? {} : { line }) }],
})

/** What a file holds, or why nothing in it can be read. */
const readContents = (
  format: RecordFormatCodec,
  { table, text, key }: TextRead,
): Result<FileContents, { readonly message: string; readonly line: number }> => {
  try {
    return ok(format.read(table, text, key))
  } catch (error) {
    if (error instanceof TextProblem) return fail({ message: error.message, line: lineAt(text, error.offset) })
    throw error
  }
}

interface TextRead {
  readonly table: Table
  readonly text: string
  readonly key: string | undefined
}

interface FileEdit {
  readonly table: Table
  readonly existing: Uint8Array | undefined
  readonly edits: Edits
}

const editFile = (format: RecordFormatCodec, { table, existing, edits }: FileEdit): Result<Uint8Array | undefined> => {
  if (edits.size === 0) return ok(existing)
  const isSingle = table.recordFile.type === 'single'
  const key = isSingle ? [...edits.keys()][0] : undefined
  if (isSingle && [...edits.values()][0] === null) return ok(undefined)
  const file = existing === undefined ? undefined : decodeText(existing)
  // One record's file is written anew whatever was in it; records beside the edited ones are never lost.
  const replaceFile = (problem: { readonly message: string; readonly line?: number }) =>
    existing === undefined || isSingle
      ? create(format, table, applyEdits(new Map(), edits))
      : fail<Failure>({ kind: 'invalid-database', issues: [{ rule: 'parse', table: table.id, ...problem }] })
  if (file === undefined) return replaceFile({ message: 'not valid UTF-8' })
  const contents = readContents(format, { table, text: file.text, key })
  if (!contents.ok) return replaceFile(contents.failure)
  const current = new Map(contents.value.records.map((record) => [record.key, record.fields]))
  const changes = new Map([...edits].filter(([name, fields]) => !equalJson(current.get(name) ?? null, fields)))
  if (changes.size === 0) return ok(existing)
  return editText(format, { table, file, changes, contents: contents.value, wanted: applyEdits(current, changes) })
}

interface TextEdit {
  readonly table: Table
  readonly file: FileText
  readonly contents: FileContents
  readonly changes: Edits
  /** What the file has to hold afterwards. */
  readonly wanted: ReadonlyMap<string, JsonObject>
}

/** The gentlest edit whose result reads back as exactly what is wanted; files with unreadable records are never written anew as a whole. */
const editText = (format: RecordFormatCodec, { table, file, changes, contents, wanted }: TextEdit): Result<Uint8Array | undefined> => {
  const isWhole = contents.problems.length === 0
  if (wanted.size === 0 && isWhole) return create(format, table, wanted)
  for (const attempt of format.edit(table, file.text, changes)) {
    const text = attempt()
    if (text !== undefined && holds(format, { table, text, wanted, problemsMax: contents.problems.length })) return ok(encodeText({ ...file, text }))
  }
  if (isWhole) return create(format, table, wanted)
  return fail({
    kind: 'unsupported',
    what: `edit of a record file of table ${table.id}`,
    why: 'other records in the file cannot be read: repair them first',
  })
}

const create = (format: RecordFormatCodec, table: Table, wanted: ReadonlyMap<string, JsonObject>): Result<Uint8Array> => {
  const text = format.create(
    table,
    [...wanted].map(([key, fields]) => ({ key, fields })),
  )
  if (holds(format, { table, text, wanted, problemsMax: 0 })) return ok(encodeText({ text, hasBom: false }))
  return fail(describeLoss(format, table, wanted))
}

const describeLoss = (format: RecordFormatCodec, table: Table, wanted: ReadonlyMap<string, JsonObject>): Failure => {
  const issues = [...wanted].flatMap(([key, fields]) =>
    Object.entries(fields).flatMap(([name, value]): Issue[] => {
      const message = format.explainLoss(table, name, value)
      return message === undefined ? [] : [{ rule: 'record-format', message, table: table.id, key, field: `/${name}`, value }]
    }),
  )
  if (issues.length > 0) return { kind: 'invalid-input', issues }
  const why = `a ${table.recordFile.format} file would not give the same keys and values back`
  return { kind: 'unsupported', what: `record ${[...wanted.keys()].join(', ')} of table ${table.id}`, why }
}

const applyEdits = (current: ReadonlyMap<string, JsonObject>, edits: Edits): ReadonlyMap<string, JsonObject> => {
  const result = new Map(current)
  for (const [key, fields] of edits) {
    if (fields === null) result.delete(key)
    else result.set(key, fields)
  }
  return result
}

interface Expectation {
  readonly table: Table
  readonly text: string
  readonly wanted: ReadonlyMap<string, JsonObject>
  readonly problemsMax: number
}

const holds = (format: RecordFormatCodec, { table, text, wanted, problemsMax }: Expectation): boolean => {
  const key = table.recordFile.type === 'single' ? [...wanted.keys()][0] : undefined
  const contents = readContents(format, { table, text, key })
  if (!contents.ok) return false
  const { records, problems } = contents.value
  if (problems.length > problemsMax || records.length !== wanted.size) return false
  return records.every((record) => equalJson(record.fields, wanted.get(record.key)))
}
