import type { JsonObject } from '../../../domain/json.ts'
import type { Result } from '../../../domain/result.ts'
import { parseText } from '../parse-text.ts'
import { readMarkdown } from './markdown-format.ts'

/** A Markdown text: the fields of its front matter, and what follows it under a name. */
export const parseMarkdown = (text: string, contentField: string): Result<JsonObject> =>
  parseText('Markdown', text, (source) => readMarkdown(source, contentField))
