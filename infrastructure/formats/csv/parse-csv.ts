import type { JsonObject } from '../../../domain/json.ts'
import { fail, ok, type Result } from '../../../domain/result.ts'
import { lineAt, TextProblem } from '../text-position.ts'
import { readCsvRows } from './csv-rows.ts'

/**
 * Parses RFC 4180 text with a header line into one object a row. Every cell is a text; an empty cell without quotes is left out.
 * Fails with `invalid-input` and lines for rows that are longer or shorter than the header, for misplaced quotes, and for a column name
 * that stands twice or is `__proto__`.
 *
 * @param fields  names of the columns of a text without a header line
 */
export const parseCsv = (text: string, fields?: readonly string[]): Result<readonly JsonObject[]> => {
  const source = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
  try {
    return ok(readObjects(source, fields))
  } catch (error) {
    if (!(error instanceof TextProblem)) throw error
    return fail({
      kind: 'invalid-input',
      issues: [{ rule: 'parse', message: `not valid CSV: ${error.message}`, line: lineAt(source, error.offset) }],
    })
  }
}

const readObjects = (text: string, fields: readonly string[] | undefined): readonly JsonObject[] => {
  const lines = readCsvRows(text)
  const names = fields ?? lines[0]?.cells.map((cell) => cell.text) ?? []
  const rows = fields === undefined ? lines.slice(1) : lines
  const header = fields === undefined ? 'the header' : 'the list of fields'
  const twin = names.find((name, index) => names.indexOf(name) !== index || name === '__proto__')
  if (twin !== undefined) throw new TextProblem(`the column ${JSON.stringify(twin)} ${twin === '__proto__' ? 'is not allowed' : 'stands twice'}`, 0)
  return rows.map(({ cells, start }) => {
    if (cells.length !== names.length) throw new TextProblem(`the row has ${cells.length} cells and ${header} ${names.length}`, start)
    return Object.fromEntries(cells.flatMap((cell, index) => (cell.text === '' && !cell.quoted ? [] : [[names[index] ?? '', cell.text]])))
  })
}
