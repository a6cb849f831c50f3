import { createHash } from 'node:crypto'
import type { Json } from '../../../domain/json.ts'
import { JsonReader } from '../json/json-reader.ts'
import { TextProblem } from '../text-position.ts'
import { type IngrLine, splitIngrLines } from './ingr-lines.ts'

/** An INGR text taken apart; lines are numbered from 0. */
export interface IngrFile {
  readonly lines: readonly IngrLine[]
  readonly columns: readonly string[]
  readonly records: readonly IngrRecord[]
  /** Line of `# N records`, and of `# sha256:…`, where there are such lines. */
  readonly countLine: number | undefined
  readonly hashLine: number | undefined
}

export interface IngrRecord {
  /** Its value lines, and a delimiter after them: `end` is exclusive. */
  readonly first: number
  readonly end: number
  /** How many of these lines are values. */
  readonly values: number
  readonly fields: ReadonlyMap<string, Json>
  /** Every line is commented: the record is not there, but its lines count. */
  readonly isCommented: boolean
  readonly problem?: { readonly message: string; readonly line: number }
}

const header = /^#[ \t]*(?:https?:\/\/)?INGR\.io[ \t]*\|?[ \t]*([^:]*?)[ \t]*:(.*)$/
const count = /^#\s*(\d+)\s+records?\s*$/
const hash = /^#\s*sha256:\s*([0-9a-fA-F]+)\s*$/
const delimiter = /^#-{1,78}$/

/**
 * Takes an INGR file apart: a header with the columns, for each record as many lines as there are columns, each a JSON value, and a footer.
 * Delimiters may stand between records, comments behind values and between records, the footer may be missing. Throws a `TextProblem` where the header cannot
 * be read, and where the number of records or the hash in the footer says that the file is not what it was.
 */
export const readIngr = (text: string): IngrFile => {
  const lines = splitIngrLines(text)
  const [first] = lines
  if (first === undefined || text.trim() === '') return { lines: [], columns: [], records: [], countLine: undefined, hashLine: undefined }
  const columns = readHeader(first.text)
  const records: IngrRecord[] = []
  let at = 1
  while (at < lines.length && !count.test(lines[at]?.text ?? '') && !hash.test(lines[at]?.text ?? '')) {
    if (isBetweenRecords(lines[at]?.text ?? '')) at++
    else {
      const record = readRecord(lines, at, columns)
      records.push(record)
      at = record.end
    }
  }
  return { lines, columns, records, ...readFooter(text, { lines, at, records }) }
}

const readHeader = (line: string): readonly string[] => {
  const [, , list] = header.exec(line) ?? []
  if (list === undefined) throw new TextProblem('the first line is no INGR header: "# INGR.io | name: $ID, column, …"', 0)
  const columns = list.split(',').map((part) => (part.split(':', 1)[0] ?? '').trim())
  const twin = columns.find((name, index) => name === '' || name === '__proto__' || columns.indexOf(name) < index)
  if (twin !== undefined) {
    const why =
      twin === '' ? 'a column has no name' : `the column ${JSON.stringify(twin)} ${twin === '__proto__' ? 'is not allowed' : 'stands twice'}`
    throw new TextProblem(`the header: ${why}`, 0)
  }
  return columns
}

/** A comment, a delimiter without a record, or a blank line. */
const isBetweenRecords = (line: string): boolean => line.trim() === '' || line.startsWith('# ') || delimiter.test(line)

const readRecord = (lines: readonly IngrLine[], first: number, columns: readonly string[]): IngrRecord => {
  const fields = new Map<string, Json>()
  let problem: IngrRecord['problem']
  let comments = 0
  let values = 0
  for (; values < columns.length; values++) {
    const line = lines[first + values]?.text
    if (line === undefined || delimiter.test(line) || count.test(line)) {
      problem ??= { message: `the record has ${values} of ${columns.length} values`, line: first + 1 }
      break
    }
    const read = readValue(line)
    if (read.problem !== undefined)
      problem ??= { message: `column ${JSON.stringify(columns[values] ?? '')}: ${read.problem}`, line: first + values + 1 }
    else if (read.value !== null) fields.set(columns[values] ?? '', read.value)
    if (line.startsWith('#')) comments++
  }
  const end = first + values
  const isDelimited = delimiter.test(lines[end]?.text ?? '')
  const isCommented = values > 0 && comments === values
  return { first, end: isDelimited ? end + 1 : end, values, fields, isCommented, ...(problem === undefined ? {} : { problem }) }
}

/** The value of a line; one that is commented (`#"x"`), and a blank one, is null. */
const readValue = (line: string): { readonly value: Json; readonly problem?: string } => {
  if (line.startsWith('#') || line.trim() === '') return { value: null }
  const reader = new JsonReader(line)
  try {
    const value = reader.readValue(0)
    if (reader.peek() !== '' && reader.peek() !== '#') return { value: null, problem: 'something stands behind the value' }
    const problem = reader.problems[0]?.message
    return problem === undefined ? { value } : { value: null, problem }
  } catch (error) {
    if (!(error instanceof TextProblem)) throw error
    return { value: null, problem: `not valid JSON: ${error.message}` }
  }
}

interface Body {
  readonly lines: readonly IngrLine[]
  /** Line at which the footer begins. */
  readonly at: number
  readonly records: readonly IngrRecord[]
}

const readFooter = (text: string, { lines, at, records }: Body): Pick<IngrFile, 'countLine' | 'hashLine'> => {
  let countLine: number | undefined
  let hashLine: number | undefined
  for (let index = at; index < lines.length; index++) {
    const line = lines[index]
    if (line === undefined || isNote(line.text)) continue
    const counted = count.exec(line.text)?.[1]
    const sum = hash.exec(line.text)?.[1]
    if (counted !== undefined && countLine === undefined) {
      countLine = index
      if (Number(counted) !== records.length)
        throw new TextProblem(`the last lines say ${counted} records, but there are ${records.length}`, line.start)
    } else if (sum !== undefined && hashLine === undefined) {
      hashLine = index
      checkHash(text.slice(0, line.start), { sum, offset: line.start })
    } else throw new TextProblem('a value stands after the number of records', line.start)
  }
  return { countLine, hashLine }
}

const isNote = (line: string): boolean => line.trim() === '' || (line.startsWith('#') && !count.test(line) && !hash.test(line))

const checkHash = (text: string, { sum, offset }: { readonly sum: string; readonly offset: number }): void => {
  const found = hashOf(text)
  if (found === sum.toLowerCase()) return
  throw new TextProblem(
    `the hash does not fit the lines above it: they were changed or damaged. If they are right, remove this line or write sha256:${found}`,
    offset,
  )
}

/** SHA-256 of the bytes, lower-case hex. */
export const hashOf = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex')

/** Fields of a record without its key. */
export const fieldsOf = (record: IngrRecord): Record<string, Json> => Object.fromEntries([...record.fields].filter(([name]) => name !== '$ID'))
