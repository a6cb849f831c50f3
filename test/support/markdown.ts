export interface Heading {
  readonly level: number
  readonly text: string
}

export interface CodeBlock {
  /** Everything after the opening fence: language, then words of ours. */
  readonly info: string
  readonly text: string
  /** Line of the opening fence, from 1. */
  readonly line: number
}

/** Fenced code blocks, in order; fences are three backticks at the start of a line. */
export const parseCodeBlocks = (markdown: string): readonly CodeBlock[] => {
  const blocks: CodeBlock[] = []
  let open: { info: string; line: number; lines: string[] } | undefined
  for (const [index, line] of markdown.split('\n').entries()) {
    if (!line.startsWith('```')) open?.lines.push(line)
    else if (open === undefined) open = { info: line.slice(3).trim(), line: index + 1, lines: [] }
    else {
      blocks.push({ info: open.info, line: open.line, text: open.lines.join('\n') })
      open = undefined
    }
  }
  return blocks
}

/** The document without its code, blocks and spans alike. */
export const withoutCode = (markdown: string): string => markdown.replace(/^```[\s\S]*?^```$/gm, '').replace(/`[^`\n]+`/g, '')

/** `#` headings outside of code blocks. */
export const parseHeadings = (markdown: string): readonly Heading[] =>
  [...markdown.replace(/^```[\s\S]*?^```$/gm, '').matchAll(/^(#+) +(.+)$/gm)].map(([, marks = '', text = '']) => ({ level: marks.length, text }))

/** Targets of inline links and images. */
export const parseLinks = (markdown: string): readonly string[] =>
  [...withoutCode(markdown).matchAll(/\]\(([^()\s]+)\)/g)].map(([, target = '']) => target)

/** The anchor that GitHub gives a heading. */
export const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-')

/** Rows of every table, header and separator left out, each a list of its cells without blanks around them. */
export const parseTables = (markdown: string): readonly (readonly (readonly string[])[])[] =>
  [...markdown.matchAll(/(?:^\|.*\|\n)+/gm)].map(([table]) =>
    table
      .trimEnd()
      .split('\n')
      .slice(2)
      .map((row) =>
        row
          .slice(1, -1)
          .split(/(?<!\\)\|/)
          .map((cell) => cell.trim()),
      ),
  )
