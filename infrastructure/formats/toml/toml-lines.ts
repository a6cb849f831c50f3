import { lineAfter, lineStart, NotInPlace, type Splice } from '../yaml/yaml-edit.ts'
import type { TomlDocument, TomlEntry, TomlNode, TomlSection, TomlValue } from './toml-tree.ts'

/** A TOML text under edit: replacements are collected, so that offsets stay those of the parser. */
export interface TomlEdit {
  readonly text: string
  readonly document: TomlDocument
  readonly splices: Splice[]
  readonly entries: ReadonlyMap<TomlValue, TomlEntry>
}

export const openTomlEdit = (text: string, document: TomlDocument): TomlEdit => ({
  text,
  document,
  splices: [],
  entries: new Map(document.sections.flatMap(({ entries }) => entries.map((entry) => [entry.value, entry]))),
})

/** Where the lines of a section end: after its last entry, or its header. What follows up to the next header may belong to that. */
export const endOfSection = (text: string, { end, entries }: TomlSection): number => {
  const last = entries.at(-1)?.value.end ?? end
  return last === 0 ? 0 : lineAfter(text, last)
}

/** Headers below which a value stands, in the order of the text; none for what stands behind an equals sign. */
export const sectionsOf = (node: TomlNode): readonly TomlSection[] => {
  if (node.type === 'value') return []
  if (node.type === 'tables') return node.tables.flatMap(sectionsOf)
  const inside = [...node.members.values()].flatMap(sectionsOf)
  const all = node.origin === 'header' && node.section !== undefined ? [node.section, ...inside] : inside
  return [...all].sort((a, b) => a.start - b.start)
}

/** Takes a value out, with its lines: entries, or sections with all that stands in them. */
export const removeNode = (edit: TomlEdit, node: TomlNode): void => {
  const { text } = edit
  for (const section of sectionsOf(node)) removeSection(edit, section)
  for (const value of valuesOutsideSections(node)) {
    const entry = edit.entries.get(value)
    if (entry === undefined) throw new NotInPlace('a value without a line of its own')
    removeLines(edit, lineStart(text, entry.start), lineAfter(text, value.end))
  }
}

const valuesOutsideSections = (node: TomlNode): readonly TomlValue[] => {
  if (node.type === 'value') return [node]
  if (node.type === 'tables' || node.origin === 'header') return []
  return [...node.members.values()].flatMap(valuesOutsideSections)
}

/** A section goes with the blank line that sets it apart: the one before it, or the one after it at the top of a file. */
const removeSection = (edit: TomlEdit, section: TomlSection): void => {
  const { text } = edit
  const start = lineStart(text, section.start)
  const end = endOfSection(text, section)
  const before = /(?:^|\n)[ \t]*\r?\n$/.exec(text.slice(Math.max(0, start - 200), start))
  const blankBefore = before === null ? 0 : before[0].replace(/^\n/, '').length
  const blankAfter = start === 0 ? (/^[ \t]*\r?\n/.exec(text.slice(end, end + 200))?.[0].length ?? 0) : 0
  removeLines(edit, start - blankBefore, end + blankAfter)
}

/** Removes whole lines; a file without a line end at its end stays one. */
const removeLines = (edit: TomlEdit, start: number, end: number): void => {
  const { text } = edit
  const isUnterminated = end === text.length && start > 0 && !text.endsWith('\n')
  const lineEnd = isUnterminated ? (text[start - 2] === '\r' ? 2 : 1) : 0
  edit.splices.push({ start: start - lineEnd, end, text: '' })
}

/** Puts lines at the start of a line, or at the end of the text. */
export const insertLines = (edit: TomlEdit, at: number, lines: string): void => {
  const isUnterminated = at === edit.text.length && at > 0 && !edit.text.endsWith('\n')
  edit.splices.push({ start: at, end: at, text: isUnterminated ? `\n${lines.slice(0, -1)}` : lines })
}

/** Start of the comment lines right above a header, or of its own line. */
export const startWithComments = (text: string, section: TomlSection): number => {
  let start = lineStart(text, section.start)
  while (start > 0) {
    const above = lineStart(text, start - 1)
    if (!/^[ \t]*#/.test(text.slice(above, start))) break
    start = above
  }
  return start
}
