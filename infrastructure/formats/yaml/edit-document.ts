import { parseDocument } from 'yaml'
import { ExactNumber, isJsonObject, type Json } from '../../../domain/json.ts'
import type { YamlStyle } from './write-yaml.ts'

/** One change of a document: where, and the new value, or `undefined` where it goes. */
export interface DocumentChange {
  readonly path: readonly [string | number]
  readonly value: Json | undefined
}

/**
 * A YAML file changed through the library's document model: comments and anchors stay, white space and quotes become the library's.
 * `undefined` where the library finds errors in it or cannot write it. The caller has to read the result back: numbers may lose digits.
 */
export const editDocument = (text: string, changes: readonly DocumentChange[], style: YamlStyle): string | undefined => {
  const document = parseDocument(text, { uniqueKeys: false, logLevel: 'silent' })
  if (document.errors.length > 0) return undefined
  for (const { path, value } of changes) {
    if (value === undefined) document.deleteIn(path)
    else document.setIn(path, document.createNode(toPlain(value)))
  }
  // An alias that lost its anchor shows when the result is read back.
  return document.errors.length > 0 ? undefined : document.toString({ lineWidth: 0, indent: style.indent, verifyAliasOrder: false })
}

const toPlain = (value: Json): unknown => {
  if (value instanceof ExactNumber) return Number(value.literal)
  if (Array.isArray(value)) return value.map(toPlain)
  return isJsonObject(value) ? Object.fromEntries(Object.entries(value).map(([name, member]) => [name, toPlain(member)])) : value
}
