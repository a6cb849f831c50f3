import type { RecordChunks, SourceRecord } from '../../../domain/import/source-record.ts'
import { isJsonObject, type Json } from '../../../domain/json.ts'
import { JsonReader } from '../json/json-reader.ts'
import { TextProblem } from '../text-position.ts'
import { badRecord, tooLong } from './bad-record.ts'
import { gatherChunks } from './gather-chunks.ts'
import { splitLines, type TextLine } from './text-lines.ts'

/** One JSON object a line; blank lines are none. A line that cannot be read is bad by itself. */
export const readJsonlRecords = (blocks: AsyncIterable<string>): RecordChunks => gatherChunks(readLines(blocks))

async function* readLines(blocks: AsyncIterable<string>): AsyncGenerator<readonly SourceRecord[]> {
  for await (const lines of splitLines(blocks)) yield lines.flatMap((line) => readLine(line) ?? [])
}

const readLine = ({ text, line, isCut }: TextLine): SourceRecord | undefined => {
  if (isCut) return tooLong(line, text)
  if (text.trim() === '') return undefined
  const reader = new JsonReader(text)
  try {
    const value: Json = reader.readValue(0)
    reader.readEnd()
    const message = reader.problems[0]?.message
    if (message !== undefined) return badRecord(line, text, message)
    return isJsonObject(value) ? { line, fields: value } : badRecord(line, text, 'a line has to hold one object')
  } catch (error) {
    if (!(error instanceof TextProblem)) throw error
    return badRecord(line, text, `not valid JSON: ${error.message}`)
  }
}
