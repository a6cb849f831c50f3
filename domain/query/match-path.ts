/**
 * Whether a path of names between slashes starts with a text, or matches it as a glob: `*` is any text within one name, `?` one character of it,
 * `[a-z]` and `[^a-z]` one of some. A backslash takes the next character as it is. Cost: the two lengths multiplied, whatever the pattern.
 */
export const matchesPath = (pattern: string, path: string): boolean => path.startsWith(pattern) || matchesGlob(parseGlob(pattern), [...path])

type Token = 'any-text' | ((character: string) => boolean)

const inName =
  (accepts: (character: string) => boolean): Token =>
  (character) =>
    character !== '/' && accepts(character)

const parseGlob = (pattern: string): readonly Token[] => {
  const tokens: Token[] = []
  const characters = [...pattern]
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] ?? ''
    const end = character === '[' ? characters.indexOf(']', at + 2) : -1
    if (character === '*') tokens.push('any-text')
    else if (character === '?') tokens.push(inName(() => true))
    else if (end > 0) {
      tokens.push(parseClass(characters.slice(at + 1, end)))
      at = end
    } else {
      const literal = character === '\\' ? (characters[++at] ?? '\\') : character
      tokens.push((other) => other === literal)
    }
  }
  return tokens
}

const parseClass = ([first = '', ...rest]: readonly string[]): Token => {
  const isNegated = first === '^'
  const members = isNegated ? rest : [first, ...rest]
  const ranges: (readonly [string, string])[] = []
  for (let at = 0; at < members.length; at++) {
    const low = members[at] ?? ''
    const isRange = members[at + 1] === '-' && at + 2 < members.length
    ranges.push([low, isRange ? (members[at + 2] ?? low) : low])
    if (isRange) at += 2
  }
  return inName((character) => ranges.some(([low, high]) => low <= character && character <= high) !== isNegated)
}

/** Remembers the last `*` alone: an earlier one need never take more, once a later one has been reached. */
const matchesGlob = (tokens: readonly Token[], text: readonly string[]): boolean => {
  let [token, at] = [0, 0]
  let star: { readonly token: number; at: number } | undefined
  while (at < text.length) {
    const [wanted, character = ''] = [tokens[token], text[at]]
    if (wanted === 'any-text') {
      star = { token, at }
      token += 1
    } else if (wanted?.(character) === true) {
      token += 1
      at += 1
    } else {
      if (star === undefined || text[star.at] === '/') return false
      star.at += 1
      at = star.at
      token = star.token + 1
    }
  }
  return tokens.slice(token).every((rest) => rest === 'any-text')
}
