import { isAlias, isMap, isScalar, isSeq, type ParsedNode } from 'yaml'
import { isJsonObject } from '../../../domain/json.ts'
import type { FileContents } from '../../../domain/table/codecs.ts'
import type { Table } from '../../../domain/table/table.ts'
import { collectRecords, type FileEntry } from '../shared-file.ts'
import { createLineCounter, TextProblem } from '../text-position.ts'
import { composeYaml, type YamlDocument } from './compose-yaml.ts'
import { readPlainMap } from './read-plain-map.ts'
import { isMergeKey, YamlReader } from './yaml-reader.ts'

/** Records of a YAML file; throws a `TextProblem` when the file as a whole cannot be read. An empty list or dictionary has no records. */
export const readYamlRecords = (table: Table, text: string, key: string | undefined): FileContents => {
  const plain = table.recordFile.type === 'single' ? readPlainMap(text) : undefined
  if (plain !== undefined) return { records: [{ key: key ?? '', fields: plain, line: 1 }], problems: [] }
  const document = composeYaml(text)
  if (table.recordFile.type === 'single') return readSingle(document, key)
  return collectRecords(table, readYamlEntries(table, text, { document, reader: new YamlReader() }))
}

const readSingle = (document: YamlDocument | undefined, key: string | undefined): FileContents => {
  const reader = new YamlReader()
  const fields = reader.readNode(document?.contents, 0)
  const problem = reader.problems[0]
  if (problem !== undefined) throw new TextProblem(problem.message, problem.offset)
  if (fields === null) throw new TextProblem('the file is empty', 0)
  if (!isJsonObject(fields)) throw new TextProblem('the file does not hold a map of fields', 0)
  return { records: [{ key: key ?? '', fields, line: 1 }], problems: [] }
}

/** Rows or entries of a file of many records, in their order. */
export const readYamlEntries = (
  table: Table,
  text: string,
  { document, reader }: { readonly document: YamlDocument | undefined; readonly reader: YamlReader },
): readonly FileEntry[] => {
  const contents = document?.contents
  const lineOf = createLineCounter(text)
  const readEntry = (value: ParsedNode | null, name: ParsedNode | undefined): FileEntry => {
    const line = lineOf((name ?? value)?.range[0] ?? 0)
    reader.problems.length = 0
    const key = name === undefined ? undefined : reader.readName(name)
    const entry = { value: reader.readNode(value, 1), line, ...(key === undefined ? {} : { name: key }) }
    const problem = reader.problems[0]
    return problem === undefined ? entry : { ...entry, problem: { message: problem.message, line: lineOf(problem.offset) } }
  }
  if (isEmpty(contents)) return []
  if (table.recordFile.type === 'list' && isSeq(contents)) return contents.items.map((item) => readEntry(item as ParsedNode, undefined))
  if (table.recordFile.type === 'dictionary' && isMap(contents)) {
    return contents.items.map(({ key, value }) => {
      if (isMergeKey(key)) throw new TextProblem('"<<" cannot stand between records', key.range[0])
      return readEntry(value, key)
    })
  }
  throw new TextProblem(`the file does not hold a ${table.recordFile.type === 'list' ? 'list' : 'map'} of records`, contents?.range[0] ?? 0)
}

const isEmpty = (contents: ParsedNode | null | undefined): boolean =>
  contents === null || contents === undefined || (isScalar(contents) && !isAlias(contents) && /^(~|null|Null|NULL)?$/.test(contents.source ?? ''))
