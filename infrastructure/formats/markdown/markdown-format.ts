import { equalJson, isJsonObject, type Json, type JsonObject } from '../../../domain/json.ts'
import type { FileContents } from '../../../domain/table/codecs.ts'
import { contentFieldOf } from '../../../domain/table/content-field.ts'
import type { Table } from '../../../domain/table/table.ts'
import { compareByColumns } from '../member-order.ts'
import { ownMember } from '../own-member.ts'
import type { FindOffset, RecordFormatCodec } from '../record-format.ts'
import { TextProblem } from '../text-position.ts'
import { composeYaml } from '../yaml/compose-yaml.ts'
import { createYamlLocator } from '../yaml/locate-yaml.ts'
import { readPlainMap } from '../yaml/read-plain-map.ts'
import { renameYamlRecord } from '../yaml/rename-yaml-names.ts'
import { renderYamlMap } from '../yaml/write-yaml.ts'
import { yamlFormat } from '../yaml/yaml-format.ts'
import { YamlReader } from '../yaml/yaml-reader.ts'
import { type MarkdownParts, splitFrontMatter } from './front-matter.ts'

/** Markdown files of one record: YAML front matter with the fields, then the content, which is a field too and always there. */
export const markdownFormat: RecordFormatCodec = {
  read: (table, text, key) => toContents(readMarkdown(text, nameOfContent(table)), key),
  createLocator: (table, text) => createMarkdownLocator(table, splitFrontMatter(text)),
  create: (table, records) => {
    const { front, content } = divide(table, records[0]?.fields ?? {})
    return `---\n${renderFront(table, front)}---\n${content}`
  },
  edit: (table, text, edits) => {
    const wanted = divide(table, [...edits.values()][0] ?? {})
    const parts = splitFrontMatter(text)
    const join = (yaml: string | undefined) => (yaml === undefined ? undefined : joinParts(parts, { yaml, content: wanted.content, text }))
    if (equalJson(readFront(parts), wanted.front)) return [() => (parts.yaml === undefined ? wanted.content : join(parts.yaml))]
    const inPlace = yamlFormat.edit(frontTable(table), parts.yaml ?? '', new Map([['', wanted.front]]))
    return [...inPlace, () => renderFront(table, wanted.front)].map((attempt) => () => join(attempt()))
  },
  rename: (text, names) => {
    const { opening, yaml, closing, body } = splitFrontMatter(text)
    return yaml === undefined ? text : opening + renameYamlRecord(yaml, names) + closing + body
  },
  explainLoss: (table, name, value) => {
    if (name === contentFieldOf(table.recordFile))
      return typeof value === 'string' ? undefined : `${JSON.stringify(name)} is what follows the front matter, so it has to be a text`
    return undefined
  },
}

const toContents = (fields: JsonObject, key: string | undefined): FileContents => ({ records: [{ key: key ?? '', fields, line: 1 }], problems: [] })

/** Fields are where they stand in the front matter; the content is where it begins, though that is an empty line. */
const createMarkdownLocator = (table: Table, { opening, yaml, closing }: MarkdownParts): FindOffset => {
  const findInFront = yaml === undefined ? undefined : createYamlLocator(frontTable(table), yaml)
  const content = nameOfContent(table)
  return (key, path) => {
    if (path[0] === content) return opening.length + (yaml ?? '').length + closing.length
    const offset = findInFront?.(key, path)
    return offset === undefined ? 0 : opening.length + offset
  }
}

/** Fields of the front matter, and what follows it under the name given. Throws a `TextProblem`. */
export const readMarkdown = (text: string, name: string): JsonObject => {
  const parts = splitFrontMatter(text)
  const front = readFront(parts)
  if (!Object.hasOwn(front, name)) return { ...front, [name]: parts.body }
  throw new TextProblem(
    `the front matter has a ${JSON.stringify(name)}, but that is the name of what follows it: see content_field`,
    parts.opening.length,
  )
}

/** Fields of the front matter; offsets of problems are those of the whole text. */
const readFront = ({ yaml, opening }: MarkdownParts): JsonObject => {
  if (yaml === undefined) return {}
  try {
    return readPlainMap(yaml) ?? readYamlMap(yaml)
  } catch (error) {
    if (error instanceof TextProblem) throw new TextProblem(`front matter: ${error.message}`, opening.length + error.offset)
    throw error
  }
}

const readYamlMap = (yaml: string): JsonObject => {
  const reader = new YamlReader()
  const contents = composeYaml(yaml)?.contents
  const fields = reader.readNode(contents, 0)
  const problem = reader.problems[0]
  if (problem !== undefined) throw new TextProblem(problem.message, problem.offset)
  if (fields === null) return {}
  if (!isJsonObject(fields)) throw new TextProblem('it is not a map of fields', contents?.range[0] ?? 0)
  return fields
}

interface Divided {
  readonly front: JsonObject
  readonly content: string
}

const divide = (table: Table, fields: JsonObject): Divided => {
  const name = nameOfContent(table)
  const content: Json | undefined = ownMember(fields, name)
  const front = Object.fromEntries(Object.entries(fields).filter(([other]) => other !== name))
  return { front, content: typeof content === 'string' ? content : '' }
}

const nameOfContent = ({ recordFile }: Table): string => contentFieldOf(recordFile) ?? '$content'

/** Lines of the front matter as the Go tools write it: `columns_order` first, the other names sorted. */
const renderFront = (table: Table, front: JsonObject): string => {
  const names = Object.keys(front).sort(compareByColumns(table.columnsOrder))
  return names.length === 0 ? '' : renderYamlMap(front, names, { style: { indent: 4, keepEmoji: false }, column: 0 })
}

/** The front matter alone, as the YAML editor sees it. */
const frontTable = (table: Table): Table => ({ ...table, recordFile: { name: '{key}.yaml', format: 'yaml', type: 'single' } })

const joinParts = (parts: MarkdownParts, { yaml, content, text }: { yaml: string; content: string; text: string }): string => {
  const eol = text.includes('\r\n') ? '\r\n' : '\n'
  const front = yaml === '' || yaml.endsWith('\n') ? yaml : yaml + eol
  if (parts.yaml === undefined) return `---${eol}${eol === '\n' ? front : front.replaceAll(/\r?\n/g, eol)}---${eol}${content}`
  // A file that ends with its closing fence has no line end there, but content needs one before it.
  const closing = content === '' || parts.closing.endsWith('\n') ? parts.closing : parts.closing + eol
  return parts.opening + front + closing + content
}
