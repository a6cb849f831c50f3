import type { ExportColumn } from '../../../domain/view/export-file.ts'
import type { ExportRow } from '../../../domain/view/view.ts'
import { ownMember } from '../own-member.ts'
import { cellText } from './cell-text.ts'

/** A table as the Go tools lay it out, `| a | b |`; whatever a cell holds stays in it. */
export const writeMarkdownTable = (columns: readonly ExportColumn[], rows: readonly ExportRow[]): string => {
  const head = markdownRow(columns.map(({ name }) => name))
  const rule = `|${columns.map(() => '---|').join('')}\n`
  return head + rule + rows.map((row) => markdownRow(columns.map(({ name }) => cellText(ownMember(row, name))))).join('')
}

export const markdownRow = (cells: readonly string[]): string => `| ${cells.map(escapeMarkdownCell).join(' | ')} |\n`

/** Bars and line breaks would end a cell, `<` would begin HTML, `&` a character by its name. Source: GitHub Flavored Markdown Spec, 4.10. */
export const escapeMarkdownCell = (text: string): string =>
  text
    .replaceAll('\\', '\\\\')
    .replaceAll('|', '\\|')
    .replaceAll(/&(?=#?\w+;)/g, '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/\r\n|\r|\n/g, '<br>')
