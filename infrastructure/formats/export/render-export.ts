import type { JsonObject } from '../../../domain/json.ts'
import { fail, ok, type Result } from '../../../domain/result.ts'
import type { ExportFile } from '../../../domain/view/export-file.ts'
import { writeCsvCell } from '../csv/csv-rows.ts'
import { isIngrColumn, writeIngr } from '../ingr/ingr-format.ts'
import { goRow, renderJson } from '../json/write-json.ts'
import { ownMember } from '../own-member.ts'
import { compareNaturally } from '../yaml/natural-order.ts'
import { writeYamlList } from '../yaml/write-yaml.ts'
import { cellText } from './cell-text.ts'
import { writeMarkdownTable } from './markdown-table.ts'

/** See `ViewCodec.render`: bytes as the Go tools write them, with nested values as JSON where they would be Go's notation of a map. */
export const renderExport = (file: ExportFile): Result<Uint8Array> => {
  const unsayable = file.format === 'ingr' ? findUnsayable(file) : undefined
  return unsayable === undefined ? ok(Buffer.from(write(file))) : fail({ kind: 'unsupported', what: file.path, why: unsayable })
}

const write = (file: ExportFile): string => {
  switch (file.format) {
    case 'ingr':
      return writeIngr({ ...file, name: file.title, columns: namesOf(file), types: typesOf(file) })
    case 'csv':
      return writeLines(file, ',', (text) => writeCsvCell(text, false))
    case 'tsv':
      return writeLines(file, '\t', escapeTab)
    case 'json':
      return renderJson(wholeRows(file), goRow, '')
    case 'jsonl':
      return wholeRows(file)
        .map((row) => `${renderJson(row, goRow, '')}\n`)
        .join('')
    case 'yaml':
      return writeYamlList(wholeRows(file), [...namesOf(file)].sort(compareNaturally))
    case 'md':
      return writeMarkdownTable(file.columns, file.rows)
  }
}

const namesOf = ({ columns }: ExportFile): readonly string[] => columns.map(({ name }) => name)

const typesOf = ({ columns }: ExportFile): ReadonlyMap<string, string> =>
  new Map(columns.flatMap(({ name, type }) => (type === undefined ? [] : [[name, type] as const])))

const findUnsayable = (file: ExportFile): string | undefined => {
  const column = namesOf(file).find((name) => !isIngrColumn(name))
  if (column !== undefined) return `${JSON.stringify(column)} cannot be the name of a column in an INGR header`
  const type = [...typesOf(file).values()].find((text) => /[,\r\n]/.test(text))
  if (type !== undefined) return `${JSON.stringify(type)} cannot be the type of a column in an INGR header`
  return /[\r\n]/.test(file.title) ? `the name ${JSON.stringify(file.title)} cannot be in an INGR header` : undefined
}

/** Every column in every row, null where there is no value. */
const wholeRows = (file: ExportFile): readonly JsonObject[] =>
  file.rows.map((row) => Object.fromEntries(namesOf(file).map((name) => [name, ownMember(row, name) ?? null])))

const writeLines = (file: ExportFile, separator: string, writeCell: (text: string) => string): string => {
  const names = namesOf(file)
  const lines = [names, ...file.rows.map((row) => names.map((name) => cellText(ownMember(row, name))))]
  return lines.map((cells) => `${cells.map(writeCell).join(separator)}\n`).join('')
}

const escapeTab = (text: string): string =>
  text.replace(/[\\\t\n\r]/g, (character) => `\\${{ '\\': '\\', '\t': 't', '\n': 'n', '\r': 'r' }[character]}`)
