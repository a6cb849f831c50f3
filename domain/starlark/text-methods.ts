import { bindArguments, wantInt, wantText } from './call-arguments.ts'
import { formatBraces } from './format-braces.ts'
import type { Method } from './method.ts'
import { refuse } from './starlark-fault.ts'
import { clampBounds } from './subscript.ts'
import { capitalize, isAll, isLower, isTitle, isUpper, toLower, toTitle, toUpper } from './text-case.ts'
import { countOccurrences, isSpace, replace, splitAt, splitAtSpaces, splitLines, strip } from './text-split.ts'
import type { Thread } from './thread.ts'
import { decodeRunes } from './utf8.ts'
import { type CallArguments, isTrue, StarList, StarTuple, TextParts, typeName, type Value, walk } from './value.ts'

/** A method without arguments; reading the whole text counts as work. */
const plain =
  (apply: (text: string) => Value): Method<string> =>
  (text, args, thread) => {
    bindArguments(args, [])
    thread.step(Math.floor(text.length / 8))
    const value = apply(text)
    if (typeof value === 'string') thread.makeText(value.length)
    return value
  }

const inside = (text: string, args: CallArguments): { readonly part: string; readonly within: string; readonly from: number } => {
  const [part, start, end] = bindArguments(args, ['/sub', '/start?', '/end?'])
  const [from, to] = clampBounds(start, end, text.length)
  return { part: wantText(part, 'the part'), within: from < to ? text.slice(from, to) : '', from }
}

const find =
  (isLast: boolean, isNeeded: boolean): Method<string> =>
  (text, args, thread) => {
    const { part, within, from } = inside(text, args)
    thread.makeText(within.length)
    const at = isLast ? within.lastIndexOf(part) : within.indexOf(part)
    if (at < 0 && isNeeded) refuse('the text does not hold the part')
    return BigInt(at < 0 ? -1 : at + from)
  }

const testEnd =
  (test: (text: string, part: string) => boolean): Method<string> =>
  (text, args) => {
    const [part = null, start, end] = bindArguments(args, ['/part', '/start?', '/end?'])
    const [from, to] = clampBounds(start, end, text.length)
    const within = text.slice(from, Math.max(from, to))
    if (!(part instanceof StarTuple)) return test(within, wantText(part, 'the part'))
    for (const each of part.elements) if (test(within, wantText(each, 'each part'))) return true
    return false
  }

const split =
  (fromEnd: boolean): Method<string> =>
  (text, args, thread) => {
    const [separator = null, limit] = bindArguments(args, ['/sep?', '/maxsplit?'])
    const max = limit === undefined ? -1 : wantInt(limit, 'the number of splits')
    thread.step(Math.floor(text.length / 8))
    if (separator === null) return toList(splitAtSpaces(text, max, fromEnd), thread)
    if (separator === '') refuse('the separator is empty')
    return toList(splitAt(text, wantText(separator, 'the separator'), { max, fromEnd }), thread)
  }

const partition =
  (isLast: boolean): Method<string> =>
  (text, args, thread) => {
    const separator = wantText(bindArguments(args, ['/sep'])[0], 'the separator')
    if (separator === '') refuse('the separator is empty')
    thread.makeText(text.length)
    const at = isLast ? text.lastIndexOf(separator) : text.indexOf(separator)
    if (at < 0) return new StarTuple(isLast ? ['', '', text] : [text, '', ''])
    return new StarTuple([text.slice(0, at), separator, text.slice(at + separator.length)])
  }

const stripEnds =
  (ends: 'both' | 'left' | 'right'): Method<string> =>
  (text, args, thread) => {
    const [characters] = bindArguments(args, ['/chars?'])
    thread.step(Math.floor(text.length / 8))
    return strip(text, characters === undefined ? '' : wantText(characters, 'the characters'), ends)
  }

const toList = (texts: readonly string[], thread: Thread): StarList => {
  thread.makeElements(texts.length)
  return new StarList([...texts])
}

const joinTexts: Method<string> = (text, args, thread) => {
  const [iterable = null] = bindArguments(args, ['/iterable'])
  const parts = walk(iterable, thread).map((part) => wantText(part, 'each element'))
  thread.makeText(parts.reduce((size, part) => size + part.length, text.length * parts.length))
  return parts.join(text)
}

const replaceParts: Method<string> = (text, args, thread) => {
  const [old, fresh, count] = bindArguments(args, ['/old', '/new', '/count?'])
  const pair = [wantText(old, 'the old text'), wantText(fresh, 'the new text')] as const
  const times = countOccurrences(text, pair[0])
  const max = count === undefined ? -1 : wantInt(count, 'the count')
  thread.step(Math.floor(text.length / 8))
  thread.makeText(text.length + Math.max(0, pair[1].length - pair[0].length) * (max < 0 ? times : Math.min(max, times)))
  return replace(text, pair, max)
}

const partsOf =
  (name: string, list: (text: string) => readonly Value[]): Method<string> =>
  (text, args, thread) => {
    bindArguments(args, [])
    thread.makeElements(text.length)
    return new TextParts(text, name, list(text))
  }

const removeEnd =
  (isPrefix: boolean): Method<string> =>
  (text, args) => {
    const part = wantText(bindArguments(args, ['/part'])[0], 'the part')
    if (isPrefix) return text.startsWith(part) ? text.slice(part.length) : text
    return text.endsWith(part) ? text.slice(0, text.length - part.length) : text
  }

export const textMethods: ReadonlyMap<string, Method<string>> = new Map<string, Method<string>>([
  ['capitalize', plain(capitalize)],
  ['codepoint_ords', partsOf('codepoint_ords', (text) => decodeRunes(text).map(({ codePoint }) => BigInt(codePoint)))],
  ['codepoints', partsOf('codepoints', (text) => decodeRunes(text).map(({ at, size }) => text.slice(at, at + size)))],
  [
    'count',
    (text, args, thread) => {
      const { part, within } = inside(text, args)
      thread.makeText(within.length)
      return BigInt(countOccurrences(within, part))
    },
  ],
  ['elem_ords', partsOf('elem_ords', (text) => [...text].map((byte) => BigInt(byte.charCodeAt(0))))],
  ['elems', partsOf('elems', (text) => [...text])],
  ['endswith', testEnd((text, part) => text.endsWith(part))],
  ['find', find(false, false)],
  ['format', formatBraces],
  ['index', find(false, true)],
  ['isalnum', plain((text) => isAll(text, /^[\p{L}\p{Nd}]$/u))],
  ['isalpha', plain((text) => isAll(text, /^\p{L}$/u))],
  ['isdigit', plain((text) => isAll(text, /^\p{Nd}$/u))],
  ['islower', plain(isLower)],
  ['isspace', plain((text) => text !== '' && decodeRunes(text).every(({ codePoint }) => isSpace(codePoint)))],
  ['istitle', plain(isTitle)],
  ['isupper', plain(isUpper)],
  ['join', joinTexts],
  ['lower', plain(toLower)],
  ['lstrip', stripEnds('left')],
  ['partition', partition(false)],
  ['removeprefix', removeEnd(true)],
  ['removesuffix', removeEnd(false)],
  ['replace', replaceParts],
  ['rfind', find(true, false)],
  ['rindex', find(true, true)],
  ['rpartition', partition(true)],
  ['rsplit', split(true)],
  ['rstrip', stripEnds('right')],
  ['split', split(false)],
  [
    'splitlines',
    (text, args, thread) => {
      const [keepEnds = false] = bindArguments(args, ['/keepends?'])
      if (typeof keepEnds !== 'boolean') refuse(`keepends must be a bool, not ${typeName(keepEnds)}`)
      return toList(splitLines(text, isTrue(keepEnds)), thread)
    },
  ],
  ['startswith', testEnd((text, part) => text.startsWith(part))],
  ['strip', stripEnds('both')],
  ['title', plain(toTitle)],
  ['upper', plain(toUpper)],
])
