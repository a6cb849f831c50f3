import { showFloat } from './show-float.ts'
import type { Thread } from './thread.ts'
import { decodeRunes } from './utf8.ts'
import { StarBytes, StarDict, StarFunction, StarList, StarRange, StarSet, StarTuple, TextParts, typeName, type Value } from './value.ts'

/** `str(value)`: a text as it is, anything else as `repr` shows it. */
export const showText = (value: Value, thread: Thread): string => {
  if (typeof value === 'string') return value
  if (!(value instanceof StarBytes)) return showValue(value, thread)
  return decodeRunes(value.text)
    .map(({ codePoint, at, size }) => (codePoint === 0xfffd && size === 1 ? '\u00ef\u00bf\u00bd' : value.text.slice(at, at + size)))
    .join('')
}

/** `repr(value)`, as a byte text; a list that holds itself is shown as `[...]`. */
export const showValue = (value: Value, thread: Thread, within: readonly Value[] = []): string => {
  thread.step()
  const shown = showOne(value, thread, within)
  thread.makeText(shown.length)
  return shown
}

const showOne = (value: Value, thread: Thread, within: readonly Value[]): string => {
  if (value === null) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value === 'bigint') return showInt(value, thread)
  if (typeof value === 'number') return showFloat(value, 'g')
  if (typeof value === 'string') return quote(value)
  if (value instanceof StarBytes) return `b${quote(value.text)}`
  if (value instanceof StarRange) return showRange(value)
  if (value instanceof StarFunction) return showFunction(value)
  if (value instanceof TextParts) return `${showValue(value.text, thread)}.${value.method}()`
  return showContainer(value, thread, within)
}

const showInt = (value: bigint, thread: Thread): string => {
  const text = value.toString()
  thread.step(Math.floor(text.length / 64))
  return text
}

const showRange = ({ start, stop, step }: StarRange): string => {
  if (step !== 1) return `range(${start}, ${stop}, ${step})`
  return start === 0 ? `range(${stop})` : `range(${start}, ${stop})`
}

const showFunction = ({ name, receiver, code }: StarFunction): string => {
  if (code !== undefined) return `<function ${name}>`
  return receiver === undefined ? `<built-in function ${name}>` : `<built-in method ${name} of ${typeName(receiver)} value>`
}

const showContainer = (value: StarList | StarTuple | StarDict | StarSet, thread: Thread, within: readonly Value[]): string => {
  if (within.includes(value)) return value instanceof StarDict ? '{...}' : value instanceof StarSet ? 'set([...])' : '[...]'
  const inside = [...within, value]
  const show = (each: Value): string => showValue(each, thread, inside)
  if (value instanceof StarList) return `[${value.elements.map(show).join(', ')}]`
  if (value instanceof StarTuple) return `(${value.elements.map(show).join(', ')}${value.elements.length === 1 ? ',' : ''})`
  if (value instanceof StarSet) return `set([${[...value.entries.values()].map(show).join(', ')}])`
  return `{${[...value.entries.values()].map(([key, member]) => `${show(key)}: ${show(member)}`).join(', ')}}`
}

const escapes: ReadonlyMap<number, string> = new Map([
  [0x07, '\\a'],
  [0x08, '\\b'],
  [0x09, '\\t'],
  [0x0a, '\\n'],
  [0x0b, '\\v'],
  [0x0c, '\\f'],
  [0x0d, '\\r'],
  [0x22, '\\"'],
  [0x5c, '\\\\'],
])
const printable = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u

/** A text in double quotes; what cannot be printed is escaped, bytes that are no character as `\x..`. */
export const quote = (text: string): string => {
  if (/^[ !#-[\]-~]*$/.test(text)) return `"${text}"`
  return `"${decodeRunes(text)
    .map((rune) => quoteRune(text.slice(rune.at, rune.at + rune.size), rune.codePoint))
    .join('')}"`
}

const quoteRune = (bytes: string, codePoint: number): string => {
  const known = escapes.get(codePoint)
  if (known !== undefined) return known
  if (codePoint === 0xfffd && bytes.length === 1) return `\\x${hex(bytes.charCodeAt(0), 2)}`
  if (printable.test(String.fromCodePoint(codePoint))) return bytes
  if (codePoint < 0x20 || codePoint === 0x7f) return `\\x${hex(codePoint, 2)}`
  return codePoint > 0xffff ? `\\U${hex(codePoint, 8)}` : `\\u${hex(codePoint, 4)}`
}

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0')
