/** One line without its end; `isCut` when it is longer than a record may be: then `text` is only its beginning. */
export interface TextLine {
  readonly text: string
  readonly line: number
  readonly isCut: boolean
}

/** Characters of one record, in any format: as much as a file of one record may have in bytes. */
export const recordLengthMax = 10 * 1024 * 1024

/** Lines of a text that comes in blocks, in groups as they become complete. Lines end with LF or CRLF. Memory: one line, at most `recordLengthMax`, and one block. */
export async function* splitLines(blocks: AsyncIterable<string>): AsyncGenerator<readonly TextLine[]> {
  let line = 1
  let rest = ''
  let isCut = false
  for await (const block of blocks) {
    const lines: TextLine[] = []
    let start = 0
    for (let end = block.indexOf('\n'); end !== -1; end = block.indexOf('\n', start)) {
      const text = rest === '' ? block.slice(start, end) : rest + block.slice(start, end)
      lines.push({ text: withoutReturn(text), line, isCut: isCut || text.length > recordLengthMax })
      rest = ''
      isCut = false
      line++
      start = end + 1
    }
    // What is over the limit is not kept: the line is told by its beginning.
    if (rest.length <= recordLengthMax) rest += block.slice(start)
    else isCut = true
    if (lines.length > 0) yield lines
  }
  if (rest !== '') yield [{ text: withoutReturn(rest), line, isCut: isCut || rest.length > recordLengthMax }]
}

const withoutReturn = (text: string): string => (text.endsWith('\r') ? text.slice(0, -1) : text)
