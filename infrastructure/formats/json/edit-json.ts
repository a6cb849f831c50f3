import { equalJson, isJsonObject, type Json, type JsonObject } from '../../../domain/json.ts'
import { assemble, mergeParts, type Part } from '../assemble.ts'
import { compareByColumns, compareCodePoints } from '../member-order.ts'
import { ownMember } from '../own-member.ts'
import type { RowEdits } from '../shared-file.ts'
import { type JsonNode, jsonOf, readJsonTree } from './json-tree.ts'
import { goRow, type JsonStyle, renderJson, renderJsonRow, renderJsonText } from './write-json.ts'

/** A text under edit: what it is, how it is laid out, and the order for new members of the map at hand. */
interface Edit {
  readonly text: string
  readonly style: JsonStyle
  readonly columns: readonly string[]
  readonly compare: (a: string, b: string) => number
}

/** One record's file with other values: only what differs is written anew. `text` must hold a valid object. */
export const editJsonRecord = (text: string, wanted: JsonObject, columns: readonly string[]): string => {
  const root = readJsonTree(text)
  return replaceRoot(text, root, editNode({ text, style: detectStyle(text), columns, compare: compareCodePoints }, root, wanted))
}

/**
 * A dictionary file after some of its records changed.
 * @param edits  key → fields, or null where the record goes
 */
export const editJsonDictionary = (text: string, edits: ReadonlyMap<string, JsonObject | null>, columns: readonly string[]): string => {
  const root = readJsonTree(text)
  const records = { text, style: detectStyle(text), columns, compare: compareCodePoints }
  const changes = new Map([...edits].map(([key, fields]) => [key, fields ?? undefined]))
  return replaceRoot(text, root, changeMembers({ ...records, columns: [] }, root, { changes, inside: records }))
}

/**
 * A list file after some of its rows changed.
 * @param changed  row number → new row, or null where the row goes; rows not named stay
 * @param added    rows for the end of the list
 */
export const editJsonList = (text: string, { changed, added }: RowEdits, columns: readonly string[]): string => {
  const root = readJsonTree(text)
  const spans = root.items ?? []
  const found = detectStyle(text)
  const layout = spans.length > 0 ? found : { ...found, colon: ':', comma: ',' }
  const edit: Edit = { text, style: layout, columns, compare: compareByColumns(columns) }
  const kept = spans.flatMap((item, from): Part[] => {
    const row = changed.get(from)
    if (row === null) return []
    return [{ from, text: row === undefined ? text.slice(item.start, item.end) : editNode(edit, item, row) }]
  })
  const isRowOnLine = spans.length === 0 || spans.some(({ start, end }) => !text.slice(start, end).includes('\n'))
  const pad = padOfParts(edit, { node: root, spans })
  const style = isRowOnLine || pad === undefined ? onOneLine(edit.style) : edit.style
  const parts = [...kept, ...added.map((row) => ({ text: renderJsonRow(row, columns, { style, pad: pad ?? '' }) }))]
  return replaceRoot(text, root, assembleIn(edit, { node: root, spans }, parts))
}

/**
 * One value on a line of its own, with other values inside; what follows it on the line stays. New parts never take a second line.
 * @param file  the whole text that the line is part of: how it is laid out holds for lines that do not show it
 */
export const editJsonLine = (
  line: string,
  wanted: Json,
  { columns, file }: { readonly columns: readonly string[]; readonly file: string },
): string => {
  const style = line.includes(':') ? detectStyle(line) : file.includes(':') ? detectStyle(file) : goRow
  const root = readJsonTree(line)
  return replaceRoot(line, root, editNode({ text: line, style: onOneLine(style), columns, compare: compareByColumns(columns) }, root, wanted))
}

const replaceRoot = (text: string, root: JsonNode, content: string): string => text.slice(0, root.start) + content + text.slice(root.end)

const editNode = (edit: Edit, node: JsonNode, wanted: Json): string => {
  const { text } = edit
  const current = jsonOf(node)
  if (equalJson(current, wanted)) return text.slice(node.start, node.end)
  const inside = { ...edit, columns: [], compare: compareCodePoints }
  const hasTwins = isJsonObject(current) && Object.keys(current).length < (node.members?.length ?? 0)
  if (isJsonObject(current) && isJsonObject(wanted) && !hasTwins) {
    const names = new Set([...Object.keys(current), ...Object.keys(wanted)])
    return changeMembers(edit, node, { changes: new Map([...names].map((name) => [name, ownMember(wanted, name)])), inside })
  }
  if (node.items !== undefined && Array.isArray(wanted) && node.items.length === wanted.length) {
    const parts = node.items.map((item, from) => ({ from, text: editNode(inside, item, wanted[from] ?? null) }))
    return assembleIn(edit, { node, spans: node.items }, parts)
  }
  const wasOnOneLine = (node.items ?? node.members ?? []).length > 0 && !text.slice(node.start, node.end).includes('\n')
  return renderJson(wanted, wasOnOneLine || !startsALine(text, node) ? onOneLine(edit.style) : edit.style, padBefore(text, node.start))
}

interface MemberChanges {
  /** New value, or `undefined` where the member goes; those not named stay. */
  readonly changes: ReadonlyMap<string, Json | undefined>
  /** How the values of this map are edited. */
  readonly inside: Edit
}

const changeMembers = (edit: Edit, node: JsonNode, { changes, inside }: MemberChanges): string => {
  const { text } = edit
  const members = node.members ?? []
  const kept = new Map<string, Part>()
  members.forEach((member, from) => {
    const { name } = member
    const wanted = changes.get(name)
    if (changes.has(name) && wanted === undefined) return
    // A key that stands twice in a dictionary is a problem that only its owner can solve: the second one stays as it is.
    const isTwin = kept.has(name)
    const value = wanted === undefined || isTwin ? text.slice(member.node.start, member.node.end) : editNode(inside, member.node, wanted)
    kept.set(isTwin ? `${name}\u0000${from}` : name, { from, text: text.slice(member.start, member.node.start) + value })
  })
  const container = { node, spans: members.map((member) => ({ start: member.start, end: member.node.end })) }
  const added = [...changes].flatMap(([name, value]) =>
    value === undefined || kept.has(name) ? [] : [[name, renderMember(edit, { name, value }, container)] as const],
  )
  return assembleIn(edit, container, mergeParts(kept, new Map(added), edit))
}

/** A map or list, and where its members or items stand. */
interface JsonContainer {
  readonly node: JsonNode
  readonly spans: readonly { readonly start: number; readonly end: number }[]
}

const renderMember = (edit: Edit, { name, value }: { name: string; value: Json }, container: JsonContainer): Part => {
  const pad = padOfParts(edit, container)
  const style = pad === undefined ? onOneLine(edit.style) : edit.style
  return { text: `${renderJsonText(name, style)}${style.colon}${renderJson(value, style, pad ?? '')}` }
}

/** Puts parts between the brackets; a container that was empty is laid out like the rest of the file. */
const assembleIn = (edit: Edit, { node, spans }: JsonContainer, parts: readonly Part[]): string => {
  const { text, style } = edit
  if (spans.length > 0 || parts.length === 0) return assemble(text, { ...node, spans }, { parts, comma: style.comma })
  const [open, close] = [text.charAt(node.start), text.charAt(node.end - 1)]
  const texts = parts.map((part) => part.text)
  if (style.indent === undefined) return open + texts.join(style.comma) + close
  const pad = padBefore(text, node.start)
  const lineStart = `${style.eol}${pad}${style.indent}`
  return open + lineStart + texts.join(`,${lineStart}`) + style.eol + pad + close
}

/** White space before each part of a container that has one part a line; `undefined` when its parts stand on one line. */
const padOfParts = ({ text, style }: Edit, { node, spans }: JsonContainer): string | undefined => {
  const first = spans[0]
  if (first === undefined) return style.indent === undefined ? undefined : padBefore(text, node.start) + style.indent
  const lead = text.slice(node.start + 1, first.start)
  return lead.includes('\n') ? lead.slice(lead.lastIndexOf('\n') + 1) : undefined
}

/** White space at the start of the line that has this offset. */
const padBefore = (text: string, offset: number): string => /^[ \t]*/.exec(text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset))?.[0] ?? ''

/** Whether a value, or the name before it, is the first on its line: then maps and lists in its place may take several lines. */
const startsALine = (text: string, node: JsonNode): boolean =>
  /^\s*("([^"\\]|\\.)*"\s*:\s*)?$/.test(text.slice(text.lastIndexOf('\n', node.start - 1) + 1, node.start))

const onOneLine = (style: JsonStyle): JsonStyle => ({ ...style, indent: undefined })

const detectStyle = (text: string): JsonStyle => {
  const indent = /[{[]\r?\n([ \t]+)/.exec(text)?.[1]
  const isSpaced = /"\s*:[ \t]/.test(text) || !text.includes(':')
  return {
    indent: indent ?? (/^[\s{}[\]]*$/.test(text) ? '  ' : undefined),
    eol: text.includes('\r\n') ? '\r\n' : '\n',
    colon: isSpaced ? ': ' : ':',
    comma: isSpaced ? ', ' : ',',
    escapeHtml: /\\u00(3[ce]|26)/i.test(text),
  }
}
