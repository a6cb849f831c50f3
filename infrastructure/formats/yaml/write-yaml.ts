import { ExactNumber, isJsonObject, type Json, type JsonObject } from '../../../domain/json.ts'
import { compareByColumns } from '../member-order.ts'
import { compareNaturally } from './natural-order.ts'
import { chooseScalarStyle, quoteDouble, quoteSingle } from './scalar-style.ts'

export interface YamlStyle {
  /** Columns by which maps in maps, and lists in maps, are indented. */
  readonly indent: number
  /** For texts between others, to be read by people: emoji stay as they are, and no block ends in blank lines. Go writes neither so. */
  readonly keepEmoji: boolean
  /** Names of a map in the order in which they are written; by default that of yaml.v3. */
  readonly orderNames?: (value: JsonObject) => readonly string[]
}

const sortNames = (value: JsonObject): readonly string[] => Object.keys(value).sort(compareNaturally)

const namesOf = (value: JsonObject, { orderNames = sortNames }: YamlStyle): readonly string[] => orderNames(value)

const goStyle: YamlStyle = { indent: 4, keepEmoji: false }
const readableStyle: YamlStyle = { indent: 4, keepEmoji: true, orderNames: Object.keys }

/** Any value as YAML to be read by people and programs: maps in their own order, a line end at the end. */
export const writeYaml = (value: Json): string =>
  isCollection(value)
    ? renderCollection(value, { style: readableStyle, column: 0 })
    : `-${renderAfterDash(value, { style: readableStyle, column: 0 })}`.slice(2)

/** A file of one record, or a dictionary, as yaml.v3 writes a map: names in natural order, four spaces, no folding. */
export const writeYamlFile = (value: JsonObject): string =>
  Object.keys(value).length === 0 ? '{}\n' : renderYamlMap(value, sortNames(value), { style: goStyle, column: 0 })

/** A list file as the Go tools write it: `columns_order` first in each row, the other names sorted; maps inside in natural order. */
export const writeYamlList = (rows: readonly JsonObject[], columns: readonly string[]): string =>
  rows.length === 0 ? '[]\n' : rows.map((row) => renderYamlRow(row, columns, { style: goStyle, column: 0 })).join('')

/** Where a block is written: `column` is that of its first character, which the caller has reached. */
export interface YamlPlace {
  readonly style: YamlStyle
  readonly column: number
}

/** One row of a list, from its dash to the end of its last line. */
export const renderYamlRow = (row: JsonObject, columns: readonly string[], { style, column }: YamlPlace): string => {
  const names = Object.keys(row).sort(compareByColumns(['$ID', '$id', ...columns]))
  return names.length === 0 ? '- {}\n' : `- ${renderYamlMap(row, names, { style, column: column + 2 })}`
}

/** Lines of a map that is not empty; the first one without its white space. */
export const renderYamlMap = (value: JsonObject, names: readonly string[], place: YamlPlace): string =>
  names.map((name) => renderYamlEntry(name, value[name] ?? null, place)).join(' '.repeat(place.column))

/** One entry of a map, to the end of its last line. */
export const renderYamlEntry = (name: string, value: Json, place: YamlPlace): string => {
  const key = renderName(name, place)
  return key.includes('\n') ? key + renderAfterLongName(value, place) : `${key}:${renderAfterColon(value, place)}`
}

/** What follows the colon of an entry: ` value` and a line end, or the lines of a block below it. */
export const renderAfterColon = (value: Json, { style, column }: YamlPlace): string => {
  const below = nextColumn(column, style)
  if (isCollection(value)) return `\n${' '.repeat(below)}${renderCollection(value, { style, column: below })}`
  const literal = typeof value === 'string' ? renderLiteral(value, { style, column: below }, below - column) : undefined
  return ` ${literal ?? `${renderYamlInline(value, style, 'block')}\n`}`
}

/** A value on one line; maps and lists between brackets. */
export const renderYamlInline = (value: Json, style: YamlStyle, context: 'block' | 'flow'): string => {
  if (value instanceof ExactNumber) return value.literal
  if (typeof value === 'string') return renderText(value, { flow: context === 'flow', name: false, keepEmoji: style.keepEmoji })
  if (Array.isArray(value)) return `[${value.map((item) => renderYamlInline(item, style, 'flow')).join(', ')}]`
  if (isJsonObject(value))
    return `{${namesOf(value, style)
      .map((name) => renderFlowEntry(name, value[name] ?? null, style))
      .join(', ')}}`
  return String(value)
}

export const renderFlowEntry = (name: string, value: Json, style: YamlStyle): string =>
  `${renderText(name, { flow: true, name: true, keepEmoji: style.keepEmoji })}: ${renderYamlInline(value, style, 'flow')}`

/**
 * A text as a block of lines, header included, when it can be one.
 * @param indented  columns from the parent; where a first line starts with spaces, Go always says that they are the full indentation,
 *                  and cannot read what it wrote when they are not
 */
const renderLiteral = (text: string, { style, column }: YamlPlace, indented: number): string | undefined => {
  if (chooseScalarStyle(text, { flow: false, name: false, keepEmoji: style.keepEmoji }) !== 'literal') return undefined
  // Between other lines, a block that keeps its last line ends would take the blank lines that follow.
  if (style.keepEmoji && text.endsWith('\n\n')) return undefined
  const startsWithSpace = text.startsWith(' ')
  if (startsWithSpace && indented !== style.indent) return undefined
  const end = text.endsWith('\n\n') ? '+' : text.endsWith('\n') ? '' : '-'
  const lines = text.endsWith('\n') ? text.slice(0, -1).split('\n') : text.split('\n')
  const body = lines.map((line) => (line === '' ? '\n' : `${' '.repeat(column)}${line}\n`)).join('')
  return `|${startsWithSpace ? style.indent : ''}${end}\n${body}`
}

/** Whether Go puts a name into a line of its own: over 128 bytes, or several lines. */
const isLongName = (name: string): boolean => /[\n\r\u0085\u2028\u2029]/.test(name) || Buffer.byteLength(name) > 128

const renderName = (name: string, { style, column }: YamlPlace): string => {
  if (!isLongName(name)) return renderText(name, { flow: false, name: true, keepEmoji: style.keepEmoji })
  const below = nextColumn(column, style)
  const literal = renderLiteral(name, { style, column: below }, below - column)
  return `? ${literal ?? `${renderText(name, { flow: false, name: false, keepEmoji: style.keepEmoji })}\n`}${' '.repeat(column)}:`
}

const renderAfterLongName = (value: Json, place: YamlPlace): string => {
  if (!isCollection(value)) return renderAfterColon(value, place)
  const below = nextColumn(place.column, place.style)
  return ' '.repeat(below - place.column - 1) + renderCollection(value, { style: place.style, column: below })
}

const renderCollection = (value: Json, place: YamlPlace): string => {
  if (isJsonObject(value)) return renderYamlMap(value, namesOf(value, place.style), place)
  if (!Array.isArray(value)) throw new Error('only maps and lists are written as blocks')
  return value.map((item) => `-${renderAfterDash(item, place)}`).join(' '.repeat(place.column))
}

/** What follows the dash of an item, to the end of its last line; `column` is the dash's. */
export const renderAfterDash = (item: Json, { style, column }: YamlPlace): string => {
  const inside = { style, column: column + 2 }
  if (isCollection(item)) return ` ${renderCollection(item, inside)}`
  const literal = typeof item === 'string' ? renderLiteral(item, inside, 2) : undefined
  return ` ${literal ?? `${renderYamlInline(item, style, 'block')}\n`}`
}

const renderText = (text: string, place: { readonly flow: boolean; readonly name: boolean; readonly keepEmoji: boolean }): string => {
  const style = chooseScalarStyle(text, place)
  if (style === 'plain') return text
  return style === 'single' ? quoteSingle(text) : quoteDouble(text, place.keepEmoji)
}

const isCollection = (value: Json): boolean => (Array.isArray(value) ? value.length > 0 : isJsonObject(value) && Object.keys(value).length > 0)

/** Column of what belongs to an entry: the next multiple of the indentation. */
const nextColumn = (column: number, style: YamlStyle): number => style.indent * Math.floor((column + style.indent) / style.indent)
