import { decodeRunes } from './utf8.ts'

const space = /^[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]$/

export const isSpace = (codePoint: number): boolean => space.test(String.fromCodePoint(codePoint))

/** The words of a text; at most `max` are split off at the start, or at the end, the rest stays whole. Negative: no limit. */
export const splitAtSpaces = (text: string, max: number, fromEnd: boolean): readonly string[] => {
  const words: [start: number, end: number][] = []
  for (const { codePoint, at, size } of decodeRunes(text)) {
    if (isSpace(codePoint)) continue
    const last = words.at(-1)
    if (last !== undefined && last[1] === at) last[1] = at + size
    else words.push([at, at + size])
  }
  if (max < 0 || words.length <= max) return words.map(([start, end]) => text.slice(start, end))
  const [kept, rest] = fromEnd ? [words.slice(words.length - max), words.slice(0, words.length - max)] : [words.slice(0, max), words.slice(max)]
  const parts = kept.map(([start, end]) => text.slice(start, end))
  return fromEnd ? [text.slice(0, rest.at(-1)?.[1]), ...parts] : [...parts, text.slice(rest[0]?.[0])]
}

/** The parts between separators, which are not empty; at most `max` are split off at the start, or at the end. Negative: no limit. */
export const splitAt = (
  text: string,
  separator: string,
  { max, fromEnd }: { readonly max: number; readonly fromEnd: boolean },
): readonly string[] => {
  const parts = text.split(separator)
  if (max < 0 || parts.length <= max + 1) return parts
  return fromEnd
    ? [parts.slice(0, parts.length - max).join(separator), ...parts.slice(parts.length - max)]
    : [...parts.slice(0, max), parts.slice(max).join(separator)]
}

export const splitLines = (text: string, keepEnds: boolean): readonly string[] => {
  const lines = text.split('\n')
  const ended = lines.map((line, index) => (keepEnds && index < lines.length - 1 ? `${line}\n` : line))
  return lines.at(-1) === '' ? ended.slice(0, -1) : ended
}

/** Cuts characters off the ends: those of `characters`, or white space when it is empty. */
export const strip = (text: string, characters: string, ends: 'both' | 'left' | 'right'): string => {
  const cut = new Set(decodeRunes(characters).map(({ codePoint }) => codePoint))
  const isCut = (codePoint: number): boolean => (characters === '' ? isSpace(codePoint) : cut.has(codePoint))
  const kept = decodeRunes(text)
  let first = 0
  let end = kept.length
  if (ends !== 'right') while (first < end && isCut(kept[first]?.codePoint ?? 0)) first += 1
  if (ends !== 'left') while (end > first && isCut(kept[end - 1]?.codePoint ?? 0)) end -= 1
  return text.slice(kept[first]?.at ?? text.length, kept[end]?.at ?? text.length)
}

/** Replaces the first `max` occurrences, all when negative; an empty text occurs before every character and at the end. */
export const replace = (text: string, [old, fresh]: readonly [string, string], max: number): string => {
  if (old !== '') return splitAt(text, old, { max, fromEnd: false }).join(fresh)
  const runes = decodeRunes(text)
  const places = max < 0 ? runes.length + 1 : max
  const replaced = runes.map(({ at, size }, index) => (index < places ? fresh : '') + text.slice(at, at + size)).join('')
  return places > runes.length ? replaced + fresh : replaced
}

/** How often a text occurs, without overlapping; the empty one before every character and at the end. */
export const countOccurrences = (text: string, part: string): number => (part === '' ? decodeRunes(text).length + 1 : text.split(part).length - 1)
