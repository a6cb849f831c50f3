import { TextProblem } from '../text-position.ts'

/** A Markdown text taken apart; each part with its line ends, so that together they are the text. */
export interface MarkdownParts {
  /** The YAML between the fences, `undefined` when the text has no front matter. */
  readonly yaml: string | undefined
  /** The line before it, and the one after it. */
  readonly opening: string
  readonly closing: string
  readonly body: string
}

const fenceLine = /---\r?(?:\n|$)/y

/** Takes a Markdown file apart as the Go tools do: front matter begins on the first line, which is exactly `---`, and ends at the next such line. */
export const splitFrontMatter = (text: string): MarkdownParts => {
  const opening = readFence(text, 0)
  if (opening === undefined) return { yaml: undefined, opening: '', closing: '', body: text }
  for (let at = opening.length; at < text.length; at = lineAfter(text, at)) {
    const closing = readFence(text, at)
    if (closing !== undefined) return { yaml: text.slice(opening.length, at), opening, closing, body: text.slice(at + closing.length) }
  }
  throw new TextProblem('the front matter is not closed: a line with nothing but "---" has to end it', 0)
}

const readFence = (text: string, at: number): string | undefined => {
  fenceLine.lastIndex = at
  return fenceLine.exec(text)?.[0]
}

const lineAfter = (text: string, at: number): number => {
  const next = text.indexOf('\n', at)
  return next === -1 ? text.length : next + 1
}
