import type { Formats } from '../../../api/contract/formats.ts'
import { isObject, type Json } from '../../../api/contract/json.ts'
import { readMembers, readText } from '../../../api/contract/json-text.ts'
import { UsageError, unwrap } from '../errors.ts'
import type { Format } from '../options.ts'
import { formatTable, type Terminal } from './format-table.ts'

/** Rows to print: JSON objects as text, so that digits stay exact and the common formats need no parsing. */
export interface Rows {
  /** Members that a table shows, in order; other members of a row come after them. */
  readonly columns: readonly string[]
  readonly rows: readonly string[]
}

/** Rows in a format, in pieces of bounded size where the format allows it. @param loadFormats parsers, for YAML and TOML */
export async function* formatRows(format: Format, rows: Rows, loadFormats: () => Promise<Formats>): AsyncGenerator<string> {
  switch (format) {
    case 'json':
      yield* formatJsonArray(rows.rows)
      return
    case 'jsonl':
      for (const piece of pieces(rows.rows)) yield piece.map((row) => `${row}\n`).join('')
      return
    case 'yaml':
      yield await formatYamlList(rows.rows, await loadFormats())
      return
    case 'toml':
      yield await formatTomlList(rows.rows, await loadFormats())
      return
    case 'csv':
      yield* formatCsv(rows)
      return
    case 'tsv':
      yield* formatTsv(rows)
      return
    case 'ingr':
      yield* formatIngr(rows)
      return
    case 'md':
      yield formatTable(readLines(rows))
  }
}

/** One row in a format: an object where the format has objects, else a table of one line. */
export async function* formatRow(format: Format, rows: Rows, loadFormats: () => Promise<Formats>): AsyncGenerator<string> {
  const [row = '{}'] = rows.rows
  if (format === 'json' || format === 'jsonl') yield `${row}\n`
  else if (format === 'yaml') yield await formatYaml(row, await loadFormats())
  else if (format === 'toml') yield await formatToml(row, await loadFormats())
  else yield* formatRows(format, rows, loadFormats)
}

const pieceRows = 1_000

function* pieces<T>(rows: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < rows.length; start += pieceRows) yield rows.slice(start, start + pieceRows)
}

function* formatJsonArray(rows: readonly string[]): Generator<string> {
  let before = '['
  for (const piece of pieces(rows)) {
    yield `${before}\n${piece.join(',\n')}`
    before = ','
  }
  yield rows.length === 0 ? '[]\n' : '\n]\n'
}

const formatYaml = async (row: string, formats: Formats): Promise<string> => formats.stringifyYaml(unwrap(await formats.parseJson(row)))

const formatYamlList = async (rows: readonly string[], formats: Formats): Promise<string> => formats.stringifyYaml(await parseRows(rows, formats))

const parseRows = async (rows: readonly string[], formats: Formats): Promise<readonly Json[]> => {
  const list: Json[] = []
  for (const row of rows) list.push(unwrap(await formats.parseJson(row)))
  return list
}

const formatToml = async (row: string, formats: Formats): Promise<string> => {
  const value = unwrap(await formats.parseJson(row))
  return formats.stringifyToml(isObject(value) ? value : { value })
}

/** A TOML document is a table: the rows are its array of tables `records`. */
const formatTomlList = async (rows: readonly string[], formats: Formats): Promise<string> =>
  formats.stringifyToml({ records: await parseRows(rows, formats) })

/** Cells of a row by column: texts as they are, nothing for null and absent, JSON text for the rest. */
const readCells = (members: ReadonlyMap<string, string>, columns: readonly string[]): readonly string[] =>
  columns.map((column) => {
    const value = members.get(column)
    return value === undefined || value === 'null' ? '' : (readText(value) ?? value)
  })

/** The columns given, then members that only some rows have, by name. */
const listColumns = (columns: readonly string[], rows: readonly ReadonlyMap<string, string>[]): readonly string[] => {
  const known = new Set(columns)
  const others = new Set(rows.flatMap((row) => [...row.keys()].filter((name) => !known.has(name))))
  return [...columns, ...[...others].sort()]
}

function* formatCsv({ columns, rows }: Rows): Generator<string> {
  const members = rows.map(readMembers)
  const header = listColumns(columns, members)
  yield formatCsvLine(header)
  for (const piece of pieces(members)) yield piece.map((row) => formatCsvLine(readCells(row, header))).join('')
}

/** Tabs between cells, and the escapes that the Go tools have for what would end one: `\\\\`, `\\t`, `\\n`, `\\r`. */
function* formatTsv({ columns, rows }: Rows): Generator<string> {
  const members = rows.map(readMembers)
  const header = listColumns(columns, members)
  const formatLine = (cells: readonly string[]): string =>
    `${cells.map((cell) => cell.replaceAll(/[\\\t\n\r]/g, (end) => tsvEscapes[end] ?? end)).join('\t')}\n`
  yield formatLine(header)
  for (const piece of pieces(members)) yield piece.map((row) => formatLine(readCells(row, header))).join('')
}

const tsvEscapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }

/** INGR 1.0.0-RC: one value a line, the key of a record as `$ID`. */
function* formatIngr({ columns, rows }: Rows): Generator<string> {
  const members = rows.map(readMembers)
  const header = listColumns(columns, members)
  const odd = header.find((name) => !/^[^,:\s](?:[^,:\n\r]*[^,:\s])?$/.test(name))
  if (odd !== undefined) throw new UsageError(`${JSON.stringify(odd)} cannot be a column of INGR: use another --format`)
  yield `# INGR.io | select: ${header.map((name) => (name === '$id' ? '$ID' : name)).join(', ')}\n`
  for (const piece of pieces(members)) yield piece.map((row) => header.map((name) => `${row.get(name) ?? 'null'}\n`).join('')).join('')
  yield `# ${rows.length} ${rows.length === 1 ? 'record' : 'records'}\n`
}

/** RFC 4180, with LF as the Go tools write it. */
const formatCsvLine = (cells: readonly string[]): string => `${cells.map((cell) => quoteCell(cell, cells.length === 1)).join(',')}\n`

/** A line of one empty cell would read as no line at all. */
const quoteCell = (cell: string, isAlone: boolean): string =>
  /[",\r\n]|^\s|\s$/.test(cell) || (isAlone && cell === '') ? `"${cell.replaceAll('"', '""')}"` : cell

/** Header and cells of a table, as lines. */
const readLines = ({ columns, rows }: Rows): readonly (readonly string[])[] => {
  const members = rows.map(readMembers)
  const header = listColumns(columns, members)
  return [header, ...members.map((row) => readCells(row, header))]
}

/** A list for people: a table that fits the terminal. */
export const formatForTerminal = (rows: Rows, terminal: Terminal): string => formatTable(readLines(rows), terminal)
