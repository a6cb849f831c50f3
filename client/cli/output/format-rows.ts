import type { Formats } from '../../../api/contract/formats.ts'
import { isObject, type Json } from '../../../api/contract/json.ts'
import { readMembers, readText } from '../../../api/contract/json-text.ts'
import { unwrap } from '../errors.ts'
import type { Format } from '../options.ts'
import { formatTable, type Terminal } from './format-table.ts'

/** Rows to print: JSON objects as text, so that digits stay exact and the common formats need no parsing. */
export interface Rows {
  /** Members that a table shows, in order; other members of a row come after them. */
  readonly columns: readonly string[]
  readonly rows: readonly string[]
}

/**
 * Rows in a format, in pieces of bounded size where the format allows it: as `export` writes them, but for TOML, and for the table, whose columns are aligned here.
 * @param loadFormats parsers and writers
 */
export async function* formatRows(format: Format, rows: Rows, loadFormats: () => Promise<Formats>): AsyncGenerator<string | Uint8Array> {
  if (format === 'toml') yield await formatTomlList(rows.rows, await loadFormats())
  else if (format === 'md') yield formatTable(readLines(rows))
  else {
    const columns = hasHeader.has(format) ? listColumns(rows.columns, rows.rows.map(readMembers)) : rows.columns
    const options = { format, title: 'select', columns: columns.map((name) => ({ name, type: undefined })) }
    yield* unwrap(await (await loadFormats()).writeRecords(pieces(rows.rows), options))
  }
}

const hasHeader: ReadonlySet<Format> = new Set<Format>(['csv', 'tsv', 'ingr'])

/** One row in a format: an object where the format has objects, else a table of one line. */
export async function* formatRow(format: Format, rows: Rows, loadFormats: () => Promise<Formats>): AsyncGenerator<string | Uint8Array> {
  const [row = '{}'] = rows.rows
  if (format === 'json' || format === 'jsonl') yield `${row}\n`
  else if (format === 'yaml') yield await formatYaml(row, await loadFormats())
  else if (format === 'toml') yield await formatToml(row, await loadFormats())
  else yield* formatRows(format, rows, loadFormats)
}

const pieceRows = 1_000

async function* pieces<T>(rows: readonly T[]): AsyncGenerator<readonly T[]> {
  for (let start = 0; start < rows.length; start += pieceRows) yield rows.slice(start, start + pieceRows)
}

const formatYaml = async (row: string, formats: Formats): Promise<string> => formats.stringifyYaml(unwrap(await formats.parseJson(row)))

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

/** Header and cells of a table, as lines. */
const readLines = ({ columns, rows }: Rows): readonly (readonly string[])[] => {
  const members = rows.map(readMembers)
  const header = listColumns(columns, members)
  return [header, ...members.map((row) => readCells(row, header))]
}

/** A list for people: a table that fits the terminal. */
export const formatForTerminal = (rows: Rows, terminal: Terminal): string => formatTable(readLines(rows), terminal)
