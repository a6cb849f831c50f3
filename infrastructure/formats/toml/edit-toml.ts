import { equalJson, isJsonObject, type Json, type JsonObject } from '../../../domain/json.ts'
import { compareCodePoints, placeNames } from '../member-order.ts'
import { ownMember } from '../own-member.ts'
import { lineAfter, lineStart, NotInPlace, spliceText } from '../yaml/yaml-edit.ts'
import { editTomlValue, type TomlEditStyle } from './edit-toml-value.ts'
import { endOfSection, insertLines, openTomlEdit, removeNode, sectionsOf, startWithComments, type TomlEdit } from './toml-lines.ts'
import { fieldsOfToml, jsonOfToml, type TomlDocument, type TomlNode, type TomlSection, type TomlTable, type TomlTableArray } from './toml-tree.ts'
import { isTomlSection, renderSections, renderTomlElement, renderTomlInline, renderTomlPath } from './write-toml.ts'

/** What happens to the members of a table: new value, or `undefined` where it goes; those not named stay. */
export type TomlChanges = ReadonlyMap<string, Json | undefined>

interface Place {
  readonly path: readonly string[]
  /** Order of a record's members, which are those of tables with a path of so many names. */
  readonly columns: readonly string[]
  readonly recordDepth: 0 | 1
  readonly style: TomlEditStyle
}

/** The text with some members of its root changed: other values, comments, blank lines and order stay. Throws `NotInPlace` where that cannot be. */
export const editToml = (
  text: string,
  document: TomlDocument,
  { changes, ...place }: { readonly changes: TomlChanges } & Omit<Place, 'path'>,
): string => {
  const edit = openTomlEdit(text, document)
  changeTable(edit, document.root, { changes, place: { path: [], ...place } })
  return spliceText(text, edit.splices)
}

const orderAt = ({ path, columns, recordDepth }: Place) => ({ columns: path.length === recordDepth ? columns : [], compare: compareCodePoints })

/** What has to change in a map so that it holds what is wanted. */
export const listTomlChanges = (current: JsonObject, wanted: JsonObject): TomlChanges =>
  new Map(
    [...new Set([...Object.keys(current), ...Object.keys(wanted)])]
      .filter((name) => !equalJson(ownMember(current, name), ownMember(wanted, name)))
      .map((name) => [name, ownMember(wanted, name)]),
  )

const changeTable = (edit: TomlEdit, table: TomlTable, { changes, place }: { readonly changes: TomlChanges; readonly place: Place }): void => {
  const added = new Map<string, Json>()
  for (const [name, wanted] of changes) {
    const node = table.members.get(name)
    if (node !== undefined && wanted !== undefined && changeNode(edit, node, { wanted, place: { ...place, path: [...place.path, name] } })) continue
    if (node !== undefined) removeNode(edit, node)
    if (wanted !== undefined) added.set(name, wanted)
  }
  const isRemoved = (name: string): boolean => changes.has(name) && (changes.get(name) === undefined || added.has(name))
  if (table.origin !== 'header' && table.origin !== 'root' && added.size === 0 && [...table.members.keys()].every(isRemoved))
    throw new NotInPlace('nothing stays of a table without a header')
  const asSections = [...added].filter(([, value]) => table.origin !== 'dotted' && isTomlSection(value))
  const asLines = [...added].filter(([name]) => !asSections.some(([other]) => other === name))
  if (asLines.length > 0) addLines(edit, table, { added: new Map(asLines), place })
  if (asSections.length > 0) addSections(edit, table, { added: new Map(asSections), place })
}

/** Changes a value where it stands; false when it has to be taken out and put in anew. */
const changeNode = (edit: TomlEdit, node: TomlNode, { wanted, place }: { readonly wanted: Json; readonly place: Place }): boolean => {
  if (equalJson(jsonOfToml(node), wanted)) return true
  if (node.type === 'value') {
    edit.splices.push({ start: node.start, end: node.end, text: editTomlValue(edit.text, node, { wanted, style: place.style }) })
    return true
  }
  if (node.type === 'table') {
    if (!isJsonObject(wanted)) return false
    changeTable(edit, node, { changes: listTomlChanges(fieldsOfToml(node), wanted), place })
    return true
  }
  return Array.isArray(wanted) && wanted.length > 0 && wanted.every(isJsonObject) && changeElements(edit, node, { wanted, place })
}

/** A list of tables that keeps its length, or grows, or loses some of its elements. */
const changeElements = (
  edit: TomlEdit,
  { tables }: TomlTableArray,
  { wanted, place }: { readonly wanted: readonly JsonObject[]; readonly place: Place },
): boolean => {
  if (wanted.length < tables.length) {
    let next = 0
    const removed = tables.filter((table) => (next < wanted.length && equalJson(fieldsOfToml(table), wanted[next]) ? !++next : true))
    if (next < wanted.length) return false
    for (const table of removed) removeNode(edit, table)
    return true
  }
  for (const [index, table] of tables.entries())
    changeTable(edit, table, { changes: listTomlChanges(fieldsOfToml(table), wanted[index] ?? {}), place })
  const last = tables.at(-1)
  const end = last === undefined ? 0 : endOfSections(edit, sectionsOf(last))
  for (const row of wanted.slice(tables.length)) insertLines(edit, end, `\n${renderTomlElement(row, place.path)}`)
  return true
}

const endOfSections = ({ text }: TomlEdit, sections: readonly TomlSection[]): number =>
  sections.reduce((end, section) => Math.max(end, endOfSection(text, section)), 0)

interface Addition {
  readonly added: ReadonlyMap<string, Json>
  readonly place: Place
}

/** Puts `name = value` lines among those of a table, where their names belong. */
const addLines = (edit: TomlEdit, table: TomlTable, { added, place }: Addition): void => {
  const { text } = edit
  const { section } = table
  if (section === undefined) {
    addHeader(edit, table, { added, place })
    return
  }
  const isDotted = table.origin === 'dotted'
  const prefix = isDotted ? dottedPrefix(edit, table) : []
  const entries = section.entries.filter(({ names }) => names.length > prefix.length && prefix.every((name, index) => names[index] === name))
  const nameOf = (names: readonly string[]): string => names[prefix.length] ?? ''
  const kept = [...new Set(entries.map(({ names }) => nameOf(names)))]
  const indent = /^[ \t]*/.exec(text.slice(lineStart(text, entries[0]?.start ?? 0), entries[0]?.start))?.[0] ?? ''
  let at = entries[0] === undefined ? startOfEntries(edit, section) : lineStart(text, entries[0].start)
  const isFirstOfRoot = section.start === 0 && section.entries.length === 0 && edit.document.sections.length > 1
  for (const name of placeNames(kept, [...added.keys()], orderAt(place))) {
    const last = entries.findLast(({ names }) => nameOf(names) === name)
    if (last !== undefined) at = lineAfter(text, last.value.end)
    else insertLines(edit, at, `${indent}${renderTomlPath([...prefix, name])} = ${renderTomlInline(added.get(name) ?? null)}\n`)
  }
  if (isFirstOfRoot) insertLines(edit, at, '\n')
}

/** Names before those of a dotted table, as its entries have them. */
const dottedPrefix = (edit: TomlEdit, table: TomlTable): readonly string[] => {
  for (const [name, node] of table.members) {
    if (node.type === 'table' && node.origin === 'dotted') return dottedPrefix(edit, node).slice(0, -1)
    const entry = node.type === 'value' ? edit.entries.get(node) : undefined
    if (entry !== undefined && entry.names.at(-1) === name) return entry.names.slice(0, -1)
  }
  throw new NotInPlace('a dotted table without a line of its own')
}

/** Where the first entry of a section goes: below its header; without one, before the first header and what is said above that. */
const startOfEntries = ({ text, document }: TomlEdit, section: TomlSection): number => {
  if (section.start > 0 || section.end > 0) return lineAfter(text, section.end)
  const next = document.sections[1]
  return next === undefined ? text.length : startWithComments(text, next)
}

/** A table that only the headers of others speak of gets one of its own, before them. */
const addHeader = (edit: TomlEdit, table: TomlTable, { added, place }: Addition): void => {
  const first = sectionsOf(table)[0]
  if (first === undefined) throw new NotInPlace('a table without a place')
  const names = [...added.keys()].sort(compareCodePoints)
  const lines = names.map((name) => `${renderTomlPath([name])} = ${renderTomlInline(added.get(name) ?? null)}\n`)
  insertLines(edit, startWithComments(edit.text, first), `[${renderTomlPath(place.path)}]\n${lines.join('')}\n`)
}

/** Puts new sections behind the section, of the table or of its neighbours, after which their names come. */
const addSections = (edit: TomlEdit, table: TomlTable, { added, place }: Addition): void => {
  const neighbours = new Map(
    [...table.members].map(([name, node]) => [name, sectionsOf(node)] as const).filter(([, sections]) => sections.length > 0),
  )
  const own = table.origin === 'header' || table.origin === 'root' ? table.section : undefined
  const hasOwn = own !== undefined && (own.end > 0 || own.entries.length > 0)
  let at = hasOwn && own !== undefined ? endOfSection(edit.text, own) : undefined
  for (const name of placeNames([...neighbours.keys()], [...added.keys()], orderAt(place))) {
    const sections = neighbours.get(name)
    const value = added.get(name)
    if (sections !== undefined) at = Math.max(at ?? 0, endOfSections(edit, sections))
    if (value === undefined) continue
    const text = renderSections(value, [...place.path, name])
    const first = [...neighbours.values()][0]?.[0]
    if (at !== undefined) insertLines(edit, at, `\n${text}`)
    else if (first !== undefined) insertLines(edit, startWithComments(edit.text, first), `${text}\n`)
    else insertLines(edit, edit.text.length, edit.text.trim() === '' ? text : `\n${text}`)
  }
}
