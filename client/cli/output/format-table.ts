import { countColumns } from './text-width.ts'

/** What a table is shown on. */
export interface Terminal {
  /** Characters in a line. */
  readonly width: number
  readonly isColored: boolean
}

/**
 * A Markdown table with aligned columns, good to read on a terminal too; the first line is the header. On a terminal, cells are cut with … until a line fits.
 */
export const formatTable = (lines: readonly (readonly string[])[], terminal?: Terminal): string => {
  const escaped = lines.map((cells) => cells.map(escapeCell))
  const [header = [], ...body] = escaped
  const natural = header.map((_, index) => escaped.reduce((width, cells) => Math.max(width, countColumns(cells[index] ?? '')), widthMin))
  const widths = terminal === undefined ? natural : fitWidths(natural, terminal.width)
  const formatLine = (cells: readonly string[], paint = (text: string) => text): string =>
    `| ${cells.map((cell, index) => paint(padCell(cell, widths[index] ?? 0))).join(' | ')} |\n`
  const isBold = terminal?.isColored === true
  return (
    formatLine(header, isBold ? (text) => `\u001b[1m${text}\u001b[22m` : undefined) +
    `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|\n` +
    body.map((cells) => formatLine(cells)).join('')
  )
}

const widthMin = 3
/** A narrower column says nothing any more. */
const cutWidthMin = 8

/** Takes from the widest columns until all fit; when even narrow ones do not, the terminal folds the lines. */
const fitWidths = (natural: readonly number[], width: number): readonly number[] => {
  const room = width - 3 * natural.length - 1
  const used = (cap: number): number => natural.reduce((sum, column) => sum + Math.min(column, cap), 0)
  let cap = Math.max(...natural, cutWidthMin)
  while (cap > cutWidthMin && used(cap) > room) cap--
  return natural.map((column) => Math.min(column, cap))
}

const padCell = (cell: string, width: number): string => {
  const shown = cutCell(cell, width)
  return shown + ' '.repeat(Math.max(0, width - countColumns(shown)))
}

const cutCell = (cell: string, width: number): string => {
  if (countColumns(cell) <= width) return cell
  let shown = ''
  let columns = 1
  for (const character of cell) {
    columns += countColumns(character)
    if (columns > width) break
    shown += character
  }
  return `${shown}…`
}

/** Backslashes, bars and line breaks would end a cell; control characters would reach the terminal. */
const escapeCell = (text: string): string =>
  text
    .replaceAll('\\', '\\\\')
    .replaceAll('|', '\\|')
    .replaceAll(/\r\n|\r|\n/g, '<br>')
    .replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, ' ')
