import { editJsonLine } from '../json/edit-json.ts'
import { goRow, renderJsonRow } from '../json/write-json.ts'
import type { RecordFormatCodec } from '../record-format.ts'
import { collectRecords, planRowEdits, type RowEdits, toRows } from '../shared-file.ts'
import { type JsonlRow, readJsonlRows } from './read-jsonl.ts'

/** JSONL list files: one object a line, blank lines skipped. */
export const jsonlFormat: RecordFormatCodec = {
  read: (table, text) => collectRecords(table, readJsonlRows(text)),
  create: (table, records) =>
    toRows(table, records)
      .map((row) => `${renderJsonRow(row, table.columnsOrder, place)}\n`)
      .join(''),
  edit: (table, text, edits) => [
    () => {
      const rows = readJsonlRows(text)
      return editRows(text, { rows, plan: planRowEdits(table, rows, edits), columns: table.columnsOrder })
    },
  ],
  explainLoss: () => undefined,
}

const place = { style: goRow, pad: '' }

interface JsonlEdit {
  readonly rows: readonly JsonlRow[]
  readonly plan: RowEdits
  readonly columns: readonly string[]
}

const editRows = (text: string, { rows, plan: { changed, added }, columns }: JsonlEdit): string => {
  let result = ''
  let at = 0
  rows.forEach((row, index) => {
    const wanted = changed.get(index)
    if (wanted === undefined) return
    result += text.slice(at, row.start)
    if (wanted !== null) result += editJsonLine(text.slice(row.start, row.end), wanted, { columns, file: text })
    at = wanted === null ? row.next : row.end
  })
  result += text.slice(at)
  // A file without a line end at its end stays one.
  if (!text.endsWith('\n') && result.endsWith('\n') && at === text.length) result = result.replace(/\r?\n$/, '')
  const eol = text.includes('\r\n') ? '\r\n' : '\n'
  const lines = added.map((row) => renderJsonRow(row, columns, { style: { ...goRow, escapeHtml: /\\u00(3[ce]|26)/i.test(text) }, pad: '' }))
  if (lines.length === 0) return result
  return result === '' || result.endsWith('\n') ? result + lines.map((line) => line + eol).join('') : [result, ...lines].join(eol)
}
