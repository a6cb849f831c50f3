import { TextProblem } from '../text-position.ts'

/** One cell: its value, and where it stands, quotes included (`end` is exclusive). */
export interface CsvCell {
  readonly text: string
  readonly start: number
  readonly end: number
  readonly quoted: boolean
}

/** One record of a CSV text: `end` is after its last cell, `next` after its line end. */
export interface CsvRow {
  readonly cells: readonly CsvCell[]
  readonly start: number
  readonly end: number
  readonly next: number
}

/**
 * Rows of an RFC 4180 text, as Go's encoding/csv takes them: comma, double quotes, LF or CRLF, empty lines skipped. Throws a
 * `TextProblem` for a quote inside a plain cell, for text after a closing quote, and for a quote that is not closed.
 */
export const readCsvRows = (text: string): readonly CsvRow[] => {
  const rows: CsvRow[] = []
  for (let at = 0; at < text.length; ) {
    const row = readRow(text, at)
    const only = row.cells[0]
    if (row.cells.length > 1 || only?.text !== '' || only.quoted) rows.push(row)
    at = row.next
  }
  return rows
}

const readRow = (text: string, start: number): CsvRow => {
  const cells: CsvCell[] = []
  let at = start
  while (true) {
    const cell = text[at] === '"' ? readQuoted(text, at) : readPlain(text, at)
    cells.push(cell)
    if (text[cell.end] !== ',') return { cells, start, end: cell.end, next: skipLineEnd(text, cell.end) }
    at = cell.end + 1
  }
}

const plainEnd = /[,\n"]|\r\n/g

const readPlain = (text: string, start: number): CsvCell => {
  plainEnd.lastIndex = start
  const end = plainEnd.exec(text)?.index ?? text.length
  if (text[end] === '"') throw new TextProblem('a quote stands inside a cell that is not quoted', end)
  return { text: text.slice(start, end), start, end, quoted: false }
}

const readQuoted = (text: string, start: number): CsvCell => {
  let at = text.indexOf('"', start + 1)
  while (at !== -1 && text[at + 1] === '"') at = text.indexOf('"', at + 2)
  if (at === -1) throw new TextProblem('a quoted cell is not closed', start)
  const end = at + 1
  if (end < text.length && !/^(,|\r?\n)/.test(text.slice(end, end + 2))) throw new TextProblem('text stands after a closing quote', end)
  return { text: text.slice(start + 1, at).replaceAll('""', '"'), start, end, quoted: true }
}

const skipLineEnd = (text: string, end: number): number => {
  if (end >= text.length) return end
  return text[end] === '\r' ? end + 2 : end + 1
}

/** A row as Go's encoding/csv writes it; `isQuoted` asks for quotes that are not needed. */
export const writeCsvCell = (text: string, isQuoted: boolean): string =>
  isQuoted || text === '\\.' || /[",\r\n]|^\p{White_Space}/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text
