import { isMap, isScalar, isSeq, type Pair, type ParsedNode, type YAMLMap, type YAMLSeq } from 'yaml'
import { equalJson, isJsonObject, type Json, type JsonObject } from '../../../domain/json.ts'
import { placeNames } from '../member-order.ts'
import { ownMember } from '../own-member.ts'
import { columnOf, dashOf, insertAfter, insertBefore, isBlock, removeLines, replaceValue } from './block-lines.ts'
import { editFlow } from './edit-flow.ts'
import { compareNaturally } from './natural-order.ts'
import { renderAfterDash, renderYamlEntry } from './write-yaml.ts'
import {
  contentEnd,
  isBlockScalar,
  isUnchanged,
  jsonOfNode,
  lineAfter,
  lineStart,
  NotInPlace,
  renderReplacement,
  type YamlEdit,
} from './yaml-edit.ts'
import { isMergeKey } from './yaml-reader.ts'

/** How names of a map are ordered when new ones come: the columns of the table, and the order of the Go writer. */
export interface NameOrder {
  readonly columns: readonly string[]
  readonly compare: (a: string, b: string) => number
}

export const naturalOrder: NameOrder = { columns: [], compare: compareNaturally }

/** What happens to the members of a map or the items of a list: new value, or `undefined` where it goes; those not named stay. */
export type Changes<Name> = ReadonlyMap<Name, Json | undefined>

interface Entry {
  readonly name: string
  readonly key: ParsedNode
  readonly value: ParsedNode | null
}

/** Edits a map that is not empty so that it holds what is wanted. */
export const editMap = (edit: YamlEdit, map: YAMLMap.Parsed, { wanted, order }: { wanted: JsonObject; order: NameOrder }): void => {
  const value = jsonOfNode(edit, map)
  const current = isJsonObject(value) ? value : {}
  // Members that a merge key brings and that stay the same are not written out.
  const names = [...new Set([...Object.keys(current), ...Object.keys(wanted)])].filter(
    (name) => !equalJson(ownMember(current, name), ownMember(wanted, name)),
  )
  changeMap(edit, map, { changes: new Map(names.map((name) => [name, ownMember(wanted, name)])), order })
}

/** Edits some members of a block map; a flow map is written through `editFlow`. */
export const changeMap = (edit: YamlEdit, map: YAMLMap.Parsed, { changes, order }: { changes: Changes<string>; order: NameOrder }): void => {
  const entries = readEntries(map)
  const present = new Set(entries.map((entry) => entry.name))
  const kept = entries.filter(({ name }) => !changes.has(name) || changes.get(name) !== undefined)
  const added = new Map([...changes].filter(([name, value]) => value !== undefined && !present.has(name)))
  const column = columnOf(edit.text, entries[0]?.key)
  const names = placeNames(
    kept.map((entry) => entry.name),
    [...added.keys()],
    order,
  )
  if (kept.length === 0) {
    replaceEntries(edit, map, { wanted: added, names, column })
    return
  }
  changeEntries(edit, entries, { changes, column })
  let before = -1
  for (const name of names) {
    if (!added.has(name)) before++
    else {
      const text = renderYamlEntry(name, added.get(name) ?? null, { style: edit.style, column })
      const neighbour = kept[before]
      if (neighbour === undefined) insertBefore(edit, kept[0]?.key, text)
      else insertAfter(edit, endOfEntry(edit.text, neighbour), { text, column })
    }
  }
}

const changeEntries = (edit: YamlEdit, entries: readonly Entry[], { changes, column }: { changes: Changes<string>; column: number }): void => {
  const seen = new Set<string>()
  entries.forEach((entry, index) => {
    const wanted = changes.get(entry.name)
    if (wanted === undefined && changes.has(entry.name)) removeEntry(edit, entry, entries[index + 1])
    // A key that stands twice in a dictionary is a problem that only its owner can solve: the second one stays as it is.
    else if (wanted !== undefined && !seen.has(entry.name)) changeValue(edit, entry, { wanted, column })
    seen.add(entry.name)
  })
}

/**
 * Edits some items of a list.
 * @param added  for the end of the list
 */
export const changeList = (
  edit: YamlEdit,
  list: YAMLSeq.Parsed,
  { changes, added, order }: { changes: Changes<number>; added: readonly ((column: number) => string)[]; order: NameOrder },
): void => {
  const items = list.items as readonly ParsedNode[]
  items.forEach((item, index) => {
    if (!changes.has(index)) return
    const wanted = changes.get(index)
    if (wanted === undefined) removeItem(edit, item)
    else if (!isUnchanged(edit, item, wanted)) changeItem(edit, item, { wanted, order })
  })
  const last = items.at(-1)
  if (last === undefined) throw new NotInPlace('an empty list has no place for items')
  const column = dashOf(edit, last) - lineStart(edit.text, last.range[0])
  for (const render of added) insertAfter(edit, contentEnd(edit.text, last), { text: render(column), column })
}

const readEntries = (map: YAMLMap.Parsed): readonly Entry[] =>
  map.items.flatMap(({ key, value }: Pair<ParsedNode, ParsedNode | null>) => {
    if (isMergeKey(key)) return []
    if (!isScalar(key) || isBlockScalar(key) || key.tag !== undefined || key.anchor !== undefined) throw new NotInPlace('an unusual name')
    return [{ name: key.source, key, value }]
  })

const endOfEntry = (text: string, { key, value }: Entry): number => Math.max(contentEnd(text, key), value === null ? 0 : contentEnd(text, value))

const changeValue = (edit: YamlEdit, entry: Entry, { wanted, column }: { wanted: Json; column: number }): void => {
  const { value } = entry
  if (isUnchanged(edit, value, wanted)) return
  if (value !== null && value.tag !== undefined) throw new NotInPlace('a tagged value is replaced')
  if (changeCollection(edit, value, { wanted, order: naturalOrder })) return
  const afterColon = edit.text.indexOf(':', entry.key.range[1]) + 1
  if (!/^\s*:$/.test(edit.text.slice(entry.key.range[1], afterColon))) throw new NotInPlace('a name without a colon')
  replaceValue(edit, value, { afterColon, wanted, column })
}

/** Edits a map or list inside, when the wanted value is of the same kind; false when it has to be replaced. */
const changeCollection = (edit: YamlEdit, node: ParsedNode | null, { wanted, order }: { wanted: Json; order: NameOrder }): boolean => {
  const isFilled =
    (isMap(node) && isJsonObject(wanted) && Object.keys(wanted).length > 0) || (isSeq(node) && Array.isArray(wanted) && wanted.length > 0)
  if (!isFilled || !(isMap(node) || isSeq(node)) || node.items.length === 0) return false
  if (node.flow === true) edit.splices.push({ start: node.range[0], end: node.range[1], text: editFlow(edit, node, wanted) })
  else if (isMap(node) && isJsonObject(wanted)) editMap(edit, node, { wanted, order })
  else if (isSeq(node) && Array.isArray(wanted)) return changeItems(edit, node, wanted)
  return true
}

/** Edits a block list item by item when it kept its length, or only grew or shrank; false when it has to be replaced. */
const changeItems = (edit: YamlEdit, list: YAMLSeq.Parsed, wanted: readonly Json[]): boolean => {
  const items = list.items as readonly ParsedNode[]
  const added: ((column: number) => string)[] = []
  const changes = new Map<number, Json | undefined>()
  if (items.length === wanted.length) for (const [index, value] of wanted.entries()) changes.set(index, value)
  else if (items.every((item, index) => index < wanted.length && isUnchanged(edit, item, wanted[index] ?? null))) {
    for (const value of wanted.slice(items.length)) added.push((column) => `-${renderAfterDash(value, { style: edit.style, column })}`)
  } else {
    let next = 0
    items.forEach((item, index) => {
      if (next < wanted.length && isUnchanged(edit, item, wanted[next] ?? null)) next++
      else changes.set(index, undefined)
    })
    if (next < wanted.length) return false
  }
  changeList(edit, list, { changes, added, order: naturalOrder })
  return true
}

const changeItem = (edit: YamlEdit, item: ParsedNode, { wanted, order }: { wanted: Json; order: NameOrder }): void => {
  if (item.tag !== undefined) throw new NotInPlace('a tagged value is replaced')
  if (changeCollection(edit, item, { wanted, order })) return
  const dash = dashOf(edit, item)
  const column = dash - lineStart(edit.text, dash)
  const isInline = isScalar(item) && !isBlockScalar(item) && item.range[0] < item.range[1] && !isBlock(wanted)
  if (isInline)
    edit.splices.push({ start: item.range[0], end: item.range[1], text: renderReplacement(edit, { old: item, wanted, context: 'block' }) })
  else {
    const end = lineAfter(edit.text, contentEnd(edit.text, item))
    edit.splices.push({ start: dash, end, text: `-${renderAfterDash(wanted, { style: edit.style, column })}` })
  }
}

const replaceEntries = (
  edit: YamlEdit,
  map: YAMLMap.Parsed,
  { wanted, names, column }: { wanted: Changes<string>; names: readonly string[]; column: number },
): void => {
  if (names.length === 0 || map.items.some(({ key }) => isMergeKey(key))) throw new NotInPlace('nothing stays of a map')
  const start = map.items[0]?.key.range[0] ?? map.range[0]
  const end = lineAfter(edit.text, contentEnd(edit.text, map))
  const text = names.map((name) => renderYamlEntry(name, wanted.get(name) ?? null, { style: edit.style, column })).join(' '.repeat(column))
  edit.splices.push({ start, end, text })
}

const removeEntry = (edit: YamlEdit, entry: Entry, next: Entry | undefined): void => {
  const { text } = edit
  const start = lineStart(text, entry.key.range[0])
  if (/^ *$/.test(text.slice(start, entry.key.range[0]))) {
    removeLines(edit, start, endOfEntry(text, entry))
    return
  }
  if (next === undefined) throw new NotInPlace('nothing stays of a map')
  edit.splices.push({ start: entry.key.range[0], end: next.key.range[0], text: '' })
}

const removeItem = (edit: YamlEdit, item: ParsedNode): void => {
  const start = lineStart(edit.text, dashOf(edit, item))
  if (!/^ *- +$/.test(edit.text.slice(start, item.range[0]))) throw new NotInPlace('an item starts in the middle of a line')
  removeLines(edit, start, contentEnd(edit.text, item))
}
