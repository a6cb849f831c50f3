import { isJsonObject, type Json, type JsonObject } from '../../../domain/json.ts'
import type { FileContents } from '../../../domain/table/codecs.ts'
import type { Table } from '../../../domain/table/table.ts'
import type { RecordFormatCodec } from '../record-format.ts'
import { collectRecords, type FileEntry } from '../shared-file.ts'
import { createLineCounter, lineAt, TextProblem } from '../text-position.ts'
import { NotInPlace } from '../yaml/yaml-edit.ts'
import { editToml, listTomlChanges } from './edit-toml.ts'
import { createTomlLocator } from './locate-toml.ts'
import { renameTomlNames } from './rename-toml-names.ts'
import { sectionsOf } from './toml-lines.ts'
import { readToml } from './toml-reader.ts'
import { fieldsOfToml, jsonOfToml, type TomlDocument, type TomlNode } from './toml-tree.ts'
import { writeTomlFile } from './write-toml.ts'

type Edits = ReadonlyMap<string, JsonObject | null>

/** TOML files of one record, or of records by key. Dates and times are texts, written as they were; there is no null. */
export const tomlFormat: RecordFormatCodec = {
  read: (table, text, key) => {
    const document = readToml(text)
    if (table.recordFile.type === 'dictionary') return collectRecords(table, readEntries(text, document))
    const problem = document.problems[0]
    if (problem !== undefined) throw new TextProblem(problem.message, problem.offset)
    return toContents(fieldsOfToml(document.root), key)
  },
  createLocator: createTomlLocator,
  create: (table, records) =>
    writeTomlFile(
      table.recordFile.type === 'dictionary' ? Object.fromEntries(records.map(({ key, fields }) => [key, fields])) : (records[0]?.fields ?? {}),
    ),
  edit: (table, text, edits) => [true, false].map((keepLines) => () => editInPlace(table, text, { edits, keepLines })),
  rename: renameTomlNames,
  explainLoss: (_table, name, value) => (holdsNull(value) ? `${JSON.stringify(name)} has a null in it, which TOML has no form for` : undefined),
}

const toContents = (fields: JsonObject, key: string | undefined): FileContents => ({ records: [{ key: key ?? '', fields, line: 1 }], problems: [] })

const readEntries = (text: string, { root, sections, problems }: TomlDocument): readonly FileEntry[] => {
  const starts = new Map([...root.members].map(([name, node]) => [name, startOf(node)]))
  for (const { entries } of sections.slice(0, 1)) for (const { names, start } of entries) starts.set(names[0] ?? '', start)
  const lineOf = createLineCounter(text)
  return [...root.members]
    .sort(([a], [b]) => (starts.get(a) ?? 0) - (starts.get(b) ?? 0))
    .map(([name, node]): FileEntry => {
      const problem = problems.find((each) => each.name === name)
      const found = problem === undefined ? {} : { problem: { message: problem.message, line: lineAt(text, problem.offset) } }
      return { name, value: jsonOfToml(node), line: lineOf(starts.get(name) ?? 0), ...found }
    })
}

const startOf = (node: TomlNode): number => (node.type === 'value' ? node.start : (sectionsOf(node)[0]?.start ?? 0))

const editInPlace = (
  table: Table,
  text: string,
  { edits, keepLines }: { readonly edits: Edits; readonly keepLines: boolean },
): string | undefined => {
  const document = readToml(text)
  const isDictionary = table.recordFile.type === 'dictionary'
  const changes = isDictionary
    ? new Map([...edits].map(([key, fields]) => [key, fields ?? undefined]))
    : listTomlChanges(fieldsOfToml(document.root), [...edits.values()][0] ?? {})
  try {
    return editToml(text, document, { changes, columns: table.columnsOrder, recordDepth: isDictionary ? 1 : 0, style: { keepLines } })
  } catch (error) {
    if (error instanceof NotInPlace) return undefined
    throw error
  }
}

const holdsNull = (value: Json): boolean => {
  if (value === null) return true
  if (Array.isArray(value)) return value.some(holdsNull)
  return isJsonObject(value) && Object.values(value).some(holdsNull)
}
