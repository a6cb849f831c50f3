import { ExactNumber, equalJson, isJsonObject, type Json, type JsonObject, parseNumber } from '../../../domain/json.ts'
import type { FileContents } from '../../../domain/table/codecs.ts'
import type { Table } from '../../../domain/table/table.ts'
import { ownMember } from '../own-member.ts'
import type { FindOffset, RecordFormatCodec } from '../record-format.ts'
import { collectRecords, type FileEntry, findKey, planRowEdits, toRows } from '../shared-file.ts'
import { createLineCounter, TextProblem } from '../text-position.ts'
import { type CsvCell, type CsvRow, readCsvRows, writeCsvCell } from './csv-rows.ts'

/** CSV list files. An empty cell is an absent field, `""` an empty text; there are no nested values and no nulls. */
export const csvFormat: RecordFormatCodec = {
  read: (table, text) => {
    const rows = readCsvRows(text)
    checkHeader(table, rows[0])
    return readRecords(table, text, rows)
  },
  createLocator: (table, text) => createCsvLocator(table, text),
  create: (table, records) => {
    const rows = toRows(table, records).map((row) => table.columnsOrder.map((column) => writeCell(ownMember(row, column))).join(','))
    return [table.columnsOrder.map((column) => writeCsvCell(column, false)).join(','), ...rows].map((line) => `${line}\n`).join('')
  },
  edit: (table, text, edits) => [() => editRows(table, text, edits)],
  explainLoss: (table, name, value) => {
    const column = JSON.stringify(name)
    if (!table.columnsOrder.includes(name)) return `${column} is not in columns_order, so a CSV file has no column for it`
    if (Array.isArray(value) || isJsonObject(value)) return `${column} is a list or map, which a CSV cell cannot hold`
    const cell = readCsvRows(`${writeCell(value)},`)[0]?.cells[0]
    const back = cell === undefined ? undefined : readCell(cell, typeOf(table, name))
    return equalJson(back, value) ? undefined : `${column} would be read back as ${typeof back === 'string' ? 'a text' : 'another value'}`
  },
}

const checkHeader = (table: Table, header: CsvRow | undefined): void => {
  if (header === undefined) return
  const names = header.cells.map((cell) => cell.text)
  const { columnsOrder } = table
  if (names.length === columnsOrder.length && names.every((name, index) => name === columnsOrder[index])) return
  throw new TextProblem(`the header is "${names.join(',')}" and has to be columns_order, "${columnsOrder.join(',')}"`, header.start)
}

const readRecords = (table: Table, text: string, rows: readonly CsvRow[]): FileContents => collectRecords(table, readEntries(table, text, rows))

/** Entries of the rows after the header, in their order. */
const readEntries = (table: Table, text: string, rows: readonly CsvRow[]): readonly FileEntry[] => {
  const lineOf = createLineCounter(text)
  const types = table.columnsOrder.map((name) => typeOf(table, name))
  return rows.slice(1).map((row) => {
    const line = lineOf(row.start)
    if (row.cells.length !== types.length) {
      return { value: null, line, problem: { message: `the row has ${row.cells.length} cells and the header ${types.length}`, line } }
    }
    const fields: Record<string, Json> = {}
    row.cells.forEach((cell, index) => {
      const name = table.columnsOrder[index]
      const value = readCell(cell, types[index] ?? 'any')
      if (name !== undefined && value !== undefined) fields[name] = value
    })
    return { value: fields, line }
  })
}

/** A field is where its cell starts; of rows with the same key the first counts, which is the one that is served. */
const createCsvLocator = (table: Table, text: string): FindOffset => {
  const rows = readCsvRows(text)
  const byKey = new Map<string, CsvRow>()
  readEntries(table, text, rows).forEach(({ value }, index) => {
    const key = isJsonObject(value) ? findKey(table, value) : undefined
    const row = rows[index + 1]
    if (key !== undefined && row !== undefined && !byKey.has(key)) byKey.set(key, row)
  })
  return (key, [name = '']) => {
    const row = byKey.get(key)
    return row && (row.cells[table.columnsOrder.indexOf(name)]?.start ?? row.start)
  }
}

const typeOf = (table: Table, name: string): string => table.columns.find((column) => column.name === name)?.type ?? 'any'

/** A cell by the type of its column; what does not fit stays a text, for the validation to report. */
const readCell = ({ text, quoted }: CsvCell, type: string): Json | undefined => {
  if (text === '') return quoted ? '' : undefined
  if (type === 'bool') return /^(true|True|TRUE)$/.test(text) ? true : /^(false|False|FALSE)$/.test(text) ? false : text
  const isNumber = (type === 'int' || type === 'float') && /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(text)
  return isNumber ? parseNumber(text) : text
}

const writeCell = (value: Json | undefined): string => {
  if (value === undefined || value === null) return ''
  return typeof value === 'string'
    ? writeCsvCell(value, value === '')
    : writeCsvCell(value instanceof ExactNumber ? value.literal : String(value), false)
}

const editRows = (table: Table, text: string, edits: ReadonlyMap<string, JsonObject | null>): string | undefined => {
  const rows = readCsvRows(text)
  if (rows.length === 0) return undefined
  const eol = text.includes('\r\n') ? '\r\n' : '\n'
  const { changed, added } = planRowEdits(table, readEntries(table, text, rows), edits)
  let result = text.slice(0, rows[0]?.next)
  rows.slice(1).forEach((row, index) => {
    const gap = text.slice(rows[index]?.next, row.start)
    const wanted = changed.get(index)
    if (wanted === undefined) result += gap + text.slice(row.start, row.next)
    else result += wanted === null ? gap : gap + editRow(table, text, { row, wanted }) + text.slice(row.end, row.next)
  })
  result += text.slice(rows.at(-1)?.next)
  const lines = added.map((row) => table.columnsOrder.map((column) => writeCell(ownMember(row, column))).join(','))
  if (lines.length === 0) return result
  return result === '' || result.endsWith('\n') ? result + lines.map((line) => line + eol).join('') : [result, ...lines].join(eol)
}

/** A row with other values; cells that do not change keep their text, changed ones their quotes. */
const editRow = (table: Table, text: string, { row, wanted }: { row: CsvRow; wanted: JsonObject }): string =>
  row.cells
    .map((cell, index) => {
      const column = table.columnsOrder[index] ?? ''
      const written = writeCell(ownMember(wanted, column))
      if (written === writeCsvCell(cell.text, cell.quoted && cell.text === '')) return text.slice(cell.start, cell.end)
      return cell.quoted && written !== '' && !written.startsWith('"') ? writeCsvCell(written, true) : written
    })
    .join(',')
