import { fail, ok, type Result } from '../../domain/result.ts'
import { lineAt, TextProblem } from './text-position.ts'

/** What a reader makes of a text, or `invalid-input` with the line where it gave up. A BOM at the start is skipped. @param format its name in the message */
export const parseText = <T>(format: string, text: string, read: (text: string) => T): Result<T> => {
  const source = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
  try {
    return ok(read(source))
  } catch (error) {
    if (!(error instanceof TextProblem)) throw error
    const issue = { rule: 'parse', message: `not valid ${format}: ${error.message}`, line: lineAt(source, error.offset) }
    return fail({ kind: 'invalid-input', issues: [issue] })
  }
}
