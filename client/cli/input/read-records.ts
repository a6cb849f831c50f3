import { isObject, type Json, type JsonObject } from '../../../api/contract/json.ts'
import { OperationFailed, UsageError } from '../errors.ts'
import type { Session } from '../session.ts'
import { coerceCells } from './coerce-cells.ts'
import { parseData, parseYamlData, takeParsed } from './parse-data.ts'
import { readStdin, stdinName } from './read-text.ts'

export const inputFormats = ['json', 'jsonl', 'yaml', 'csv', 'ingr', 'toml', 'markdown'] as const
export type InputFormat = (typeof inputFormats)[number]

export interface RecordsInput {
  readonly data?: string
  readonly empty?: boolean
  readonly format?: InputFormat
  /** Columns of CSV without a header line. */
  readonly fields?: readonly string[]
}

export interface InputRecords {
  readonly records: readonly JsonObject[]
  /** Whether the input was a list: then the answer is one too, of however many. */
  readonly isList: boolean
}

/** The records that a command line brings: in `--data`, on the standard input, or one without fields. */
export const readRecords = async (session: Session, table: string, input: RecordsInput): Promise<InputRecords> => {
  const { data, empty, format, fields } = input
  if (fields !== undefined && format !== 'csv') throw new UsageError('--fields names the columns of CSV without a header line: add --format csv')
  if (empty === true) {
    if (data !== undefined) throw new UsageError('--empty and --data exclude each other')
    return { records: [{}], isList: false }
  }
  const isInline = data !== undefined && data !== '-'
  if (data === undefined && session.io.stdinIsTerminal)
    throw new UsageError('there is nothing to insert: give --data, or records on the standard input')
  const text = isInline ? data : await readStdin(session)
  const file = isInline ? '--data' : stdinName
  if (format === 'jsonl') return { records: await readLines(session, text, file), isList: true }
  if (format === 'csv') return { records: await readCsv(session, { table, text, file, fields }), isList: true }
  if (format === 'ingr') return { records: await readIngr(session, { text, file }), isList: true }
  if (format === 'markdown') return { records: [await readMarkdown(session, table, { text, file })], isList: false }
  const value = await readDocument(session, format, { text, file })
  const records = Array.isArray(value)
    ? value.map((item: Json, index) => requireObject(item, { file, what: `item ${index + 1}` }))
    : [requireObject(value, { file, what: 'the data' })]
  if (records.length === 0) throw emptyInput(file)
  return { records, isList: Array.isArray(value) }
}

interface Source {
  readonly text: string
  /** Name in messages. */
  readonly file: string
}

interface CsvSource extends Source {
  readonly table: string
  readonly fields: readonly string[] | undefined
}

const readDocument = async (session: Session, format: 'json' | 'yaml' | 'toml' | undefined, { text, file }: Source): Promise<Json> => {
  if (text.trim() === '') throw emptyInput(file)
  const formats = await session.formats()
  if (format === undefined) return parseData(formats, text, file)
  if (format === 'toml') return takeParsed(await formats.parseToml(text), file)
  return format === 'json' ? takeParsed(await formats.parseJson(text), file) : parseYamlData(formats, text, file)
}

/** One object a line; blank lines do not count. */
const readLines = async (session: Session, text: string, file: string): Promise<readonly JsonObject[]> => {
  const formats = await session.formats()
  const records: JsonObject[] = []
  const lines = text.split('\n')
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue
    records.push(requireObject(takeParsed(await formats.parseJson(line), file, index + 1), { file, what: 'a line', line: index + 1 }))
    if (index % 1_000 === 0) session.progress.show('lines read', index, lines.length)
  }
  if (records.length === 0) throw emptyInput(file)
  return records
}

/** Cells are texts: those of number and boolean columns become what they mean. */
const readCsv = async (session: Session, { table, text, file, fields }: CsvSource): Promise<readonly JsonObject[]> => {
  const formats = await session.formats()
  const rows = takeParsed(await formats.parseCsv(text, fields), file)
  if (rows.length === 0) throw emptyInput(file)
  const { definition } = await session.call('describeTable', { table, ...session.branch() })
  return coerceCells(rows, definition, formats)
}

const readIngr = async (session: Session, { text, file }: Source): Promise<readonly JsonObject[]> => {
  const records = takeParsed(await (await session.formats()).parseIngr(text), file)
  if (records.length === 0) throw emptyInput(file)
  return records
}

/** One record, whose text goes into the field that the table has for it. */
const readMarkdown = async (session: Session, table: string, { text, file }: Source): Promise<JsonObject> => {
  const { definition } = await session.call('describeTable', { table, ...session.branch() })
  const recordFile = isObject(definition.record_file) ? definition.record_file : {}
  const content = typeof recordFile.content_field === 'string' ? recordFile.content_field : '$content'
  return takeParsed(await (await session.formats()).parseMarkdown(text, content), file)
}

interface Place {
  readonly file: string
  readonly what: string
  readonly line?: number
}

const requireObject = (value: Json, { file, what, line }: Place): JsonObject => {
  if (isObject(value)) return value
  const issue = { rule: 'type', message: `${what} must be an object`, file, ...(line !== undefined && { line }) }
  throw new OperationFailed({ kind: 'invalid-input', issues: [issue] })
}

const emptyInput = (file: string): OperationFailed =>
  new OperationFailed({ kind: 'invalid-input', issues: [{ rule: 'empty', message: 'there is no record in the input', file }] })
