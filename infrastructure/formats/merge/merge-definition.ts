import { equalJson, isJsonObject, type JsonObject } from '../../../domain/json.ts'
import type { Sides } from '../../../domain/merge/conflict.ts'
import type { FileToMerge, MergeChoices, MergedFile } from '../../../domain/merge/merge-file.ts'
import { mergeValue } from '../../../domain/merge/merge-value.ts'
import { settleDefinition } from '../../../domain/merge/resolution.ts'
import { decodeText, encodeText } from '../decode-text.ts'
import { editJsonRecord } from '../json/edit-json.ts'
import { parseJson } from '../json/parse-json.ts'
import { naturalOrder } from '../yaml/edit-block.ts'
import { editYamlText } from '../yaml/edit-yaml-text.ts'
import { parseYaml } from '../yaml/parse-yaml.ts'
import { mergeLines } from './merge-lines.ts'

/** Lists of definitions whose elements stand for themselves; every other list is one value. */
const setNames: ReadonlySet<string> = new Set(['columns_order', 'unique', 'indexes', 'search', 'languages', 'required', 'enum'])

/** Merges a definition file member by member; `undefined` when a side is missing or is no map, or the result cannot be written in place. */
export const mergeDefinition = ({ path, sides }: FileToMerge, { strategy, resolutions }: MergeChoices): MergedFile | undefined => {
  const language = path.endsWith('.json') ? json : yaml
  const [base, ours, theirs] = [sides.base, sides.ours, sides.theirs].map((bytes) => readDocument(bytes, language))
  if (ours === undefined || theirs === undefined || (base === undefined && sides.base !== undefined)) return undefined
  const { value, conflicts } = mergeValue(
    { base: base?.value ?? {}, ours: ours.value, theirs: theirs.value },
    {
      strategy: strategy === 'ours' || strategy === 'theirs' ? strategy : 'manual',
      listRule: (at) => (setNames.has(at.at(-1) ?? '') ? { type: 'set' } : undefined),
      settle: settleDefinition(resolutions, path),
    },
  )
  if (!isJsonObject(value)) return undefined
  const text = writeDocument({ base: base?.text, ours: ours.text, theirs: theirs.text }, value, language)
  if (text === undefined) return undefined
  const bytes = encodeText({ text, hasBom: ours.hasBom })
  return { bytes, conflicts: conflicts.map((conflict) => ({ type: 'definition', file: path, ...conflict })) }
}

interface Language {
  parse(text: string): JsonObject | undefined
  edit(text: string, wanted: JsonObject): string | undefined
}

const yaml: Language = {
  parse(text) {
    const parsed = parseYaml(text)
    return parsed.ok && isJsonObject(parsed.value) ? parsed.value : undefined
  },
  edit: (text, wanted) => editYamlText(text, wanted, naturalOrder),
}

const json: Language = {
  parse(text) {
    const parsed = parseJson(text)
    return parsed.ok && isJsonObject(parsed.value) ? parsed.value : undefined
  },
  edit: (text, wanted) => editJsonRecord(text, wanted, []),
}

interface Document {
  readonly text: string
  readonly hasBom: boolean
  readonly value: JsonObject
}

const readDocument = (bytes: Uint8Array | undefined, { parse }: Language): Document | undefined => {
  const file = bytes === undefined ? undefined : decodeText(bytes)
  const value = file && parse(file.text)
  return file && value && { ...file, value }
}

/** The lines of both sides where they merge and say what is wanted, else ours with the rest of it edited in. */
const writeDocument = (texts: Sides<string>, wanted: JsonObject, { parse, edit }: Language): string | undefined =>
  [() => mergeLines(texts), () => edit(texts.ours ?? '', wanted)]
    .map((attempt) => attempt())
    .find((text) => text !== undefined && equalJson(parse(text), wanted))
