import { isMap, isNode, isScalar, isSeq } from 'yaml'
import type { Json } from '../../../domain/json.ts'
import type { DefinitionFile } from '../../../domain/table/codecs.ts'
import type { DefinitionProblem } from '../../../domain/table/table.ts'
import { decodeText } from '../decode-text.ts'
import { parseJson } from '../json/parse-json.ts'
import { lineAt } from '../text-position.ts'
import { composeYaml } from '../yaml/compose-yaml.ts'
import { parseYaml } from '../yaml/parse-yaml.ts'
import type { Place } from './read-fields.ts'

/** Bytes a definition file may have; hand-written ones have a few thousand. */
const sizeMax = 1024 * 1024

/** A definition file that could be parsed. */
export interface Source {
  readonly file: string
  /** An empty file is `{}`. */
  readonly value: Json
  /** Line of the value at a path of names and list positions, or of the nearest thing around it. */
  lineOf(path: readonly string[]): number | undefined
  /** A scalar at a path as the file spells it (`017`, `1_000`), which the value of a number no longer tells. */
  textOf(path: readonly string[]): string | undefined
}

/** Parses a YAML definition file; what is wrong with its text goes to `problems`. */
export const openYaml = (path: string, file: DefinitionFile, problems: DefinitionProblem[]): Source | undefined =>
  open({ path, parse: parseYaml, locate: locateInYaml }, file, problems)

/** The same for a JSON definition file. */
export const openJson = (path: string, file: DefinitionFile, problems: DefinitionProblem[]): Source | undefined =>
  open({ path, parse: parseJson, locate: () => nowhere }, file, problems)

/** The whole file as a place to read from: what is wrong becomes a problem with file and line. */
export const placeIn = (source: Source, problems: DefinitionProblem[]): Place => ({
  path: [],
  report: (path, message) => problems.push(problemAt(source, path, message)),
  textOf: source.textOf,
})

export const problemAt = (source: Source, path: readonly string[], message: string): DefinitionProblem => {
  const line = source.lineOf(path)
  return { file: source.file, ...(line === undefined ? {} : { line }), message }
}

interface Format {
  readonly path: string
  readonly parse: typeof parseYaml
  readonly locate: (text: string) => Pick<Source, 'lineOf' | 'textOf'>
}

const nowhere: Pick<Source, 'lineOf' | 'textOf'> = { lineOf: () => undefined, textOf: () => undefined }

const open = ({ path, parse, locate }: Format, file: DefinitionFile, problems: DefinitionProblem[]): Source | undefined => {
  const decoded = file.bytes.length > sizeMax ? undefined : decodeText(file.bytes)
  if (decoded === undefined) {
    const why = file.bytes.length > sizeMax ? `has ${file.bytes.length} bytes; a definition file may have at most ${sizeMax}` : 'is not UTF-8 text'
    problems.push({ file: path, message: why, rule: file.bytes.length > sizeMax ? 'too-large' : 'encoding' })
    return undefined
  }
  const { text } = decoded
  if (text.trim() === '') return { file: path, value: {}, ...nowhere }
  const parsed = parse(text)
  if (parsed.ok) return { file: path, value: parsed.value ?? {}, ...locate(text) }
  const issues = parsed.failure.kind === 'invalid-input' ? parsed.failure.issues : []
  for (const { message, line } of issues) problems.push({ file: path, ...(line === undefined ? {} : { line }), message, rule: 'parse' })
  return undefined
}

/** The nodes are needed only for what is wrong or odd, so a good file is parsed once. */
const locateInYaml = (text: string): Pick<Source, 'lineOf' | 'textOf'> => {
  let root: unknown
  const nodeAt = (path: readonly string[]): Found => {
    root ??= composeYaml(text)?.contents
    return path.reduce<Found>(step, { node: root, offset: undefined, complete: true })
  }
  return {
    lineOf: (path) => {
      const { offset } = nodeAt(path)
      return offset === undefined ? undefined : lineAt(text, offset)
    },
    textOf: (path) => {
      const { node, complete } = nodeAt(path)
      return complete && isScalar(node) ? node.source : undefined
    },
  }
}

interface Found {
  readonly node: unknown
  /** Where the name or the list item that leads to the node begins. */
  readonly offset: number | undefined
  /** False once a step of the path led nowhere: the offset is that of the nearest thing around it. */
  readonly complete: boolean
}

const step = (found: Found, name: string): Found => {
  if (!found.complete) return found
  if (isMap(found.node)) {
    const pair = found.node.items.find(({ key }) => isScalar(key) && key.source === name)
    if (pair !== undefined) return { node: pair.value, offset: startOf(pair.key) ?? found.offset, complete: true }
  }
  const item = isSeq(found.node) ? found.node.items[Number(name)] : undefined
  return item === undefined ? { ...found, complete: false } : { node: item, offset: startOf(item) ?? found.offset, complete: true }
}

const startOf = (node: unknown): number | undefined => (isNode(node) ? node.range?.[0] : undefined)
