import { readMembers } from '../../../domain/json-text.ts'
import { ok } from '../../../domain/result.ts'
import { readCells, type WrittenCell } from './read-cells.ts'
import type { RecordBatches, RecordWriter, WriterOptions } from './record-writer.ts'

/** RFC 4180 with a header, with LF as the Go tools write it. What is absent is an empty cell without quotes, an empty text is `""`. */
export const writeCsvRecords: RecordWriter = (batches, options) => {
  const { delimiter = ',', nullText = '' } = options
  const mustBeQuoted = (text: string): boolean => /["\r\n]|^\s|\s$|^$/.test(text) || text.includes(delimiter) || text === nullText
  return ok(
    writeLines(batches, options, {
      delimiter,
      // A line of one empty cell would read as no line at all.
      writeNothing: (isAlone) => (isAlone && nullText === '' ? '""' : nullText),
      writeText: (text) => (mustBeQuoted(text) ? `"${text.replaceAll('"', '""')}"` : text),
    }),
  )
}

/** Tabs between cells, and the escapes that the Go tools have for what would end one. There are no quotes: an empty text is as absent. */
export const writeTsvRecords: RecordWriter = (batches, options) =>
  ok(
    writeLines(batches, options, {
      delimiter: '\t',
      writeNothing: () => options.nullText ?? '',
      writeText: (text) => text.replaceAll(/[\\\t\n\r]/g, (end) => tsvEscapes[end] ?? end),
    }),
  )

const tsvEscapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }

interface CellStyle {
  readonly delimiter: string
  /** @param isAlone  it is the only cell of its line */
  writeNothing(isAlone: boolean): string
  writeText(text: string): string
}

async function* writeLines(batches: RecordBatches, options: WriterOptions, style: CellStyle): AsyncGenerator<string> {
  const names = options.columns.map(({ name }) => name)
  const writeLine = (cells: readonly (WrittenCell | undefined)[]): string =>
    `${cells.map((cell) => (cell === undefined ? style.writeNothing(cells.length === 1) : style.writeText(guard(cell)))).join(style.delimiter)}\n`
  const guard = ({ text, isText }: WrittenCell): string => (options.escapeFormulas === true && isText ? escapeFormula(text) : text)
  yield writeLine(names.map((text) => ({ text, isText: true })))
  for await (const batch of batches) yield batch.map((record) => writeLine(readCells(readMembers(record), names))).join('')
}

/**
 * An apostrophe before what a spreadsheet takes for a formula, and before what has one already: so that taking one away gives the text again. Source: OWASP, CSV
 * injection, with the wide forms of the signs.
 */
const escapeFormula = (text: string): string => (/^'*[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text)
