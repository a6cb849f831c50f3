import { isJsonObject, type Json } from '../../../domain/json.ts'
import type { FileContents } from '../../../domain/table/codecs.ts'
import type { Table } from '../../../domain/table/table.ts'
import { collectRecords, type FileEntry } from '../shared-file.ts'
import { createLineCounter, TextProblem } from '../text-position.ts'
import { JsonReader } from './json-reader.ts'

/** Records of a JSON file; throws a `TextProblem` when the file as a whole cannot be read. An empty list or dictionary has no records. */
export const readJsonRecords = (table: Table, text: string, key: string | undefined): FileContents => {
  if (table.recordFile.type === 'single') return readSingle(text, key)
  return text.trim() === '' ? { records: [], problems: [] } : collectRecords(table, readJsonEntries(table, text))
}

const readSingle = (text: string, key: string | undefined): FileContents => {
  if (text.trim() === '') throw new TextProblem('the file is empty', 0)
  const reader = new JsonReader(text)
  const fields = reader.readValue(0)
  reader.readEnd()
  const problem = reader.problems[0]
  if (problem !== undefined) throw new TextProblem(problem.message, problem.offset)
  if (!isJsonObject(fields)) throw new TextProblem('the file does not hold a map of fields', 0)
  return { records: [{ key: key ?? '', fields, line: 1 }], problems: [] }
}

/** Rows or entries of a file of many records, in their order. */
export const readJsonEntries = (table: Table, text: string): readonly FileEntry[] => {
  const reader = new JsonReader(text)
  const lineOf = createLineCounter(text)
  const entries: FileEntry[] = []
  const readEntry = (offset: number, name: string | undefined) => {
    const line = lineOf(offset)
    const value: Json = reader.readValue(1)
    const problem = name === '__proto__' ? { message: 'the name "__proto__" is not allowed', offset } : reader.problems[0]
    reader.problems.length = 0
    const at = problem === undefined ? line : lineOf(problem.offset)
    entries.push({
      value,
      line,
      ...(name === undefined ? {} : { name }),
      ...(problem === undefined ? {} : { problem: { message: problem.message, line: at } }),
    })
  }
  if (table.recordFile.type === 'list') reader.readItems((offset) => readEntry(offset, undefined))
  else reader.readMembers((name, offset) => readEntry(offset, name))
  reader.readEnd()
  return entries
}
