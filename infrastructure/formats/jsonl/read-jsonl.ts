import { isJsonObject, type Json } from '../../../domain/json.ts'
import { JsonReader } from '../json/json-reader.ts'
import type { FileEntry } from '../shared-file.ts'
import { lineAt, TextProblem } from '../text-position.ts'

/** One line that is not blank, and the object on it: `end` is before its line end, `next` after it. */
export interface JsonlRow extends FileEntry {
  readonly start: number
  readonly end: number
  readonly next: number
}

/** Rows of a JSONL text in their order; blank lines are none. A line that cannot be read is a problem of its own, the others are good. */
export const readJsonlRows = (text: string): readonly JsonlRow[] => {
  const rows: JsonlRow[] = []
  let line = 1
  for (let start = 0; start < text.length; line++) {
    const lineFeed = text.indexOf('\n', start)
    const end = lineFeed === -1 ? text.length : lineFeed
    const next = lineFeed === -1 ? text.length : lineFeed + 1
    const source = text.slice(start, end)
    if (source.trim() !== '') rows.push({ ...readRow(source, line), start, end: start + source.trimEnd().length, next })
    start = next
  }
  return rows
}

const readRow = (source: string, line: number): FileEntry => {
  const reader = new JsonReader(source)
  try {
    const value: Json = reader.readValue(0)
    reader.readEnd()
    const message = reader.problems[0]?.message ?? (isJsonObject(value) ? undefined : 'a line has to hold one object')
    return { value, line, ...(message === undefined ? {} : { problem: { message, line } }) }
  } catch (error) {
    if (!(error instanceof TextProblem)) throw error
    return { value: null, line, problem: { message: `not valid JSON: ${error.message}`, line: line + lineAt(source, error.offset) - 1 } }
  }
}
