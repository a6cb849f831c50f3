import { equalJson, type Json, type JsonObject } from '../../../domain/json.ts'
import { editJsonLine } from '../json/edit-json.ts'
import { goRow, renderJson } from '../json/write-json.ts'
import { compareCodePoints } from '../member-order.ts'
import { ownMember } from '../own-member.ts'
import type { IngrLine } from './ingr-lines.ts'
import { hashOf, type IngrFile, type IngrRecord } from './read-ingr.ts'

/** Rows by their place in the file with their new content (null: the row goes), and rows that are new. */
export interface IngrEdits {
  readonly changed: ReadonlyMap<number, JsonObject | null>
  readonly added: readonly JsonObject[]
  /** Whether new rows go where their `$ID` belongs, when the file is sorted by it. */
  readonly isSorted: boolean
}

/** How lines are written: the columns as they will be, the line end, and the line between records (empty where there is none). */
interface Layout {
  readonly columns: readonly string[]
  readonly eol: string
  readonly delimiter: string
  /** Whether there are columns that the records of the file have no lines for. */
  readonly isWider: boolean
}

/** The file with some of its rows changed: lines of other values, comments and delimiters stay; count and hash in the footer follow. */
export const editIngr = (text: string, file: IngrFile, edits: IngrEdits): string => {
  const { lines, records } = file
  const layout = layOut(text, file, edits)
  const places = placeAdded(file, edits)
  const addedAt = (place: number): string => (places.get(place) ?? []).map((row) => renderRow(row, layout)).join('')
  let content = ''
  let at = 1
  records.forEach((record, index) => {
    content +=
      rawLines(lines.slice(at, record.first), layout) + addedAt(index) + renderRecord(file, record, { wanted: edits.changed.get(index), layout })
    at = record.end
  })
  const footer = Math.min(file.countLine ?? lines.length, file.hashLine ?? lines.length)
  const rest = rawLines(lines.slice(at, footer), layout)
  content += rest.trim() === '' ? addedAt(records.length) + rest : rest + addedAt(records.length)
  const removed = [...edits.changed.values()].filter((row) => row === null).length
  const all = renderHeader(file, layout) + content
  const result = all + renderFooter(file, { above: all, count: records.length - removed + edits.added.length, footer })
  return text.endsWith('\n') || footer < lines.length ? result : result.replace(/\r?\n$/, '')
}

const layOut = (text: string, { columns, lines, records }: IngrFile, { changed, added }: IngrEdits): Layout => {
  const rows = [...changed.values(), ...added].filter((row) => row !== null)
  const others = new Set(rows.flatMap((row) => Object.keys(row)).filter((name) => !columns.includes(name)))
  const delimited = records.find((record) => record.end > record.first + record.values)
  return {
    columns: [...columns, ...[...others].sort(compareCodePoints)],
    eol: text.includes('\r\n') ? '\r\n' : '\n',
    delimiter: delimited === undefined ? '' : (lines[delimited.end - 1]?.text ?? ''),
    isWider: others.size > 0,
  }
}

const renderHeader = ({ columns, lines }: IngrFile, layout: Layout): string => {
  const [first] = lines
  const others = layout.columns.slice(columns.length).map((name) => `, ${name}`)
  return (first?.text ?? '') + others.join('') + (first?.ending || layout.eol)
}

/** Lines as they are; one that had no line end because it was the last gets one. */
const rawLines = (lines: readonly IngrLine[], { eol }: Layout): string => lines.map((line) => line.text + (line.ending || eol)).join('')

const renderRow = (row: JsonObject, { columns, eol, delimiter }: Layout): string =>
  [...columns.map((name) => renderJson(ownMember(row, name) ?? null, goRow, '')), ...(delimiter === '' ? [] : [delimiter])]
    .map((line) => line + eol)
    .join('')

interface RecordChange {
  /** `undefined` where the record stays as it is. */
  readonly wanted: JsonObject | null | undefined
  readonly layout: Layout
}

const renderRecord = ({ lines }: IngrFile, record: IngrRecord, { wanted, layout }: RecordChange): string => {
  if (wanted === null) return ''
  // What is not a whole record is its owner's to repair.
  if ((wanted === undefined && !layout.isWider) || record.values === 0) return rawLines(lines.slice(record.first, record.end), layout)
  const values = layout.columns.map((name, index) => {
    const line = index < record.values ? lines[record.first + index] : undefined
    const value: Json = wanted === undefined ? null : (ownMember(wanted, name) ?? null)
    if (line === undefined) return (record.isCommented ? '#null' : renderJson(value, goRow, '')) + layout.eol
    const isSame = wanted === undefined || equalJson(record.fields.get(name) ?? null, value)
    return (isSame ? line.text : editLine(line.text, value)) + (line.ending || layout.eol)
  })
  return values.join('') + rawLines(lines.slice(record.first + record.values, record.end), layout)
}

const editLine = (line: string, value: Json): string =>
  line.startsWith('#') || line.trim() === '' ? renderJson(value, goRow, '') : editJsonLine(line, value, { columns: [], file: line })

/** New rows by the record that they come before; those behind the last one by the number of records. */
const placeAdded = ({ records }: IngrFile, { added, isSorted }: IngrEdits): ReadonlyMap<number, readonly JsonObject[]> => {
  const keys = records.map(({ fields }) => String(fields.get('$ID') ?? ''))
  const isInOrder = isSorted && keys.every((key, index) => index === 0 || compareCodePoints(keys[index - 1] ?? '', key) < 0)
  if (!isInOrder) return new Map([[records.length, added]])
  const places = new Map<number, JsonObject[]>()
  for (const row of [...added].sort((a, b) => compareCodePoints(String(a.$ID), String(b.$ID)))) {
    const next = keys.findIndex((key) => compareCodePoints(key, String(row.$ID)) > 0)
    const place = next === -1 ? records.length : next
    places.set(place, [...(places.get(place) ?? []), row])
  }
  return places
}

interface Footer {
  /** Everything before the footer, which the hash covers. */
  readonly above: string
  readonly count: number
  /** Number of its first line. */
  readonly footer: number
}

const renderFooter = (file: IngrFile, { above, count, footer }: Footer): string => {
  let result = ''
  file.lines.slice(footer).forEach(({ text, ending }, offset) => {
    if (footer + offset === file.countLine) result += text.replace(/\d+(\s+)records?/, `${count}$1${count === 1 ? 'record' : 'records'}`) + ending
    else if (footer + offset === file.hashLine) result += text.replace(/[0-9a-fA-F]+\s*$/, hashOf(above + result)) + ending
    else result += text + ending
  })
  return result
}
