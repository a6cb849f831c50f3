import { hashKey } from './compare-values.ts'
import { numberToInt } from './number-to-int.ts'
import { showFloat } from './show-float.ts'
import { showText, showValue } from './show-value.ts'
import { refuse } from './starlark-fault.ts'
import type { Thread } from './thread.ts'
import { decodeRunes, encodeCodePoint } from './utf8.ts'
import { StarBytes, StarDict, StarTuple, typeName, type Value } from './value.ts'

/** `format % value`: `%s %r %d %i %o %x %X %e %f %g %E %F %G %c %%` and `%(name)s`; there are no flags, widths and precisions. */
export const formatPercent = (format: string, value: Value, thread: Thread): string => {
  const values = value instanceof StarTuple ? value.elements : [value]
  let used = 0
  const take = (key: string | undefined): Value => {
    used += 1
    if (key !== undefined) return lookUp(value, key)
    const taken = values[used - 1]
    return taken === undefined ? refuse('not enough values for the format') : taken
  }
  let text = ''
  for (let at = 0; at < format.length; ) {
    const next = format.indexOf('%', at)
    if (next < 0) {
      text += format.slice(at)
      break
    }
    text += format.slice(at, next)
    if (format[next + 1] === '%') {
      text += '%'
      at = next + 2
      continue
    }
    const close = format[next + 1] === '(' ? format.indexOf(')', next) : undefined
    if (close === -1) refuse('a name in the format has no closing bracket')
    const end = close ?? next
    const argument = take(close === undefined ? undefined : format.slice(next + 2, close))
    text += convert(format[end + 1], argument, thread)
    thread.makeText(text.length)
    at = end + 2
  }
  return used < values.length && !(value instanceof StarDict) ? refuse('too many values for the format') : text
}

const lookUp = (value: Value, key: string): Value => {
  if (!(value instanceof StarDict)) return refuse('a format with names needs a dict')
  const found = value.entries.get(hashKey(key))
  return found === undefined ? refuse(`the format names "${key}", which the dict does not hold`) : found[1]
}

const convert = (conversion: string | undefined, value: Value, thread: Thread): string => {
  switch (conversion) {
    case 's':
      return value instanceof StarBytes ? showValue(value, thread) : showText(value, thread)
    case 'r':
      return showValue(value, thread)
    case 'd':
    case 'i':
    case 'o':
    case 'x':
    case 'X':
      return convertInt(conversion, numberToInt(value))
    case 'e':
    case 'f':
    case 'g':
    case 'E':
    case 'F':
    case 'G':
      return typeof value === 'number' || typeof value === 'bigint'
        ? showFloat(Number(value), conversion)
        : refuse(`%${conversion} takes a number, not ${typeName(value)}`)
    case 'c':
      return convertCharacter(value)
    case '%':
      return '%'
    default:
      return refuse(conversion === undefined ? 'the format ends behind a %' : `there is no conversion %${conversion}`)
  }
}

const convertInt = (conversion: 'd' | 'i' | 'o' | 'x' | 'X', value: bigint): string => {
  if (conversion === 'o') return value.toString(8)
  if (conversion === 'd' || conversion === 'i') return value.toString()
  const digits = value.toString(16)
  return conversion === 'X' ? digits.toUpperCase() : digits
}

const convertCharacter = (value: Value): string => {
  if (typeof value === 'bigint')
    return value >= 0n && value <= 0x10ffffn ? encodeCodePoint(Number(value)) : refuse(`%c takes a code point, not ${value}`)
  const runes = typeof value === 'string' ? decodeRunes(value) : []
  const [rune] = runes
  return runes.length === 1 && rune !== undefined ? encodeCodePoint(rune.codePoint) : refuse('%c takes a code point or a text of one character')
}
