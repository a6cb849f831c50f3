/** One line, its line end apart from it (empty where the text ends without one), and where it stands. */
export interface IngrLine {
  readonly text: string
  readonly ending: string
  readonly start: number
}

/** Lines of a text; a line end at its end begins no line of its own. */
export const splitIngrLines = (text: string): readonly IngrLine[] => {
  const lines: IngrLine[] = []
  for (let start = 0; start < text.length; ) {
    const lineFeed = text.indexOf('\n', start)
    const next = lineFeed === -1 ? text.length : lineFeed + 1
    const ending = lineFeed === -1 ? '' : text[lineFeed - 1] === '\r' ? '\r\n' : '\n'
    lines.push({ text: text.slice(start, next - ending.length), ending, start })
    start = next
  }
  return lines
}
