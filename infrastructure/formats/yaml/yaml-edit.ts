import { isCollection, isMap, isScalar, isSeq, type ParsedNode } from 'yaml'
import { equalJson, type Json } from '../../../domain/json.ts'
import { chooseScalarStyle, quoteDouble, quoteSingle } from './scalar-style.ts'
import { renderYamlInline, type YamlStyle } from './write-yaml.ts'

/** A YAML text under edit: replacements are collected and made at the end, so that offsets stay those of the parser. */
export interface YamlEdit {
  readonly text: string
  readonly values: ReadonlyMap<ParsedNode, Json>
  readonly style: YamlStyle
  readonly splices: Splice[]
}

/** `text` in the place of what stands from `start` to `end`; lines in it end with LF. */
export interface Splice {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** Thrown where an edit in place is not possible (explicit keys, tags, aliases); the next gentlest way is tried then. */
export class NotInPlace extends Error {}

export const jsonOfNode = (edit: YamlEdit, node: ParsedNode | null): Json => (node === null ? null : (edit.values.get(node) ?? null))

export const isUnchanged = (edit: YamlEdit, node: ParsedNode | null, wanted: Json): boolean => equalJson(jsonOfNode(edit, node), wanted)

/** Makes all replacements; line ends of new text become those of the file. */
export const applySplices = ({ text, splices }: YamlEdit): string => spliceText(text, splices)

/** As `applySplices`, for any text. */
export const spliceText = (text: string, splices: readonly Splice[]): string => {
  const eol = text.includes('\r\n') ? '\r\n' : '\n'
  let result = ''
  let at = 0
  for (const splice of [...splices].sort((a, b) => a.start - b.start || a.end - b.end)) {
    if (splice.start < at) throw new NotInPlace('replacements overlap')
    result += text.slice(at, splice.start) + (eol === '\n' ? splice.text : splice.text.replaceAll(/\r?\n/g, eol))
    at = splice.end
  }
  return result + text.slice(at)
}

export const lineStart = (text: string, offset: number): number => text.lastIndexOf('\n', offset - 1) + 1

/** Offset of the line after the one in which a value ends; the value's own line end counts as its end. */
export const lineAfter = (text: string, end: number): number => {
  if (end > 0 && text[end - 1] === '\n') return end
  const next = text.indexOf('\n', end)
  return next === -1 ? text.length : next + 1
}

/** Offset where the line of `offset` ends, before its LF or CRLF. */
export const lineEnd = (text: string, offset: number): number => {
  const next = text.indexOf('\n', offset)
  if (next === -1) return text.length
  return next > offset && text[next - 1] === '\r' ? next - 1 : next
}

/** Where the text of a value ends: before comments and blank lines that follow it. */
export const contentEnd = (text: string, node: ParsedNode): number => {
  if (isCollection(node) && node.flow !== true) {
    const last = node.items.at(-1)
    if (isMap(node) || isSeq(node)) return last === undefined ? node.range[1] : endOfItem(text, last as Item)
  }
  return isBlockScalar(node) ? endOfBlock(text, node) : node.range[1]
}

type Item = ParsedNode | { readonly key: ParsedNode; readonly value: ParsedNode | null }

const endOfItem = (text: string, item: Item): number => {
  if (!('key' in item)) return contentEnd(text, item)
  return Math.max(contentEnd(text, item.key), item.value === null ? 0 : contentEnd(text, item.value))
}

/** Blank lines after a block belong to it only where it keeps them (`|+`), or where they have more spaces than its lines are indented. */
const endOfBlock = (text: string, node: ParsedNode): number => {
  const [start, end] = node.range
  if (text.slice(start, lineEnd(text, start)).includes('+')) return end
  const indent = /\n( *)[^ \r\n]/.exec(text.slice(start, end))?.[1]?.length ?? 0
  let last = end
  while (last > start) {
    const before = lineStart(text, last - 1)
    const spaces = /^( *)\r?\n?$/.exec(text.slice(before, last))?.[1]
    if (spaces === undefined || before <= start || spaces.length > indent) break
    last = before
  }
  return last
}

export const isBlockScalar = (node: ParsedNode | null): boolean => isScalar(node) && (node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED')

/** A value on one line, in the quotes of the value that it replaces where they can hold it. */
export const renderReplacement = (
  edit: YamlEdit,
  { old, wanted, context }: { old: ParsedNode | null; wanted: Json; context: 'block' | 'flow' },
): string => {
  if (typeof wanted === 'string' && isScalar(old)) {
    if (old.type === 'QUOTE_DOUBLE') return quoteDouble(wanted, edit.style.keepEmoji)
    if (old.type === 'QUOTE_SINGLE' && canQuoteSingle(wanted)) return quoteSingle(wanted)
  }
  return renderYamlInline(wanted, edit.style, context)
}

const canQuoteSingle = (text: string): boolean =>
  !/[\t\n]/.test(text) && chooseScalarStyle(`x${text}x`, { flow: false, name: false, keepEmoji: true }) !== 'double'
