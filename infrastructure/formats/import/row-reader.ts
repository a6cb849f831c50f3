import { SourceProblem } from '../../../domain/import/source-problem.ts'
import type { SourceRecord } from '../../../domain/import/source-record.ts'
import type { Json } from '../../../domain/json.ts'
import { badRecord } from './bad-record.ts'
import { cellReader, type ReadCell } from './read-cell.ts'
import type { CellOptions } from './read-options.ts'

export interface Cell {
  readonly text: string
  readonly isQuoted: boolean
}

export interface Row {
  readonly cells: readonly Cell[]
  readonly line: number
  /** As it stands in the input. */
  readonly source: string
}

/** Makes records of rows: the first one names the fields, unless the options do. */
export type RowReader = (row: Row) => SourceRecord | undefined

export const createRowReader = ({ fields, nullText, types }: CellOptions): RowReader => {
  let columns = fields === undefined ? undefined : createColumns(fields, types, 1)
  return ({ cells, line, source }) => {
    if (columns === undefined) {
      columns = createColumns(
        cells.map(({ text }) => text),
        types,
        line,
      )
      return undefined
    }
    if (cells.length !== columns.length) {
      const header = fields === undefined ? 'the header' : 'the list of fields'
      return badRecord(line, source, `the row has ${cells.length} cells and ${header} ${columns.length}`)
    }
    const record: Record<string, Json> = {}
    for (const [index, { text, isQuoted }] of cells.entries()) {
      const column = columns[index]
      if (column === undefined || (!isQuoted && (text === '' || text === nullText))) continue
      record[column.name] = column.read(text)
    }
    return { line, fields: record }
  }
}

interface Column {
  readonly name: string
  readonly read: ReadCell
}

const createColumns = (names: readonly string[], types: CellOptions['types'], line: number): readonly Column[] => {
  for (const [index, name] of names.entries()) {
    const fault = findFault(name, names.indexOf(name) < index)
    if (fault !== undefined) throw new SourceProblem('header', `the header: ${fault}`, line)
  }
  return names.map((name) => ({ name, read: cellReader(types?.get(name)) }))
}

const findFault = (name: string, isTwin: boolean): string | undefined => {
  if (name === '__proto__') return 'the column "__proto__" is not allowed'
  if (name === '') return 'a column has no name'
  if (name.includes('\0')) return 'it has NUL characters: the file may be in UTF-16, say its --encoding'
  if (name.includes('\r')) return 'its lines end with CR alone: convert them to LF'
  return isTwin ? `the column ${JSON.stringify(name)} stands twice` : undefined
}
