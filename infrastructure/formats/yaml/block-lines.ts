import { isScalar, type ParsedNode } from 'yaml'
import { isJsonObject, type Json } from '../../../domain/json.ts'
import { renderAfterColon } from './write-yaml.ts'
import { contentEnd, lineAfter, lineEnd, lineStart, NotInPlace, renderReplacement, type YamlEdit } from './yaml-edit.ts'

/** Puts a value after a colon, in the place of another that may be empty, on the line, or on lines below; a comment on the line stays. */
export const replaceValue = (
  edit: YamlEdit,
  old: ParsedNode | null,
  { afterColon, wanted, column }: { afterColon: number; wanted: Json; column: number },
): void => {
  const { text } = edit
  const endOfLine = lineEnd(text, afterColon)
  const isAbsent = old === null || old.range[0] === old.range[1]
  const end = isAbsent ? afterColon : contentEnd(text, old)
  const isBelow = !isAbsent && old.range[0] >= endOfLine
  const isOnLine = !isAbsent && end <= endOfLine
  const canStayOnLine = !isBlock(wanted) || (typeof wanted === 'string' && isScalar(old) && old.type === 'QUOTE_DOUBLE')
  if (canStayOnLine && isOnLine) {
    edit.splices.push({ start: old.range[0], end: old.range[1], text: renderReplacement(edit, { old, wanted, context: 'block' }) })
    return
  }
  const rendered = isBlock(wanted)
    ? renderAfterColon(wanted, { style: edit.style, column })
    : ` ${renderReplacement(edit, { old, wanted, context: 'block' })}\n`
  const [head, body] = [rendered.slice(0, rendered.indexOf('\n')), rendered.slice(rendered.indexOf('\n'), -1)]
  if (isOnLine) edit.splices.push({ start: afterColon, end: old.range[1], text: head }, { start: endOfLine, end: endOfLine, text: body })
  else if (isAbsent) edit.splices.push({ start: afterColon, end: afterColon, text: head }, { start: endOfLine, end: endOfLine, text: body })
  else if (isBelow)
    edit.splices.push({ start: afterColon, end: afterColon, text: head }, { start: endOfLine, end: endOfValue(text, end), text: body })
  else edit.splices.push({ start: afterColon, end: endOfValue(text, end), text: head + body })
}

/** End of a value without the line end that a block has as its own. */
const endOfValue = (text: string, end: number): number => (text[end - 1] !== '\n' ? end : text[end - 2] === '\r' ? end - 2 : end - 1)

/** Whether a value is written on more than one line. */
export const isBlock = (value: Json): boolean => {
  if (typeof value === 'string') return value.includes('\n')
  return Array.isArray(value) ? value.length > 0 : isJsonObject(value) && Object.keys(value).length > 0
}

/** Column of a name that is the first on its line, dashes aside. */
export const columnOf = (text: string, node: ParsedNode | undefined): number => {
  if (node === undefined) throw new NotInPlace('a map has no entries of its own')
  const start = lineStart(text, node.range[0])
  if (!/^( |- )*$/.test(text.slice(start, node.range[0]))) throw new NotInPlace('a map starts in the middle of a line')
  return node.range[0] - start
}

/** Removes whole lines; a file without a line end at its end stays one. */
export const removeLines = (edit: YamlEdit, start: number, contentEndOffset: number): void => {
  const { text } = edit
  const end = lineAfter(text, contentEndOffset)
  const isUnterminated = end === text.length && !text.endsWith('\n')
  edit.splices.push({ start: isUnterminated && start > 0 ? endOfValue(text, start) : start, end, text: '' })
}

/** Puts an entry before another one. */
export const insertBefore = (edit: YamlEdit, key: ParsedNode | undefined, text: string): void => {
  const column = columnOf(edit.text, key)
  if (key !== undefined) edit.splices.push({ start: key.range[0], end: key.range[0], text: text + ' '.repeat(column) })
}

/** Puts lines behind the line in which a value ends. */
export const insertAfter = (edit: YamlEdit, end: number, { text, column }: { text: string; column: number }): void => {
  const at = lineAfter(edit.text, end)
  const lines = ' '.repeat(column) + text
  edit.splices.push({ start: at, end: at, text: at === edit.text.length && !edit.text.endsWith('\n') ? `\n${lines.slice(0, -1)}` : lines })
}

/** Offset of the dash before an item, which has to stand on the item's first line. */
export const dashOf = (edit: YamlEdit, item: ParsedNode): number => {
  const start = lineStart(edit.text, item.range[0])
  const before = /-[ ]+$/.exec(edit.text.slice(start, item.range[0]))
  if (before === null) throw new NotInPlace('an item does not stand behind its dash')
  return start + before.index
}
