import type { RecordFile } from './table.ts'

/** Field that holds what follows the front matter of a Markdown file; `undefined` for every other format. */
export const contentFieldOf = ({ format, contentField }: RecordFile): string | undefined =>
  format === 'markdown' ? (contentField ?? '$content') : undefined
