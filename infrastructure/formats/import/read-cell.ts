import { type Json, parseNumber } from '../../../domain/json.ts'
import { parseJson } from '../json/parse-json.ts'

/** Makes of the text of a cell what it means in its column; what means nothing there stays a text, and the table's own check says what is wrong with it. */
export type ReadCell = (text: string) => Json

const number = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/

/** @param type  of the column; `undefined` for a field that is no column */
export const cellReader = (type: string | undefined): ReadCell => {
  if (type === 'int' || type === 'float') return (text) => (number.test(text.trim()) ? parseNumber(text.trim()) : text)
  if (type === 'bool') return (text) => booleans.get(text.trim().toLowerCase()) ?? text
  if (type?.startsWith('[]')) return (text) => (text.trimStart().startsWith('[') ? readJson(text) : text)
  if (type?.startsWith('map[')) return (text) => (text.trimStart().startsWith('{') ? readJson(text) : text)
  return (text) => text
}

const booleans: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
])

const readJson = (text: string): Json => {
  const parsed = parseJson(text)
  return parsed.ok ? parsed.value : text
}
