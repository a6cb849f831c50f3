import { ExactNumber, isJsonObject, type Json, type JsonObject } from '../../../domain/json.ts'
import { compareByColumns, compareCodePoints } from '../member-order.ts'

/** How JSON text is laid out: with `indent` one value a line, without it everything on one line. */
export interface JsonStyle {
  readonly indent: string | undefined
  readonly eol: string
  readonly colon: string
  /** Between values on one line. */
  readonly comma: string
  /** Whether `<`, `>`, `&`, U+2028 and U+2029 are escaped, as Go does. */
  readonly escapeHtml: boolean
}

/** Where a value is written: its layout, and the white space before the line on which it starts. */
export interface JsonPlace {
  readonly style: JsonStyle
  readonly pad: string
}

const goFile: JsonStyle = { indent: '  ', eol: '\n', colon: ': ', comma: ',', escapeHtml: true }
/** One row on one line, as Go's `json.Marshal` writes it. */
export const goRow: JsonStyle = { indent: undefined, eol: '\n', colon: ':', comma: ',', escapeHtml: true }

/** A file of one record, or a dictionary, as Go's `json.MarshalIndent` writes a map: sorted by bytes, two spaces, a line end at the end. */
export const writeJsonFile = (value: JsonObject): string => `${renderJson(value, goFile, '')}\n`

/** A list file as the Go tools write it: one compact row a line, `columns_order` first and the other members sorted. */
export const writeJsonList = (rows: readonly JsonObject[], columns: readonly string[]): string =>
  rows.length === 0 ? '[]\n' : `[\n${rows.map((row) => `  ${renderJsonRow(row, columns, { style: goRow, pad: '' })}`).join(',\n')}\n]\n`

/** A row of a list file: its own members with `$ID` and `columns_order` first, those of maps inside it sorted. */
export const renderJsonRow = (row: JsonObject, columns: readonly string[], place: JsonPlace): string =>
  renderMembers(row, Object.keys(row).sort(compareByColumns(['$ID', '$id', ...columns])), place)

/**
 * JSON text of a value with its members sorted by bytes and its numbers as they were written.
 * @param pad  white space before the line on which the value starts
 */
export const renderJson = (value: Json, style: JsonStyle, pad: string): string => {
  if (value instanceof ExactNumber) return value.literal
  if (typeof value === 'string') return renderJsonText(value, style)
  if (Array.isArray(value)) {
    return enclose(
      '[]',
      value.map((item) => renderJson(item, style, nextPad(style, pad))),
      { style, pad },
    )
  }
  if (isJsonObject(value)) return renderMembers(value, Object.keys(value).sort(compareCodePoints), { style, pad })
  return JSON.stringify(value)
}

export const renderJsonText = (text: string, style: JsonStyle): string => {
  const literal = JSON.stringify(text)
  return style.escapeHtml
    ? literal.replace(/[<>&\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
    : literal
}

const renderMembers = (value: JsonObject, names: readonly string[], { style, pad }: JsonPlace): string =>
  enclose(
    '{}',
    names.map((name) => `${renderJsonText(name, style)}${style.colon}${renderJson(value[name] ?? null, style, nextPad(style, pad))}`),
    { style, pad },
  )

const nextPad = (style: JsonStyle, pad: string): string => (style.indent === undefined ? pad : pad + style.indent)

const enclose = (brackets: '[]' | '{}', parts: readonly string[], { style, pad }: JsonPlace): string => {
  if (parts.length === 0) return brackets
  if (style.indent === undefined) return `${brackets.charAt(0)}${parts.join(style.comma)}${brackets.charAt(1)}`
  const lineStart = style.eol + nextPad(style, pad)
  return `${brackets.charAt(0)}${lineStart}${parts.join(`,${lineStart}`)}${style.eol}${pad}${brackets.charAt(1)}`
}
