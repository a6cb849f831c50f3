/**
 * Whether a name matches a pattern as Go's `path.Match` reads it: `*` and `?` stand for anything but `/`, `[a-z]` and `[^a-z]` for one character,
 * `\` takes the next one literally. `**` stands for anything, and `x/*` and `x/**` match `x` itself too. Time: name length times pattern length.
 */
export const matchGlob = (pattern: string, name: string): boolean => {
  const root = /^(.+?)\/\*\*?$/.exec(pattern)?.[1]
  return (root !== undefined && matchTokens(tokenize(root), [...name])) || matchTokens(tokenize(pattern), [...name])
}

/** A test for a list of patterns; none for no list, which means everything. */
export const createMatcher = (globs: readonly string[] | undefined): ((name: string) => boolean) | undefined =>
  globs && ((name) => globs.some((glob) => glob === name || matchGlob(glob, name)))

type Token = { readonly type: 'many'; readonly crossesSlash: boolean } | { readonly type: 'one'; readonly matches: (character: string) => boolean }

const tokenize = (pattern: string): readonly Token[] =>
  [...pattern.matchAll(/\\(.)|(\*+)|(\?)|\[(\^?)((?:\\.|[^\]\\])+)\]|(.)/gsu)].map(([, escaped, stars, mark, negated, set, plain]): Token => {
    if (stars !== undefined) return { type: 'many', crossesSlash: stars.length > 1 }
    if (mark !== undefined) return { type: 'one', matches: (character) => character !== '/' }
    if (set !== undefined) return { type: 'one', matches: (character) => isInSet(set, character) !== (negated === '^') && character !== '/' }
    return { type: 'one', matches: (character) => character === (escaped ?? plain) }
  })

const isInSet = (set: string, character: string): boolean =>
  [...set.matchAll(/(?:\\(.)|([^\\]))(?:-(?:\\(.)|([^\\])))?/gsu)].some(([, escapedFrom, from, escapedTo, to]) => {
    const start = escapedFrom ?? from ?? ''
    const end = escapedTo ?? to ?? start
    return character >= start && character <= end
  })

/** All places in the pattern where the name read so far can stand, moved on character by character: no backtracking. */
const matchTokens = (tokens: readonly Token[], characters: readonly string[]): boolean => {
  let places = spread(tokens, [0])
  for (const character of characters) {
    const next: number[] = []
    for (const place of places) {
      const token = tokens[place]
      if (token?.type === 'many' && (token.crossesSlash || character !== '/')) next.push(place)
      if (token?.type === 'one' && token.matches(character)) next.push(place + 1)
    }
    places = spread(tokens, next)
  }
  return places.has(tokens.length)
}

/** Stars may stand for nothing. */
const spread = (tokens: readonly Token[], places: readonly number[]): ReadonlySet<number> => {
  const all = new Set<number>()
  for (let place of places) {
    all.add(place)
    while (tokens[place]?.type === 'many') all.add(++place)
  }
  return all
}
