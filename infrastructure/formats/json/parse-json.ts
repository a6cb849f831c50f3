import type { Json } from '../../../domain/json.ts'
import { fail, ok, type Result } from '../../../domain/result.ts'
import { lineAt, TextProblem } from '../text-position.ts'
import { JsonReader } from './json-reader.ts'

/**
 * Parses one JSON text without losing digits: numbers that a double would print otherwise come back as `ExactNumber`.
 * Fails with `invalid-input` and lines for wrong syntax, a name twice in one object, `__proto__`, half a surrogate pair, and nesting
 * deeper than 100 levels. A BOM at the start is skipped. Cost: linear, about twice `JSON.parse`.
 */
export const parseJson = (text: string): Result<Json> => {
  const reader = new JsonReader(text)
  try {
    const value = reader.readValue(0)
    reader.readEnd()
    if (reader.problems.length === 0) return ok(value)
  } catch (error) {
    if (!(error instanceof TextProblem)) throw error
    reader.problems.push({ message: `not valid JSON: ${error.message}`, offset: error.offset })
  }
  return fail({
    kind: 'invalid-input',
    issues: reader.problems.map(({ message, offset }) => ({ rule: 'parse', message, line: lineAt(text, offset) })),
  })
}
