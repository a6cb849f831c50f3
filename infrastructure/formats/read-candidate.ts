import type { Candidate, CandidateContents, LeftOut } from '../../domain/adopt/candidate.ts'
import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts'
import type { Result } from '../../domain/result.ts'
import type { RecordFormat } from '../../domain/table/table.ts'
import { readCsvRows } from './csv/csv-rows.ts'
import { decodeText } from './decode-text.ts'
import { parseJson } from './json/parse-json.ts'
import { readJsonlRows } from './jsonl/read-jsonl.ts'
import { splitFrontMatter } from './markdown/front-matter.ts'
import { lineAt, TextProblem } from './text-position.ts'
import { readToml } from './toml/toml-reader.ts'
import { fieldsOfToml } from './toml/toml-tree.ts'
import { parseYaml } from './yaml/parse-yaml.ts'

/** Extensions that may hold records, with the format that they are tried as. */
const formatOfExtension: ReadonlyMap<string, RecordFormat> = new Map([
  ['yaml', 'yaml'],
  ['yml', 'yml'],
  ['json', 'json'],
  ['toml', 'toml'],
  ['jsonl', 'jsonl'],
  ['csv', 'csv'],
  ['md', 'markdown'],
])

/** Of a file that is looked at; a larger one is left out. */
const candidateBytesMax = 256 * 1024 * 1024

/** The format a file would be read as by its name; `undefined` for files that hold no records. */
export const candidateFormat = (path: string): RecordFormat | undefined => formatOfExtension.get(path.slice(path.lastIndexOf('.') + 1))

/**
 * What a file holds, before there is a definition that says what it should. Pure.
 * @returns why it cannot be used, with the line where there is one, when it cannot; `undefined` for files that hold no records by their nature
 */
export const readCandidate = (path: string, bytes: Uint8Array): Candidate | LeftOut | undefined => {
  const format = candidateFormat(path)
  if (format === undefined) return undefined
  if (bytes.byteLength > candidateBytesMax) return { path, why: 'is larger than 256 MiB' }
  const file = decodeText(bytes)
  if (file === undefined) return { path, why: 'is not valid UTF-8' }
  try {
    const contents = readContents(format, file.text)
    if (contents === undefined) return undefined
    return typeof contents === 'string' ? { path, why: contents } : { path, format, contents }
  } catch (error) {
    if (error instanceof TextProblem) return { path, why: `cannot be read: line ${lineAt(file.text, error.offset)}: ${error.message}` }
    throw error
  }
}

const readContents = (format: RecordFormat, text: string): CandidateContents | string | undefined => {
  switch (format) {
    case 'csv':
      return readCsv(text)
    case 'jsonl':
      return readJsonl(text)
    case 'markdown':
      return readMarkdown(text)
    case 'toml':
      return describeMap(fieldsOfToml(readToml(text).root))
    case 'json':
      return readValue(parseJson(text))
    default:
      return readValue(parseYaml(text))
  }
}

const readValue = (parsed: Result<Json>): CandidateContents | string => {
  if (!parsed.ok) {
    const issue = 'issues' in parsed.failure ? parsed.failure.issues[0] : undefined
    return `cannot be read: ${issue?.line === undefined ? '' : `line ${issue.line}: `}${issue?.message ?? parsed.failure.kind}`
  }
  const { value } = parsed
  if (isJsonObject(value)) return describeMap(value)
  if (!Array.isArray(value)) return 'holds neither a map nor a list'
  const rows = (value as readonly Json[]).filter(isJsonObject)
  return rows.length === value.length ? { shape: 'rows', rows } : 'is a list whose elements are not all maps'
}

/** A list inside a map of one name is data that somebody wrapped: it is no list file, and no record either. */
const describeMap = (fields: JsonObject): CandidateContents | string => {
  const [only, ...others] = Object.entries(fields)
  if (only !== undefined && others.length === 0 && Array.isArray(only[1]) && (only[1] as readonly Json[]).some(isJsonObject))
    return `has its list inside "${only[0]}": a file of many records has to be the list itself`
  return { shape: 'map', fields }
}

const readJsonl = (text: string): CandidateContents | string => {
  const rows = readJsonlRows(text)
  const broken = rows.find(({ problem }) => problem !== undefined)
  if (broken?.problem !== undefined) return `cannot be read: line ${broken.problem.line}: ${broken.problem.message}`
  return { shape: 'rows', rows: rows.map(({ value }) => value).filter(isJsonObject) }
}

/** Without front matter a Markdown file is a document, not a record. */
const readMarkdown = (text: string): CandidateContents | string | undefined => {
  const { yaml, body } = splitFrontMatter(text)
  if (yaml === undefined) return undefined
  const front = readValue(parseYaml(yaml))
  if (typeof front === 'string') return front
  return front.shape === 'map' ? { shape: 'map', fields: { ...front.fields, $content: body } } : 'has front matter that is no map'
}

const readCsv = (text: string): CandidateContents | string => {
  const [header, ...rows] = readCsvRows(text)
  if (header === undefined) return 'is empty'
  const columns = header.cells.map((cell) => cell.text)
  const ragged = rows.find((row) => row.cells.length !== columns.length)
  if (ragged !== undefined)
    return `cannot be read: line ${lineAt(text, ragged.start)}: the row has ${ragged.cells.length} cells and the header ${columns.length}`
  return { shape: 'rows', columns, rows: rows.map((row) => rowOf(columns, row.cells)) }
}

const rowOf = (columns: readonly string[], cells: readonly { readonly text: string; readonly quoted: boolean }[]): JsonObject => {
  const fields: Record<string, Json> = {}
  for (const [index, cell] of cells.entries()) {
    const name = columns[index]
    if (name !== undefined && name !== '__proto__' && (cell.text !== '' || cell.quoted)) fields[name] = cell.text
  }
  return fields
}
