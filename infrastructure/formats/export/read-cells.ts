import { readText } from '../../../domain/json-text.ts'

/** A value as the text of a cell. */
export interface WrittenCell {
  readonly text: string
  /** Whether the value is a text, and no number, list or the like. */
  readonly isText: boolean
}

/** Cells of a record by column: texts as they are, JSON text for the rest, `undefined` for null and absent. */
export const readCells = (members: ReadonlyMap<string, string>, columns: readonly string[]): readonly (WrittenCell | undefined)[] =>
  columns.map((column) => {
    const value = members.get(column)
    if (value === undefined || value === 'null') return undefined
    const text = readText(value)
    return text === undefined ? { text: value, isText: false } : { text, isText: true }
  })
