import { isMap, isScalar, isSeq, type ParsedNode, type YAMLMap } from 'yaml'
import { isJsonObject, type Json, type JsonObject } from '../../../domain/json.ts'
import { assemble, mergeParts, type Part } from '../assemble.ts'
import { ownMember } from '../own-member.ts'
import { compareNaturally } from './natural-order.ts'
import { renderFlowEntry } from './write-yaml.ts'
import { isUnchanged, NotInPlace, renderReplacement, type YamlEdit } from './yaml-edit.ts'

/** New text of a value inside `{}` or `[]`, or of such a map or list: only what differs is written anew. */
export const editFlow = (edit: YamlEdit, node: ParsedNode, wanted: Json): string => {
  const { text } = edit
  if (isUnchanged(edit, node, wanted)) return text.slice(node.range[0], node.range[1])
  if (node.tag !== undefined) throw new NotInPlace('a tagged value is replaced')
  if (isMap(node) && node.items.length > 0 && isJsonObject(wanted)) return editFlowMap(edit, node, wanted)
  if (isSeq(node) && Array.isArray(wanted) && node.items.length === wanted.length) {
    const items = node.items as readonly ParsedNode[]
    const spans = items.map(toSpan)
    const parts = items.map((item, from) => ({ from, text: editFlow(edit, item, wanted[from] ?? null) }))
    return assemble(text, { start: node.range[0], end: node.range[1], spans }, { parts, comma: ', ' })
  }
  return renderReplacement(edit, { old: node, wanted, context: 'flow' })
}

const editFlowMap = (edit: YamlEdit, map: YAMLMap.Parsed, wanted: JsonObject): string => {
  const { text } = edit
  const kept = new Map<string, Part>()
  const pairs = map.items.map(({ key, value }) => {
    if (!isScalar(key) || key.source === '<<' || key.tag !== undefined || key.anchor !== undefined)
      throw new NotInPlace('an unusual name in a flow map')
    return { name: key.source, key, value, span: { start: key.range[0], end: Math.max(key.range[1], value?.range[1] ?? 0) } }
  })
  pairs.forEach(({ name, key, value, span }, from) => {
    const member = ownMember(wanted, name)
    if (member === undefined) return
    if (isUnchanged(edit, value, member)) kept.set(name, { from, text: text.slice(span.start, span.end) })
    else if (value === null || value.range[0] === value.range[1]) kept.set(name, { from, text: renderFlowEntry(name, member, edit.style) })
    else kept.set(name, { from, text: text.slice(key.range[0], value.range[0]) + editFlow(edit, value, member) })
  })
  const added = Object.entries(wanted).filter(([name]) => !kept.has(name))
  const parts = mergeParts(kept, new Map(added.map(([name, value]) => [name, { text: renderFlowEntry(name, value, edit.style) }])), {
    columns: [],
    compare: compareNaturally,
  })
  return assemble(text, { start: map.range[0], end: map.range[1], spans: pairs.map((pair) => pair.span) }, { parts, comma: ', ' })
}

const toSpan = (node: ParsedNode): { start: number; end: number } => ({ start: node.range[0], end: node.range[1] })
